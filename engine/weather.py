"""Seasons, the need for fuel, and the harvest of a turn."""

from typing import Final

from engine import ledger as books
from engine.banishment import absent
from engine.cast import CAST
from engine.effects import Effects
from engine.phrases import say, words
from engine.streams import stream
from engine.vocabulary import GOODS, Good
from engine.world import Wood, World

CHAPTER_NAMES: Final = ("early autumn", "late autumn", "early winter", "deep winter", "late winter", "early spring")

THIN: Final = words("The harvest of {good:good} is thin.")
"""How it is told that less of a good was gathered."""


def season_name(world: World) -> str:
    """Return the words for the time of year, such as `late autumn`."""
    return CHAPTER_NAMES[(world.chapter - 1) % len(CHAPTER_NAMES)]


def fuel_need(world: World) -> int:
    """Return the firewood (units) every creature burns in the turn under way, or the coming one at rest."""
    hearth, time = world.rules.hearth, world.rules.time
    needs = hearth.fuel_need_by_chapter
    turn = (world.coming_turn - 1) % (time.turns_a_chapter * time.chapters_a_season)
    chapter = turn // time.turns_a_chapter
    need = needs[chapter % len(needs)]
    if chapter == 0 and turn + 1 >= hearth.fuel_early_turn:
        need += 1
    return need + world.ahead.extra_fuel


def gather(wood: Wood, effects: Effects) -> None:
    """Bring in the harvest of the turn: the base of each crop, moved by the weather and by shocks.

    Nobody brings in the crop of a banished creature; its luck is drawn all the same.
    """
    world = wood.world
    rules = world.rules.harvest
    luck = stream(world.seed, "harvest", world.turn)
    for member in CAST:
        units = rules.base[member.grows] + luck.randint(-rules.swing, rules.swing)
        if absent(world, member.name):
            continue
        units = units * world.ahead.harvest_percent.get(member.grows, 100) // 100
        wood.ledger.move(
            world.turn, member.grows, max(0, units), books.HARVEST, books.creature_account(member.name), "harvest"
        )
    for good in GOODS:
        percent = world.ahead.harvest_percent.get(good, 100)
        if percent < 100:
            effects.tell("harvest", world.turn, say(THIN, good=good), good)
    world.ahead.harvest_percent = {}


def thin_harvest(world: World, good: Good, percent: int) -> None:
    """Leave `percent` of the next harvest of a good, on top of what is already ahead of it."""
    before = world.ahead.harvest_percent.get(good, 100)
    world.ahead.harvest_percent[good] = before * percent // 100
