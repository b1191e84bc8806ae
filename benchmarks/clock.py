"""How late the latest turn is when thousands of woods are due in the same second.

The real clock of the bot moves a real `Keeper` on a file; the council answers at once, and cards are not posted:
Discord's own limit for posts is what decides there. A turn's lateness is the time from when it was due to when it
was committed.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.engine import SEED, play
from benchmarks.store import InstantCouncil
from bot.clock import TurnClock
from engine.keeper import Keeper
from engine.records import TurnReport, WoodRecord
from engine.store import sqlite_url

WOODS: Final = 5_000
ROUNDS: Final = 2
CADENCE_SECONDS: Final = 60
TICK_SECONDS: Final = 5.0


class ShiftedClock:
    """The system's clock in UTC, which stands still until it is let go."""

    def __init__(self) -> None:
        self._stands: datetime | None = datetime.now(UTC)
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the time."""
        return self._stands or datetime.now(UTC) + self._shift

    def go(self, ahead: timedelta) -> None:
        """Jump ahead by so much, and go on with the system's clock."""
        assert self._stands is not None
        self._shift, self._stands = self._stands + ahead - datetime.now(UTC), None


class Unposted:
    """Stands where the poster does, and posts nothing."""

    def kick(self) -> None:
        """Post nothing."""

    async def tell(self, wood: WoodRecord, text: str) -> None:
        """Say nothing."""

    async def settle(self) -> None:
        """Be done."""

    async def stop(self) -> None:
        """Be done."""


class TimedTurns:
    """Takes turns of a Keeper, and notes how late each was committed."""

    def __init__(self, keeper: Keeper, clock: ShiftedClock, done: asyncio.Semaphore) -> None:
        self._keeper = keeper
        self._clock = clock
        self._done = done
        self.late: list[float] = []

    async def advance(self, world_id: str) -> TurnReport:
        """Take one turn."""
        due = self._keeper.record(world_id).next_turn_at
        assert due is not None
        report = await self._keeper.advance(world_id)
        self.late.append((self._clock.now() - due).total_seconds())
        self._done.release()
        return report


async def run(
    woods: int = WOODS, rounds: int = ROUNDS, folder: Path | None = None, step: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Return the `clock` part of `wood bench --json`: so many rounds of so many woods, all due together.

    Args:
        woods: How many woods there are.
        rounds: Turns of each.
        folder: Where to put the file, which is taken away afterwards; the system's folder for such when None.
        step: Called after every turn.
    """
    council, clock = InstantCouncil([turn.decisions for turn in await play(rounds, patrons=0)]), ShiftedClock()
    with TemporaryDirectory(dir=folder, prefix="wood-bench-") as place:
        keeper = await Keeper.open(sqlite_url(Path(place) / "wood.db"), lambda _: council, clock)
        done = asyncio.Semaphore(0)
        turns = TimedTurns(keeper, clock, done)
        # Both stand in for what needs a bot on Discord.
        turn_clock = TurnClock(keeper, turns, Unposted(), clock, TICK_SECONDS)  # pyright: ignore[reportArgumentType]
        try:
            for number in range(woods):
                await keeper.found(f"wood-{number}", number, number, seed=SEED, cadence_seconds=CADENCE_SECONDS)
            clock.go(timedelta(seconds=CADENCE_SECONDS))
            turn_clock.start()
            for _ in range(woods * rounds):
                await done.acquire()
                step()
        finally:
            await turn_clock.stop()
            await keeper.close()
    percentiles = quantiles(turns.late, n=100)
    return {
        "woods": woods,
        "rounds": rounds,
        "turns": len(turns.late),
        "cadence_s": CADENCE_SECONDS,
        "latest_s": round(max(turns.late), 1),
        "late_s_median": round(percentiles[49], 1),
        "late_s_p99": round(percentiles[98], 1),
    }
