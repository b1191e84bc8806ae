"""Servers that are dead, slow, busy or lying: each costs its creature the turn, is reported once, and comes back."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest

from engine.cast import CAST
from engine.ports import TurnRequest
from inference import endpoints
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil
from inference.mind import Message, MindAwayError, MindError, MindRequest, Sampling
from inference.openai_mind import OpenAIMind
from tests.inference.fake_server import FakeServer, fake_server
from tests.inference.mind_samples import ordinary_view

VIEW = ordinary_view(1)
ASK = MindRequest(
    season=1,
    turn=1,
    creature=VIEW.name,
    attempt=0,
    view=VIEW,
    messages=(Message(role="user", content="Your JSON:"),),
    sampling=Sampling(),
    seed=5,
    max_tokens=100,
    constrained=True,
)
LYING = ("error", "html", "half")


@pytest.fixture(autouse=True)
def _fast_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PROBE_SECONDS", 0.05)


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with fake_server() as fake:
        yield fake


def mind_at(*servers: FakeServer, concurrency: int = 32) -> OpenAIMind:
    urls = tuple(server.url for server in servers)
    return OpenAIMind(MindConfig(kind="openai", model="m", endpoints=urls, concurrency=concurrency))


def council_at(server: FakeServer, **settings) -> MindCouncil:
    """A council of one server for all, and the stand-in as Oona's substitute."""
    config = CouncilConfig(
        minds={
            "served": MindConfig(kind="openai", model="m", endpoints=(server.url,)),
            "spare": MindConfig(kind="standin"),
        },
        seats=dict.fromkeys(CREATURES, "served"),
        pause_seconds=0.01,
        **settings,
    )
    from inference.standin import StandinMind

    return MindCouncil(config, {"served": OpenAIMind(config.minds["served"]), "spare": StandinMind()})


def turn(number: int) -> TurnRequest:
    views = tuple(ordinary_view(number * 10 + at, member) for at, member in enumerate(CAST))
    return TurnRequest(world_id="w", season=1, turn=number, seed=number, public_hash="h", views=views)


@pytest.mark.parametrize("mood", LYING)
async def test_a_lying_server_is_a_mind_error_and_after_three_is_left_alone(server: FakeServer, mood: str):
    mind, server.mood = mind_at(server), mood
    for _ in range(endpoints.FAILURES):
        with pytest.raises(MindError) as failed:
            await mind.answer(ASK)
        assert not isinstance(failed.value, MindAwayError)
    with pytest.raises(MindAwayError, match="no server of m answers"):
        await mind.answer(ASK)
    assert len(server.asked) == endpoints.FAILURES
    await mind.aclose()


async def test_it_is_told_once_that_a_server_is_down_and_once_that_it_is_back(
    server: FakeServer, caplog: pytest.LogCaptureFixture
):
    mind, server.mood = mind_at(server), "error"
    with caplog.at_level(logging.WARNING, "inference.endpoints"):
        for _ in range(6):
            with pytest.raises(MindError):
                await mind.answer(ASK)
        server.mood = "well"
        await asyncio.sleep(0.5)
        assert (await mind.answer(ASK)).text == server.content
    assert caplog.text.count("is left alone") == 1
    assert caplog.text.count("is back") == 1
    await mind.aclose()


async def test_a_server_on_trial_that_fails_again_is_left_alone_at_once(server: FakeServer):
    mind, server.mood = mind_at(server), "error"
    for _ in range(3):
        with pytest.raises(MindError):
            await mind.answer(ASK)
    server.mood = "busy"  # it knows its models and has no time
    await asyncio.sleep(0.3)
    server.mood = "half"
    with pytest.raises(MindError):
        await mind.answer(ASK)
    with pytest.raises(MindAwayError):
        await mind.answer(ASK)
    await mind.aclose()


async def test_a_busy_server_and_an_empty_answer_are_not_held_against_it(server: FakeServer):
    mind, server.mood = mind_at(server), "busy"
    for _ in range(5):
        with pytest.raises(MindError, match="RateLimitError"):
            await mind.answer(ASK)
    server.mood = "null"
    assert (await mind.answer(ASK)).text == ""
    await mind.aclose()


