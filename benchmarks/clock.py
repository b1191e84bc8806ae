"""How late the latest turn is when thousands of woods are due in the same second.

The real clock of the bot moves a real `Keeper` on a file; the council answers at once, and cards are not posted:
Discord's own limit for posts is what decides there. A turn's lateness is the time from when it was due to when it
was committed.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.engine import SEED, play
from benchmarks.instant import InstantCouncil
from benchmarks.waits import median_and_p99
from bot.clock import TurnClock
from engine.keeper import Keeper
from engine.records import WoodRecord
from engine.store import sqlite_url

WOODS: Final = 5_000
ROUNDS: Final = 2
CADENCE_SECONDS: Final = 60
TICK_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 300.0
"""How long no turn may end before the benchmark gives up: far longer than from one round to the next."""


class ClockError(Exception):
    """The clock cannot be measured; the text says what went wrong."""


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
    """Takes turns of a Keeper, and notes how late each was committed, or why one could not be.

    A failure is not passed on, for the bot's clock would log it and try again for ever.
    """

    def __init__(self, keeper: Keeper, clock: ShiftedClock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._done = asyncio.Semaphore(0)
        self.late: list[float] = []
        self._failed: Exception | None = None

    async def advance(self, world_id: str) -> None:
        """Take one turn."""
        try:
            due = self._keeper.record(world_id).next_turn_at
            assert due is not None
            await self._keeper.advance(world_id)
            self.late.append((self._clock.now() - due).total_seconds())
        except Exception as error:
            self._failed = error
        self._done.release()

    async def one_more(self) -> None:
        """Wait until one more turn has been taken.

        Raises:
            ClockError: If a turn failed, or none ended in `PATIENCE_SECONDS`.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._done.acquire()
        except TimeoutError:
            raise ClockError(f"No turn has ended in {PATIENCE_SECONDS:g} seconds. The log may say why.") from None
        if self._failed is not None:
            first_line = str(self._failed).partition("\n")[0]
            raise ClockError(f"A turn failed with {type(self._failed).__name__}: {first_line}") from self._failed


async def run(
    woods: int = WOODS, rounds: int = ROUNDS, folder: Path | None = None, step: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Return the `clock` part of `wood bench --json`: so many rounds of so many woods, all due together.

    Args:
        woods: How many woods there are.
        rounds: Turns of each.
        folder: Where to put the file, which is taken away afterwards; the system's folder for such when None.
        step: Called after every turn.

    Raises:
        ClockError: If a turn fails, or turns stop being taken.
    """
    council, clock = InstantCouncil([turn.decisions for turn in await play(rounds, patrons=0)]), ShiftedClock()
    with TemporaryDirectory(dir=folder, prefix="wood-bench-") as place:
        keeper = await Keeper.open(sqlite_url(Path(place) / "wood.db"), lambda _: council, clock)
        turns = TimedTurns(keeper, clock)
        # Both stand in for what needs a bot on Discord.
        turn_clock = TurnClock(keeper, turns, Unposted(), clock, TICK_SECONDS)  # pyright: ignore[reportArgumentType]
        try:
            for number in range(woods):
                await keeper.found(f"wood-{number}", number, number, seed=SEED, cadence_seconds=CADENCE_SECONDS)
            clock.go(timedelta(seconds=CADENCE_SECONDS))
            turn_clock.start()
            for _ in range(woods * rounds):
                await turns.one_more()
                step()
        finally:
            await turn_clock.stop()
            await keeper.close()
    usual, long = median_and_p99(turns.late)
    return {
        "woods": woods,
        "rounds": rounds,
        "turns": len(turns.late),
        "cadence_s": CADENCE_SECONDS,
        "latest_s": round(max(turns.late), 1),
        "late_s_median": round(usual, 1),
        "late_s_p99": round(long, 1),
    }
