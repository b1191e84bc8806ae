"""The council on a real vLLM server: constrained and free, several worlds at once, and the server killed and back.

Run with `-m vllm`; it needs the environment that tests/vllm/serve.py names.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.council import played
from engine.keeper import Keeper
from engine.replay import replay_wood
from engine.store import sqlite_url
from experiments.simulate import SimulationClock
from inference.config import read_council
from inference.council import MindCouncil, build_mind
from inference.mind import MOST_TOKENS
from tests.vllm.serve import VLLM, vllm_python
from training.asking import put
from training.data import unseen_asks

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1_500)]


@pytest.fixture(scope="module")
def server() -> Iterator[VLLM]:
    python = vllm_python()
    assert python is not None, "set WOOD_VLLM_PYTHON, as .ci/run does"
    with VLLM(python) as running:
        yield running


def council_of(**changes: object) -> MindCouncil:
    """Return the cpu-vllm council with its one mind changed so."""
    config = read_council("cpu-vllm")
    mind = config.minds["smollm2"].model_copy(update=changes)
    config = config.model_copy(update={"minds": {"smollm2": mind}})
    return MindCouncil(config, {"smollm2": build_mind(mind)})


async def test_answers_held_to_the_schema_are_valid_and_within_a_thousand_tokens(server: VLLM) -> None:
    council = council_of()
    await council.warm()
    asks = [ask for request in await played("schema", 3) for ask in (await council.deliberate(request)).asks]
    assert len(asks) == 15
    assert not any(ask.error for ask in asks)
    assert sum(ask.parse.valid_json for ask in asks) >= 14, "a schema bounds the form; the tokens may still run out"
    assert all(ask.prompt_tokens + ask.completion_tokens <= MOST_TOKENS for ask in asks)
    assert any(ask.decision.orders for ask in asks)
    await council.aclose()


async def test_free_answers_are_read_for_what_they_are(server: VLLM) -> None:
    council = council_of(constrained=False)
    (request,) = await played("free", 1)
    deliberation = await council.deliberate(request)
    assert all(not ask.error and ask.raw for ask in deliberation.asks)
    assert all(ask.decision.failure or ask.parse.status in ("ok", "repaired", "salvaged") for ask in deliberation.asks)
    await council.aclose()


async def test_several_worlds_are_in_flight_at_once_and_the_cache_serves_most_of_the_prompt(server: VLLM) -> None:
    council = council_of()
    woods = [await played(f"world {number}", 3) for number in range(4)]
    for turn in range(3):
        asked = await asyncio.gather(*(council.deliberate(wood[turn]) for wood in woods))
        assert all(not ask.error for each in asked for ask in each.asks)
    asks = [ask for each in asked for ask in each.asks]
    assert len(asks) == 20
    assert sum(ask.cached_tokens for ask in asks) > sum(ask.prompt_tokens for ask in asks) * 0.5
    await council.aclose()


async def test_a_server_killed_in_the_middle_of_a_turn_costs_the_turn_and_is_used_again_when_it_is_back(
    server: VLLM, tmp_path: Path
) -> None:
    council = council_of()
    keeper = await Keeper.open(sqlite_url(tmp_path / "wood.db"), lambda _: council, SimulationClock())
    await keeper.found("w", 0, 0, council="cpu-vllm", seed="7", on_clock=False)
    first = await keeper.advance("w")
    assert not any(face.silent for face in first.view.creatures)

    turn = asyncio.create_task(keeper.advance("w"))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(server.kill)
    killed = await turn
    assert any(face.silent for face in killed.view.creatures), "whoever was being asked has no answer"
    async with asyncio.timeout(60):
        gone = await keeper.advance("w")
    assert all(face.silent for face in gone.view.creatures)

    await asyncio.to_thread(server.start)
    async with asyncio.timeout(120):
        back = await keeper.advance("w")
        while any(face.silent for face in back.view.creatures):
            await asyncio.sleep(1)
            back = await keeper.advance("w")
    assert (await replay_wood(keeper.store, "w")).identical
    await keeper.close()
    await council.aclose()


async def test_our_own_mind_answers_through_lora_modules_as_it_does_in_process(server):
    """The same adapter on vLLM: strict JSON and legal orders; free, the untuned base beside it gives neither."""
    minds = read_council("cpu-vllm").minds
    asks = unseen_asks(12)
    ours, _ = await put(minds["wood"], asks, constrained=True)
    assert [each.valid_json for each in ours] == [True] * 12
    refused = [verdict.refused for each in ours for verdict in each.verdicts if verdict.refused]
    assert not refused
    free, _ = await put(minds["wood"], asks, constrained=False)
    assert sum(each.valid_json for each in free) >= 11
    untuned, _ = await put(minds["smollm2"], asks, constrained=False)
    assert sum(each.valid_json for each in untuned) <= 2
