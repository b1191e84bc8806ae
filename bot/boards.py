"""The boards of tournaments: one message each, drawn anew whenever something else stands on it, sent anew when gone."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot import themes
from bot.history import find_post, may_read
from bot.i18n import speaking
from bot.languages import of_channel
from bot.retries import nonce_of, soon
from bot.ui.entries import custom_id_of
from bot.ui.pictures import standings as standings_picture
from bot.ui.placings import players_shown
from bot.ui.tournaments import Users, board
from engine.contests.tournament import standing
from engine.keeper import Keeper
from engine.ports import Clock
from engine.staging import archive
from engine.staging.archive import Tournament

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)

OVER: Final = "over"
"""Noted as what stands on a board that is never drawn again."""

_LOOKED_BACK: Final = timedelta(hours=1)
"""How far back a board is looked for that was sent, and not noted because of a kill."""

_NAMES_AT_ONCE: Final = 100
"""Members that Discord names in one request."""


class Boards:
    """Keeps every board as its tournament stands."""

    def __init__(self, bot: "WoodBot", keeper: Keeper, clock: Clock) -> None:
        self._bot = bot
        self._keeper = keeper
        self._run = keeper.store.run
        self._clock = clock
        self._awake: set[str] = set()
        self._work: dict[str, asyncio.Task[None]] = {}

    async def look(self) -> None:
        """See to every board on which something else may stand by now."""
        for tournament_id in await self._run(lambda c: archive.undrawn_tournaments(c, self._keeper.store.shards)):
            self.wake(tournament_id)

    async def settle(self) -> None:
        """Wait until the boards begun are drawn, or put off."""
        while self._work:
            await asyncio.wait(list(self._work.values()))

    async def stop(self) -> None:
        """Break off what is being drawn; the next start draws it."""
        tasks = list(self._work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, tournament_id: str) -> None:
        """Draw a board in the background if something else stands on it; what changes meanwhile is drawn next."""
        self._awake.add(tournament_id)
        if tournament_id not in self._work:
            task = asyncio.create_task(self._work_on(tournament_id), name=f"board of {tournament_id}")
            self._work[tournament_id] = task
            task.add_done_callback(lambda _: self._work.pop(tournament_id))

    async def names(self, tournament: Tournament, users: Users, entrants: Iterable[str]) -> dict[str, str]:
        """Return what entrants are called in the server, those that Discord tells of."""
        wanted = {entrant: int(user) for entrant in entrants if (user := users.get(entrant))}
        guild = self._bot.get_guild(tournament.guild_id)
        if guild is None or not wanted:
            return {}
        ids = list(wanted.values())
        try:
            members = await guild.query_members(user_ids=ids[:_NAMES_AT_ONCE], limit=_NAMES_AT_ONCE, cache=False)
        except (TimeoutError, discord.DiscordException) as error:
            log.warning("The names for a picture were not told: %s", error)
            return {}
        named = {member.id: member.display_name for member in members}
        return {entrant: named[user] for entrant, user in wanted.items() if user in named}

    async def _work_on(self, tournament_id: str) -> None:
        while tournament_id in self._awake:
            self._awake.discard(tournament_id)
            try:
                await self._bring_up_to_date(tournament_id)
            except Exception:
                log.exception("The board of %s was not drawn; the next look tries again", tournament_id)

    async def _bring_up_to_date(self, tournament_id: str) -> None:
        tournament = await self._bot.director.read(tournament_id)
        if tournament.shown == OVER:
            return
        with speaking(await of_channel(self._bot, tournament.guild_id, tournament.channel_id)):
            await self._draw(tournament)

    async def _draw(self, tournament: Tournament) -> None:
        tournament_id, state = tournament.tournament_id, tournament.state
        tables = await self._run(lambda c: archive.tables(c, tournament_id, state.round))
        users = await self._run(lambda c: archive.users(c, tournament_id))
        view = board(tournament, tables, users)
        theme = await themes.of_channel(self._bot, tournament.guild_id, tournament.channel_id)
        text = json.dumps([view.to_components(), [each.model_dump() for each in standing(state)], theme], default=str)
        stands = hashlib.sha256(text.encode()).hexdigest()[:16]
        if tournament.shown != stands:
            message_id = await self._place(tournament, view, users, theme)
            columns = {"message_id": message_id, "shown": stands}
            await self._run(lambda c: archive.set_tournament(c, tournament_id, **columns))
        if state.over:
            await self._bot.venue.put_away(tournament)
            await self._run(lambda c: archive.set_tournament(c, tournament_id, shown=OVER))

    async def _place(self, tournament: Tournament, view: discord.ui.LayoutView, users: Users, theme: str) -> int | None:
        """Edit a board where it stands, or send it; return the message, or None where none may stand."""
        channel = self._bot.get_partial_messageable(tournament.channel_id, guild_id=tournament.guild_id)
        message_id = tournament.message_id or await self._found(tournament, channel)
        try:
            if message_id is not None and await self._edited(tournament, view, users, theme, message_id):
                return message_id
            nonce = nonce_of(f"board:{tournament.tournament_id}:{message_id}")
            async for attempt in soon():
                with attempt:
                    files = await self._pictures(tournament, users, theme)
                    return (await channel.send(view=view, files=files, nonce=nonce, silent=True)).id
        except (discord.Forbidden, discord.NotFound) as error:
            log.warning("The board of %s can stand nowhere: %s", tournament.tournament_id, error)
            return None
        raise AssertionError("stamina either returns or raises")

    async def _edited(
        self, tournament: Tournament, view: discord.ui.LayoutView, users: Users, theme: str, message_id: int
    ) -> bool:
        """Draw a board anew where it stands; return False when it is gone."""
        channel = self._bot.get_partial_messageable(tournament.channel_id, guild_id=tournament.guild_id)
        try:
            async for attempt in soon():
                with attempt:
                    files = await self._pictures(tournament, users, theme)
                    await channel.get_partial_message(message_id).edit(view=view, attachments=files)
        except discord.NotFound:
            log.info("The board of %s is gone, and sent anew", tournament.tournament_id)
            return False
        return True

    async def _pictures(self, tournament: Tournament, users: Users, theme: str) -> list[discord.File]:
        """Return the standing as a file to send; an upload uses it up."""
        state = tournament.state
        if not standing(state):
            return []
        names = await self.names(tournament, users, players_shown(state))
        return [await self._bot.studio.file(standings_picture(state, names), theme)]

    async def _found(self, tournament: Tournament, channel: discord.PartialMessageable) -> int | None:
        """Return the board that was sent right before a kill, if there is one."""
        if self._bot.user is None or not may_read(self._bot.get_guild(tournament.guild_id), tournament.channel_id):
            return None
        mark = custom_id_of("places", tournament.tournament_id)
        try:
            return await find_post(channel, self._bot.user.id, {mark}, self._clock.now() - _LOOKED_BACK)
        except (discord.Forbidden, discord.NotFound):
            return None
