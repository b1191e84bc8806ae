"""Quiet asks with one piece of news put into them: what a creature does about news is learned where it shows.

The news of a played season mostly reaches creatures that can do nothing about it: their purse is empty, the good is
not theirs to sell, or they would have bought it anyway. A lesson of that sort has the same orders whether the word
is believed or not. Here a creature with pebbles and goods is told something that would change its orders.

Idle news are the other half of that lesson: a creature that has learned to act on what it hears must not sell what it
has none of because that is to fall.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from engine.cast import BY_NAME, GROWER, NAMES
from engine.legends import DECK
from engine.masks import MASKS
from engine.views import CreatureView, Favour, Hearsay
from engine.vocabulary import GOODS, Direction, Flavour, Good, Strength, Task
from training.news import feeling, heard, overturned, paid
from training.plan import amounts, make_plan
from training.seasons import Ask
from training.tempers import SOUR, TEMPERS, Stance

_PURSE: Final = 14
"""Pebbles a creature must have to show what it would buy."""

_SPARE: Final = 2
"""Units of its crop it must have to spare to show what it would sell."""

_RISES: Final = 0.65
"""How many of the claims are of a rise, which is the harder to learn: it costs pebbles to act on it."""

_IDLE_RISES: Final = 0.5
"""How many of the idle claims of a rise are told; those of a fall all are."""

_IDLE_LEGENDS: Final = 0.4
"""How many of the idle news are drawn as legends; the rest are whispers."""

_TASKS: Final = {Task.HOARD: 0.1, Task.DUMP: 0.4, Task.SNUB: 0.5}
"""The favours, and how often each is told: to hoard takes the fewest words, and is kept before the others are."""

_CRASHES: Final = 0.6
"""How many of the legends are crashes: what soared is mostly let be, and a mind told mostly of that lets crashes be."""

_PATRONS: Final = MASKS[:26]
_MANNERS: Final = {"fond of": 1, "warm to": 1, "wary of": 2, "bitter at": 3}
"""The feelings, and how often each is drawn: a kind one only puts a need before another, a sour one undoes a bid."""

_TRIES: Final = 8


def told(ask: Ask) -> Ask | None:
    """Return an ask with a piece of news that would change the teacher's orders if the creature heeded it.

    None if the creature has too little to show it by, or nothing drawn would. The same ask is told the same.
    """
    view, luck = ask.view, Random(f"told/{ask.season_seed}/{ask.turn}/{ask.view.name}")
    if not can_show(view, _PURSE):
        return None
    quiet = make_plan(view, Stance()).orders
    for _ in range(_TRIES):
        news, heeding = _draw(view, luck)
        if make_plan(news, heeding).orders != quiet:
            return replace(ask, view=news, told="told")
    return None


def can_show(view: CreatureView, purse: int) -> bool:
    """Say whether a creature has `purse` pebbles to buy with what it believes in, and some of its crop to sell."""
    return view.pebbles >= purse and amounts(view.spare).get(view.grows, 0) >= _SPARE


def told_in_vain(ask: Ask) -> Ask | None:
    """Return an ask with news about which even who heeds it can do nothing: that what it has none of falls, or rises.

    None if it has news already, or nothing drawn would be idle. The same ask is told the same.
    """
    view, luck = ask.view, Random(f"vain/{ask.season_seed}/{ask.turn}/{ask.view.name}")
    if view.heard or view.news:
        return None
    quiet, store = make_plan(view, Stance()).orders, amounts(view.store)
    for _ in range(_TRIES):
        news, heeding = (_legend if luck.random() < _IDLE_LEGENDS else _whisper)(view, luck)
        idle = make_plan(news, heeding).orders == quiet and heeding.good is not None and not store[heeding.good]
        if idle and (heeding.direction is Direction.FALL or luck.random() < _IDLE_RISES):
            return replace(ask, view=news, told="idle")
    return None


def _draw(view: CreatureView, luck: Random) -> tuple[CreatureView, Stance]:
    """Draw a piece of news: the view with it, and the stance of a creature that heeds it."""
    kinds, weights = zip(*_KINDS.items(), strict=True)
    [kind] = luck.choices(kinds, weights)
    return kind(view, luck)


def _whisper(view: CreatureView, luck: Random) -> tuple[CreatureView, Stance]:
    direction = Direction.RISE if luck.random() < _RISES else Direction.FALL
    # Of what falls its own crop is what it has most to sell of; what it would buy, it waits for.
    good = view.grows if direction is Direction.FALL and luck.random() < 0.1 else luck.choice(GOODS)
    claim = Hearsay(
        speaker=luck.choice(_PATRONS),
        good=good,
        direction=direction,
        strength=luck.choice(tuple(Strength)),
        flavour=luck.choice(tuple(Flavour)),
    )
    return heard(view, claim), Stance(good=good, direction=direction, source="whisper")


def _favour(view: CreatureView, luck: Random) -> tuple[CreatureView, Stance]:
    [task] = luck.choices(tuple(_TASKS), tuple(_TASKS.values()))
    whom = luck.choice([name for name in NAMES if name != view.name]) if task is Task.SNUB else ""
    favour = Favour(payer=luck.choice(_PATRONS), task=task, whom=whom, pebbles=luck.randint(3, 15))
    shunned = frozenset({BY_NAME[whom].grows}) if whom else frozenset[Good]()
    return paid(view, favour), Stance(task=task, shunned=shunned)


def _legend(view: CreatureView, luck: Random) -> tuple[CreatureView, Stance]:
    good, crashed, temper = luck.choice(GOODS), luck.random() < _CRASHES, TEMPERS[view.species]
    price, moved = amounts(view.prices)[good], Direction.FALL if crashed else Direction.RISE
    before = round(price * luck.uniform(1.5, 3)) + 1 if crashed else max(1, round(price / luck.uniform(1.5, 3)))
    fits = [legend for legend in DECK if legend.good is good and legend.direction is moved]
    direction = temper.after_crash if crashed else temper.after_soar
    news = overturned(view, good, moved, before, luck.choice(fits) if fits else None)
    return news, Stance(good=good, direction=direction, source="legend")


def _feeling(view: CreatureView, luck: Random) -> tuple[CreatureView, Stance]:
    good = luck.choice([good for good in GOODS if good is not view.grows])
    [manner] = luck.choices(tuple(_MANNERS), tuple(_MANNERS.values()))
    sour, crop = manner in SOUR, frozenset({good})
    felt = feeling(view, manner, GROWER[good])
    return felt, Stance(shunned=crop) if sour else Stance(sought=crop)


_KINDS: Final[dict[Callable[[CreatureView, Random], tuple[CreatureView, Stance]], float]] = {
    _whisper: 0.31,
    _favour: 0.26,
    _legend: 0.24,
    _feeling: 0.19,
}
"""The kinds of news, and how often each is drawn."""
