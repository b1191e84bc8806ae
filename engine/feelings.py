"""Signed feelings of the creatures: nudged by events, forgotten slowly, shown in buckets."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from engine.ports import clean_speech
from engine.rules import FeelingRules
from engine.streams import derive
from engine.vocabulary import Nudge
from engine.world import Creature, World

T = TypeVar("T")


_MOODS: Final = ((75, "cheerful"), (55, "content"), (35, "uneasy"), (18, "miserable"), (0, "desperate"))
"""The word for a mood from so many points (of 100) on."""

MOOD_WORDS: Final = tuple(word for _, word in _MOODS)


def nudge(creature: Creature, towards: str, points: int, rules: FeelingRules) -> None:
    """Add signed points to a feeling, within its bounds."""
    felt = creature.feelings.get(towards, 0) + points
    creature.feelings[towards] = max(-rules.most, min(rules.most, felt))


def stir(world: World, name: str, towards: str, event: Nudge) -> None:
    """Let an event move what the creature `name` feels `towards` a mask or creature, and let it keep a note."""
    rules, creature = world.rules.feelings, world.creatures[name]
    nudge(creature, towards, int(getattr(rules, event)), rules)
    creature.notes = [*creature.notes, f"turn {world.turn}, {event}: {towards}"][-rules.notes_kept :]


def hostile(world: World, name: str, towards: str) -> bool:
    """Say whether a creature is strongly against somebody: it refuses it, whatever its mind says."""
    return world.creatures[name].feelings.get(towards, 0) <= -world.rules.feelings.strong


def wary(world: World, name: str, towards: str) -> bool:
    """Say whether a creature is against somebody at all: it asks more of it."""
    return world.creatures[name].feelings.get(towards, 0) <= -world.rules.feelings.mild


def warmest(world: World, name: str, items: Iterable[T], speaker: Callable[[T], str]) -> list[T]:
    """Return `items` in the order in which a creature listens to their speakers: whom it feels warmest towards first.

    Those it feels alike about come in an order drawn for this turn, never in that of their arrival.
    """
    feelings = world.creatures[name].feelings

    def place(item: T) -> tuple[int, str]:
        who = speaker(item)
        return -feelings.get(who, 0), derive(world.seed, "attention", world.turn, name, who)

    return sorted(items, key=place)


def fade(world: World) -> None:
    """Let every feeling fade towards indifference, and forget those that reach it; the banished forget nothing."""
    percent = 100 - world.rules.feelings.decay_percent
    for creature in world.creatures.values():
        if creature.name in world.banished:
            continue
        faded = {whom: _towards_zero(points * percent, 100) for whom, points in creature.feelings.items()}
        creature.feelings = {whom: points for whom, points in faded.items() if points}


def felt(creature: Creature, rules: FeelingRules) -> tuple[str, ...]:
    """Return the creature's strongest feelings in words, at most `rules.shown` of them."""
    strongest = sorted(creature.feelings.items(), key=lambda item: (-abs(item[1]), item[0]))[: rules.shown]
    return tuple(f"{_bucket(points, rules)} {whom}" for whom, points in strongest if abs(points) >= rules.mild)


def mood_word(mood: int) -> str:
    """Return the word for a mood of 0 to 100."""
    return next(word for floor, word in _MOODS if mood >= floor)


def relay(world: World, hearer: str) -> str:
    """Return the one line of last turn's gossip that reaches `hearer`, or an empty string.

    Every creature hears its neighbour in a ring that turns each turn, so a line is relayed once.
    """
    names = list(world.creatures)
    step = 1 + world.turn % (len(names) - 1)
    speaker = world.creatures[names[(names.index(hearer) + step) % len(names)]]
    return f'{speaker.name} says "{clean_speech(speaker.said)}"' if speaker.said else ""


def _bucket(points: int, rules: FeelingRules) -> str:
    if points >= rules.strong:
        return "fond of"
    if points > 0:
        return "warm to"
    return "bitter at" if points <= -rules.strong else "wary of"


def _towards_zero(numerator: int, denominator: int) -> int:
    return numerator // denominator if numerator >= 0 else -(-numerator // denominator)
