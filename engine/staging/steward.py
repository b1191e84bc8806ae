"""The steward: begins seasons when they are due, ends woods whose last turn has closed, and begins what follows.

Like the director it looks at what is stored and does the next thing; each thing is done once however often it is begun.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from engine.actions.base import Refusal
from engine.contests.season import Season
from engine.keeper import Keeper
from engine.ports import Clock
from engine.records import WoodRecord
from engine.rests import Rests
from engine.rules import DEFAULT_RULES, SEASON_RULES
from engine.staging import hall

log = logging.getLogger(__name__)


class Usher(Protocol):
    """Who shows the beginning of a season and crowns its winner: a Discord server, or nobody."""

    async def welcome(self, wood: WoodRecord) -> None:
        """Show the first card of a season's wood; nothing depends on it."""
        ...

    async def crown(self, season: Season, winners: list[str]) -> None:
        """Give a season's role to its winners, by their outside ids; done twice it is done once.

        Raises:
            Exception: If it could not be done yet, to be asked again.
        """
        ...


class Steward:
    """Takes every season of the Keeper's shards from its plan to its crown."""

    def __init__(self, keeper: Keeper, clock: Clock, usher: Usher) -> None:
        """Look after the seasons in the store of `keeper`."""
        self._keeper = keeper
        self._clock = clock
        self._usher = usher
        self._rests = Rests(clock)

    async def look(self) -> None:
        """Do whatever is due now: end, crown and plan what follows, then begin."""
        for world_id in self._keeper.over():
            if not self._keeper.record(world_id).invited:
                await self._guarded(partial(self._keeper.end, world_id), world_id)
        now, run = self._clock.now(), self._keeper.store.run
        for season in await run(lambda c: hall.open_seasons(c, self._keeper.store.shards)):
            if season.ended_at is not None:
                await self._guarded(partial(self._conclude, season), season.world_id)
            elif not season.planted and season.begins_at <= now:
                await self._guarded(partial(self._begin, season), season.world_id)

    async def _conclude(self, season: Season) -> None:
        """Plan the season that follows, if one does, and crown the winner of this one."""
        run = self._keeper.store.run
        if season.plan.repeats:
            await run(lambda c: hall.follow(c, season, int(self._clock.now().timestamp())))
        results = await run(lambda c: hall.results(c, season.world_id))
        winners = [result.user for result in results if result.place == 1 and result.user is not None]
        await self._usher.crown(season, winners)
        await run(lambda c: hall.crown(c, season))

    async def _begin(self, season: Season) -> None:
        """Plant a season's wood, once the one that grew in its channel has ended."""
        grows = self._keeper.of_channel(season.channel_id)
        if grows is not None:
            if self._keeper.thinking(grows.world_id) or self._keeper.public(grows.world_id).thinking:
                return  # the next look comes soon
            self._keeper.require_council(season.plan.council)  # rather before the one that grows has ended
            await self._keeper.end(grows.world_id)
        plan = season.plan
        manner = await self._keeper.store.run(lambda c: hall.manner_in(c, season.guild_id, season.channel_id))
        wood = await self._keeper.found(
            season.world_id,
            season.guild_id,
            season.channel_id,
            council=plan.council,
            cadence_seconds=plan.cadence_seconds,
            rules=SEASON_RULES,
            last_turn=plan.chapters * DEFAULT_RULES.time.turns_a_chapter,
            quiet_hours=plan.quiet_hours,
            language=manner.language,
            theme=manner.theme,
        )
        await self._usher.welcome(wood)

    async def _guarded(self, step: Callable[[], Awaitable[None]], world_id: str) -> None:
        """Take a step; one season's trouble stays its own, and is tried again after a rest."""
        if self._rests.resting(world_id):
            return
        try:
            await step()
        except Refusal as refusal:
            log.info("%s waits: %s", world_id, refusal)
        except Exception:
            log.exception("A step of the season of %s failed", world_id)
            self._rests.begin(world_id)