async def test_asks_go_to_the_server_with_the_fewest_in_flight():
    async with fake_server() as one, fake_server() as other:
        mind = mind_at(one, other)
        one.delay = 600.0
        slow = asyncio.create_task(mind.answer(ASK))
        async with asyncio.timeout(60):
            while not one.asked:  # noqa: ASYNC110 (the server counts, and tells nobody)
                await asyncio.sleep(0.01)
        for _ in range(4):
            await mind.answer(ASK)
        assert (len(one.asked), len(other.asked)) == (1, 4)
        slow.cancel()
        await asyncio.wait({slow})
        await mind.aclose()


async def test_a_dead_server_leaves_its_asks_to_the_other():
    async with fake_server() as one, fake_server() as other:
        mind, one.mood = mind_at(one, other), "error"
        answers = await asyncio.gather(*(mind.answer(ASK) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(answer, MindError) for answer in answers) == 4
        for _ in range(8):
            await mind.answer(ASK)
        assert len(other.asked) == 12
        await mind.aclose()


async def test_no_server_is_given_more_than_it_takes_at_once(server: FakeServer):
    mind, server.delay = mind_at(server, concurrency=3), 0.05
    await asyncio.gather(*(mind.answer(ASK) for _ in range(10)))
    assert server.most_at_once == 3
    await mind.aclose()


async def test_the_server_counts_the_tokens_of_a_question_before_it_is_put(server: FakeServer):
    mind = mind_at(server)
    assert (await mind.answer(ASK)).cached_tokens == 240
    server.tokens = 901
    with pytest.raises(MindError, match="901 tokens and the answer may have 100, together more than 1000"):
        await mind.answer(ASK)
    assert len(server.asked) == 1
    await mind.aclose()


async def test_where_a_server_cannot_count_the_length_bounds_the_tokens(server: FakeServer):
    mind, server.tokens = mind_at(server), None
    for _ in range(3):
        await mind.answer(ASK)
    assert server.counted == 1, "it is asked once whether it can count"
    long = ASK.model_copy(update={"messages": (Message(role="user", content="x" * 1_900),)})
    with pytest.raises(MindError, match="950 tokens"):
        await mind.answer(long)
    await mind.aclose()


async def test_a_hanging_server_costs_the_turn_its_deadline_once_and_later_turns_nothing(server: FakeServer):
    council, server.mood = council_at(server, deadline_seconds=0.4), "hang"
    took: list[float] = []
    for number in (1, 2, 3):
        began = time.perf_counter()
        deliberation = await council.deliberate(turn(number))
        took.append(time.perf_counter() - began)
        assert all(decision.failure for decision in deliberation.decisions.values())
    assert took[0] >= 0.4
    assert max(took[1:]) < 0.3
    server.mood = "well"
    await asyncio.sleep(0.3)
    deliberation = await council.deliberate(turn(4))
    assert not any(decision.failure for decision in deliberation.decisions.values())
    await council.aclose()


@pytest.mark.parametrize("mood", LYING)
async def test_a_server_that_lied_to_its_probes_is_used_again_when_it_is_well(server: FakeServer, mood: str):
    council, server.mood = council_at(server, deadline_seconds=1.0), mood
    for number in (1, 2, 3):
        await council.deliberate(turn(number))
    probed = server.probed
    async with asyncio.timeout(10):
        while server.probed < probed + 3:  # noqa: ASYNC110 - the server tells of nothing
            await asyncio.sleep(0.02)
    server.mood = "well"
    await asyncio.sleep(0.3)
    deliberation = await council.deliberate(turn(4))
    assert not any(decision.failure for decision in deliberation.decisions.values())
    await council.aclose()


@pytest.mark.parametrize("mood", ["hang", "error", "html"])
async def test_a_substitute_thinks_when_a_creatures_own_mind_does_not(server: FakeServer, mood: str):
    council, server.mood = council_at(server, deadline_seconds=1.0, substitutes={"Oona": "spare"}), mood
    deliberation = await council.deliberate(turn(1))
    assert {name for name, each in deliberation.decisions.items() if not each.failure} == {"Oona"}
    assert [ask.mind for ask in deliberation.asks if ask.creature == "Oona"] == ["served", "spare"]
    await council.aclose()


async def test_a_failed_ask_is_put_again_within_the_deadline(server: FakeServer):
    council, server.failing = council_at(server, retries=1), 2
    deliberation = await council.deliberate(turn(1))
    assert len(server.asked) == 7
    assert not any(each.failure for each in deliberation.decisions.values())
    await council.aclose()
