"""Where tournaments are played on Discord: a private thread for every table, and a board that shows how it goes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

import discord

from bot.i18n import Language, listed, say, speaking, told
from bot.languages import Wording, in_every_language, of_channel
from bot.notes import tell_keeper
from bot.retries import UNREACHED, nonce_of, passes, soon
from bot.turns import StillThinking
from engine.contests.tournament import CallOff, Finish, Found, Move, ScoreRound, Step
from engine.keeper import Keeper
from engine.records import GIVEN_UP, Post
from engine.staging import archive
from engine.staging.archive import StoredTable, Tournament
from engine.vocabulary import turns

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)

NEEDED: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    attach_files=True,
    read_message_history=True,
    create_private_threads=True,
    send_messages_in_threads=True,
)
"""What the bot must be allowed to do in a tournament's channel."""

_IDLE_MINUTES: Final = 10_080
"""Idle for so long Discord puts a thread away by itself: a week, the longest there is, as the longest cadence."""

_THREADS_SEARCHED: Final = 200

_THREAD_NAME: Final = 100
"""Characters that a thread's name may have."""

_LAST_CARDS_SECONDS: Final = 30.0
"""For how long a thread is kept open for cards that Discord does not take."""


class Venue:
    """The Discord servers, as the director sees them.

    A table's thread is known again by its name, so that one opened before a kill is not opened twice. What is said in
    public is in the language of the tournament's channel, whoever asked for it.
    """

    def __init__(self, bot: "WoodBot", keeper: Keeper) -> None:
        self._bot = bot
        self._keeper = keeper
        self._run = keeper.store.run
        self._told: set[str] = set()

    async def open_table(self, tournament: Tournament, table: StoredTable, users: list[str]) -> int:
        """Return the thread for a table's cards, with its players in it, or the tournament's channel without one."""
        await self._bot.wait_until_ready()
        return await self._open(tournament, table, users)

    async def take_turn(self, world_id: str) -> None:
        """Let a table's wood take its next turn, or wait for the one that goes on already."""
        try:
            await self._bot.turns.advance(world_id)
        except StillThinking:
            await self._bot.turns.rest(world_id)

    async def show(self, tournament: Tournament, step: Step) -> None:
        """Show what a step did: on the board, and in the tables' threads where they were set."""
        if not isinstance(step, Move):  # when the next turn is due is stored right after it, and shown with it
            self._bot.boards.wake(tournament.tournament_id)
        if isinstance(step, Found):
            await self._open_play(tournament, step)
        elif isinstance(step, ScoreRound):
            scored = f"scored:{tournament.tournament_id}:{step.round}"
            await self.say(tournament, lambda: _scored(tournament, step.round), scored)
        elif isinstance(step, Finish):
            await self.say(tournament, lambda: _finished(tournament), f"podium:{tournament.tournament_id}")
        elif isinstance(step, CallOff):
            await self._tell_keeper(tournament, lambda: _called_off(tournament, step.reason))

    async def moved(self, lost: Post, *, gone: bool) -> bool:
        """Find another place for a table whose own takes no card; return False for a wood that is no table.

        A thread that is `gone` is opened anew. Where the bot may not post in it, the tournament's channel takes the
        cards; if that is the one lost, they are given up and the table is played on.
        """
        found = await self._run(lambda c: archive.table_of(c, lost.world_id))
        if found is None:
            return False
        tid, table = found
        tournament = await self._run(lambda c: archive.tournament(c, tid))
        channel_id = await self._next_place(tournament, table, lost, gone=gone)
        if channel_id is None or not self._keeper.keeps(lost.world_id):
            for post in await self._keeper.outbox.pending(lost.world_id):
                await self._keeper.outbox.mark(post.post_id, GIVEN_UP)
            return True
        await self._keeper.configure(lost.world_id, channel_id=channel_id)
        await self._run(lambda c: archive.set_table(c, tid, table, channel_id=channel_id))
        self._bot.boards.wake(tid)
        return True

    async def say(self, tournament: Tournament, word: Wording, nonce: str) -> None:
        """Say one line in a tournament's channel, when that is possible; nothing depends on it."""
        with speaking(await self._language_of(tournament)):
            text = word()
        channel = self._messageable(tournament, tournament.channel_id)
        await self._attempt(lambda: channel.send(text, nonce=nonce_of(nonce), silent=True), "A tournament's line")

    async def put_away(self, tournament: Tournament) -> None:
        """Archive the threads of a tournament that is over, once the last cards stand in them."""
        for number in range(1, tournament.state.round + 1):
            for table in await self._run(lambda c, n=number: archive.tables(c, tournament.tournament_id, n)):
                if table.channel_id not in (None, tournament.channel_id):
                    await asyncio.wait([self._bot.poster.wake(table.world_id)], timeout=_LAST_CARDS_SECONDS)
                    await self._archive_thread(table.channel_id)

    async def _archive_thread(self, thread_id: int | None) -> None:
        thread = self._bot.get_channel(thread_id or 0)
        if isinstance(thread, discord.Thread):
            await self._attempt(lambda: thread.edit(archived=True), "A table's thread")

    async def _next_place(self, tournament: Tournament, table: StoredTable, lost: Post, *, gone: bool) -> int | None:
        if lost.channel_id == tournament.channel_id:
            if (what := f"lost {tournament.tournament_id}") not in self._told:
                self._told.add(what)
                await self._tell_keeper(tournament, lambda: _channel_lost(tournament))
            return None
        if not gone:
            return tournament.channel_id
        known = await self._run(lambda c: archive.users(c, tournament.tournament_id))
        taken = await self._run(lambda c: archive.seats(c, tournament.tournament_id, table))
        users = [user for seat in taken if (user := known[seat.entrant])]
        return await self._open(tournament, table, users, gone=lost.channel_id)

    async def _open(
        self, tournament: Tournament, table: StoredTable, users: Sequence[str], gone: int | None = None
    ) -> int:
        names = in_every_language(lambda: thread_name(tournament, table))
        with speaking(await self._language_of(tournament)):
            name = thread_name(tournament, table)
        try:
            channel = self._bot.get_channel(tournament.channel_id)
            if not isinstance(channel, discord.TextChannel):
                return await self._without_thread(tournament)
            thread = await self._standing(channel, names, gone) or await channel.create_thread(
                name=name,
                type=discord.ChannelType.private_thread,
                auto_archive_duration=_IDLE_MINUTES,
                invitable=False,
            )
        except discord.HTTPException as error:
            if passes(error):
                raise
            log.warning("A table of %s is played without a thread: %s", tournament.tournament_id, error)
            return await self._without_thread(tournament)
        for user in users:
            # Who left the server cannot be added, and their table is played without them.
            await self._attempt(lambda user=user: thread.add_user(discord.Object(int(user))), "A table's player")
        return thread.id

    async def _standing(
        self, channel: discord.TextChannel, names: frozenset[str], gone: int | None
    ) -> discord.Thread | None:
        """Return the thread of these names that the bot opened before, also one put away; not the one `gone`."""
        assert self._bot.user is not None, "tables are opened after the login"
        me = self._bot.user.id
        for thread in channel.threads:
            if thread.name in names and thread.owner_id == me and not thread.archived and thread.id != gone:
                return thread
        if not channel.permissions_for(channel.guild.me).read_message_history:
            return None
        async for thread in channel.archived_threads(private=True, joined=True, limit=_THREADS_SEARCHED):
            if thread.name in names and thread.owner_id == me:
                return await thread.edit(archived=False)
        return None

    async def _without_thread(self, tournament: Tournament) -> int:
        """Return the tournament's channel, and say once why its tables are played there."""
        tid, round_number = tournament.tournament_id, tournament.state.round
        if f"threads {tid}" not in self._told:
            self._told.add(f"threads {tid}")
            await self.say(tournament, _threadless, f"threads:{tid}:{round_number}")
        return tournament.channel_id

    async def _open_play(self, tournament: Tournament, step: Found) -> None:
        """Show each table its players and its wood, before any turn."""
        users = await self._run(lambda c: archive.users(c, tournament.tournament_id))
        players = {deal.table: deal.players for deal in step.tables}
        tables = await self._run(lambda c: archive.tables(c, tournament.tournament_id, step.round))
        for table in tables:
            if table.number in players and self._keeper.keeps(table.world_id):
                await self._welcome(tournament, table, [users[player] for player in players[table.number]])

    async def _welcome(self, tournament: Tournament, table: StoredTable, users: Sequence[str | None]) -> None:
        wood, who = self._keeper.record(table.world_id), listed(f"<@{user}>" for user in users if user)
        with speaking(await self._language_of(tournament)):
            text = f"🏟️ **{thread_name(tournament, table)}**\n{_dealt(who, tournament.state.plan.turns)}"
        channel, nonce = self._messageable(tournament, wood.channel_id), nonce_of(f"table:{table.world_id}")
        await self._attempt(lambda: channel.send(text, nonce=nonce, silent=True), "A table's first line")
        await self._bot.poster.welcome(wood)

    async def _tell_keeper(self, tournament: Tournament, word: Wording) -> None:
        await tell_keeper(self._bot, tournament.guild_id, tournament.channel_id, word)

    async def _language_of(self, tournament: Tournament) -> Language:
        return await of_channel(self._bot, tournament.guild_id, tournament.channel_id)

    async def _attempt(self, asking: Callable[[], Awaitable[object]], what: str) -> None:
        """Ask Discord for something that nothing depends on."""
        try:
            async for attempt in soon():
                with attempt:
                    await asking()
        except UNREACHED as error:
            log.warning("%s was refused by Discord: %s", what, error)

    def _messageable(self, tournament: Tournament, channel_id: int) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(channel_id, guild_id=tournament.guild_id)


