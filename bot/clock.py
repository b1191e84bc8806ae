"""Time: what it is, and which woods are due."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.poster import Poster
from bot.turns import StillThinking, Turns
from engine.keeper import Keeper
from engine.ports import Clock

log = logging.getLogger(__name__)

_REST_AFTER_FAILURE: Final = timedelta(minutes=1)


class SystemClock:
    """The machine's clock, in UTC; the only place where the project asks it for the date."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        return datetime.now(UTC)


class TurnClock:
    """Looks every few seconds for woods whose turn is due, and lets each take its turn in a task of its own.

    When a wood's next turn is due stands in the store and is set anew in the transaction that closes a turn, so the
    job has nothing to remember: after downtime a wood takes one turn, and a late look loses none. Every look that
    the store answered touches the file `heartbeat`, if there is one.
    """

    def __init__(
        self,
        keeper: Keeper,
        turns: Turns,
        poster: Poster,
        clock: Clock,
        tick_seconds: float,
        heartbeat: Path | None = None,
    ) -> None:
        self._keeper = keeper
        self._turns = turns
        self._poster = poster
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._heartbeat = heartbeat
        self._scheduler: AsyncIOScheduler | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._resting_until: dict[str, datetime] = {}

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
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._poster.stop()

    async def look(self) -> None:
        """Start the turn of every wood that is due, and post what waits in the outbox."""
        now = self._clock.now()
        for world_id in await self._keeper.due(now):
            if now >= self._resting_until.get(world_id, now):
                self._launch(world_id)
        self._poster.kick()
        if self._heartbeat is not None:
            self._heartbeat.touch()

    async def settle(self) -> None:
        """Wait until the turns under way are over and their cards posted or put off."""
        await asyncio.gather(*self._running.values())
        await self._poster.settle()

    def _launch(self, world_id: str) -> None:
        if world_id in self._running:
            return
        task = asyncio.create_task(self._take_turn(world_id), name=f"turn of {world_id}")
        self._running[world_id] = task
        task.add_done_callback(lambda _: self._running.pop(world_id))

    async def _take_turn(self, world_id: str) -> None:
        try:
            await self._turns.advance(world_id)
        except StillThinking:
            log.debug("%s takes its turn by hand", world_id)
        except Exception:
            # One wood's trouble stays its own; it is tried again after a rest.
            log.exception("The turn of %s failed", world_id)
            self._resting_until[world_id] = self._clock.now() + _REST_AFTER_FAILURE
