"""The `vllm serve` lines of the councils, how they share cards, and that the deploy files say the same."""

import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from inference.config import CREATURES, CouncilConfigError, read_council
from inference.mind import MOST_TOKENS
from inference.serving import CONTEXT_GIB, RESERVE_GIB, Plan, Serve, Server, plan, servers_of

ROOT = Path(__file__).parents[2]
LONGEST_PROMPT = 420
"""Tokens of the longest prompt seen (SmolLM2's tokenizer), and then some."""

SEATS = "[seats]\n" + "".join(f'{creature} = "a"\n' for creature in CREATURES)
MIND = '[minds.a]\nkind = "openai"\nmodel = "m"\nendpoints = ["http://localhost:8001/v1"]\n'
SERVE = '[minds.a.serve]\nweights = "x/y"\nweights_gib = 1.0\nkv_bytes_per_token = 1000\n'


def _plan(council: str, card_gib: float = 24) -> Plan:
    return plan(servers_of(read_council(council).minds), card_gib)


def _server(name: str, gib: float, port: int = 8000) -> Server:
    serve = Serve(weights=f"lab/{name}", weights_gib=gib, kv_bytes_per_token=1_024, work_gib=0.5)
    return Server(name, "lab", name, "localhost", port, serve)


def _flag(words: list[str], flag: str) -> str:
    assert words.count(flag) == 1
    return words[words.index(flag) + 1]


@pytest.mark.parametrize("name", ["five-labs", "one-card"])
def test_five_seats_of_five_labs(name: str) -> None:
    config = read_council(name)
    labs = [config.minds[config.seats[creature]].lab for creature in CREATURES]
    assert len(set(labs)) == 5


def test_the_two_councils_share_their_minds_to_the_letter() -> None:
    five, one = read_council("five-labs").minds, read_council("one-card").minds
    assert set(five) - set(one) == {"gpt-oss"}
    assert all(one[name] == mind for name, mind in five.items() if name in one)


def test_the_exact_line_of_a_reasoning_model() -> None:
    last = _plan("five-labs").cards[-1]
    assert last.command(last.servers[0]) == (
        "CUDA_VISIBLE_DEVICES=1 vllm serve openai/gpt-oss-20b --served-model-name gpt-oss-20b --host 127.0.0.1"
        " --port 8001 --dtype auto --max-model-len 1000 --max-num-seqs 2 --max-num-batched-tokens 2048"
        " --gpu-memory-utilization 0.61 --kv-cache-memory-bytes 134217728 --reasoning-parser openai_gptoss"
    )


@pytest.mark.parametrize("card_gib", [22, 23.5, 24])
def test_one_card_holds_all_but_the_largest(card_gib: float) -> None:
    layout = _plan("five-labs", card_gib)
    assert [[server.mind for server in card.servers] for card in layout.cards] == [
        ["minicpm", "nemotron", "qwen", "smollm2"],
        ["gpt-oss"],
    ]
    assert not layout.fits_one_card
    assert "it holds minicpm, nemotron, qwen and smollm2" in layout.remarks[0]
    assert "room for smollm2 and qwen" in layout.remarks[1]
    assert _plan("one-card", card_gib).fits_one_card
    assert _plan("one-card", card_gib).remarks == ()


def test_the_gib_that_the_words_promise_do_hold_all() -> None:
    promised = _plan("five-labs").remarks[-1]
    gib = int(promised.split()[3])
    assert promised == f"One card of {gib} GiB holds all of them."
    assert _plan("five-labs", gib).fits_one_card
    assert not _plan("five-labs", gib - 1).fits_one_card


@pytest.mark.parametrize("card_gib", [6, 8, 10, 12, 16, 22, 23.5, 24, 32, 40, 48, 80, 141])
def test_shares_never_exceed_a_card_and_nobody_is_lost(card_gib: float) -> None:
    layout = _plan("five-labs", card_gib)
    for card in layout.cards:
        shares = [float(_flag(server.arguments(card_gib), "--gpu-memory-utilization")) for server in card.servers]
        assert all(
            share * card_gib >= server.serve.needs_gib for share, server in zip(shares, card.servers, strict=True)
        )
        assert sum(shares) * card_gib + CONTEXT_GIB * len(shares) + RESERVE_GIB <= card_gib + 1e-9
        assert card.free_gib >= -1e-9
        sizes = [server.serve.needs_gib for server in card.servers]
        assert sizes == sorted(sizes, reverse=True)
    placed = [server.mind for card in layout.cards for server in card.servers]
    assert sorted([*placed, *(server.mind for server in layout.too_large)]) == sorted(
        server.mind for server in servers_of(read_council("five-labs").minds)
    )


def test_what_fits_on_no_card_is_said() -> None:
    layout = plan([_server("small", 1), _server("huge", 30)], 24)
    assert [server.mind for server in layout.too_large] == ["huge"]
    assert any("huge takes" in remark and "fits on no card of 24 GiB" in remark for remark in layout.remarks)
    assert plan([_server("huge", 30)], 24).cards == ()


