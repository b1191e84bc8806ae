"""For a wood's keepers: planting and setting it, the weather-god's hand, and the next turn now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot import deeds, i18n, replies
from bot.checks import NoWood, WoodInteraction, guild_of, input_of, wood_here, wood_of, world_id_of
from bot.cogs.options import DirectionOption, GoodOption, LanguageOption, PokeOption
from bot.quiet import offer_zones, read_quiet, told
from bot.rights import Right, needs
from bot.turns import StillThinking
from engine.actions import PokeWood
from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.keeper import Told
from engine.records import WoodRecord
from inference.config import CouncilConfigError, council_names

log = logging.getLogger(__name__)

CADENCES: Final = {
    20: "20 seconds", 60: "1 minute", 300: "5 minutes", 900: "15 minutes", 3600: "1 hour", 21600: "6 hours",
    86400: "1 day",
}  # fmt: skip
_COUNCIL_WORDS: Final = {
    "embedded": "small models inside the bot, two labs at one table",
    "one-mind": "the same small model in every seat",
    "own-mind": "the wood's own tuned model in every seat",
    "five-labs": "five labs' models on vLLM servers",
    "one-card": "five labs with one GPU, four of them on vLLM servers",
    "cpu-vllm": "a vLLM server without a GPU",
    "standin": "simple rules instead of models, for trying things out",
}
COUNCILS: Final = [
    app_commands.Choice(name=f"{name}: {_COUNCIL_WORDS[name]}" if name in _COUNCIL_WORDS else name, value=name)
    for name in council_names()
]
MOST_WOODS: Final = 10
"""Woods of one server, its tournaments' tables not counted; they share the minds with all servers' others."""

_DAY: Final = 24 * 60
"""Minutes by which a turn is put off at most."""

_NEEDED: Final = discord.Permissions(view_channel=True, send_messages=True, attach_files=True)


class CannotPostThere(Refusal):
    """The bot lacks permissions in the channel chosen."""

    def __init__(self) -> None:
        super().__init__(
            "I cannot post there. Allow me to see that channel, to send messages and to attach files, then try again."
        )


class CouncilNotReady(Refusal):
    """The council chosen cannot be used by this bot; why is for its operator."""

    def __init__(self) -> None:
        super().__init__("That council is not ready on this bot; its operator's log says why. Choose another.")


@contextmanager
def council_ready() -> Iterator[None]:
    """Let a keeper read in a sentence that a council cannot be used, and the operator's log why.

    Raises:
        CouncilNotReady: If what is done within finds that it cannot.
    """
    try:
        yield
    except CouncilConfigError as error:
        log.warning("A council cannot be used: %s", error)
        raise CouncilNotReady from error


class Keeping(commands.Cog):
    """`/setup`, `/advance`, `/poke`, `/postpone` and `/void`."""

    @needs(Right.MANAGER)
    @app_commands.command(description="Plant a wood in this server, or change its settings")
    @app_commands.describe(
        channel="Where its cards are posted; this channel if left out",
        cadence="Time between two turns; an hour if left out",
        council="Who thinks for the creatures",
        paused="Stop its clock, or let it run again",
        quiet="Hours without a turn, like 22:00-07:00, or none",
        zone="The time zone of the quiet hours; UTC if left out",
        another="Plant another wood beside those that grow here",
        language="What its cards and this channel's other posts are written in",
    )
    @app_commands.autocomplete(zone=offer_zones)
    @app_commands.choices(
        cadence=[app_commands.Choice(name=name, value=seconds) for seconds, name in CADENCES.items()],
    )
    @app_commands.choices(council=COUNCILS)
    async def setup(
        self,
        interaction: WoodInteraction,
        channel: discord.TextChannel | None = None,
        cadence: int | None = None,
        council: str | None = None,
        paused: bool | None = None,
        quiet: str | None = None,
        zone: str | None = None,
        another: bool = False,
        language: LanguageOption | None = None,
    ) -> None:
        """Plant a wood, or change the one that is meant."""
        await replies.begin(interaction)
        if channel is not None:
            require_posting(channel)
        keeper = interaction.client.keeper
        wood = _meant(interaction, channel, another=another)
        hours = read_quiet(quiet, zone, wood.quiet_hours if wood else None)
        with council_ready():
            if wood is None:
                council = council or interaction.client.default_council
                quiet_hours = None if hours == "none" else hours
                await _plant(interaction, channel, cadence or 3600, council, quiet_hours, language or "")
                return
            wood = await keeper.configure(
                wood.world_id,
                channel_id=channel.id if channel else None,
                council=council,
                cadence_seconds=cadence,
                paused=paused,
                quiet_hours=hours,
                language=language,
                told=_told_of_clock(interaction, wood, paused),
            )
        interaction.client.poster.wake(wood.world_id)
        await replies.answer(interaction, f"🌲 The wood is set. {_settings(wood)}")
        if channel is not None or language is not None:
            await interaction.client.poster.show(wood)

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the creatures take their next turn now")
    async def advance(self, interaction: WoodInteraction) -> None:
        """Take a turn by hand."""
        await replies.begin(interaction)
        turns, wood = interaction.client.turns, kept_wood(interaction)
        if turns.under_way(wood.world_id):
            raise StillThinking
        coming, where = turns.coming(wood.world_id), f"<#{wood.channel_id}>"
        sentence = f"💭 The creatures are thinking about turn {coming}. Its card comes to {where}."
        await replies.answer(interaction, sentence)
        report = await turns.advance(wood.world_id)
        await replies.answer(interaction, f"🌲 Turn {report.turn} is over. Its card stands in {where}.")

    @needs(Right.MANAGER)
    @app_commands.command(description="The weather-god's hand: send drought, frost, a windfall or a rumour")
    @app_commands.describe(
        poke="What to send", good="For a windfall or a rumour: of what", direction="For a rumour: where its price goes"
    )
    async def poke(
        self,
        interaction: WoodInteraction,
        poke: PokeOption,
        good: GoodOption | None = None,
        direction: DirectionOption | None = None,
    ) -> None:
        """Poke the wood; everybody hears of it."""
        await replies.begin(interaction)
        wood = kept_wood(interaction)
        receipt = await deeds.act(interaction, PokeWood(poke=poke, good=good, direction=direction))
        await replies.answer(interaction, f"🌩️ {receipt.text}")
        await interaction.client.poster.tell(wood, lambda: f"🌩️ {i18n.told(receipt.text)}")

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the next turn come later; everybody reads that")
    @app_commands.describe(minutes="How many minutes later, up to a day")
    async def postpone(self, interaction: WoodInteraction, minutes: int) -> None:
        """Put the next turn off."""
        await replies.begin(interaction)
        wood = kept_wood(interaction)
        if not 1 <= minutes <= _DAY:
            raise Refusal(
                f"A turn is put off by 1 to {_DAY} minutes. Choose a number in between, or pause with /setup."
            )
        text = f"A keeper of this server put the next turn off by {_minutes(minutes)}."
        wood = await interaction.client.keeper.postpone(wood.world_id, 60 * minutes, Told(input_of(interaction), text))
        interaction.client.poster.wake(wood.world_id)
        assert wood.next_turn_at is not None, "a wood without a clock is refused"
        await replies.answer(interaction, f"⏳ The next turn comes {format_dt(wood.next_turn_at, 'R')}.")

    @needs(Right.MANAGER)
    @app_commands.command(description="Undo the last turn and all that Patrons did since the one before; once")
    async def void(self, interaction: WoodInteraction) -> None:
        """Void the last closed turn."""
        await replies.begin(interaction)
        wood = kept_wood(interaction)
        told = await interaction.client.keeper.void(wood.world_id)
        interaction.client.poster.wake(wood.world_id)
        await replies.answer(interaction, f"↩️ {told}")


def kept_wood(interaction: WoodInteraction) -> WoodRecord:
    """Return the wood that a keeper's command is about.

    Raises:
        Refusal: If nobody can say which, or it is a table: what is done to one table is not done to those dealt alike.
    """
    wood = wood_of(interaction)
    if wood.invited:
        raise Refusal("This is a table of a tournament, and its keepers leave it alone. See /tournament instead.")
    return wood


def _told_of_clock(interaction: WoodInteraction, wood: WoodRecord, paused: bool | None) -> Told | None:
    """Return what everybody reads when a wood's clock is stopped or let run, or None where neither happens."""
    if paused is None or paused == wood.paused:
        return None
    done = "stopped the clock of this wood. No turn comes until it runs" if paused else "let the clock of this wood run"
    return Told(input_of(interaction), f"A keeper of this server {done} again.")


