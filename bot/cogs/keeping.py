"""For a wood's keepers: planting and setting it, the weather-god's hand, and the next turn now."""

import logging
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction, guild_of, wood_of, world_id_of
from bot.cogs.options import DirectionOption, GoodOption, PokeOption
from bot.quiet import offer_zones, read_quiet, told
from bot.rights import Right, needs
from bot.turns import StillThinking
from engine.actions import PokeWood
from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.records import WoodRecord
from inference.config import CouncilConfigError, council_names

log = logging.getLogger(__name__)

_CADENCES: Final = {
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
_COUNCILS: Final = [
    app_commands.Choice(name=f"{name}: {_COUNCIL_WORDS[name]}" if name in _COUNCIL_WORDS else name, value=name)
    for name in council_names()
]
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


class Keeping(commands.Cog):
    """`/setup`, `/advance` and `/poke`."""

    @needs(Right.MANAGER)
    @app_commands.command(description="Plant a wood in this server, or change its settings")
    @app_commands.describe(
        channel="Where its cards are posted; this channel if left out",
        cadence="Time between two turns; an hour if left out",
        council="Who thinks for the creatures",
        paused="Stop its clock, or let it run again",
        quiet="Hours without a turn, like 22:00-07:00, or none",
        zone="The time zone of the quiet hours; UTC if left out",
    )
    @app_commands.autocomplete(zone=offer_zones)
    @app_commands.choices(
        cadence=[app_commands.Choice(name=name, value=seconds) for seconds, name in _CADENCES.items()],
    )
    @app_commands.choices(council=_COUNCILS)
    async def setup(
        self,
        interaction: WoodInteraction,
        channel: discord.TextChannel | None = None,
        cadence: int | None = None,
        council: str | None = None,
        paused: bool | None = None,
        quiet: str | None = None,
        zone: str | None = None,
    ) -> None:
        """Plant or change the wood."""
        await replies.begin(interaction)
        if channel is not None:
            _require_posting(channel)
        keeper = interaction.client.keeper
        wood = keeper.of_guild(guild_of(interaction))
        hours = read_quiet(quiet, zone, wood.quiet_hours if wood else None)
        try:
            if wood is None:
                council = council or interaction.client.default_council
                await _plant(interaction, channel, cadence or 3600, council, None if hours == "none" else hours)
                return
            wood = await keeper.configure(
                wood.world_id,
                channel_id=channel.id if channel else None,
                council=council,
                cadence_seconds=cadence,
                paused=paused,
                quiet_hours=hours,
            )
        except CouncilConfigError as error:
            log.warning("A council cannot be used: %s", error)
            raise CouncilNotReady from error
        await replies.answer(interaction, f"🌲 The wood is set. {_settings(wood)}")
        if channel is not None:
            await interaction.client.poster.show(wood)

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the creatures take their next turn now")
    async def advance(self, interaction: WoodInteraction) -> None:
        """Take a turn by hand."""
        await replies.begin(interaction)
        turns, wood = interaction.client.turns, wood_of(interaction)
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
        receipt = await deeds.act(interaction, PokeWood(poke=poke, good=good, direction=direction))
        await replies.answer(interaction, f"🌩️ {receipt.text}")
        await interaction.client.poster.tell(wood_of(interaction), f"🌩️ {receipt.text}")


async def _plant(
    interaction: WoodInteraction,
    channel: discord.TextChannel | None,
    cadence: int,
    council: str,
    quiet: QuietHours | None,
) -> None:
    """Plant a wood and show its first card in its channel."""
    guild_id = guild_of(interaction)
    channel_id = channel.id if channel else interaction.channel_id
    may = interaction.app_permissions
    if channel is None and not (may.send_messages and may.attach_files):
        raise CannotPostThere
    assert channel_id is not None
    keeper = interaction.client.keeper
    wood = await keeper.found(world_id_of(guild_id), guild_id, channel_id, council=council, cadence_seconds=cadence)
    if quiet is not None:
        wood = await keeper.configure(wood.world_id, quiet_hours=quiet)
    await replies.answer(interaction, f"🌱 A wood is planted. {_settings(wood)}")
    await interaction.client.poster.welcome(wood)


def _require_posting(channel: discord.TextChannel) -> None:
    may = channel.permissions_for(channel.guild.me)
    if not may.is_superset(_NEEDED):
        raise CannotPostThere


def _settings(wood: WoodRecord) -> str:
    cadence = _CADENCES.get(wood.cadence_seconds, f"{wood.cadence_seconds} seconds")
    clock = "Its clock is paused" if wood.paused else f"A turn comes every {cadence}"
    quiet = f" {told(wood.quiet_hours)}." if wood.quiet_hours else ""
    return f"{clock}, in <#{wood.channel_id}>, and the council “{wood.council}” thinks for the creatures.{quiet}"
