"""The chronicle: the turn's headline and trade lines, from public events alone."""

from collections.abc import Sequence
from typing import Final

from engine.market import Trade
from engine.phrases import say, together, words
from engine.vocabulary import counted
from engine.world import Event

_QUIET: Final = (
    words("The wood trades without raising its voice."),
    words("A plain day's trade under the trees."),
    words("Stalls open, stalls close, and the moss grows."),
    words("The creatures count their stores and haggle."),
)


TRADE: Final = words("{buyer:creature} bought {goods:goods} of {seller:creature} at {price:int}")
"""How one trade is told."""

_WEIGHT: Final = ("legend", "banished", "verdict", "inquiry", "returned", "poke", "glut", "pact", "default")
"""The kinds of public event that make a headline, the weightiest first."""


def tidings(events: Sequence[Event], trades: Sequence[str]) -> tuple[str, ...]:
    """Return the one line that the narrator is told of a turn, for small minds mix up more: its weightiest news.

    A legend is told in its own words, and none is asked for.
    """
    weighty = _weightiest(events)
    if weighty is None:
        cold = [event.text for event in events if event.kind == "cold"]
        return tuple(cold[:1] or [f"{trade}." for trade in trades[:1]])
    return () if weighty.kind == "legend" else (weighty.text,)


def _weightiest(events: Sequence[Event]) -> Event | None:
    known = [event for event in events if event.kind in _WEIGHT]
    return min(known, key=lambda event: _WEIGHT.index(event.kind), default=None)


def headline(events: Sequence[Event], trades: Sequence[Trade], turn: int, *, answered: bool = True) -> str:
    """Return the one line a turn is remembered by: its weightiest event, else its largest trade.

    A turn in which no mind `answered` says so, for nothing that follows from it is the creatures' doing.
    """
    weighty = _weightiest(events)
    if weighty is not None:
        return weighty.text
    if not answered:
        return words("No creature's mind gave an answer, and the stalls stood empty.")
    cold = [event.text for event in events if event.kind == "cold"]
    if len(cold) >= 2:
        return say("{count:int} hearths went cold tonight.", count=len(cold))
    if not trades:
        return words("Nobody would meet anybody's price, and the stalls stood silent.")
    largest = max(trades, key=lambda trade: (trade.quantity * trade.price, trade.good, trade.buyer))
    sold = say(
        "{seller:creature} sold {buyer:creature} {goods:goods} at {price:int}.",
        seller=largest.seller,
        buyer=largest.buyer,
        goods=counted(largest.quantity, largest.good),
        price=largest.price,
    )
    return together(_QUIET[turn % len(_QUIET)], sold)


def trade_lines(trades: Sequence[Trade]) -> list[str]:
    """Return one plain line for each trade of a turn."""
    return [
        say(
            TRADE,
            buyer=trade.buyer,
            goods=counted(trade.quantity, trade.good),
            seller=trade.seller,
            price=trade.price,
        )
        for trade in trades
    ]
