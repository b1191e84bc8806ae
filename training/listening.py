"""Whether a mind listens: the same ask with one more thing in it, and how far that moves the creature's orders.

For every creature quiet asks are taken that hold no whisper, legend, favour or loan, and put to the mind twice
under the same seed: as they are, and with one piece of news. What is measured is the net demand for the good that
the news is about: units bid for less units offered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from engine.cast import BY_NAME, GROWER, NAMES
from engine.legends import DECK
from engine.ports import Decision
from engine.views import CreatureView, Favour, Hearsay
from engine.vocabulary import FUEL, GOODS, Direction, Flavour, Good, Side, Strength, Task
from experiments.intervals import mean, share
from inference.config import MindConfig
from training.asking import put
from training.data import EVALUATION_SEEDS, kind_of
from training.news import feeling, heard, overturned, paid
from training.plan import amounts
from training.seasons import Ask, play_season
from training.selection import TEACHER
from training.teacher import taught_decision
from training.telling import can_show
from training.tempers import TEMPERS

_SPEAKER: Final = "the Patron of the Birch"
_PAID: Final = 9

_PURSE: Final = 25
"""Pebbles a creature must have to show what it would buy."""

_APART: Final = 6
"""Turns between two asks of one season."""

_DRAWS: Final = 20
"""How often the teacher is asked the same: whether it heeds a thing is drawn anew each time."""


@dataclass(frozen=True)
class News:
    """One piece of news for a creature: what it is, the good it is about, and the view with it."""

    kind: str
    good: Good
    view: CreatureView


KINDS: Final[dict[str, int]] = {
    "whispered rise": 1,
    "whispered fall": -1,
    "legend crash": 0,
    "legend mania": 0,
    "bitter at its grower": -1,
    "fond of its grower": 1,
    "paid to hoard": 1,
    "paid to dump": -1,
    "paid to snub": -1,
}
"""The kinds of news, and which way each moves demand if the creature heeds it; 0 where its temper says."""


async def listening(
    minds: dict[str, MindConfig],
    asks: int,
    on_answer: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Put `asks` quiet asks of every creature to every mind, as they are and with each kind of news.

    The teacher of our own mind is asked the same, to tell what a creature of each temper would do.

    Returns:
        `{mind: {creature: {kind: {"change", "up", "down", "heeded"}}}}`, the teacher as one mind more: the mean change
        of net demand in units, and the shares of asks in which it rose, fell, and went the way of one who heeds the
        news, with 95% intervals.

    Raises:
        MindError: If a mind cannot be loaded.
    """
    quiet = list(_quiet(asks))
    told = [(place, news) for place, ask in enumerate(quiet) for news in tidings(ask.view)]
    questions = [*quiet, *(replace(quiet[place], view=news.view) for place, news in told)]
    result: dict[str, Any] = {}
    for name, config in minds.items():
        answers, _ = await put(config, questions, constrained=True, on_answer=on_answer)
        plain, moved = answers[: len(quiet)], answers[len(quiet) :]
        changes = [
            (
                quiet[place].view.name,
                news.kind,
                demand(after.decision, news.good) - demand(plain[place].decision, news.good),
            )
            for (place, news), after in zip(told, moved, strict=True)
        ]
        result[name] = _table(changes)
    result[TEACHER] = _table([_taught(quiet[place], news, draw) for place, news in told for draw in range(_DRAWS)])
    return result


def _taught(ask: Ask, news: News, draw: int) -> tuple[str, str, int]:
    """Return how far a piece of news moves the teacher's demand, under one of its seeds."""
    seed = ask.answer_seed + draw
    plain, told = taught_decision(ask.view, seed), taught_decision(news.view, seed)
    return ask.view.name, news.kind, demand(told, news.good) - demand(plain, news.good)


def questions_of(asks: int) -> int:
    """Return how many questions `listening` puts to each mind."""
    quiet = list(_quiet(asks))
    return len(quiet) + sum(len(list(tidings(ask.view))) for ask in quiet)


