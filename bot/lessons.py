"""The first lesson: what a price means, one small bet, and what came of it; all of it between a player and the bot.

Which bet the lesson is about stands in the store (`engine.preferences`), so that its result is told once, whenever
the player clicks next, and nobody is pinged.
"""

import logging
from typing import Any, Final, NamedTuple

import discord

from bot import acts, replies
from bot.callings import is_liquidation
from bot.checks import WoodInteraction, player_of, wood_of
from bot.i18n import joined, say, told, words
from bot.retries import UNREACHED
from bot.ui import faces
from bot.ui.buttons import DeedButton
from bot.ui.reading import closed_turn, in_order
from engine import estimates, preferences
from engine.actions import OpenContract
from engine.actions.base import Refusal
from engine.patronage import ContractLine
from engine.preferences import Lesson
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Good, Stance, counted, pebbles

log = logging.getLogger(__name__)

_SMALL: Final = 10
"""The lesson's bet posts at most this share of the purse, one part in so many, as margin."""

_STANCES: Final = (Stance.SHORT, Stance.LONG)
_LABELS: Final = {
    Stance.SHORT: words("It falls: short {what:goods} ({margin:int})"),
    Stance.LONG: words("It rises: long {what:goods} ({margin:int})"),
}
_WON, _LOST = "won", "lost"
_BECAUSE: Final = {
    (_WON, "fell"): words(
        "Your {stance:stance} of {what:goods} won {sum:pebbles} because {good:good} fell by {moved:int}, from "
        "{entry:int} to {price:int}."
    ),
    (_WON, "rose"): words(
        "Your {stance:stance} of {what:goods} won {sum:pebbles} because {good:good} rose by {moved:int}, from "
        "{entry:int} to {price:int}."
    ),
    (_LOST, "fell"): words(
        "Your {stance:stance} of {what:goods} lost {sum:pebbles} because {good:good} fell by {moved:int}, from "
        "{entry:int} to {price:int}."
    ),
    (_LOST, "rose"): words(
        "Your {stance:stance} of {what:goods} lost {sum:pebbles} because {good:good} rose by {moved:int}, from "
        "{entry:int} to {price:int}."
    ),
}


class Outcome(NamedTuple):
    """What came of the lesson's bet, and the buttons for what may come next."""

    text: str
    view: discord.ui.View


async def do(interaction: WoodInteraction, deed: str, number: int | None) -> None:
    """Do the step of the lesson that a button names.

    Raises:
        Refusal: If the rules do not allow it now.
    """
    step = deed.removeprefix("learn").removeprefix("-")
    if interaction.client.keeper.mask(wood_of(interaction).world_id, player_of(interaction)) is None:
        await replies.answer(
            interaction,
            say(
                "🎓 **Your first bet** · Put on a mask first: you are given pebbles to bet with, and nobody learns "
                "your name."
            ),
            view=acts.buttons(interaction, "join"),
        )
    elif step == "result":
        await _show_result(interaction)
    elif step == "bet":
        await _offer(interaction)
    elif step and number is not None:
        await _bet(interaction, step, number)
    else:
        await _read_the_card(interaction)


async def tell_result(interaction: WoodInteraction) -> None:
    """Tell a player beside whatever it clicked what came of the lesson's bet, once it has settled, and once."""
    if interaction.client.keeper.mask(wood_of(interaction).world_id, player_of(interaction)) is None:
        return
    outcome = await _outcome(interaction)
    if outcome is not None:
        try:
            await interaction.followup.send(outcome.text, view=outcome.view, ephemeral=True)
        except UNREACHED as error:
            log.info("The result of a lesson could not be told: %s", error)


