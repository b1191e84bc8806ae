"""The benchmark of the clock reports what it did."""

import pytest

import benchmarks.clock
from benchmarks.clock import ClockError, run
from engine.keeper import Keeper


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmarks.clock, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(benchmarks.clock, "CADENCE_SECONDS", 10)


async def test_every_wood_takes_every_turn() -> None:
    seen: list[None] = []
    figures = await run(woods=7, rounds=1, step=lambda: seen.append(None))
    assert figures["turns"] == len(seen) == 7
    assert 0 <= figures["late_s_median"] <= figures["late_s_p99"] <= figures["latest_s"]


async def test_a_single_turn_is_the_latest_and_the_usual_one() -> None:
    figures = await run(woods=1, rounds=1)
    assert figures["turns"] == 1
    assert figures["late_s_median"] == figures["late_s_p99"] == figures["latest_s"]


@pytest.mark.timeout(60)
async def test_a_turn_that_fails_ends_it_with_its_reason_and_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(self: Keeper, world_id: str) -> None:
        raise OSError("no space left on device\nand more")

    monkeypatch.setattr(Keeper, "advance", failing)
    with pytest.raises(ClockError, match=r"^A turn failed with OSError: no space left on device$"):
        await run(woods=3, rounds=1)
    assert not caplog.records


@pytest.mark.timeout(60)
async def test_woods_of_which_none_comes_due_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(self: Keeper, now: object) -> list[str]:
        return []

    monkeypatch.setattr(Keeper, "due", none)
    monkeypatch.setattr(benchmarks.clock, "PATIENCE_SECONDS", 0.2)
    with pytest.raises(ClockError, match=r"No turn has ended in 0\.2 seconds"):
        await run(woods=1, rounds=1)
