"""The commons: tithes on hoards, a peddler for surplus, and relief, so that pebbles keep moving."""

from typing import Final

from engine import ledger as books
from engine.banishment import present
from engine.effects import Effects
from engine.hearth import held
from engine.phrases import say, words
from engine.vocabulary import PEBBLES, counted
from engine.world import Wood

PEDDLED: Final = words("The peddler takes {goods:goods} off {name:creature} at {price:int}.")
"""How it is told that the peddler bought surplus."""


def recirculate(wood: Wood, effects: Effects) -> None:
    """Take the tithe, let the peddler buy surplus at a discount, and relieve the poorest, poorest first."""
    _tithe(wood)
    _peddle(wood, effects)
    _relieve(wood)


def _tithe(wood: Wood) -> None:
    rules = wood.world.rules.commons
    for member in present(wood.world):
        account = books.creature_account(member.name)
        excess = max(0, wood.ledger.balance(account) - rules.tithe_above)
        wood.ledger.move(wood.world.turn, PEBBLES, excess * rules.tithe_percent // 100, account, books.COMMONS, "tithe")


def _peddle(wood: Wood, effects: Effects) -> None:
    world, rules = wood.world, wood.world.rules.commons
    for member in present(wood.world):
        account = books.creature_account(member.name)
        discounted = world.quotes[member.grows].reference * rules.peddler_percent // 100
        price = max(1, min(rules.peddler_most, discounted))
        affordable = wood.ledger.balance(books.COMMONS) // price
        units = min(rules.peddler_units, held(wood, member.name, member.grows) - rules.peddler_above, affordable)
        if units <= 0:
            continue
        wood.ledger.move(world.turn, PEBBLES, units * price, books.COMMONS, account, "peddler")
        wood.ledger.move(world.turn, member.grows, units, account, books.PEDDLER_STALL, "peddler")
        text = say(PEDDLED, goods=counted(units, member.grows), name=member.name, price=price)
        effects.tell("peddler", world.turn, text, member.grows)


def _relieve(wood: Wood) -> None:
    rules = wood.world.rules.commons
    purses = sorted((wood.ledger.balance(books.creature_account(m.name)), m.name) for m in present(wood.world))
    for pebbles, name in purses:
        if pebbles < rules.relief_below:
            wood.ledger.move_up_to(
                wood.world.turn, PEBBLES, rules.relief, books.COMMONS, books.creature_account(name), "relief"
            )
