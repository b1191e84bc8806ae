"""The parser under millions of hostile texts, with or without atheris.

    python tests/fuzz/fuzz_parse.py --plain 1000000 --seed 1            random mutation, not instrumented, all timed
    python tests/fuzz/fuzz_parse.py --plain 1000000 --seed 1 --chase    the same, and the slowest are mutated further
    python tests/fuzz/fuzz_parse.py --atheris runs/fuzz -runs=1000000   guided by coverage, with libFuzzer's options
    python tests/fuzz/fuzz_parse.py --time runs/fuzz                    time texts that were kept, not instrumented

Atheris is no dependency of the project: make an environment for it with `pip install atheris pydantic` and set
PYTHONPATH to the root of the project. Texts that break a rule are told, and written to the folder `--to` as JSON
strings. A seed gives the same texts on every machine, unless `--chase` lets the time that they take choose them. A text
is slow when it takes more than 20 ms of processor time three times in a row. With instrumentation times mean nothing:
there the slowest texts are kept instead, for `--time`.
"""

import argparse
import hashlib
import json
import re
import sys
import time
import tomllib
from pathlib import Path
from random import Random
from typing import Final

HERE: Final = Path(__file__).resolve()
DATA: Final = HERE.parents[1] / "data"
# In front: an installed copy of the project must not be the one that is tried.
sys.path.insert(0, str(HERE.parents[2]))

LONGEST: Final = 4_096
SLOW_SECONDS: Final = 0.020
_POOL: Final = 2_000
_USUAL: Final = 700
_LONG_SHARE: Final = 0.05
_SLOWEST: Final = 64

WORDS: Final = re.findall(
    r"\S+",
    """
    side buy sell good honey acorns berries quantity price orders order thought gossip loan yes no three twenty-five
    amount qty item action bid offer wood null true NaN 1e1 9.0 pebbles each unit
    """,
)
TOKENS: Final = [
    *"{}[]\":,'\\\n0123456789%/#.-",
    *WORDS,
    *('{"side":"buy","good":"honey","quantity":1,"price":9}', '"orders":[', '{"orders":[', '"price":', '"loan":"yes"'),
    *("<think>", "</think>", "[THINK]", "<|channel|>final", "<|channel|>analysis", "<|message|>", "<|end|>", "```json"),
    *(
        "analysisWe",
        "assistantfinal",
        "//",
        "/*",
        "*/",
        "<!--",
        "-->",
        "&quot;",
        '\\"',
        "\\u0031",
        "<|im_end|>",
        "</s>",
    ),
    *(
        "\ud800",
        "\u200b",
        "\ufeff",
        "“",
        "”",
        "’",
        "１",
        "：",
        "｛",
        "²",
        "½",
        "٣",
        "é",
        "\u2028",
        "\x00",
        "\x1c",
        "\x85",
    ),
    *('{"name":"a","arguments":{', '"arguments":"{\\"orders\\":[', "Your JSON:", "},{", "]}", ",}", '{"a":[', "'"),
]


