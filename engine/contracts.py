"""Contracts for difference on settlement prices, against the exchange: margin, marking and liquidation.

Profit and loss of a contract are realised at every settlement between its margin account and the
exchange (variation margin), so a Patron can never owe more than the margin posted.
"""

from typing import Final, NamedTuple

from engine import ledger as books
from engine.phrases import say, words
from engine.rules import PatronRules, Rules
from engine.vault import Position
from engine.vocabulary import PEBBLES, Good, Stance, counted
from engine.world import Wood

LIQUIDATED: Final = words(
    "Your {stance:stance} of {units:int} {good:good} was liquidated at {price:int}: "
    "{left:int} of {margin:int} pebbles of margin came back."
)
"""The letter that tells a Patron of it."""


class Gain(NamedTuple):
    """The pebbles, signed, that a Patron's contract on a good gained at one settlement."""

    mask: str
    good: Good
    pebbles: int


def initial_margin(rules: PatronRules, quantity: int, price: int) -> int:
    """Return the pebbles of margin a contract of `quantity` units at `price` must post, rounded up."""
    return -(-quantity * price * rules.initial_margin_percent // 100)


def largest(rules: PatronRules, price: int, pebbles: int) -> int:
    """Return the most units of one contract at `price` whose initial margin `pebbles` can post, 0 if none."""
    fitting = (units for units in range(rules.most_quantity, 0, -1) if initial_margin(rules, units, price) <= pebbles)
    return next(fitting, 0)


def maintenance_margin(rules: PatronRules, quantity: int, price: int) -> int:
    """Return the pebbles of margin below which a contract is liquidated, rounded up."""
    return -(-quantity * price * rules.maintenance_percent // 100)


def equity(wood: Wood, position: Position) -> int:
    """Return the pebbles in the margin account of a contract, which is what closing it pays."""
    return wood.ledger.balance(books.margin_account(position.mask, position.number))


def of_patron(wood: Wood, mask: str) -> list[Position]:
    """Return a Patron's open contracts, oldest first."""
    return [position for position in wood.vault.positions.reveal() if position.mask == mask]


def open_contracts(wood: Wood) -> list[Position]:
    """Return all open contracts, in an order that does not depend on who came first."""
    return sorted(wood.vault.positions.reveal(), key=lambda position: (position.mask, position.number))


def mark(wood: Wood) -> list[Gain]:
    """Mark every contract to its good's settlement price, moving the difference to or from the exchange.

    Return what each contract gained by it.
    """
    before = open_contracts(wood)
    marked = [_marked(wood, position) for position in before]
    wood.vault.positions.replace(marked)
    return [
        Gain(new.mask, new.good, gain(new.stance, new.quantity, old.marked, new.marked))
        for old, new in zip(before, marked, strict=True)
    ]


def liquidate(wood: Wood) -> None:
    """Close every contract whose margin fell below maintenance, and write to its Patron."""
    world = wood.world
    for position in open_contracts(wood):
        price = world.quotes[position.good].settlement
        if equity(wood, position) >= maintenance_margin(world.rules.patron, position.quantity, price):
            continue
        left = pay_out(wood, position, words("liquidated"))
        text = say(
            LIQUIDATED,
            stance=position.stance,
            units=position.quantity,
            good=position.good,
            price=price,
            left=left,
            margin=position.paid_in,
        )
        wood.vault.post_letter(position.mask, world.turn, text)


def wind_up(wood: Wood) -> None:
    """Close every contract at the last settlement price, because the season ends, and write to its Patron."""
    for position in open_contracts(wood):
        memo = say("closed #{number:int}, the season is over", number=position.number)
        paid = pay_out(wood, position, memo)
        text = say(
            "Your {stance:stance} of {goods:goods} was closed at {price:int} as the season ended: "
            "{paid:int} of {margin:int} pebbles of margin came back.",
            stance=position.stance,
            goods=counted(position.quantity, position.good),
            price=position.marked,
            paid=paid,
            margin=position.paid_in,
        )
        wood.vault.post_letter(position.mask, wood.world.turn, text)


def pay_out(wood: Wood, position: Position, memo: str) -> int:
    """Close a contract: its margin goes to the Patron's purse and it is gone. Return the pebbles paid."""
    pebbles = equity(wood, position)
    source = books.margin_account(position.mask, position.number)
    wood.ledger.move(wood.world.turn, PEBBLES, pebbles, source, books.patron_account(position.mask), memo)
    still_open = [p for p in wood.vault.positions.reveal() if (p.mask, p.number) != (position.mask, position.number)]
    wood.vault.positions.replace(still_open)
    return pebbles


def gain(stance: Stance, quantity: int, before: int, after: int) -> int:
    """Return the pebbles a contract gains when its good settles at `after` instead of `before`."""
    rise = (after - before) * quantity
    return rise if stance is Stance.LONG else -rise


def exposure(rules: Rules, stance: Stance, quantity: int, price: int) -> int:
    """Return the most pebbles a contract marked at `price` could still win: what the exchange must cover.

    A short wins at most the price itself; a long at most two manias on the dearest settlement.
    """
    dearest = 4 * rules.market.highest_settlement
    return quantity * (price if stance is Stance.SHORT else max(0, dearest - price))


def exposed(wood: Wood) -> int:
    """Return the most pebbles that all open contracts together could still win."""
    rules = wood.world.rules
    return sum(exposure(rules, p.stance, p.quantity, p.marked) for p in wood.vault.positions.reveal())


def _marked(wood: Wood, position: Position) -> Position:
    price = wood.world.quotes[position.good].settlement
    won = gain(position.stance, position.quantity, position.marked, price)
    margin = books.margin_account(position.mask, position.number)
    turn, memo = wood.world.turn, _memo(position.good, position.marked, price)
    if won >= 0:
        wood.ledger.move(turn, PEBBLES, won, books.EXCHANGE, margin, memo)
    else:
        wood.ledger.move_up_to(turn, PEBBLES, -won, margin, books.EXCHANGE, memo)
    return position.model_copy(update={"marked": price})


def _memo(good: Good, before: int, after: int) -> str:
    return f"{good} settled {after}, was {before}"