def _meant(interaction: WoodInteraction, channel: discord.TextChannel | None, *, another: bool) -> WoodRecord | None:
    """Return the wood whose settings are to change, or None where one is to be planted.

    Raises:
        Refusal: If the channel has a wood already, or nobody can say which is meant.
    """
    keeper = interaction.client.keeper
    there = keeper.of_channel(channel.id) if channel else wood_here(interaction)
    if not another:
        try:
            wood = there or wood_of(interaction)
        except NoWood:
            return None
        if wood.invited:
            raise Refusal("This is a table of a tournament, whose settings /tournament create made.")
        return wood
    if there is not None:
        raise Refusal(f"A wood grows in <#{there.channel_id}> already. Choose another channel for a new one.")
    if len([wood for wood in keeper.of_guild(guild_of(interaction)) if not wood.invited]) >= MOST_WOODS:
        raise Refusal(f"A server has {MOST_WOODS} woods at most. End one with /season end, or use one of them.")
    return None


async def _plant(
    interaction: WoodInteraction,
    channel: discord.TextChannel | None,
    cadence: int,
    council: str,
    quiet: QuietHours | None,
    language: str,
) -> None:
    """Plant a wood and show its first card in its channel."""
    guild_id = guild_of(interaction)
    channel_id = channel.id if channel else interaction.channel_id
    may = interaction.app_permissions
    if channel is None and not (may.send_messages and may.attach_files):
        raise CannotPostThere
    assert channel_id is not None
    keeper = interaction.client.keeper
    world_id = await keeper.free_id(lambda number: world_id_of(guild_id, number))
    wood = await keeper.found(
        world_id,
        guild_id,
        channel_id,
        council=council,
        cadence_seconds=cadence,
        quiet_hours=quiet,
        language=language,
    )
    await replies.answer(interaction, f"🌱 A wood is planted. {_settings(wood)}")
    await interaction.client.poster.welcome(wood)


def require_posting(channel: discord.TextChannel) -> None:
    """Check that the bot may post cards in a channel.

    Raises:
        CannotPostThere: If it may not.
    """
    may = channel.permissions_for(channel.guild.me)
    if not may.is_superset(_NEEDED):
        raise CannotPostThere


def _settings(wood: WoodRecord) -> str:
    cadence = CADENCES.get(wood.cadence_seconds, f"{wood.cadence_seconds} seconds")
    clock = "Its clock is paused" if wood.paused else f"A turn comes every {cadence}"
    quiet = f" {told(wood.quiet_hours)}." if wood.quiet_hours else ""
    return f"{clock}, in <#{wood.channel_id}>, and the council “{wood.council}” thinks for the creatures.{quiet}"


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"
