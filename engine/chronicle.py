"""The chronicle: the turn's headline and trade lines, from public events alone."""

from collections.abc import Sequence
from typing import Final

from engine.market import Trade
from engine.vocabulary import counted
from engine.world import Event

_QUIET: Final = (
    "The wood trades without raising its voice.",
    "A plain day's trade under the trees.",
    "Stalls open, stalls close, and the moss grows.",
    "The creatures count their stores and haggle.",
)


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
        return "No creature's mind gave an answer, and the stalls stood empty."
    cold = [event.text for event in events if event.kind == "cold"]
    if len(cold) >= 2:
        return f"{len(cold)} hearths went cold tonight."
    if not trades:
        return "Nobody would meet anybody's price, and the stalls stood silent."
    largest = max(trades, key=lambda trade: (trade.quantity * trade.price, trade.good, trade.buyer))
    sold = f"{largest.seller} sold {largest.buyer} {counted(largest.quantity, largest.good)} at {largest.price}."
    return f"{_QUIET[turn % len(_QUIET)]} {sold}"


def trade_lines(trades: Sequence[Trade]) -> list[str]:
    """Return one plain line for each trade of a turn."""
    return [f"{t.buyer} bought {counted(t.quantity, t.good)} of {t.seller} at {t.price}" for t in trades]
