"""What a step of the engine tells the outside: public events, declared releases and the auction's verdicts."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from engine.market import Trade
from engine.ports import Order
from engine.vocabulary import Good
from engine.world import Event, Release


class Verdict(BaseModel):
    """What became of one order a mind asked for.

    `accepted` is the quantity (units) that went into the auction after trimming; `refused` says why
    it is less than asked, or is empty: `self_buy`, `out_of_stock`, `unaffordable` or `wash_trade`.
    """

    model_config = ConfigDict(frozen=True)

    creature: str
    order: Order
    accepted: int
    refused: str


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