@pytest.mark.parametrize("name", ["five-labs", "one-card"])
def test_every_server_keeps_to_a_thousand_tokens_and_to_this_host(name: str) -> None:
    config = read_council(name)
    for card in _plan(name).cards:
        for server in card.servers:
            words, mind = server.arguments(24), config.minds[server.mind]
            assert int(_flag(words, "--max-model-len")) <= MOST_TOKENS
            assert LONGEST_PROMPT + mind.max_tokens <= MOST_TOKENS
            assert _flag(words, "--host") == "127.0.0.1"
            assert int(_flag(words, "--port")) == urlsplit(mind.endpoints[0]).port
            assert _flag(words, "--served-model-name") == mind.model


def test_the_cache_holds_every_sequence_at_its_full_length() -> None:
    serve = Serve(weights="x/y", weights_gib=7.6, kv_bytes_per_token=952_320)
    assert serve.kv_cache_bytes == 15 * 128 * 2**20 >= 2 * 1_000 * 952_320
    assert serve.needs_gib == pytest.approx(7.6 + 1.875 + 1.0)


def test_an_adapter_is_served_by_its_own_name() -> None:
    serve = Serve(weights="x/y", weights_gib=1, kv_bytes_per_token=1, adapters={"wood": "/adapters/wood"})
    words = Server("q", "lab", "wood", "localhost", 8004, serve).arguments(24)
    assert words[-5:] == ["--enable-lora", "--max-lora-rank", "16", "--lora-modules", "wood=/adapters/wood"]
    assert "--served-model-name" not in words
    base = Server("q", "lab", "base", "10.0.0.2", 8004, serve).arguments(24)
    assert _flag(base, "--served-model-name") == "base"
    assert _flag(base, "--host") == "0.0.0.0"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (SERVE.replace('weights = "x/y"\n', ""), "minds.a.serve.weights: is missing; write weights = "),
        (SERVE.replace("weights_gib = 1.0\n", ""), "minds.a.serve.weights_gib: is missing; write weights_gib = 1.0"),
        (SERVE + "speed = 1\n", "minds.a.serve.speed: there is no such key; write one of weights, weights_gib"),
        (SERVE.replace("1.0", "0"), "minds.a.serve.weights_gib: 0 will not do"),
        (SERVE + "max_model_len = 1001\n", "minds.a.serve.max_model_len: 1001 will not do"),
        (SERVE + 'dtype = "int3"\n', "minds.a.serve.dtype: 'int3' will not do"),
        (SERVE + 'flags = ["--port=1"]\n', "minds.a.serve.flags: --port is written from endpoints; leave it out here"),
    ],
)
def test_a_mistake_in_serve_is_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    _refused(tmp_path, MIND + content + SEATS, says)


def test_a_server_needs_a_port_of_its_own_and_a_mind_that_asks_it(tmp_path: Path) -> None:
    _refused(tmp_path, MIND.replace(":8001", "") + SERVE + SEATS, "minds.a.endpoints: the first names no port")
    second = (MIND + SERVE).replace("minds.a", "minds.b")
    _refused(tmp_path, MIND + SERVE + second + SEATS, "minds.b.endpoints: 'a' is served at localhost:8001 too; give")
    standin = '[minds.a]\nkind = "standin"\n'
    _refused(tmp_path, standin + SERVE + SEATS, "minds.a.serve: a mind of kind 'standin' has no server; leave")


def _refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(CouncilConfigError) as error:
        read_council(path)
    sentence = str(error.value)
    assert sentence.startswith(f"{path}: {says}"), sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def _services() -> dict[str, str]:
    """Return the text of every service in compose.yaml. It is read as text: the project has no YAML reader."""
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    services: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\nservices:\n")[1].split("\nvolumes:\n")[0].splitlines():
        if line.startswith("  ") and line[2].isalpha() and line.endswith(":"):
            lines = services.setdefault(line.strip(" :"), [])
        lines.append(line.strip())
    return {name: "\n".join(lines) for name, lines in services.items()}


def test_compose_starts_the_very_servers_of_the_council() -> None:
    services = _services()
    layout = _plan("five-labs")
    expected = {f"vllm-{server.mind}" for card in layout.cards for server in card.servers}
    assert {name for name in services if name.startswith("vllm-")} == expected
    for card in layout.cards:
        for server in card.servers:
            block = services[f"vllm-{server.mind}"]
            # The image's entry point is `vllm serve`.
            assert shlex.join(server.arguments(24)[2:]) in block.splitlines()
            assert f":{server.port}/health" in block
            assert f"WOOD_GPU_{card.index}" in block


def test_compose_starts_the_servers_of_a_card_one_after_another() -> None:
    services = _services()
    for card in _plan("five-labs").cards:
        for before, after in zip(card.servers, card.servers[1:], strict=False):
            assert f"vllm-{before.mind}:\ncondition: service_healthy" in services[f"vllm-{after.mind}"]
    for server in (server for card in _plan("five-labs").cards for server in card.servers):
        assert f"vllm-{server.mind}:\ncondition: service_healthy" in services["bot"]
