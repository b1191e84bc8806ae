"""The first trade: the gambit, one button at a time, with the figures filled in.

Which step comes next is read from the player's own books each time, so a button clicked twice, or on a
panel of yesterday, does nothing twice: a step that is not the next one only shows where the player stands.
"""

from dataclasses import dataclass
from typing import Any, Final

import discord

from bot import acts, replies
from bot.checks import WoodInteraction, player_of, wood_of
from bot.i18n import say, say_count, told
from bot.ui import faces
from bot.ui.buttons import DeedButton
from engine import contracts
from engine.actions import BuyForecast, CloseContract, Join, OpenContract, Spring, Whisper
from engine.actions.base import Action
from engine.cast import GROWER
from engine.patronage import Foreseen, PatronBooks
from engine.rules import PatronRules
from engine.vocabulary import Stance, counted, pebbles

EAR: Final = "Nettle"
"""Who is whispered to: it believes the last thing it heard. The crop's grower is spared."""


@dataclass(frozen=True)
class Step:
    """One step of the guide: what is said, the label of its button, and what the button does.

    A step without an action waits for the next turn.
    """

    deed: str
    text: str
    label: str = ""
    action: Action | None = None


async def show(interaction: WoodInteraction) -> None:
    """Show the player's next step."""
    await _panel(interaction, await _next(interaction), "")


async def do(interaction: WoodInteraction, deed: str) -> None:
    """Do the step that a button names, if it is the next one, and show what comes after it.

    Raises:
        Refusal: If the rules do not allow it now.
    """
    step, done = await _next(interaction), ""
    if step.deed == deed and step.action is not None:
        receipt = await acts.act(interaction, step.action)
        done, step = f"✅ {told(receipt.text)}\n-# {acts.coming(interaction)}\n\n", await _next(interaction)
    await _panel(interaction, step, done)


def next_step(books: PatronBooks | None, rules: PatronRules, prices: dict[str, int]) -> Step:
    """Return the step that a player of these books, or a stranger, takes next.

    Args:
        books: The player's books, or None for a stranger.
        rules: The prices of what a Patron does, in pebbles.
        prices: The settlement price of each good, in pebbles.
    """
    if books is None:
        text = say(
            "Put on a mask. You are given {stake:pebbles}, and nobody learns your name.", stake=pebbles(rules.stake)
        )
        return Step("first-join", text, say("Join the wood"), Join())
    if books.foreseen is None and books.contracts:
        line = books.contracts[-1]
        text = say_count(
            "Your {stance:stance} of {what:goods} stands at {result} pebble. Close it to collect, or let it ride.",
            "Your {stance:stance} of {what:goods} stands at {result} pebbles. Close it to collect, or let it ride.",
            abs(line.result),
            stance=line.stance,
            what=counted(line.quantity, line.good),
            result=faces.signed(line.result),
        )
        label = say("Close it ({result})", result=faces.signed(line.result))
        return Step("first-close", text, label, CloseContract(number=line.number))
    if books.foreseen is None:
        price = rules.insider_price
        text = say(
            "Buy the true forecast of the next legend for {price:pebbles}. It is told to you alone.",
            price=pebbles(price),
        )
        return Step("first-tip", text, say("Buy the forecast ({price:int})", price=price), BuyForecast())
    return _on(books, books.foreseen, rules, prices)


def _on(books: PatronBooks, foreseen: Foreseen, rules: PatronRules, prices: dict[str, int]) -> Step:
    """Return the next step of one who knows the forecast."""
    if not any(line.good is foreseen.good for line in books.contracts):
        return _opening(books, foreseen, rules, prices[foreseen.good])
    if foreseen.now:
        text = say("The legend falls when turn {turn:int} settles. Then come back and collect.", turn=foreseen.turn)
        return Step("first-wait", text)
    if not books.whispering and books.purse >= rules.whisper_price + rules.spring_price:
        ear = EAR if GROWER[foreseen.good] != EAR else "Sable"
        claim = Whisper(creature=ear, good=foreseen.good, direction=foreseen.direction)
        text = say(
            "Whisper it to {ear:name}: what creatures believe moves prices too. A raven costs {price:int}.",
            ear=ear,
            price=rules.whisper_price,
        )
        label = say("Whisper to {ear:name} ({price:int})", ear=ear, price=rules.whisper_price)
        return Step("first-whisper", text, label, claim)
    text = say(
        "Bring the legend now instead of in turn {turn:int}, for {price:pebbles}.",
        turn=foreseen.turn,
        price=pebbles(rules.spring_price),
    )
    return Step("first-spring", text, say("Spring it ({price:int})", price=rules.spring_price), Spring())


def _opening(books: PatronBooks, foreseen: Foreseen, rules: PatronRules, price: int) -> Step:
    """Return the step that bets on the forecast, as large as leaves the costs of the steps after it."""
    stance = Stance.on(foreseen.direction)
    left = books.purse - rules.whisper_price - rules.spring_price
    quantity = max(1, contracts.largest(rules, price, left))
    margin = contracts.initial_margin(rules, quantity, price)
    what = counted(quantity, foreseen.good)
    text = say(
        "{good:Good} will {direction:direction}, so {stance:stance} {what:goods} at {price:int}. Your margin of "
        "{margin:pebbles} comes back with what you win, or less what you lose.",
        good=foreseen.good.capitalize(),
        direction=foreseen.direction,
        stance=stance,
        what=what,
        price=price,
        margin=pebbles(margin),
    )
    label = say("Short {what:goods} ({margin:int})", what=what, margin=margin)
    if stance is Stance.LONG:
        label = say("Long {what:goods} ({margin:int})", what=what, margin=margin)
    return Step("first-bet", text, label, OpenContract(stance=stance, good=foreseen.good, quantity=quantity))


async def _next(interaction: WoodInteraction) -> Step:
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    player = player_of(interaction)
    books = await keeper.books(world_id, player) if keeper.mask(world_id, player) else None
    world = keeper.wood(world_id).world
    return next_step(books, world.rules.patron, {good: quote.settlement for good, quote in world.quotes.items()})


async def _panel(interaction: WoodInteraction, step: Step, done: str) -> None:
    view: discord.ui.View | None = None
    if step.action is not None:
        view = discord.ui.View(timeout=None)
        button: Any = DeedButton(step.deed, wood_of(interaction).world_id, label=step.label)
        view.add_item(button)
    await replies.answer(interaction, f"{done}{say('**First trade** · {step}', step=step.text)}", view=view)
