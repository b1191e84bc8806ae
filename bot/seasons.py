"""Seasons on a Discord server: begun, ended and crowned beside the turns, with the server's role for the winner."""

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from bot.i18n import joined, say, speaking
from bot.languages import of_channel
from bot.notes import tell_keeper
from bot.retries import UNREACHED, passes
from engine.actions.base import Refusal
from engine.contests.season import Season
from engine.keeper import Keeper
from engine.ports import Clock
from engine.records import WoodRecord
from engine.staging import hall
from engine.staging.steward import Steward

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)

_UNKNOWN_ROLE = 10011
_MOMENT_SECONDS = 2.0
_ORDER_SECONDS = 10.0
"""For how long a season's first card waits for the card of the end before it."""

_REASON = "The Thousand Token Wood: a season was won"


class DiscordIsAway(Refusal):
    """A role could not be given just now, for a reason that passes."""

    def __init__(self) -> None:
        super().__init__(say("Discord did not answer. The role is given once it does."))


class Seasons:
    """Lets the steward look after the seasons, one look at a time; an attendant of the clock."""

    def __init__(self, bot: "WoodBot", keeper: Keeper, clock: Clock) -> None:
        """Look after the seasons in the store of `keeper`."""
        self._bot = bot
        self._steward = Steward(keeper, clock, DiscordUsher(bot, keeper))
        self._at_work: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Begin a look of the steward's, unless one is under way."""
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._look(), name="seasons")

    async def settle(self) -> None:
        """Wait until the look under way is over."""
        if self._at_work is not None:
            await asyncio.wait([self._at_work])

    async def stop(self) -> None:
        """Give the look under way a moment, then break it off; the next start goes on with it."""
        if self._at_work is None:
            return
        _, late = await asyncio.wait([self._at_work], timeout=_MOMENT_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _look(self) -> None:
        try:
            await self._steward.look()
        except Exception:
            log.exception("A look for seasons failed; the next one tries again")
        self._bot.poster.kick()


class DiscordUsher:
    """Shows the first card of a season's wood, and passes a server's role on to those who won a season."""

    def __init__(self, bot: "WoodBot", keeper: Keeper) -> None:
        """Show and crown on the servers of `bot`."""
        self._bot = bot
        self._keeper = keeper

    async def welcome(self, wood: WoodRecord) -> None:
        """Show the first card of a season's wood, below the last one of the wood that grew there before."""
        waiting = {post.world_id for post in await self._keeper.outbox.pending() if post.channel_id == wood.channel_id}
        if waiting:
            await asyncio.wait([self._bot.poster.wake(world_id) for world_id in waiting], timeout=_ORDER_SECONDS)
        await self._bot.poster.welcome(wood)

    async def crown(self, season: Season, winners: list[str]) -> None:
        """Take the role from who won the season before in that channel, and give this season's to its winners.

        What cannot be done, because a role or a member is gone or the bot may not, is told to the keepers and left.

        Raises:
            DiscordIsAway: If Discord could not be reached, to be asked again.
        """
        before = await self._keeper.store.run(lambda c: hall.season_before(c, season))
        if season.plan.role_id is None and (before is None or before.plan.role_id is None):
            return
        try:
            with speaking(await of_channel(self._bot, season.guild_id, season.channel_id)):
                await self._pass_on(season, before, winners)
        except UNREACHED as error:
            if passes(error):
                log.warning("The role of %s could not be given yet: %s", season.world_id, error)
                raise DiscordIsAway from error
            # The server has shown the bot the door: there is nobody to give it to, and nobody to tell.
            log.warning("The role of %s is not given: %s", season.world_id, error)

    async def _pass_on(self, season: Season, before: Season | None, winners: list[str]) -> None:
        role = season.plan.role_id
        guild = self._bot.get_guild(season.guild_id) or await self._bot.fetch_guild(season.guild_id)
        missing: list[str] = []
        if before is not None and before.plan.role_id is not None:
            for user in await self._winners_of(before):
                if before.plan.role_id != role or user not in winners:
                    # Who left the server lost the role with it, and a role that was deleted nobody has.
                    await _done(guild, user, before.plan.role_id, give=False)
        for user in winners if role is not None else ():
            assert role is not None
            hindered = await _done(guild, user, role, give=True)
            if hindered:
                missing.append(hindered)
        if missing:
            text = say(
                "🏁 Season {number:int} is over, but its role was not given: {reasons}",
                number=season.number,
                reasons=joined(missing),
            )
            await tell_keeper(self._bot, season.guild_id, season.channel_id, lambda: text)

    async def _winners_of(self, season: Season) -> list[str]:
        results = await self._keeper.store.run(lambda c: hall.results(c, season.world_id))
        return [result.user for result in results if result.place == 1 and result.user is not None]


async def _done(guild: discord.Guild, user: str, role_id: int, *, give: bool) -> str | None:
    """Give a member a role, or take it; return None, or in a sentence why that cannot be.

    Raises:
        Exception: Of `UNREACHED`, for a reason that passes.
    """
    try:
        member, role = await guild.fetch_member(int(user)), discord.Object(role_id)
        await (member.add_roles if give else member.remove_roles)(role, reason=_REASON, atomic=True)
    except UNREACHED as error:
        if passes(error):
            raise
        log.info("A role of server %s could not be changed: %s", guild.id, error)
        if isinstance(error, discord.Forbidden):
            role_named = f"<@&{role_id}>"
            return say("I may not give {role}; let me manage roles, and move mine above it.", role=role_named)
        if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_ROLE:
            return say("the role is gone.")
        return say("{member} is not in this server any more.", member=f"<@{user}>")
    return None
