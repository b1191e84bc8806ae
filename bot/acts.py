"""What a Patron does: put to the Keeper, and answered with what changed and what comes next."""

from typing import Any

import discord
from discord.utils import format_dt

from bot import replies
from bot.checks import WoodInteraction, input_of, player_of, wood_of
from bot.i18n import say
from bot.ui.buttons import DeedButton
from engine.actions import Join
from engine.actions.base import Action, Receipt


async def act(interaction: WoodInteraction, action: Action) -> Receipt:
    """Put an action to the Keeper under the interaction's own id, so that a retry has one effect.

    Raises:
        Refusal: With the sentence for the player; nothing has changed then.
    """
    if isinstance(action, Join):
        interaction.client.budgets.require_return(interaction.user.id)
    world_id = wood_of(interaction).world_id
    return await interaction.client.keeper.act(world_id, player_of(interaction), action, input_of(interaction))


async def tell(interaction: WoodInteraction, text: str, *deeds: str) -> None:
    """Show what changed, then when it is settled, with buttons for what may come next."""
    view = buttons(interaction, *deeds) if deeds else None
    await replies.answer(interaction, f"{text}\n-# {coming(interaction)}", view=view)


def coming(interaction: WoodInteraction) -> str:
    """Return when what is done now is settled."""
    wood, turns = wood_of(interaction), interaction.client.turns
    turn, at = turns.coming(wood.world_id), wood.next_turn_at
    if turns.under_way(wood.world_id):
        return say("Next: the creatures are thinking already, and turn {turn:int} closes soon.", turn=turn)
    if wood.invited:
        return say("Next: turn {turn:int} closes with that of every other table.", turn=turn)
    if at is None or wood.paused:
        return say("Next: turn {turn:int} closes when somebody who may manage the server uses /advance.", turn=turn)
    return say("Next: turn {turn:int} closes {when}.", turn=turn, when=format_dt(at, "R"))


def buttons(interaction: WoodInteraction, *deeds: str) -> discord.ui.View:
    """Return buttons for deeds in the wood that an interaction is about."""
    view, world_id = discord.ui.View(timeout=None), wood_of(interaction).world_id
    for deed in deeds:
        button: Any = DeedButton(deed, world_id)
        view.add_item(button)
    return view
