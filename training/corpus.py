"""A corpus of raw answers that small minds really gave, and what the parser reads in each.

`python -m training.corpus` asks every embedded mind and writes both; with `--read` it asks nobody and only reads the
recorded answers anew, so that a change of the parser is a difference in the files.
"""

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from engine.ports import Decision, Order, ParseReport
from engine.views import LoanTerms, Stock
from engine.vocabulary import Good
from inference.config import MindConfig
from inference.council import build_mind
from inference.mind import MindError
from inference.parse import parse
from inference.shape import Form
from prompts.render import creature_messages
from training.asking import MODES, minds_to_evaluate, request
from training.data import unseen_asks
from training.plan import amounts
from training.seasons import Ask

HOME: Final = Path(__file__).resolve().parents[1] / "tests" / "data" / "answers"

_LOAN_EVERY: Final = 3
"""Every so many asks a creature is offered a loan as well, because those of `unseen_asks` hold few."""


class Recorded(BaseModel):
    """One raw answer, with everything that says where it comes from.

    `season_seed`, `turn`, `creature` and `loan` name the ask of `unseen_asks`; `messages_sha256` is that of the
    rendered prompt, reckoned as the traces do, `prices` are those that stood in it, in pebbles: seasons are played by
    the teacher, so that a later teacher's ask of the same name is another one. `made` is the day.
    """

    model_config = ConfigDict(frozen=True)

    mind: str
    model: str
    adapter: str
    mode: str
    season_seed: int
    turn: int
    creature: str
    loan: bool
    messages_sha256: str
    prices: dict[Good, int]
    sampling: dict[str, float | int]
    stop: tuple[str, ...]
    max_tokens: int
    seed: int
    made: str
    finish_reason: str
    completion_tokens: int
    raw: str

    @property
    def form(self) -> Form:
        """What the mind was asked for."""
        return Form.ORDERS_AND_LOAN if self.loan else Form.ORDERS


def asks_of_the_corpus(count: int) -> list[Ask]:
    """Return `count` unseen asks; every third of them comes with the offer of a loan."""
    return [_with_loan(ask) if place % _LOAN_EVERY == 2 else ask for place, ask in enumerate(unseen_asks(count))]


def _with_loan(ask: Ask) -> Ask:
    view = ask.view
    pledge = Stock(good=view.grows, amount=4)
    terms = LoanTerms(lender="the Patron of the Birch", principal=12, owed=14, turns=4, pledge=pledge)
    return Ask(ask.season_seed, ask.turn, view.model_copy(update={"loan": terms}), ask.wood)


async def record(name: str, config: MindConfig, mode: str, asks: Sequence[Ask], made: str) -> list[Recorded]:
    """Put the asks to a mind one after another, and return its raw answers.

    `free` is without a grammar and without stop words, as a server answers that was told neither.

    Raises:
        MindError: If the mind cannot be loaded or does not answer.
    """
    free = mode == "free"
    config = config.model_copy(update={"workers": 1, **({"stop": ()} if free else {})})
    mind = build_mind(config)
    answers: list[Recorded] = []
    try:
        for ask in asks:
            messages = creature_messages(ask.view)
            digest = hashlib.sha256(json.dumps(messages, sort_keys=True).encode()).hexdigest()
            loan = ask.view.loan is not None
            answer = await mind.answer(request(config, ask, constrained=not free))
            answers.append(
                Recorded(
                    mind=name,
                    model=config.model,
                    adapter=config.adapter,
                    mode=mode,
                    season_seed=ask.season_seed,
                    turn=ask.turn,
                    creature=ask.view.name,
                    loan=loan,
                    messages_sha256=digest,
                    prices=amounts(ask.view.prices),
                    sampling=config.sampling.given(),
                    stop=config.stop,
                    max_tokens=config.max_tokens,
                    seed=ask.answer_seed,
                    made=made,
                    finish_reason=answer.finish_reason,
                    completion_tokens=answer.completion_tokens,
                    raw=answer.text,
                )
            )
    finally:
        await mind.aclose()
    return answers


def recordings(home: Path = HOME) -> Iterator[tuple[Path, list[Recorded]]]:
    """Yield every file of recorded answers in `home` with what it holds, by name."""
    for file in sorted(home.glob("*.raw.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        yield file, [Recorded.model_validate_json(line) for line in lines]


def reading(answer: Recorded) -> dict[str, Any]:
    """Return what the parser reads in a recorded answer, as plain values."""
    return as_plain(*parse(answer.raw, answer.finish_reason, answer.form))


def as_plain(decision: Decision, report: ParseReport) -> dict[str, Any]:
    """Return a decision and its report as plain values, an order as the words `buy 2 honey at 9`."""
    return {
        "status": report.status,
        "valid_json": report.valid_json,
        "orders": [in_words(order) for order in decision.orders],
        "dropped": report.dropped,
        "loan": decision.loan,
        "repairs": list(report.repairs),
        "failure": decision.failure,
        "thought": decision.thought,
        "gossip": decision.gossip,
    }


def in_words(order: Order) -> str:
    """Return an order in plain words."""
    return f"{order.side} {order.quantity} {order.good} at {order.price}"


def readings_file(raw: Path) -> Path:
    """Return the file of what the parser reads in the answers of the file `raw`."""
    return raw.with_name(raw.name.replace(".raw.", ".read."))


def readings_text(answers: Sequence[Recorded]) -> str:
    """Return the readings of recorded answers as JSONL, one line for each."""
    return "".join(json.dumps(reading(answer)) + "\n" for answer in answers)


def write_readings(home: Path = HOME) -> int:
    """Read all recorded answers anew, write what was read beside them, and return how many there are."""
    count = 0
    for file, answers in recordings(home):
        readings_file(file).write_text(readings_text(answers), encoding="utf-8")
        count += len(answers)
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.corpus", description="Record and read raw answers.")
    parser.add_argument("--read", action="store_true", help="ask nobody; read what is recorded anew")
    parser.add_argument("--asks", type=int, default=30, help="questions to each mind in each mode")
    parser.add_argument("--mind", action="append", choices=sorted(minds_to_evaluate()), help="left out, all")
    parser.add_argument("--to", type=Path, default=HOME, help="the folder of the corpus")
    given = parser.parse_args(arguments)
    if not given.read:
        asks, made = asks_of_the_corpus(given.asks), datetime.now(UTC).date().isoformat()
        given.to.mkdir(parents=True, exist_ok=True)
        for name, config in minds_to_evaluate().items():
            if given.mind and name not in given.mind:
                continue
            for mode in MODES:
                try:
                    answers = asyncio.run(record(name, config, mode, asks, made))
                except MindError as error:
                    sys.stderr.write(f"{name} {mode}: {error}\n")
                    return 1
                lines = "".join(answer.model_dump_json() + "\n" for answer in answers)
                (given.to / f"{name}.{mode}.raw.jsonl").write_text(lines, encoding="utf-8")
                sys.stderr.write(f"{name} {mode}: {len(answers)} answers\n")
    sys.stdout.write(f"{write_readings(given.to)} answers read\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
