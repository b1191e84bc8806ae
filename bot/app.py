"""The bot itself: what it is made of, and how it starts and stops."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot import gate, replies
from bot.boards import Boards
from bot.budgets import Budgets
from bot.callings import Callings
from bot.checks import WoodInteraction
from bot.clock import TurnClock
from bot.commands import COGS
from bot.crowd import Crowd
from bot.i18n.commands import CommandTranslator
from bot.i18n.languages import of_locale, speak
from bot.languages import Servers
from bot.metrics import Metrics
from bot.once import Once
from bot.poster import Poster
from bot.rights import right_of
from bot.seasons import Seasons
from bot.tournaments import Venue
from bot.turns import Turns
from bot.ui.art.theme import THEMES, ThemeName
from bot.ui.buttons import DeedButton
from bot.ui.entries import EntryButton
from bot.ui.help import QuestionSelect
from bot.ui.planting import SetupItem
from bot.ui.studio import Studio
from engine.actions.base import Refusal
from engine.keeper import Keeper
from engine.ports import Clock
from engine.shards import ALL, Shards
from engine.staging.director import Director

log = logging.getLogger(__name__)

_CONNECTIONS: Final = 100
"""Connections to Discord at once, its gateway's included. Hundreds of interactions in one moment share them: the
library's default, a connection of its own for each, spends longer on opening them than on all the rest."""
IDENTIFY_SECONDS: Final = 5.5
"""Between two identifies of a bucket: the five seconds of Discord, and a little for the way there."""

Seating = Callable[[str], Mapping[str, Mapping[str, str]]]
"""From a council's name to the creatures' names, and each one's `mind`, `lab` and `kind`."""


class WoodTree(app_commands.CommandTree["WoodBot"]):
    """The slash commands, with the one place where they are let in, and the one where their errors become sentences."""

    async def interaction_check(self, interaction: WoodInteraction, /) -> bool:
        """Let a command pass the gate, once, however often Discord delivers it.

        What is offered while one types shows its reader's own, in the reader's language, and passes without.
        """
        speak(of_locale(interaction.locale))
        if interaction.type is discord.InteractionType.autocomplete or interaction.command is None:
            return True
        if not interaction.client.once.first(interaction.id):
            return False
        try:
            gate.admit(interaction, right_of(interaction.command))
        except Refusal as refusal:
            await replies.explain(interaction, refusal)
            return False
        return True

    async def on_error(self, interaction: WoodInteraction, error: app_commands.AppCommandError, /) -> None:
        """Show a refusal's sentence to the player alone; log anything else and apologise."""
        await replies.explain(interaction, error)


