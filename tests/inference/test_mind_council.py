import asyncio
import json
import subprocess
import sys
import time

import pytest

from engine.cast import CAST
from engine.ports import TurnRequest
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil, load_council, sampling_seed
from inference.mind import Answer, MindError
from inference.recorded import RecordedMind
from inference.standin import decide
from tests.inference.mind_samples import ordinary_view


class Scripted:
    """A mind that answers with what a function of the request returns or raises."""

    def __init__(self, behave) -> None:
        self.behave = behave
        self.requests = []

    async def answer(self, request) -> Answer:
        self.requests.append(request)
        result = self.behave(request)
        return await result if asyncio.iscoroutine(result) else Answer(text=result)

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


def council_of(behave, **settings) -> tuple[MindCouncil, Scripted]:
    config = CouncilConfig(
        minds={"good": MindConfig(kind="standin"), "odd": MindConfig(kind="standin", lab="Odd")},
        seats={creature: "odd" if creature == "Oona" else "good" for creature in CREATURES},
        **settings,
    )
    odd = Scripted(behave)
    return MindCouncil(config, {"good": Scripted(lambda request: decide(request.view, request.seed)), "odd": odd}), odd


def turn(number: int = 1, **changes) -> TurnRequest:
    views = tuple(ordinary_view(number * 10 + at, member) for at, member in enumerate(CAST))
    if changes:
        views = tuple(view.model_copy(update=changes) if view.name == "Oona" else view for view in views)
    return TurnRequest(world_id="w", season=1, turn=number, seed=7, public_hash="h", views=views)


async def _forever() -> Answer:
    while True:
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:
            # A mind so rude that it goes on once after it was told to stop.
            await asyncio.sleep(0.3)
            return Answer(text="late")


def _raise(error: Exception) -> str:
    raise error


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (lambda _: _raise(MindError("the server is gone")), "the server is gone"),
        (lambda _: _raise(RuntimeError("boom")), "The mind broke: RuntimeError."),
        (lambda _: _forever(), "No answer within 0.3 seconds."),
        (lambda _: "I like honey.", ""),
    ],
)
async def test_a_failing_mind_costs_its_creature_the_turn_and_nothing_else(behave, error: str) -> None:
    council, _ = council_of(behave, deadline_seconds=0.3)
    began = time.perf_counter()
    deliberation = await council.deliberate(turn())
    assert time.perf_counter() - began < 5
    assert set(deliberation.decisions) == set(CREATURES)
    failed = [name for name, decision in deliberation.decisions.items() if decision.failure]
    assert failed == ["Oona"]
    ask = next(ask for ask in deliberation.asks if ask.creature == "Oona")
    assert ask.error == error
    assert ask.decision.orders == ()
    assert not ask.parse.valid_json
    assert ask.messages


async def test_all_creatures_are_asked_at_once() -> None:
    async def slow() -> Answer:
        await asyncio.sleep(0.2)
        return Answer(text="{}")

    config = CouncilConfig(minds={"a": MindConfig(kind="standin")}, seats=dict.fromkeys(CREATURES, "a"))
    began = time.perf_counter()
    await MindCouncil(config, {"a": Scripted(lambda _: slow())}).deliberate(turn())
    assert time.perf_counter() - began < 0.8


async def test_a_retry_has_a_seed_of_its_own_and_both_are_recorded() -> None:
    council, odd = council_of(lambda request: decide(request.view, 1) if request.attempt else "no", retries=1)
    deliberation = await council.deliberate(turn())
    asks = [ask for ask in deliberation.asks if ask.creature == "Oona"]
    assert [ask.attempt for ask in asks] == [0, 1]
    assert asks[0].seed != asks[1].seed
    assert not deliberation.decisions["Oona"].failure
    assert len(odd.requests) == 2


async def test_a_prompt_with_a_secret_is_not_sent(caplog) -> None:
    council, odd = council_of(lambda request: decide(request.view, 1), retries=2)
    secret = "xq0123456789abcdef0123"
    deliberation = await council.deliberate(turn(gossip=f"They say {secret}."))
    assert odd.requests == []
    assert deliberation.decisions["Oona"].failure
    assert (council.leaks, council.prompts_scanned) == (1, 5)
    assert any(record.levelname == "ERROR" for record in caplog.records)
    assert secret not in deliberation.model_dump_json() + caplog.text


async def test_half_a_character_can_be_recorded() -> None:
    council, _ = council_of(lambda _: "\ud800")
    assert (await council.deliberate(turn())).model_dump_json()


async def test_the_record_says_what_was_sent() -> None:
    council, odd = council_of(lambda request: decide(request.view, request.seed))
    deliberation = await council.deliberate(turn())
    ask = next(ask for ask in deliberation.asks if ask.creature == "Oona")
    sent = odd.requests[0]
    assert [message["content"] for message in ask.messages] == [message.content for message in sent.messages]
    assert (ask.seed, ask.lab, ask.mind, len(ask.messages_sha256)) == (sent.seed, "Odd", "odd", 64)


def test_seeds_are_the_same_in_every_process() -> None:
    code = "from inference.council import sampling_seed; print(sampling_seed(7, 'Oona', 0))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == sampling_seed(7, "Oona", 0)
    assert 0 <= sampling_seed(7, "Oona", 0) < 2**31


async def test_a_recorded_run_replays(tmp_path) -> None:
    council = load_council("standin")
    told = await council.deliberate(turn(3))
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps({"turn": 3, **ask.model_dump(mode="json")}) + "\n" for ask in told.asks))
    config = CouncilConfig(
        minds={"past": MindConfig(kind="recorded", traces=str(path))}, seats=dict.fromkeys(CREATURES, "past")
    )
    again = MindCouncil(config, {"past": RecordedMind(path)})
    assert (await again.deliberate(turn(3))).decisions == told.decisions
    missing = await again.deliberate(turn(4))
    assert "holds no answer of Oona in season 1, turn 4" in missing.asks[1].error


async def test_every_mind_can_be_checked() -> None:
    council, _ = council_of(lambda _: _raise(MindError("the server is gone")))
    checks = {check.mind: check for check in await council.check()}
    assert checks["good"].valid_json
    assert checks["odd"].problem == "the server is gone"


async def test_each_creature_that_has_decided_is_told_of_as_it_happens() -> None:
    go_on, told = asyncio.Event(), []

    async def slowly() -> Answer:
        await go_on.wait()
        return Answer(text="I like honey.")

    council, _ = council_of(lambda _: slowly(), deadline_seconds=30)

    def decided(world_id: str, number: int, creature: str) -> None:
        told.append((world_id, number, creature))
        if len(told) == 4:
            go_on.set()

    council.on_decided = decided
    await council.deliberate(turn(3))
    assert {(world_id, number) for world_id, number, _ in told} == {("w", 3)}
    assert sorted(name for *_, name in told) == sorted(CREATURES)
    assert told[-1][2] == "Oona", "the slow one is told of last, and the others before it"
