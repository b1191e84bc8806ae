"""For a wood's keepers: planting and setting it, the weather-god's hand, and the next turn now."""

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot import deeds, planting, replies
from bot.checks import WoodInteraction, input_of, wood_of
from bot.cogs.options import DirectionOption, GoodOption, LanguageOption, PokeOption, ThemeOption
from bot.i18n import say, stored, told
from bot.planting import COUNCILS, CannotPostThere, council_ready, meant, plant, require_posting, settings_of
from bot.quiet import offer_zones, read_quiet
from bot.rights import Right, needs
from bot.turns import StillThinking
from bot.ui.planting import CADENCES
from engine.actions import PokeWood
from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.keeper import Told
from engine.records import WoodRecord
from engine.staging.hall import Manner

_DAY: Final = 24 * 60
"""Minutes by which a turn is put off at most."""


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
        theme="Whether its pictures are drawn dark or light",
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
        theme: ThemeOption | None = None,
    ) -> None:
        """Plant a wood, or change the one that is meant; without any option by a panel."""
        await replies.begin(interaction)
        given = (channel, cadence, council, paused, quiet, zone, language, theme)
        if not another and all(option is None for option in given):
            await planting.show(interaction)
            return
        if channel is not None:
            require_posting(channel)
        keeper = interaction.client.keeper
        wood = meant(interaction, channel, another=another)
        hours = read_quiet(quiet, zone, wood.quiet_hours if wood else None)
        with council_ready():
            if wood is None:
                council = council or interaction.client.default_council
                quiet_hours = None if hours == "none" else hours
                manner = Manner(language=language or "", theme=theme or "")
                await _plant(interaction, channel, cadence or 3600, council, quiet_hours, manner)
                return
            wood = await keeper.configure(
                wood.world_id,
                channel_id=channel.id if channel else None,
                council=council,
                cadence_seconds=cadence,
                paused=paused,
                quiet_hours=hours,
                language=language,
                theme=theme,
                told=_told_of_clock(interaction, wood, paused),
            )
        interaction.client.poster.wake(wood.world_id)
        await replies.answer(interaction, say("🌲 The wood is set. {settings}", settings=settings_of(wood)))
        if any(option is not None for option in (channel, language, theme)):
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
        thinking = say(
            "💭 The creatures are thinking about turn {turn:int}. Its card comes to {channel}.",
            turn=coming,
            channel=where,
        )
        await replies.answer(interaction, thinking)
        report = await turns.advance(wood.world_id)
        over = say("🌲 Turn {turn:int} is over. Its card stands in {channel}.", turn=report.turn, channel=where)
        await replies.answer(interaction, over)

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
        await replies.answer(interaction, f"🌩️ {told(receipt.text)}")
        await interaction.client.poster.tell(wood, lambda: f"🌩️ {told(receipt.text)}")

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the next turn come later; everybody reads that")
    @app_commands.describe(minutes="How many minutes later, up to a day")
    async def postpone(self, interaction: WoodInteraction, minutes: int) -> None:
        """Put the next turn off."""
        await replies.begin(interaction)
        wood = kept_wood(interaction)
        if not 1 <= minutes <= _DAY:
            raise Refusal(
                say(
                    "A turn is put off by 1 to {most:int} minutes. Choose a number in between, or pause with /setup.",
                    most=_DAY,
                )
            )
        text = _put_off(minutes)
        wood = await interaction.client.keeper.postpone(wood.world_id, 60 * minutes, Told(input_of(interaction), text))
        interaction.client.poster.wake(wood.world_id)
        assert wood.next_turn_at is not None, "a wood without a clock is refused"
        coming = say("⏳ The next turn comes {when}.", when=format_dt(wood.next_turn_at, "R"))
        await replies.answer(interaction, coming)

    @needs(Right.MANAGER)
    @app_commands.command(description="Undo the last turn and all that Patrons did since the one before; once")
    async def void(self, interaction: WoodInteraction) -> None:
        """Void the last closed turn."""
        await replies.begin(interaction)
        wood = kept_wood(interaction)
        voided = await interaction.client.keeper.void(wood.world_id)
        interaction.client.poster.wake(wood.world_id)
        await replies.answer(interaction, f"↩️ {told(voided)}")


def kept_wood(interaction: WoodInteraction) -> WoodRecord:
    """Return the wood that a keeper's command is about.

    Raises:
        Refusal: If nobody can say which, or it is a table: what is done to one table is not done to those dealt alike.
    """
    wood = wood_of(interaction)
    if wood.invited:
        raise Refusal(say("This is a table of a tournament, and its keepers leave it alone. See /tournament instead."))
    return wood


def _told_of_clock(interaction: WoodInteraction, wood: WoodRecord, paused: bool | None) -> Told | None:
    """Return what everybody reads when a wood's clock is stopped or let run, or None where neither happens."""
    if paused is None or paused == wood.paused:
        return None
    if paused:
        text = stored("A keeper of this server stopped the clock of this wood. No turn comes until it runs again.")
    else:
        text = stored("A keeper of this server let the clock of this wood run again.")
    return Told(input_of(interaction), text)


async def _plant(
    interaction: WoodInteraction,
    channel: discord.TextChannel | None,
    cadence: int,
    council: str,
    quiet: QuietHours | None,
    manner: Manner,
) -> None:
    """Plant a wood and show its first card in its channel."""
    channel_id = channel.id if channel else interaction.channel_id
    may = interaction.app_permissions
    if channel is None and not (may.send_messages and may.attach_files):
        raise CannotPostThere
    assert channel_id is not None
    wood = await plant(interaction, channel_id, cadence, council, quiet, manner)
    await replies.answer(interaction, say("🌱 A wood is planted. {settings}", settings=settings_of(wood)))
    await interaction.client.poster.welcome(wood)


def _put_off(minutes: int) -> str:
    """Return what everybody reads when a turn is put off."""
    if minutes == 1:
        return stored("A keeper of this server put the next turn off by 1 minute.")
    return stored("A keeper of this server put the next turn off by {minutes:int} minutes.", minutes=minutes)
