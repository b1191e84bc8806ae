"""What a public view says between its lines: the turn it belongs to, the legend that fell, and who traded what."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine.legends import DECK, Legend
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Good, counted

_WORDS: Final = {counted(count, good).partition(" ")[2]: good for good in GOODS for count in (1, 2)}
_TRADE: Final = re.compile(r"(?P<buyer>\w+) bought (?P<units>\d+) (?P<what>\w+) of (?P<seller>\w+) at (?P<price>\d+)")
"""A line of `engine.chronicle.trade_lines`; `tests/bot/test_reading.py` holds the two together."""

_EVERYDAY: Final = re.compile(
    r"\w+'s hearth went cold\.|\w+ went to bed hungry\.|The harvest of \w+ is thin\.|The peddler takes .*"
)
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
    for line in view.news:
        for legend in DECK:
            if line.startswith(f"{legend.title}!"):
                return legend
    return None


def deals_of(trades: Iterable[str]) -> tuple[list[Deal], list[str]]:
    """Return a turn's trades by good and price, in the game's order of goods, and the lines that are no trade's."""
    deals: dict[tuple[Good, int], Deal] = {}
    others: list[str] = []
    for line in trades:
        found = _TRADE.fullmatch(line)
        if found is None or found["what"] not in _WORDS:
            others.append(line)
            continue
        good, price, units = _WORDS[found["what"]], int(found["price"]), int(found["units"])
        deal = deals.setdefault((good, price), Deal(good, price))
        deal.sellers[found["seller"]] += units
        deal.buyers[found["buyer"]] += units
    return sorted(deals.values(), key=lambda deal: (GOODS.index(deal.good), deal.price)), others


def eventful(view: PublicView, before: PublicView) -> bool:
    """Say whether a turn brought news since the one `before`: a price that stirred, a new chapter, or an event.

    Whatever is not known to be everyday is an event.
    """
    moved = most_moved(view)
    return (
        (moved is not None and abs(moved.change) >= _STIR)
        or view.chapter != before.chapter
        or any(_EVERYDAY.fullmatch(line) is None for line in view.news)
    )


def most_moved(view: PublicView) -> GoodQuote | None:
    """Return the quote that moved furthest in the last turn, or None when no price moved."""
    moved = [quote for quote in in_order(view) if quote.change]
    return max(moved, key=lambda quote: abs(quote.change), default=None)
