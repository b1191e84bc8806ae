"""One turn of the open traces as a story: what each creature was told, thought and ordered, and what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.ports import NARRATOR
from engine.views import PublicView

_WHY: Final = {
    "self_buy": "it grows that itself",
    "out_of_stock": "it did not hold so much",
    "unaffordable": "it could not pay for all of it",
    "wash_trade": "it cannot buy and sell the same good",
}

_CUE: Final = "Your JSON:"
"""The last line of a prompt, which tells the mind to begin."""


@dataclass(frozen=True)
class Scene:
    """One creature's part of a turn. `told` is its situation, line by line; `deeds` its orders and what became of them.

    `read` says how the answer was read where that was not plain, and `failure` why there was no decision; both are
    empty otherwise.
    """

    creature: str
    mind: str
    told: tuple[str, ...]
    thought: str
    deeds: tuple[str, ...]
    gossip: str
    read: str
    failure: str


@dataclass(frozen=True)
class Story:
    """One turn: its scenes in the creatures' order, and what the wood saw as it closed."""

    turn: int
    season: str
    scenes: tuple[Scene, ...]
    trades: tuple[str, ...]
    prices: tuple[str, ...]
    headline: str
    news: tuple[str, ...]


def tell(rows: Sequence[Mapping[str, Any]], view: PublicView) -> Story:
    """Return the story of a turn.

    Args:
        rows: The turn's rows of `inference.traces`; of several attempts of a creature the last counts.
        view: What everybody may know of the wood after the turn.
    """
    last = {row["gen_ai.agent.name"]: row for row in sorted(rows, key=lambda row: row["wood.attempt"])}
    told = [face.name for face in view.creatures if face.name in last]
    return Story(
        turn=view.turn,
        season=view.season,
        scenes=tuple(_scene(last[name]) for name in told if name != NARRATOR),
        trades=view.trades,
        prices=tuple(f"{quote.good} {quote.settlement} ({quote.change:+d})" for quote in view.quotes),
        headline=view.headline,
        news=view.news,
    )


def _scene(row: Mapping[str, Any]) -> Scene:
    messages = row["gen_ai.input.messages"]
    situation: list[str] = messages[-1]["parts"][0]["content"].splitlines() if messages else []
    status = row["wood.parse_status"]
    return Scene(
        creature=row["gen_ai.agent.name"],
        mind=f"{row['wood.mind']}: {row['gen_ai.request.model']}, {row['wood.lab']}",
        told=tuple(line for line in situation if line and line != _CUE),
        thought=row["wood.thought"],
        deeds=_deeds(row),
        gossip=row["wood.gossip"],
        read="" if status == "ok" else f"{status}, {row['wood.dropped_orders']} orders dropped",
        failure=row["wood.failure"],
    )


def _deeds(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a line for each order that came to the auction, and for those that a favour or a feeling kept from it."""
    admitted: list[dict[str, Any]] = row["wood.admitted"]
    reached = Counter(map(_words, admitted))
    kept = Counter(map(_words, row["wood.orders"])) - reached
    lines = [f"{_words(order)}{_outcome(order)}" for order in admitted]
    return (*lines, *(f"{words}: kept from the auction" for words in kept.elements()))


def _words(order: Mapping[str, Any]) -> str:
    return f"{order['side']} {order['quantity']} {order['good']} at {order['price']}"


def _outcome(order: Mapping[str, Any]) -> str:
    if not order["refused"]:
        return ""
    why = _WHY.get(order["refused"], order["refused"])
    return f": trimmed to {order['accepted']}, {why}" if order["accepted"] else f": refused, {why}"