class WoodBot(commands.AutoShardedBot):
    """The bot on Discord. Make one with `create_bot`; the Keeper stays its maker's to close."""

    def __init__(
        self,
        keeper: Keeper,
        clock: Clock,
        *,
        tick_seconds: float,
        sign_after_seconds: float,
        default_council: str,
        seating: Seating,
        sync_guilds: Sequence[int],
        commands_stamp: Path | None,
        heartbeat: Path | None,
        budgets: Budgets | None,
        shards: Shards | None,
        pictures: ThemeName,
    ) -> None:
        divided: dict[str, Any] = {} if shards is None else {"shard_count": shards.count, "shard_ids": shards.ids}
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            # Interactions need no intent; servers are known so that a channel's permissions can be.
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            tree_cls=WoodTree,
            max_messages=None,
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            **divided,
        )
        self.keeper = keeper
        self.default_council = default_council
        self.seating = seating
        self.clock = clock
        self.once = Once()
        self.crowd = Crowd()
        self.servers = Servers(keeper.store)
        self.studio = Studio(THEMES[pictures])
        self.poster = Poster(self, keeper, clock, sign_after_seconds)
        self.metrics = Metrics(clock)
        self.budgets = budgets or Budgets(clock)
        self.callings = Callings(self, keeper)
        self.turns = Turns(keeper, self.poster, self.metrics, self.callings.tell)
        self.venue = Venue(self, keeper)
        self.director = Director(keeper, clock, self.venue)
        self.boards = Boards(self, keeper, clock)
        self.turn_clock = TurnClock(
            keeper,
            self.turns,
            self.poster,
            clock,
            tick_seconds,
            heartbeat,
            attendants=[Seasons(self, keeper, clock), self.director, self.boards],
        )
        self._sync_guilds = tuple(sync_guilds)
        self._commands_stamp = commands_stamp
        self._shards = shards or ALL
        self._identifies_at_once = 1

    async def setup_hook(self) -> None:
        """Add commands and buttons, tell Discord of changed commands, and start the clock; runs once a process."""
        await self.tree.set_translator(CommandTranslator())
        for cog in COGS:
            await self.add_cog(cog())
        self.keeper.store.on_commit = self.metrics.note_commit
        self.add_dynamic_items(DeedButton, EntryButton, SetupItem, QuestionSelect)
        await self.servers.load()
        if 0 in self._shards.ids:  # one process tells for all
            await self._sync_commands()
        if self.keeper.store.turnstile is not None:
            self._identifies_at_once = (await self.fetch_session_start_limits()).max_concurrency
        self.turn_clock.start()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for this shard's turn to identify, which Discord allows once in five seconds to each bucket of shards.

        discord.py spaces the shards of one process. Those of several are spaced by the store that they share.
        """
        turnstile = self.keeper.store.turnstile
        if turnstile is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await turnstile.go_through((shard_id or 0) % self._identifies_at_once, IDENTIFY_SECONDS)

    async def on_ready(self) -> None:
        """Say that the bot is connected, and keep what servers are set to. Discord repeats this event."""
        log.info("Connected as %s with %s servers", self.user, len(self.guilds))
        for guild in self.guilds:
            await self.servers.note(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Keep the language of a server that Discord names late, after an outage of its own."""
        await self.servers.note(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep the language of a server that the bot is invited to."""
        await self.servers.note(guild)

    async def on_guild_update(self, _before: discord.Guild, after: discord.Guild) -> None:
        """Keep the language of a server whose settings change."""
        await self.servers.note(after)

    async def on_app_command_completion(self, interaction: WoodInteraction, _command: object) -> None:
        """Note a command that was done."""
        gate.note(interaction, "done")

    async def close(self) -> None:
        """Stop the clock and what it left to do, then disconnect."""
        await self.turn_clock.stop()
        await self.callings.stop()
        await super().close()

    async def _sync_commands(self) -> None:
        """Tell Discord of the commands, unless the stamp says that it knows just these.

        Discord counts such calls, and asks not to be told at every start. Servers given for sync get
        theirs at once instead of within the hour, which is for development.
        """
        for guild_id in self._sync_guilds:
            guild = discord.Object(guild_id)
            self.tree.copy_global_to(guild=guild)
            await self.tree.sync(guild=guild)
        if self._sync_guilds:
            return
        translator = self.tree.translator
        assert translator is not None, "set with the commands"
        described: list[Any] = [
            await command.get_translated_payload(self.tree, translator) for command in self.tree.get_commands()
        ]
        text = json.dumps([self.application_id, described], sort_keys=True, default=str)
        stamp = hashlib.sha256(text.encode()).hexdigest()
        if self._commands_stamp and self._commands_stamp.exists() and self._commands_stamp.read_text() == stamp:
            return
        await self.tree.sync()
        if self._commands_stamp:
            self._commands_stamp.write_text(stamp)


def create_bot(
    keeper: Keeper,
    clock: Clock,
    *,
    tick_seconds: float = 5.0,
    sign_after_seconds: float = 1.0,
    default_council: str = "embedded",
    seating: Seating | None = None,
    guild_ids_for_sync: Sequence[int] | None = None,
    commands_stamp: Path | None = None,
    heartbeat: Path | None = None,
    budgets: Budgets | None = None,
    shards: Shards | None = None,
    pictures: ThemeName = "dark",
) -> WoodBot:
    """Return the bot for a Keeper, not yet connected.

    Args:
        keeper: Holds the woods; it is not closed by the bot.
        clock: Says what time it is.
        tick_seconds: Seconds between two looks for woods whose turn is due.
        sign_after_seconds: Seconds of thinking after which a sign says so in the channel.
        default_council: The council of a wood planted without naming one.
        seating: Names for a council the mind, lab and kind behind each creature, which `/wood creature` shows.
        guild_ids_for_sync: Servers to tell of the commands at once, instead of all servers; for development.
        commands_stamp: Where to remember which commands Discord knows; None tells it at every start.
        heartbeat: A file to touch at every look of the clock; None touches none.
        budgets: How much players and servers may ask in a while; None for the usual ones.
        shards: The shards to connect, those of the Keeper; None asks Discord how many there are and connects all.
        pictures: Whether pictures are drawn by night or by day; Discord tells no bot how its readers read.
    """
    return WoodBot(
        keeper,
        clock,
        tick_seconds=tick_seconds,
        sign_after_seconds=sign_after_seconds,
        default_council=default_council,
        seating=seating or (lambda _: {}),
        sync_guilds=guild_ids_for_sync or (),
        commands_stamp=commands_stamp,
        heartbeat=heartbeat,
        budgets=budgets,
        shards=shards,
        pictures=pictures,
    )
