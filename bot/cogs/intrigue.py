"""Forecasts, whispers, springing a legend, and gifts to the magistrate."""

from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction
from bot.cogs.options import CreatureOption, DirectionOption, FlavourOption, GoodOption, StrengthOption
from engine.actions import BribeMagistrate, Spring, Whisper
from engine.vocabulary import Flavour, Strength


class Intrigue(commands.Cog):
    """`/insider`, `/whisper`, `/spring` and `/bribe`."""

    @app_commands.command(description="Buy the true forecast of the next legend, told to you alone")
    async def insider(self, interaction: WoodInteraction) -> None:
        """Buy the forecast."""
        await replies.begin(interaction)
        await deeds.buy_forecast(interaction)

    @app_commands.command(description="Whisper a claim to a creature; it hears you next turn, true or not")
    @app_commands.describe(
        creature="Who shall hear it",
        good="What the claim is about",
        direction="Where you say its price goes",
        strength="How far you say it goes",
        flavour="How you say you know",
    )
    async def whisper(
        self,
        interaction: WoodInteraction,
        creature: CreatureOption,
        good: GoodOption,
        direction: DirectionOption,
        strength: StrengthOption = Strength.SHARPLY,
        flavour: FlavourOption = Flavour.RAVENS,
    ) -> None:
        """Whisper to a creature."""
        await replies.begin(interaction)
        claim = Whisper(creature=creature, good=good, direction=direction, strength=strength, flavour=flavour)
        receipt = await deeds.act(interaction, claim)
        await replies.answer(interaction, f"🐦‍⬛ {receipt.text}")

    @app_commands.command(description="Pay to bring the next legend now, whatever it is")
    async def spring(self, interaction: WoodInteraction) -> None:
        """Spring the next legend."""
        await replies.begin(interaction)
        receipt = await deeds.act(interaction, Spring())
        await replies.answer(interaction, f"⏳ {receipt.text}")

    @app_commands.command(description="Give the magistrate pebbles: it may look away, or look closer")
    @app_commands.describe(pebbles="How many; they are gone either way")
    async def bribe(self, interaction: WoodInteraction, pebbles: int) -> None:
        """Bribe the magistrate."""
        await replies.begin(interaction)
        receipt = await deeds.act(interaction, BribeMagistrate(pebbles=pebbles))
        await replies.answer(interaction, f"⚖️ {receipt.text}")
