"""The benchmark of the clock reports what it did."""

import benchmarks.clock
from benchmarks.clock import run


async def test_every_wood_takes_every_turn(monkeypatch) -> None:
    monkeypatch.setattr(benchmarks.clock, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(benchmarks.clock, "CADENCE_SECONDS", 10)
    seen: list[None] = []
    figures = await run(woods=7, rounds=1, step=lambda: seen.append(None))
    assert figures["turns"] == len(seen) == 7
    assert 0 <= figures["late_s_median"] <= figures["late_s_p99"] <= figures["latest_s"]