def seeds() -> list[str]:
    """Return the texts of the corpus and of the malformed files."""
    texts: list[str] = []
    for file in sorted(DATA.glob("answers/*.raw.jsonl")):
        texts += [json.loads(line)["raw"] for line in file.read_text(encoding="utf-8").splitlines()]
    for file in sorted(DATA.glob("malformed/*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        texts.append(json.loads(content["raw_json"]) if "raw_json" in content else content["raw"])
    return texts


def mutated(pool: list[str], luck: Random) -> str:
    """Return a text of the pool with a few parts dropped, doubled, moved, put in or taken from another."""
    text = luck.choice(pool)
    for _ in range(1 << luck.randrange(4)):
        at = luck.randrange(len(text) + 1)
        until = min(len(text), at + (luck.randrange(6) if luck.random() < 0.6 else luck.randrange(120)))
        kind = luck.randrange(9)
        if kind == 0:
            text = text[:at] + text[until:]
        elif kind == 1:
            text = text[:until] + text[at:]
        elif kind in (2, 3, 4):
            text = text[:at] + luck.choice(TOKENS) + text[at if kind == 2 else until :]
        elif kind == 5:
            other = luck.choice(pool)
            start = luck.randrange(len(other) + 1)
            text = text[:at] + other[start : start + luck.randrange(200)] + text[until:]
        elif kind == 6:
            text = text[:at] + (text[at:until] or luck.choice(TOKENS)) * luck.choice((2, 3, 30, 400)) + text[until:]
        elif kind == 7:
            text = (
                text[:at]
                + chr(luck.choice((luck.randrange(128), luck.randrange(0x3000), luck.randrange(0x110000))))
                + text[at:]
            )
        else:
            text = text[:at] if luck.random() < 0.5 else text[at:]
        text = text[:LONGEST]
    # Most texts are short, which is fast; some are as long as the parser reads.
    return text if luck.random() < _LONG_SHARE else text[:_USUAL]


def seconds(text: str, finish_reason: str, times: int = 1) -> float:
    """Return the least processor time of so many readings of a text."""
    from inference.parse import parse
    from inference.shape import Form

    taken: list[float] = []
    for _ in range(times):
        began = time.process_time()
        parse(text, finish_reason, Form.ORDERS_AND_LOAN)
        taken.append(time.process_time() - began)
    return min(taken)


def wrong(text: str) -> str:
    """Return what is wrong with how `text` is read, an exception included, or an empty text."""
    return _read(text)[0]


def _read(text: str) -> tuple[str, object, float]:
    """Return what is wrong with how `text` is read, a trace of the way it was read, and the processor time it took."""
    from inference.parse import parse
    from inference.shape import Form
    from tests.inference.parse_oracle import complaint

    form = Form.ORDERS_AND_LOAN if len(text) % 3 else Form.ORDERS
    began = time.process_time()
    try:
        decision, report = parse(text, _finish(text), form)
        taken = time.process_time() - began
        trace = (report.status, report.dropped, report.repairs, len(decision.orders), decision.failure, decision.loan)
        return complaint(text, form, decision, report), trace, taken
    except Exception as error:
        return f"{type(error).__name__}: {error}", None, time.process_time() - began


def _finish(text: str) -> str:
    return "length" if len(text) % 2 else "stop"


def keep(folder: Path, kind: str, text: str) -> Path:
    """Write a text to a folder as a JSON string, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(text)
    file = folder / f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.json"
    file.write_text(content + "\n", encoding="utf-8")
    return file


def plain(count: int, seed: int, folder: Path, *, chase: bool = False) -> int:
    """Read `count` mutated texts, timing each, and return how many broke a rule.

    Texts that are read in a new way are mutated further; with `chase` the slowest are too.
    """
    luck, pool, seen, faults = Random(seed), seeds(), set[object](), 0
    slowest: list[tuple[float, str]] = []
    total = 0.0
    began = time.perf_counter()
    for number in range(1, count + 1):
        text = mutated([text for _, text in slowest] if chase and slowest and luck.random() < 0.1 else pool, luck)
        fault, trace, taken = _read(text)
        total += taken
        if taken > SLOW_SECONDS and seconds(text, _finish(text), 3) > SLOW_SECONDS:
            fault = fault or "slow"
        if fault:
            faults += 1
            sys.stderr.write(f"{fault}: {keep(folder, 'fault', text)}: {json.dumps(text)}\n")
        if trace not in seen and len(pool) < _POOL:
            seen.add(trace)
            pool.append(text)
        if len(slowest) < _SLOWEST or taken > slowest[-1][0]:
            again = seconds(text, _finish(text), 3)
            if len(slowest) < _SLOWEST or again > slowest[-1][0]:
                slowest = sorted([*slowest, (again, text)], reverse=True)[:_SLOWEST]
        if number % 250_000 == 0 or number == count:
            spent = time.perf_counter() - began
            sys.stderr.write(
                f"{number} texts, {number / spent:.0f} a second, {1e6 * total / number:.0f} us each in the parser, "
                f"slowest {1e3 * slowest[0][0]:.2f} ms, pool {len(pool)}, {faults} faults\n"
            )
            sys.stderr.flush()
    for _, text in slowest:
        keep(folder / "slowest", "slow", text)
    return faults


def timed(folder: Path) -> int:
    """Time every kept text of a folder, and return how many are slow."""
    files = sorted(folder.rglob("*.json"))
    texts = [json.loads(file.read_text(encoding="utf-8"))[:LONGEST] for file in files]
    times = sorted(
        ((seconds(text, _finish(text), 3), file.name) for text, file in zip(texts, files, strict=True)), reverse=True
    )
    for taken, name in times[:5]:
        sys.stdout.write(f"{1e3 * taken:.2f} ms {name}\n")
    slow = sum(taken > SLOW_SECONDS for taken, _ in times)
    sys.stdout.write(f"{len(times)} texts, {slow} slow\n")
    return slow


def guided(folder: Path, arguments: list[str]) -> None:
    """Hand over to libFuzzer; it never returns."""
    import atheris

    with atheris.instrument_imports(include=["inference", "engine.ports"], enable_loader_override=False):
        import inference.parse  # noqa: F401  (instrumented as it is imported)

    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for text in seeds():
        raw = text.encode("utf-8", "surrogatepass")
        (inputs / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)
    words = folder / "tokens.dict"
    entries = ["".join(f"\\x{byte:02x}" for byte in token.encode("utf-8", "surrogatepass")) for token in TOKENS]
    words.write_text("".join(f'"{entry}"\n' for entry in entries), encoding="utf-8")
    slowest = 0.0

    def one(data: bytes) -> None:
        nonlocal slowest
        text = data.decode("utf-8", "surrogateescape")[:LONGEST]
        began = time.process_time()
        fault = wrong(text)
        taken = time.process_time() - began
        if taken > slowest:
            slowest = taken
            keep(folder / "slowest", "slow", text)
        if fault:
            raise AssertionError(f"{fault}: {keep(folder, 'fault', text)}")

    options = [f"-dict={words}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", str(inputs)]
    atheris.Setup([sys.argv[0], *options, *arguments], one)
    atheris.Fuzz()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Fuzz the parser of raw answers.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--plain", type=int, metavar="COUNT", help="texts by random mutation, not instrumented")
    what.add_argument(
        "--atheris", type=Path, metavar="FOLDER", help="guided by coverage; further options are libFuzzer's"
    )
    what.add_argument("--time", type=Path, metavar="FOLDER", help="time the texts that were kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chase", action="store_true", help="with --plain: mutate the slowest texts further")
    parser.add_argument("--to", type=Path, default=Path("runs/fuzz"))
    given, further = parser.parse_known_args(arguments)
    if given.atheris:
        guided(given.atheris, further)
    if further:
        parser.error(f"unknown: {further}")
    if given.time:
        return 1 if timed(given.time) else 0
    return 1 if plain(given.plain, given.seed, given.to, chase=given.chase) else 0


if __name__ == "__main__":
    sys.exit(main())
