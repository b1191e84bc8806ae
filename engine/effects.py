"""What a step of the engine tells the outside: public events, declared releases and the auction's verdicts."""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.market import Trade
from engine.ports import Order
from engine.vocabulary import Good
from engine.world import Event, Release


class Verdict(NamedTuple):
    """What became of one order a mind asked for.

    `accepted` is the quantity (units) that went into the auction after trimming; `refused` says why
    it is less than asked, or is empty: `self_buy`, `out_of_stock`, `unaffordable` or `wash_trade`.
    """

    creature: str
    order: Order
    accepted: int
    refused: str

    def plain(self) -> dict[str, object]:
        """Return it as plain data, for the traces."""
        return {
            "creature": self.creature,
            "order": self.order.model_dump(mode="json"),
            "accepted": self.accepted,
            "refused": self.refused,
        }


@dataclass
class Effects:
    """The effects of one input, in the order in which they happened."""

    events: list[Event] = field(default_factory=list[Event])
    releases: list[Release] = field(default_factory=list[Release])
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    trades: list[Trade] = field(default_factory=list[Trade])

    def tell(self, kind: str, turn: int, text: str, good: Good | None = None, amount: int = 0) -> None:
        """Add a public event."""
        self.events.append(Event(kind=kind, turn=turn, text=text, good=good, amount=amount))
