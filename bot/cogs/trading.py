"""Contracts on settlement prices."""

from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction, player_of, wood_or_none
from bot.cogs import estimates
from bot.cogs.options import GoodOption
from bot.i18n import say_count, told
from bot.rights import Right, needs
from bot.ui import faces
from engine.actions import OpenContract
from engine.patronage import ContractLine
from engine.vocabulary import Good, Stance, counted


class Trading(commands.Cog):
    """`/short`, `/long` and `/close`."""

    @needs(Right.PATRON)
    @app_commands.command(description="Bet that a price will fall; half the contract's value is your margin")
    @app_commands.describe(good="What will get cheaper", quantity="Units, 1 to 50")
    async def short(self, interaction: WoodInteraction, good: GoodOption, quantity: int) -> None:
        """Open a short contract."""
        await _open(interaction, Stance.SHORT, good, quantity)

    @short.autocomplete("quantity")
    async def _short_units(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        return await estimates.units(interaction, typed)

    @needs(Right.PATRON)
    @app_commands.command(description="Bet that a price will rise; half the contract's value is your margin")
    @app_commands.describe(good="What will get dearer", quantity="Units, 1 to 50")
    async def long(self, interaction: WoodInteraction, good: GoodOption, quantity: int) -> None:
        """Open a long contract."""
        await _open(interaction, Stance.LONG, good, quantity)

    @long.autocomplete("quantity")
    async def _long_units(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        return await estimates.units(interaction, typed)

    @needs(Right.PATRON)
    @app_commands.command(description="Close one of your contracts and collect its margin")
    @app_commands.describe(number="Your contract's number, as /ledger shows it")
    async def close(self, interaction: WoodInteraction, number: int) -> None:
        """Close a contract."""
        await replies.begin(interaction)
        await deeds.close(interaction, number)

    @close.autocomplete("number")
    async def _open_contracts(self, interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
        """Offer the player's open contracts; a stranger has none."""
        wood = wood_or_none(interaction)
        if wood is None:
            return []
        mine = interaction.client.keeper.contracts_of(wood.world_id, player_of(interaction))
        choices = [app_commands.Choice(name=_in_words(line), value=line.number) for line in mine]
        return [choice for choice in choices if str(typed or "").lower() in choice.name][:25]


async def _open(interaction: WoodInteraction, stance: Stance, good: Good, quantity: int) -> None:
    await replies.begin(interaction)
    receipt = await deeds.act(interaction, OpenContract(stance=stance, good=good, quantity=quantity))
    await deeds.tell(interaction, f"{faces.GOOD_FACE[good]} {told(receipt.text)}")


def _in_words(line: ContractLine) -> str:
    return say_count(
        "#{number} {stance:stance} {what:goods}: {result} pebble now",
        "#{number} {stance:stance} {what:goods}: {result} pebbles now",
        abs(line.result),
        number=line.number,
        stance=line.stance,
        what=counted(line.quantity, line.good),
        result=faces.signed(line.result),
    )
