"""Recordings of minds: every answer and every failure comes again as it was, and what was not recorded is said."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.ports import TurnRequest
from inference import recording
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil
from inference.mind import Answer, MindAwayError, MindError, MindRequest
from inference.recording import Recording, RecordingError, digest_of
from tests.inference.mind_samples import ordinary_view

ANSWER = '{"thought":"t","orders":[{"side":"buy","good":"honey","quantity":1,"price":9}],"gossip":"g"}'


class Live:
    """A mind that counts what it is asked, and says or raises what it is told to."""

    def __init__(self, say: Callable[[MindRequest], str | Exception | float] = lambda _: ANSWER) -> None:
        self.asked: list[MindRequest] = []
        self.say = say

    async def answer(self, request: MindRequest) -> Answer:
        self.asked.append(request)
        said = self.say(request)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, float):
            await asyncio.sleep(said)
            said = ANSWER
        return Answer(text=said, prompt_tokens=7, completion_tokens=len(self.asked))

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


def config_of(**changes) -> CouncilConfig:
    minds = {"live": MindConfig(kind="standin", model="live", **changes.pop("mind", {}))}
    return CouncilConfig(minds=minds, seats=dict.fromkeys(CREATURES, "live"), **changes)


def turn(number: int = 1, seed: int = 3) -> TurnRequest:
    views = (ordinary_view(number), ordinary_view(number + 100))
    named = tuple(view.model_copy(update={"name": name}) for view, name in zip(views, ("Oona", "Sable"), strict=True))
    return TurnRequest(world_id="w", season=1, turn=number, seed=seed, public_hash="h", views=named)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "minds.jsonl"


def recorder(kept: Recording, live: Live, config: CouncilConfig, monkeypatch: pytest.MonkeyPatch) -> MindCouncil:
    monkeypatch.setattr(recording, "build_mind", lambda _: live)
    return kept.recorder("us", config, {"weights": "abc"})


async def record(file: Path, live: Live, config: CouncilConfig, monkeypatch: pytest.MonkeyPatch, *turns: TurnRequest):
    with Recording(file, writes=True) as kept:
        council = recorder(kept, live, config, monkeypatch)
        return [_told(await council.deliberate(each)) for each in turns]


def cut_short(file: Path) -> None:
    """Leave the last line as a killed process may leave it."""
    os.truncate(file, file.stat().st_size - 20)


def lines_of(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def replay(file: Path, config: CouncilConfig, *turns: TurnRequest):
    with Recording(file, writes=False) as kept:
        council = kept.replayer("us", config)
        told = [_told(await council.deliberate(each)) for each in turns]
        kept.check()
        return told


def _told(deliberation):
    """Return a deliberation without the time it took and the words of an error."""
    asks = [ask.model_copy(update={"latency_ms": 0, "error": bool(ask.error)}) for ask in deliberation.asks]
    return deliberation.decisions, asks


async def test_what_was_answered_is_answered_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live()
    told = await record(file, live, config_of(), monkeypatch, turn(1), turn(2))
    assert len(live.asked) == 4
    assert await replay(file, config_of(), turn(1), turn(2)) == told
    assert told[0][0]["Oona"].orders


@pytest.mark.parametrize(
    "fault",
    [
        MindError("llama.cpp refused", "Its mind was busy."),
        MindAwayError("no server answers", "Its mind is away."),
        ValueError("broken"),
        "no JSON at all",
        30.0,
    ],
    ids=["error", "away", "broken", "unreadable", "late"],
)
async def test_every_failure_comes_again(fault, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of(deadline_seconds=0.2, retries=1, pause_seconds=0)
    live = Live(lambda request: fault if request.creature == "Oona" else ANSWER)
    told = await record(file, live, config, monkeypatch, turn())
    assert told[0][0]["Oona"].failure
    assert await replay(file, config, turn()) == told


async def test_alike_questions_are_put_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live(lambda _: 0.05)
    with Recording(file, writes=True) as kept:
        council = recorder(kept, live, config_of(), monkeypatch)
        first, second = await asyncio.gather(council.deliberate(turn()), council.deliberate(turn()))
        third = await council.deliberate(turn())
    assert len(live.asked) == 2
    assert first.decisions == second.decisions == third.decisions
    assert sum("asked" in line for line in lines_of(file)) == 2


async def test_a_run_that_was_killed_goes_on_from_what_it_had(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = await record(file, Live(), config_of(), monkeypatch, turn(1))
    cut_short(file)
    again = Live()
    both = await record(file, again, config_of(), monkeypatch, turn(1), turn(2))
    assert len(again.asked) == 3
    assert both[0][0] == told[0][0]
    assert await replay(file, config_of(), turn(1), turn(2)) == both


async def test_a_question_that_was_not_recorded_is_not_passed_over(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await record(file, Live(), config_of(), monkeypatch, turn(1))
    with pytest.raises(RecordingError, match="no answer to 2 of the questions"):
        await replay(file, config_of(), turn(1, seed=4))


async def test_what_a_council_is_made_of_must_be_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await record(file, Live(), config_of(), monkeypatch, turn(1))
    with Recording(file, writes=True) as kept, pytest.raises(RecordingError, match="other weights or settings of us"):
        kept.recorder("us", config_of(), {"weights": "other"})
    with Recording(file, writes=False) as kept:
        assert kept.councils == {"us": {"weights": "abc"}}
        with pytest.raises(RecordingError, match="holds nothing of them; it holds us"):
            kept.replayer("them", config_of())


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("dear diary\n")
    with pytest.raises(RecordingError, match="is no recording of minds"):
        Recording(other, writes=False)
    with pytest.raises(RecordingError, match="cannot be used as a recording"):
        Recording(tmp_path, writes=True)


def test_the_digest_changes_with_all_that_an_answer_depends_on() -> None:
    mind = MindConfig(kind="embedded", model="smollm2-135m")
    council = MindCouncil(config_of(), {})
    request = council._request(ordinary_view(1), "live", season=1, turn=1, seed=1, attempt=0)
    other = [
        digest_of(mind, request.model_copy(update=change))
        for change in (
            {"seed": request.seed + 1},
            {"max_tokens": 9},
            {"constrained": not request.constrained},
            {"messages": request.messages[:1]},
        )
    ]
    other += [
        digest_of(mind.model_copy(update=change), request)
        for change in ({"model": "gemma3-270m"}, {"adapter": "a.gguf"}, {"stop": ("x",)}, {"prompt_form": "plain"})
    ]
    assert len({digest_of(mind, request), *other}) == 9
    same = mind.model_copy(update={"workers": 2, "lab": "us"})
    later = request.model_copy(update={"turn": 9, "season": 2, "attempt": 1})
    assert digest_of(same, later) == digest_of(mind, request)
