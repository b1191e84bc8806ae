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


_WEIGHT: Final = (
    "legend", "settlement", "default", "banished", "returned", "verdict", "inquiry", "poke", "glut", "pact", "cold",
    "harvest", "case_ended", "hungry",
)  # fmt: skip
"""The kinds of public event, the weightiest first."""

_TIDINGS: Final = 2
"""Events that a narrator is told: small minds mix up more."""


def tidings(events: Sequence[Event], trades: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that the narrator is told of a turn: its weightiest events, or its first trade."""
    weighed = sorted(events, key=lambda event: _WEIGHT.index(event.kind) if event.kind in _WEIGHT else len(_WEIGHT))
    weighty = [event.text for event in weighed if event.kind != "peddler"]
    return tuple(weighty[:_TIDINGS] or [f"{trade}." for trade in trades[:1]])


def headline(events: Sequence[Event], trades: Sequence[Trade], turn: int) -> str:
    """Return the one line a turn is remembered by: its weightiest event, else its largest trade."""
    for kind in ("legend", "banished", "verdict", "inquiry", "returned", "poke", "glut"):
        told = [event.text for event in events if event.kind == kind]
        if told:
            return told[0]
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
