"""Loans to creatures."""

from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction
from bot.cogs import estimates
from bot.cogs.options import CreatureOption, GoodOption
from bot.i18n import told
from bot.rights import Right, needs
from engine.actions import Lend


class Lending(commands.Cog):
    """`/lend`."""

    @needs(Right.PATRON)
    @app_commands.command(description="Lend to a creature on a pledge of goods; it answers next turn, and may say no")
    @app_commands.describe(
        creature="Who shall borrow",
        principal="Pebbles you lend, 1 to 60",
        term="Turns until it pays back, 1 to 8",
        interest="Pebbles on top, for the whole term: up to three per cent for each turn",
        secured_on="What it pledges; its own crop if you leave this out",
    )
    async def lend(
        self,
        interaction: WoodInteraction,
        creature: CreatureOption,
        principal: int,
        term: int,
        interest: int,
        secured_on: GoodOption | None = None,
    ) -> None:
        """Offer a loan."""
        await replies.begin(interaction)
        offer = {"creature": creature, "principal": principal, "interest": interest, "turns": term, "good": secured_on}
        receipt = await deeds.act(interaction, Lend.model_validate(offer))
        await replies.answer(interaction, f"🏦 {told(receipt.text)}")

    @lend.autocomplete("principal")
    async def _principal(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        return await estimates.principal(interaction, typed)

    @lend.autocomplete("interest")
    async def _interest(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        return await estimates.interest(interaction, typed)
