"""Becoming a Patron, and looking at one's books."""

from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction
from bot.rights import Right, needs


class Membership(commands.Cog):
    """`/join` and `/ledger`."""

    @needs(Right.ANYONE)
    @app_commands.command(description="Put on a mask and become a Patron of this server's wood")
    async def join(self, interaction: WoodInteraction) -> None:
        """Join the wood."""
        await replies.begin(interaction)
        await deeds.join(interaction)

    @needs(Right.PATRON)
    @app_commands.command(description="Your purse, contracts, tip and letters, for your eyes alone")
    async def ledger(self, interaction: WoodInteraction) -> None:
        """Show the player's books."""
        await replies.begin(interaction)
        await deeds.show_ledger(interaction)
