"""Forecasts, whispers, springing a legend, bribes and pacts."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction
from bot.cogs import estimates
from bot.cogs.options import (
    MAGISTRATE,
    BribedOption,
    CreatureOption,
    DirectionOption,
    FlavourOption,
    GoodOption,
    StrengthOption,
    TaskOption,
)
from bot.i18n import say, told
from bot.rights import Right, needs
from engine.actions import Ally, BribeCreature, BribeMagistrate, Spring, Whisper
from engine.actions.base import Refusal
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Flavour, Strength

_PRICES: Final = DEFAULT_RULES.patron


class Intrigue(commands.Cog):
    """`/insider`, `/whisper`, `/spring`, `/bribe` and `/ally`."""

    @needs(Right.PATRON)
    @app_commands.command(
        description=f"Buy the true forecast of the next legend, told to you alone ({_PRICES.insider_price} pebbles)"
    )
    async def insider(self, interaction: WoodInteraction) -> None:
        """Buy the forecast."""
        await replies.begin(interaction)
        await deeds.buy_forecast(interaction)

    @needs(Right.PATRON)
    @app_commands.command(
        description=f"Whisper a claim, true or not ({_PRICES.whisper_price} pebble); a creature hears two a turn"
    )
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
        await replies.answer(interaction, f"🐦‍⬛ {told(receipt.text)}")

    @needs(Right.PATRON)
    @app_commands.command(description=f"Bring the next legend now, whatever it is ({_PRICES.spring_price} pebbles)")
    async def spring(self, interaction: WoodInteraction) -> None:
        """Spring the next legend."""
        await replies.begin(interaction)
        receipt = await deeds.act(interaction, Spring())
        await replies.answer(interaction, f"⏳ {told(receipt.text)}")

    @needs(Right.PATRON)
    @app_commands.command(description="Pay the magistrate to look away, or a creature for a favour")
    @app_commands.describe(
        whom="Who gets the pebbles",
        pebbles="How many",
        favour="What a creature shall do for it; it may still do as it likes",
        snub="Whom it shall snub, if that is the favour",
    )
    async def bribe(
        self,
        interaction: WoodInteraction,
        whom: BribedOption,
        pebbles: int,
        favour: TaskOption | None = None,
        snub: CreatureOption | None = None,
    ) -> None:
        """Bribe the magistrate or a creature."""
        await replies.begin(interaction)
        if whom == MAGISTRATE:
            if favour is not None or snub is not None:
                raise Refusal(
                    say("The magistrate does no favours but one. Leave favour and snub out, or bribe a creature.")
                )
            receipt = await deeds.act(interaction, BribeMagistrate(pebbles=pebbles))
            await replies.answer(interaction, f"⚖️ {told(receipt.text)}")
            return
        if favour is None:
            raise Refusal(
                say("{creature} wants to know what for. Choose a favour: hoard, dump or snub.", creature=whom)
            )
        asked = BribeCreature.model_validate({"creature": whom, "task": favour, "whom": snub, "pebbles": pebbles})
        receipt = await deeds.act(interaction, asked)
        await replies.answer(interaction, f"🤫 {told(receipt.text)}")

    @bribe.autocomplete("pebbles")
    async def _sums(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        return await estimates.bribe(interaction, typed)

    @needs(Right.PATRON)
    @app_commands.command(
        description=f"Broker a pact of two, who then never undercut each other ({_PRICES.pact_price} pebbles)"
    )
    @app_commands.describe(one="One of the two", other="The other")
    async def ally(self, interaction: WoodInteraction, one: CreatureOption, other: CreatureOption) -> None:
        """Ally two creatures, which costs a feast."""
        await replies.begin(interaction)
        receipt = await deeds.act(interaction, Ally.model_validate({"one": one, "other": other}))
        await replies.answer(interaction, f"🐾 {told(receipt.text)}")
