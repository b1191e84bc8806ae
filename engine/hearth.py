"""The evening of a turn: creatures eat, burn wood and feel better or worse; what is perishable rots."""

from collections.abc import Callable
from typing import Final

from engine import ledger as books
from engine.banishment import present
from engine.cast import BY_NAME, NAMES
from engine.effects import Effects
from engine.phrases import say, words
from engine.vocabulary import FOODS, FUEL, GOODS, Good
from engine.weather import fuel_need
from engine.world import Creature, Wood

COLD: Final = words("{name:creature}'s hearth went cold.")
HUNGRY: Final = words("{name:creature} went to bed hungry.")
"""How it is told that a creature froze or starved."""

_OWN_FIRST: Final = {grows: tuple(sorted(GOODS, key=lambda good: good is not grows)) for grows in GOODS}
"""All goods in their order, but with what a creature grows in front, by what it grows."""

_TABLES: Final = tuple((*FOODS[first:], *FOODS[:first]) for first in range(len(FOODS)))
"""All foods in their order, beginning with each of them."""


def held(wood: Wood, name: str, good: Good) -> int:
    """Return the units of a good in a creature's store."""
    return wood.ledger.balance(books.creature_account(name), good)


def store(wood: Wood, name: str) -> dict[Good, int]:
    """Return the units of every good in a creature's store."""
    stock = _stock(wood, name)
    return {good: stock(good, 0) for good in GOODS}


def _stock(wood: Wood, name: str) -> Callable[[str, int], int]:
    """Return what looks up the units of a good in a creature's store, without a table of all of them."""
    return wood.ledger.holdings(books.creature_account(name)).get


def keep_house(wood: Wood, effects: Effects) -> None:
    """Let every creature in the wood eat, burn and rest; then let all stores rot."""
    need = fuel_need(wood.world)
    for member in present(wood.world):
        creature = wood.world.creatures[member.name]
        fed = _eat(wood, member.name)
        warm = _burn(wood, member.name, need)
        _feel(wood, creature, fed, warm)
        if not warm:
            effects.tell("cold", wood.world.turn, say(COLD, name=member.name), FUEL)
        if not fed:
            effects.tell("hungry", wood.world.turn, say(HUNGRY, name=member.name))
    _rot(wood)


def shortages(wood: Wood, name: str) -> list[tuple[Good, int]]:
    """Return what a creature is short of with the units it lacks: fuel first, then what it lacks most.

    It wants a small pantry of every food it does not grow, and tonight's firewood with a reserve.
    Foods it lacks equally come in an order that turns, so that creatures do not all want the same.
    """
    hearth, grows, stock = wood.world.rules.hearth, BY_NAME[name].grows, _stock(wood, name)
    lacking = [(food, hearth.pantry - stock(food, 0)) for food in _table(wood, name) if food is not grows]
    lacking.sort(key=lambda lack: -lack[1])
    if grows is not FUEL:
        lacking.insert(0, (FUEL, fuel_need(wood.world) + hearth.fuel_reserve - stock(FUEL, 0)))
    return [(good, units) for good, units in lacking if units > 0]


def surplus(wood: Wood, name: str) -> list[tuple[Good, int]]:
    """Return what a creature can spare beyond its own needs, its own crop first."""
    hearth = wood.world.rules.hearth
    grows, stock = BY_NAME[name].grows, _stock(wood, name)
    keep = dict.fromkeys(FOODS, hearth.pantry + 1)
    keep[FUEL] = fuel_need(wood.world) + hearth.fuel_reserve
    if grows is not FUEL:
        keep[grows] = hearth.pantry
    spare = [(good, stock(good, 0) - keep[good]) for good in _OWN_FIRST[grows]]
    return [(good, units) for good, units in spare if units > 0]


def _table(wood: Wood, name: str) -> tuple[Good, ...]:
    """Return the foods in the order in which a creature thinks of them this turn."""
    return _TABLES[(wood.world.turn + NAMES.index(name)) % len(FOODS)]


def _eat(wood: Wood, name: str) -> bool:
    """Let a creature eat one unit each of different foods, beginning with another one every turn."""
    wanted, stock = wood.world.rules.hearth.different_foods, _stock(wood, name)
    meal = [food for food in _table(wood, name) if stock(food, 0)][:wanted]
    for food in meal:
        wood.ledger.move(wood.world.turn, food, 1, books.creature_account(name), books.HEARTH, "eaten")
    return len(meal) == wanted


def _burn(wood: Wood, name: str, need: int) -> bool:
    account = books.creature_account(name)
    return wood.ledger.move_up_to(wood.world.turn, FUEL, need, account, books.HEARTH, "burned") == need


def _feel(wood: Wood, creature: Creature, fed: bool, warm: bool) -> None:
    rules = wood.world.rules.hearth
    if fed and warm:
        gap = rules.mood_base - creature.mood
        creature.mood += max(-rules.mood_recovery, min(rules.mood_recovery, gap))
    else:
        loss = rules.mood_loss * ((not fed) + (not warm))
        creature.mood = max(rules.mood_floor, creature.mood - loss)


def _rot(wood: Wood) -> None:
    for name in wood.world.creatures:
        stock = _stock(wood, name)
        for good, percent in wood.world.rules.hearth.spoilage_percent.items():
            rotten = stock(good, 0) * percent // 100
            wood.ledger.move(wood.world.turn, good, rotten, books.creature_account(name), books.SPOILAGE, "rotted")