def thread_name(tournament: Tournament, table: StoredTable) -> str:
    """Return the name of a table's thread, by which it is known again."""
    name = say(
        "{name} · round {round:int} · table {table:int}",
        name=tournament.state.plan.name,
        round=table.round,
        table=table.number,
    )
    return name[:_THREAD_NAME]


def _scored(tournament: Tournament, number: int) -> str:
    name, board = tournament.state.plan.name, _board_of(tournament)
    if board is None:
        return say("🏟️ Round {round:int} of “{name}” is scored: see /tournament standings.", round=number, name=name)
    return say("🏟️ Round {round:int} of “{name}” is scored: {board}", round=number, name=name, board=board)


def _finished(tournament: Tournament) -> str:
    name, board = tournament.state.plan.name, _board_of(tournament)
    if board is None:
        return say("🏆 “{name}” is over. The podium: see /tournament standings.", name=name)
    return say("🏆 “{name}” is over. The podium: {board}", name=name, board=board)


def _called_off(tournament: Tournament, reason: str) -> str:
    name = tournament.state.plan.name
    return say("🏟️ The tournament “{name}” was called off. {reason}", name=name, reason=told(reason))


def _channel_lost(tournament: Tournament) -> str:
    return say(
        "🏟️ I can no longer post in {channel}, where the tournament “{name}” is held. It goes on all the same: its "
        "players see their books with /ledger. `/tournament pause` stops it.",
        channel=f"<#{tournament.channel_id}>",
        name=tournament.state.plan.name,
    )


def _threadless() -> str:
    return say(
        "-# 🏟️ I cannot open private threads here, so tables are played in this channel, where they see each other's "
        "cards. Allow me to create private threads and to post in them, and the next round has its own."
    )


def _dealt(players: str, rounds_of: int) -> str:
    return say(
        "{players}: you wear your masks already. The same wood is dealt to every table, for {length:turns}. Act here "
        "with `/short`, `/long`, `/whisper` and the others; `/wood help` explains.",
        players=players,
        length=turns(rounds_of),
    )


def _board_of(tournament: Tournament) -> str | None:
    """Return a link to a tournament's board, or None where none stands."""
    if tournament.message_id is None:
        return None
    return f"https://discord.com/channels/{tournament.guild_id}/{tournament.channel_id}/{tournament.message_id}"
