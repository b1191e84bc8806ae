"""The council's benchmark asks every question once."""

from collections import Counter

import pytest

from benchmarks import council
from engine.ports import Deliberation, TurnRequest
from inference.council import load_council


@pytest.mark.parametrize("turns", [1, 2, 4])
async def test_no_question_is_asked_twice(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    minds, asked, steps = load_council("standin"), Counter[tuple[str, str]](), list[int]()
    deliberate = minds.deliberate

    async def noting(request: TurnRequest) -> Deliberation:
        asked.update((request.public_hash, view.name) for view in request.views)
        return await deliberate(request)

    monkeypatch.setattr(minds, "deliberate", noting)
    report = await council.run(minds, turns, lambda: steps.append(1))
    assert set(asked.values()) == {1}
    assert report["asks"] == asked.total() - 5 == 2 * 5 * turns + 2 * 5 * council.WORLDS
    assert report["failed"] == 0
    assert len(steps) == 2 * turns + 1
