"""A bet by buttons: which price and which way, then how much, then what happens next.

What is offered is read from the player's own books each time, so that a panel of yesterday offers nothing stale: a size
that the purse no longer reaches is refused by the engine, with its sentence.
"""

from typing import Any, Final

import discord
from discord.utils import format_dt

from bot import acts, replies
from bot.checks import WoodInteraction, player_of, wood_of
from bot.i18n import say, told, words
from bot.ui import faces
from bot.ui.buttons import DeedButton
from engine import estimates
from engine.actions import OpenContract
from engine.actions.base import Refusal
from engine.vocabulary import GOODS, Good, Stance, capital, counted, pebbles

_SHARES: Final = (4, 2, 1)
"""The sizes offered, each a part of the largest that the purse reaches."""

_PANEL: Final = words(
    "**Bet on a price** · your purse holds {purse:pebbles}. If a price goes your way, every unit wins what it moves; "
    "if not, every unit loses as much. Half a contract's value is posted as margin."
)
_SIZES: Final = {
    Stance.SHORT: words(
        "**Short {good:good} at {price:int}** · you win if it falls. Every pebble that it moves is a pebble a unit, "
        "won or lost."
    ),
    Stance.LONG: words(
        "**Long {good:good} at {price:int}** · you win if it rises. Every pebble that it moves is a pebble a unit, "
        "won or lost."
    ),
}
_WAYS: Final = {
    Stance.SHORT: words("{good:Good} at {price:int} will fall"),
    Stance.LONG: words("{good:Good} at {price:int} will rise"),
}
_ON_THE_CLOCK: Final = words("Turn {turn:int} settles {when}; `/close`, or your ledger, collects.")
_BY_HAND: Final = words("It is settled when turn {turn:int} closes; `/close`, or your ledger, collects.")


async def show(interaction: WoodInteraction) -> None:
    """Show every price with a button for each way that it can go."""
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    books, view = await keeper.books(world_id, player_of(interaction)), keeper.public(world_id)
    prices = {quote.good: quote.settlement for quote in view.quotes}
    panel = discord.ui.View(timeout=None)
    for row, good in enumerate(GOODS):
        for stance, way in _WAYS.items():
            label = say(way, good=capital(good), price=prices[good])
            panel.add_item(_button(f"bet-{stance}-{good}", world_id, label, good, row=row))
    await replies.answer(interaction, say(_PANEL, purse=pebbles(books.purse)), view=panel)


async def do(interaction: WoodInteraction, deed: str, quantity: int | None) -> None:
    """Offer sizes for the bet that a button names, or open it where the button names a size too.

    Raises:
        Refusal: If there is no such bet, or the rules do not allow it now.
    """
    stance, good = _named(deed)
    if quantity is None:
        await _offer(interaction, stance, good)
        return
    receipt = await acts.act(interaction, OpenContract(stance=stance, good=good, quantity=quantity))
    wood = wood_of(interaction)
    turn, at = interaction.client.turns.coming(wood.world_id), wood.next_turn_at
    after = say(_BY_HAND, turn=turn)
    if at is not None and not wood.paused:
        after = say(_ON_THE_CLOCK, turn=turn, when=format_dt(at, "R"))
    panel = acts.buttons(interaction, "ledger", "bet")
    await replies.answer(interaction, f"✅ {told(receipt.text)}\n{after}", view=panel)


async def _offer(interaction: WoodInteraction, stance: Stance, good: Good) -> None:
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    books, wood = await keeper.books(world_id, player_of(interaction)), keeper.wood(world_id)
    most = estimates.largest_contract(wood, good, books.purse)
    if most < 1:
        raise Refusal(
            say(
                "Your purse holds {purse:pebbles}, which is the margin of no contract on {good:good}.",
                purse=pebbles(books.purse),
                good=good,
            )
        )
    panel = discord.ui.View(timeout=None)
    for size in sorted({max(1, most // share) for share in _SHARES}):
        margin = estimates.margin(wood, good, size)
        label = say("{what:goods}: margin {margin:int}", what=counted(size, good), margin=margin)
        panel.add_item(_button(f"bet-{stance}-{good}", world_id, label, good, number=size))
    text = say(_SIZES[stance], good=good, price=wood.world.quotes[good].settlement)
    await replies.answer(interaction, text, view=panel)


def _named(deed: str) -> tuple[Stance, Good]:
    _, stance, good = deed.split("-")
    if good not in GOODS:
        raise Refusal(say("There is no such good in the wood. Choose one from a fresh panel."))
    return Stance(stance), Good(good)


def _button(
    deed: str, world_id: str, label: str, good: Good, *, number: int | None = None, row: int | None = None
) -> Any:
    return DeedButton(deed, world_id, number, label, emoji=faces.GOOD_FACE[good], row=row)
