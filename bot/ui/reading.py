"""What a public view says between its lines: the turn it belongs to, the legend that fell, and who traded what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.i18n.kinds import quantity_of
from bot.i18n.told import read
from engine.chronicle import TRADE
from engine.commons import PEDDLED
from engine.hearth import COLD, HUNGRY
from engine.legends import DECK, FALL, Legend
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Good
from engine.weather import THIN

_BY_TITLE: Final = {legend.title: legend for legend in DECK}

_EVERYDAY: Final = frozenset({COLD, HUNGRY, PEDDLED, THIN})
"""News that nearly every turn brings; a line of any other kind is worth a message of its own."""

_STIR: Final = 2
"""Pebbles by which a price moves before it is news."""


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
