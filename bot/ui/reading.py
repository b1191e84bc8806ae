"""What a public view says between its lines: the turn it belongs to, the legend that fell, and who traded what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.i18n.kinds import quantity_of
from bot.i18n.told import read
from engine.actions.keeping import DROUGHT, FROST, RUMOUR, WINDFALL
from engine.chronicle import TRADE
from engine.commons import PEDDLED
from engine.hearth import COLD, HUNGRY
from engine.legends import DECK, FALL, Legend
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Direction, Good
from engine.weather import THIN

_BY_TITLE: Final = {legend.title: legend for legend in DECK}

_EVERYDAY: Final = frozenset({COLD, HUNGRY, PEDDLED, THIN})
"""News that nearly every turn brings; a line of any other kind is worth a message of its own."""

_STIR: Final = 2
"""Pebbles by which a price moves before it is news."""


RUMOURS_SEEN: Final = 2
"""Rumours of a turn that a picture shows, the last ones; the news tell all."""


@dataclass(frozen=True)
class Struck:
    """What the weather-god's hand did in a turn: the goods that it blew down, and the rumours that it sent round."""

    drought: bool = False
    frost: bool = False
    windfalls: tuple[Good, ...] = ()
    rumours: tuple[tuple[Good, Direction], ...] = ()


UNTOUCHED: Final = Struck()


@dataclass
class Deal:
    """All trades of a turn in one good at one price: who sold how many units, and who bought them."""

    good: Good
    price: int
    sellers: Counter[str] = field(default_factory=Counter[str])
    buyers: Counter[str] = field(default_factory=Counter[str])

    @property
    def units(self) -> int:
        """The units that changed hands."""
        return self.buyers.total()


def closed_turn(view: PublicView) -> int:
    """Return the last closed turn, which the prices of a view belong to."""
    return view.turn - 1 if view.thinking else view.turn


def in_order(view: PublicView) -> list[GoodQuote]:
    """Return the quotes in the game's own order of goods, in which everything is shown."""
    return sorted(view.quotes, key=lambda quote: GOODS.index(quote.good))


def fallen_legend(view: PublicView) -> Legend | None:
    """Return the legend that fell in the turn of a view, or None."""
    readings = map(read, view.news)
    titles = (found.values["title"] for found in readings if found is not None and found.template == FALL)
    return next((_BY_TITLE[title] for title in titles), None)


def struck(view: PublicView) -> Struck:
    """Return what the weather-god's hand did, as the news of a view tell it."""
    found = [reading for reading in map(read, view.news) if reading is not None]
    told = {reading.template for reading in found}
    windfalls = [Good(each.values["good"]) for each in found if each.template == WINDFALL]
    rumours = [
        (Good(each.values["good"]), Direction(each.values["direction"])) for each in found if each.template == RUMOUR
    ]
    return Struck(
        drought=DROUGHT in told,
        frost=FROST in told,
        windfalls=tuple(good for good in GOODS if good in windfalls),
        rumours=tuple(dict.fromkeys(rumours))[-RUMOURS_SEEN:],
    )


def deals_of(trades: Iterable[str]) -> tuple[list[Deal], list[str]]:
    """Return a turn's trades by good and price, in the game's order of goods, and the lines that are no trade's."""
    deals: dict[tuple[Good, int], Deal] = {}
    others: list[str] = []
    for line in trades:
        found = read(line)
        if found is None or found.template != TRADE:
            others.append(line)
            continue
        units, good = quantity_of(found.values["goods"])
        price = int(found.values["price"])
        deal = deals.setdefault((good, price), Deal(good, price))
        deal.sellers[found.values["seller"]] += units
        deal.buyers[found.values["buyer"]] += units
    return sorted(deals.values(), key=lambda deal: (GOODS.index(deal.good), deal.price)), others


def eventful(view: PublicView, before: PublicView) -> bool:
    """Say whether a turn brought news since the one `before`: a price that stirred, a new chapter, or an event.

    Whatever is not known to be everyday is an event.
    """
    moved = most_moved(view)
    return (
        (moved is not None and abs(moved.change) >= _STIR)
        or view.chapter != before.chapter
        or not all(_is_everyday(line) for line in view.news)
    )


def _is_everyday(line: str) -> bool:
    found = read(line)
    return found is not None and found.template in _EVERYDAY


def most_moved(view: PublicView) -> GoodQuote | None:
    """Return the quote that moved furthest in the last turn, or None when no price moved."""
    moved = [quote for quote in in_order(view) if quote.change]
    return max(moved, key=lambda quote: abs(quote.change), default=None)