async def _read_the_card(interaction: WoodInteraction) -> None:
    view = _view(interaction)
    quote = _liveliest(view)
    text = say(
        "🎓 **1 of 3 · Read the card**\n"
        "One unit of {good:good} costs **{price:pebbles}**: at that price it settled last, and by that price bets "
        "win and lose. The arrow beside a price is what it moved in the last turn.\n"
        "Five creatures make the prices: what they lack gets dearer, what piles up gets cheaper. Now and then a "
        "legend falls, which halves or doubles one.",
        good=quote.good,
        price=pebbles(quote.settlement),
    )
    panel = discord.ui.View(timeout=None)
    button: Any = DeedButton("learn-bet", wood_of(interaction).world_id, label=say("Go on: one small bet"))
    panel.add_item(button)
    await replies.answer(interaction, f"{text}\n{_price(quote)}", view=panel)


async def _offer(interaction: WoodInteraction) -> None:
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    books, wood = await keeper.books(world_id, player_of(interaction)), keeper.wood(world_id)
    quote = _liveliest(_view(interaction))
    units = max(1, estimates.largest_contract(wood, quote.good, books.purse // _SMALL))
    margin = estimates.margin(wood, quote.good, units)
    text = say(
        "🎓 **2 of 3 · One small bet**\nIt is about {good:good}, at {price:int} now. Where will it stand when turn "
        "{turn:int} settles? For every pebble it moves your way, each unit wins a pebble; if it moves the other way, "
        "each loses one. Put aside for {what:goods} as margin: {margin:pebbles}. More than that you cannot lose.",
        good=quote.good,
        price=quote.settlement,
        turn=interaction.client.turns.coming(world_id),
        what=counted(units, quote.good),
        margin=pebbles(margin),
    )
    panel = discord.ui.View(timeout=None)
    for stance in _STANCES:
        label = say(_LABELS[stance], what=counted(units, quote.good), margin=margin)
        face = faces.GOOD_FACE[quote.good]
        button: Any = DeedButton(f"learn-{stance}-{quote.good}", world_id, units, label, emoji=face)
        panel.add_item(button)
    await replies.answer(interaction, text, view=panel)


async def _bet(interaction: WoodInteraction, step: str, units: int) -> None:
    """Open the lesson's bet, once: a second click on a panel of yesterday shows what became of the first."""
    world_id = wood_of(interaction).world_id
    if await _lesson(interaction) is not None:
        await _show_result(interaction)
        return
    stance, good = _named(step)
    turn = interaction.client.turns.coming(world_id)
    receipt = await acts.act(interaction, OpenContract(stance=stance, good=good, quantity=units))
    await _keep(interaction, Lesson(receipt.figures["number"], turn))
    text = say(
        "🎓 **3 of 3 · What happens now**\nThe creatures think, trade, and eat. Then turn {turn:int} settles: for "
        "every pebble {good:good} has moved, your margin grows or shrinks by {units:int}. Come back after that: the "
        "next button you touch tells you what it came to, and why.",
        turn=turn,
        good=good,
        units=units,
    )
    panel = _awaiting(interaction)
    await replies.answer(interaction, f"✅ {told(receipt.text)}\n\n{text}\n-# {acts.coming(interaction)}", view=panel)


async def _show_result(interaction: WoodInteraction) -> None:
    """Show what the lesson's bet came to, or when it will have."""
    outcome = await _outcome(interaction)
    if outcome is not None:
        await replies.answer(interaction, outcome.text, view=outcome.view)
        return
    lesson = await _lesson(interaction)
    if lesson is None:
        over = say("🎓 Your lesson is over. **First trade** shows the whole gambit; /wood help answers questions.")
        await replies.answer(interaction, over, view=acts.buttons(interaction, "first", "bet", "ledger"))
        return
    text = say("🎓 Turn {turn:int} has not settled yet. Click again after that.", turn=lesson.turn)
    await replies.answer(interaction, f"{text}\n-# {acts.coming(interaction)}", view=_awaiting(interaction))


async def _outcome(interaction: WoodInteraction) -> Outcome | None:
    """Return what came of the lesson's bet once its turn has settled, and end the lesson; None without news of it.

    A bet that the player closed needs no telling: its result was shown then.
    """
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    lesson = await _lesson(interaction)
    if lesson is None or closed_turn(keeper.public(world_id)) < lesson.turn:
        return None
    await _keep(interaction, None)
    books = await keeper.books(world_id, player_of(interaction))
    line = next((line for line in books.contracts if line.number == lesson.contract), None)
    if line is not None:
        return Outcome(_explained(interaction, line), _closing(interaction, line))
    letter = next((text for turn, text in books.letters if turn >= lesson.turn and is_liquidation(text)), None)
    if letter is None:
        return None
    why = say("The price went against it until its margin was below what a contract needs, so it was closed for you.")
    text = f"{_title(interaction)}\n{joined((told(letter), why))}"
    return Outcome(text, acts.buttons(interaction, "first", "bet", "ledger"))


def _explained(interaction: WoodInteraction, line: ContractLine) -> str:
    moved = line.price - line.entry
    if moved == 0:
        why = say(
            "Your {stance:stance} of {what:goods} came to nothing because the price of {good:good} is still "
            "{price:int}.",
            stance=line.stance,
            what=counted(line.quantity, line.good),
            good=line.good,
            price=line.price,
        )
    else:
        why = say(
            _BECAUSE[_WON if line.result > 0 else _LOST, "rose" if moved > 0 else "fell"],
            stance=line.stance,
            what=counted(line.quantity, line.good),
            sum=pebbles(abs(line.result)),
            good=line.good,
            moved=abs(moved),
            entry=line.entry,
            price=line.price,
        )
    after = say("Close it to collect, or let it ride: it settles again every turn. That was all there is to a bet.")
    return f"{_title(interaction)}\n{joined((why, after))}"


def _title(interaction: WoodInteraction) -> str:
    return say("🎓 **Turn {turn:int} has settled**", turn=closed_turn(_view(interaction)))


def _closing(interaction: WoodInteraction, line: ContractLine) -> discord.ui.View:
    view, world_id = discord.ui.View(timeout=None), wood_of(interaction).world_id
    label = say("Close it ({result})", result=faces.signed(line.result))
    for button in (DeedButton("close", world_id, line.number, label), DeedButton("first", world_id)):
        item: Any = button
        view.add_item(item)
    return view


def _awaiting(interaction: WoodInteraction) -> discord.ui.View:
    view, world_id = discord.ui.View(timeout=None), wood_of(interaction).world_id
    for button in (DeedButton("learn-result", world_id, label=say("What came of it?")), DeedButton("ledger", world_id)):
        item: Any = button
        view.add_item(item)
    return view


def _liveliest(view: PublicView) -> GoodQuote:
    """Return the price that moved furthest in the last turn, or the highest one: it has the most to lose and to win."""
    return max(in_order(view), key=lambda quote: (abs(quote.change), quote.settlement))


def _price(quote: GoodQuote) -> str:
    return f"{faces.GOOD_FACE[quote.good]} **{quote.settlement}** · {faces.arrow(quote.change)}"


def _view(interaction: WoodInteraction) -> PublicView:
    return interaction.client.keeper.public(wood_of(interaction).world_id)


def _named(step: str) -> tuple[Stance, Good]:
    stance, _, good = step.partition("-")
    if good not in GOODS:
        raise Refusal(say("There is no such good in the wood. Choose one from a fresh panel."))
    return Stance(stance), Good(good)


async def _lesson(interaction: WoodInteraction) -> Lesson | None:
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    player = keeper.player(world_id, player_of(interaction))
    return await keeper.store.run(lambda c: preferences.lesson_of(c, world_id, player))


async def _keep(interaction: WoodInteraction, lesson: Lesson | None) -> None:
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    player = keeper.player(world_id, player_of(interaction))
    await keeper.store.run(lambda c: preferences.keep_lesson(c, world_id, player, lesson))
