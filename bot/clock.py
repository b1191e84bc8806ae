"""Time: what it is, and which woods are due."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.i18n import say
from bot.poster import Poster
from bot.turns import StillThinking, Turns
from engine.cadence import beats_between
from engine.keeper import Keeper
from engine.ports import Clock
from engine.rests import Rests
from engine.vocabulary import turns

log = logging.getLogger(__name__)

TURNS_AT_ONCE: Final = 256
"""Turns under way at once: enough to keep a server of minds busy, few enough that each has its share of the loop."""


class SystemClock:
    """The machine's clock, in UTC; the only place where the project asks it for the date."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        return datetime.now(UTC)


class Attendant(Protocol):
    """What is looked after beside the turns, at every look of the clock; its work waits for nobody's turn."""

    async def look(self) -> None:
        """Begin whatever is due now, in the background."""
        ...

    async def settle(self) -> None:
        """Wait until what was begun is over."""
        ...

    async def stop(self) -> None:
        """Break off what is under way; the next start goes on with it."""
        ...


class TurnClock:
    """Looks every few seconds for woods whose turn is due, and lets each take its turn in a task of its own.

    When a wood's next turn is due stands in the store and is set anew in the transaction that closes a turn, so the
    job has nothing to remember: after downtime a wood takes one turn, which is announced, and a late look loses none.
    So many turns at once are under way at most; the rest wait, the longest overdue first. Every look that the store
    answered touches the file `heartbeat`, if there is one. Seasons and the like are looked after by its `attendants`.
    """

    def __init__(
        self,
        keeper: Keeper,
        turns: Turns,
        poster: Poster,
        clock: Clock,
        tick_seconds: float,
        heartbeat: Path | None = None,
        turns_at_once: int = TURNS_AT_ONCE,
        attendants: Sequence[Attendant] = (),
    ) -> None:
        self._keeper = keeper
        self._turns = turns
        self._poster = poster
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._heartbeat = heartbeat
        self._scheduler: AsyncIOScheduler | None = None
        self._turns_at_once = turns_at_once
        self._attendants = tuple(attendants)
        self._waiting: deque[str] = deque()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rests = Rests(clock)
        self._announcing: set[asyncio.Task[None]] = set()
        self._announced: dict[str, datetime] = {}

    def start(self) -> None:
        """Go on with the turns a crash left open, post what it left unposted, and start looking; once."""
        if self._scheduler is not None:
            return
        for world_id in self._keeper.unfinished():
            self._launch(world_id)
        self._poster.kick()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.look,
            "interval",
            seconds=self._tick_seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop looking and break off turns under way; the next start goes on with them."""
        self._waiting.clear()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        tasks = [*self._running.values(), *self._announcing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for attendant in self._attendants:
            await attendant.stop()
        await self._poster.stop()

    async def look(self) -> None:
        """Start the turn of every wood that is due, look after the rest, and post what waits in the outbox."""
        now = self._clock.now()
        for attendant in self._attendants:
            await attendant.look()
        due = await self._keeper.due(now)
        # Those that still waited are due yet, or have taken their turn by hand meanwhile.
        self._waiting = deque(world_id for world_id in due if not self._rests.resting(world_id))
        self._fill()
        self._poster.kick()
        if self._heartbeat is not None:
            self._heartbeat.touch()

    async def settle(self) -> None:
        """Wait until the turns under way are over and their cards posted or put off."""
        while self._running or self._announcing:
            await asyncio.wait([*self._running.values(), *self._announcing])
        for attendant in self._attendants:
            await attendant.settle()
        await self._poster.settle()

    def _fill(self) -> None:
        """Let woods that wait take their turns as there is room for them."""
        while self._waiting and len(self._running) < self._turns_at_once:
            self._launch(self._waiting.popleft())

    def _launch(self, world_id: str) -> None:
        if world_id in self._running:
            return
        task = asyncio.create_task(self._take_turn(world_id), name=f"turn of {world_id}")
        self._running[world_id] = task
        task.add_done_callback(lambda _: self._ended(world_id))

    def _ended(self, world_id: str) -> None:
        del self._running[world_id]
        self._fill()

    async def _take_turn(self, world_id: str) -> None:
        try:
            self._announce_downtime(world_id)
            await self._turns.advance(world_id)
        except StillThinking:
            log.debug("%s takes its turn by hand", world_id)
        except Exception:
            # One wood's trouble stays its own; it is tried again after a rest.
            log.exception("The turn of %s failed", world_id)
            self._rests.begin(world_id)

    def _announce_downtime(self, world_id: str) -> None:
        """Say so when turns passed by unplayed, once and beside the turn, which does not wait for it."""
        wood = self._keeper.record(world_id)
        due = wood.next_turn_at
        if due is None or self._announced.get(world_id) == due:
            return
        passed = beats_between(int(due.timestamp()), int(self._clock.now().timestamp()), wood.cadence_seconds) - 1
        if passed < 1:
            return
        self._announced[world_id] = due
        told = self._poster.tell(wood, lambda: _unplayed(passed))
        task = asyncio.create_task(told, name=f"downtime of {world_id}")
        self._announcing.add(task)
        task.add_done_callback(self._announcing.discard)


def _unplayed(passed: int) -> str:
    return say(
        "⏰ The wood stood still for a while, and {turns:turns} passed by unplayed. It goes on with one.",
        turns=turns(passed),
    )