def tidings(view: CreatureView) -> Iterator[News]:
    """Yield the pieces of news that a creature is told one at a time.

    Claims of a rise and feelings are about the cheapest good that it does not grow, firewood aside, and legends about
    the cheapest such of which the deck tells one; claims of a fall and favours are about its own crop, but for a snub.
    """
    price, crop = amounts(view.prices), view.grows
    other = max((good for good in GOODS if good is not crop), key=lambda good: (good is not FUEL, -price[good]))
    grower = GROWER[other]
    yield News("whispered rise", other, _heard(view, other, Direction.RISE))
    yield News("whispered fall", crop, _heard(view, crop, Direction.FALL))
    yield _fallen("legend crash", view, Direction.FALL)
    yield _fallen("legend mania", view, Direction.RISE)
    yield News("bitter at its grower", other, feeling(view, "bitter at", grower))
    yield News("fond of its grower", other, feeling(view, "fond of", grower))
    for task, kind in ((Task.HOARD, "paid to hoard"), (Task.DUMP, "paid to dump")):
        yield News(kind, crop, paid(view, Favour(payer=_SPEAKER, task=task, pebbles=_PAID)))
    snub = Favour(payer=_SPEAKER, task=Task.SNUB, whom=grower, pebbles=_PAID)
    yield News("paid to snub", other, paid(view, snub))


def demand(decision: Decision, good: Good) -> int:
    """Return the units of a good that a decision bids for, less those it offers."""
    return sum(
        order.quantity if order.side is Side.BUY else -order.quantity for order in decision.orders if order.good is good
    )


def _heard(view: CreatureView, good: Good, direction: Direction) -> CreatureView:
    claim = Hearsay(speaker=_SPEAKER, good=good, direction=direction, strength=Strength.SHARPLY, flavour=Flavour.LEDGER)
    return heard(view, claim)


def _fallen(kind: str, view: CreatureView, direction: Direction) -> News:
    """Return a legend's fall as the wood tells it: its tale, and the price that it moved."""
    price = amounts(view.prices)
    fits = [legend for legend in DECK if legend.direction is direction and legend.good not in (view.grows, FUEL)]
    legend = min(fits, key=lambda legend: price[legend.good])
    now = price[legend.good]
    before = 2 * now if direction is Direction.FALL else max(1, now // 2)
    return News(kind, legend.good, overturned(view, legend.good, direction, before, legend))


def _way(kind: str, creature: str) -> int:
    """Return which way a kind of news moves the demand of a creature that heeds it."""
    temper = TEMPERS[BY_NAME[creature].species]
    after = {"legend crash": temper.after_crash, "legend mania": temper.after_soar}.get(kind)
    return KINDS[kind] if after is None else 1 if after is Direction.RISE else -1


def _quiet(asks: int) -> Iterator[Ask]:
    """Yield so many quiet asks of every creature, in which it has some of its crop to spare and pebbles to spend.

    They come from unseen seasons, from turns so far apart that one is not the other over again.
    """
    wanted = dict.fromkeys(NAMES, asks)
    for season in count(EVALUATION_SEEDS):
        for ask in play_season(season, widened=False):
            view = ask.view
            if ask.turn % _APART == 0 and wanted[view.name] and can_show(view, _PURSE) and kind_of(view) == "plain":
                wanted[view.name] -= 1
                yield ask
        if not any(wanted.values()):
            return


def _table(changes: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for creature in NAMES:
        table[creature] = {}
        for kind in KINDS:
            way = _way(kind, creature)
            mine = [change for whose, what, change in changes if (whose, what) == (creature, kind)]
            table[creature][kind] = {
                "change": mean(mine),
                "up": share(sum(change > 0 for change in mine), len(mine)),
                "down": share(sum(change < 0 for change in mine), len(mine)),
                "heeded": share(sum(change * way > 0 for change in mine), len(mine)),
            }
    return table


def in_words(result: dict[str, Any]) -> Iterator[str]:
    """Yield one line for every mind and creature: by how many units each kind of news moved its demand."""
    for mind, creatures in result.items():
        for creature, kinds in creatures.items():
            moves = ", ".join(f"{kind} {figures['change']['mean']}" for kind, figures in kinds.items())
            yield f"{mind} as {creature}: {moves}"
