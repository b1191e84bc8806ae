"""A rule-based mind: five tempers in plain arithmetic, for fast tests and as the first teacher of our own model.

What it answers is a pure function of the view and the seed. It is never evidence about minds.
"""

import json
import random
from dataclasses import dataclass, field
from typing import Final

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY
from engine.views import CreatureView, Hearsay, LoanTerms, NarratorView, Stock
from engine.vocabulary import FUEL, Direction, Good, Side, Strength
from inference.mind import Answer, MindRequest
from inference.standin_speech import gossip, thought

_USUAL: Final[dict[Good, int]] = {
    Good.ACORNS: 4,
    Good.BERRIES: 5,
    Good.MUSHROOMS: 6,
    Good.HONEY: 9,
    Good.FIREWOOD: 5,
}
"""What the cast remembers a good to cost, in pebbles; the measure of cheap and dear."""


_DEAR_PERCENT: Final = 25
_LIGHT_PURSE: Final = 60
"""A loan at more interest than that, or into a purse heavier than this, is declined."""


@dataclass(frozen=True)
class _Temper:
    """How a species trades: factors on the reference price, and units it sells a turn."""

    asks: tuple[float, float]
    bids: tuple[float, float]
    sells: tuple[int, int]
    heeds_whispers: bool = False


_TEMPERS: Final[dict[str, _Temper]] = {
    "tortoise": _Temper(asks=(0.97, 1.03), bids=(1.0, 1.06), sells=(3, 5)),
    "owl": _Temper(asks=(1.06, 1.24), bids=(1.0, 1.12), sells=(1, 3)),
    "beaver": _Temper(asks=(1.05, 1.15), bids=(1.0, 1.12), sells=(3, 6)),
    "fox": _Temper(asks=(0.98, 1.14), bids=(0.96, 1.12), sells=(2, 5), heeds_whispers=True),
    "hedgehog": _Temper(asks=(0.92, 1.05), bids=(1.04, 1.18), sells=(2, 5), heeds_whispers=True),
}
_PLAIN: Final = _Temper(asks=(1.0, 1.1), bids=(1.0, 1.1), sells=(2, 4))


@dataclass
class _Book:
    """The orders of one creature as they are written: legal, at most three, one a good, within its means."""

    view: CreatureView
    pebbles: int
    prices: dict[Good, int]
    store: dict[Good, int]
    orders: list[dict[str, str | int]] = field(default_factory=list[dict[str, str | int]])

    @classmethod
    def of(cls, view: CreatureView) -> "_Book":
        return cls(view, max(0, view.pebbles), _amounts(view.prices), _amounts(view.store))

    @property
    def room(self) -> int:
        return MAX_ORDERS - len(self.orders)

    def names(self, good: Good) -> bool:
        return any(order["good"] == good for order in self.orders)

    def buy(self, good: Good, quantity: int, factor: float) -> bool:
        """Bid for up to `quantity` units at `factor` times the reference, as far as the purse goes."""
        price = self._price(good, factor)
        quantity = min(quantity, MAX_QUANTITY, self.pebbles // price)
        if good == self.view.grows or quantity < 1 or not self.room or self.names(good):
            return False
        self.pebbles -= quantity * price
        self._write(Side.BUY, good, quantity, price)
        return True

    def sell(self, good: Good, quantity: int, factor: float) -> bool:
        """Offer up to `quantity` units at `factor` times the reference, as far as the store goes."""
        quantity = min(quantity, MAX_QUANTITY, self.store.get(good, 0))
        if quantity < 1 or not self.room or self.names(good):
            return False
        self._write(Side.SELL, good, quantity, self._price(good, factor))
        return True

    def _price(self, good: Good, factor: float) -> int:
        return min(MAX_PRICE, max(1, round(self.prices.get(good, _USUAL[good]) * factor)))

    def _write(self, side: Side, good: Good, quantity: int, price: int) -> None:
        self.orders.append({"side": str(side), "good": str(good), "quantity": quantity, "price": price})


def decide(view: CreatureView, seed: int) -> str:
    """Return the stand-in's answer to `view` as compact JSON of the asked shape."""
    dice = random.Random(f"standin/{view.name}/{seed}")  # a string seed is hashed alike in every process
    temper = _TEMPERS.get(view.species, _PLAIN)
    book = _Book.of(view)
    heard = view.heard[-1] if view.heard and temper.heeds_whispers else None
    if heard is not None:
        _act_on(heard, book, view, dice)
    _buy_needs(book, view, temper, dice, leave_room=bool(view.spare) and not _is_selling(book))
    _sell_spare(book, view, temper, dice)
    _buy_needs(book, view, temper, dice, leave_room=False)
    if view.species == "fox" and not view.short_of:
        _buy_cheap(book, view, dice)
    loan = {} if view.loan is None else {"loan": "yes" if _takes(view.loan, view) else "no"}
    said = {"thought": thought(view, book.orders, dice), "orders": book.orders, **loan, "gossip": gossip(view, dice)}
    return json.dumps(said, separators=(",", ":"))


def _takes(loan: LoanTerms, view: CreatureView) -> bool:
    """A creature borrows when the loan is cheap and its purse is light."""
    return loan.owed - loan.principal <= loan.principal * _DEAR_PERCENT // 100 and view.pebbles < _LIGHT_PURSE


def _amounts(stocks: tuple[Stock, ...]) -> dict[Good, int]:
    return {stock.good: stock.amount for stock in stocks}


def _is_selling(book: _Book) -> bool:
    return any(order["side"] == Side.SELL for order in book.orders)


def _act_on(heard: Hearsay, book: _Book, view: CreatureView, dice: random.Random) -> None:
    """Trade on a whisper: the hedgehog believes it, the fox bets a little on it."""
    believes = view.species == "hedgehog"
    sharply = heard.strength is Strength.SHARPLY
    if heard.direction is Direction.RISE:
        if heard.good != view.grows:
            book.buy(heard.good, dice.randint(1, 2) + (sharply and believes), 1.2 if believes else 1.1)
        elif not believes:
            book.sell(heard.good, dice.randint(1, 2), dice.uniform(1.15, 1.3))
        return
    needed = _amounts(view.short_of)
    if heard.good in needed or heard.good == FUEL:
        return
    held = book.store.get(heard.good, 0) - (heard.good != view.grows)
    book.sell(
        heard.good, min(held, dice.randint(3, 6)), dice.uniform(0.8, 0.92) if believes else dice.uniform(0.9, 0.97)
    )


def _buy_needs(book: _Book, view: CreatureView, temper: _Temper, dice: random.Random, *, leave_room: bool) -> None:
    """Bid for what is short, fuel first, then the food that is nearest to hand."""
    needs = sorted(view.short_of, key=lambda stock: (stock.good != FUEL, book.prices.get(stock.good, 0)))
    for need in needs:
        if book.room <= leave_room:
            return
        factor = dice.uniform(*temper.bids)
        if need.good == FUEL:
            factor = max(factor, 1.2 if book.store.get(FUEL, 0) == 0 else 1.12)
        elif book.store.get(need.good, 0) == 0:
            factor += 0.04
        extra = dice.random() < 0.35 and book.pebbles > 25
        book.buy(need.good, max(1, need.amount) + extra, factor)


def _sell_spare(book: _Book, view: CreatureView, temper: _Temper, dice: random.Random) -> None:
    """Offer spare goods, the own crop first, at the price of the creature's temper."""
    spare = sorted(view.spare, key=lambda stock: (stock.good != view.grows, -stock.amount))
    for stock in spare:
        factor = dice.uniform(*temper.asks)
        if stock.good != view.grows:
            factor = min(factor, 1.0)
        elif view.species == "beaver" and book.prices.get(FUEL, 0) > _USUAL[FUEL]:
            factor += 0.06
        elif stock.amount >= 10:
            factor -= 0.08
        book.sell(stock.good, min(stock.amount, dice.randint(*temper.sells)), factor)


def _buy_cheap(book: _Book, view: CreatureView, dice: random.Random) -> None:
    """The fox, with nothing to need, takes a unit or two of whatever is below its usual price."""
    cheap = [good for good, usual in _USUAL.items() if good != view.grows and book.prices.get(good, usual) < usual]
    if cheap and book.pebbles > 20:
        book.buy(dice.choice(cheap), dice.randint(1, 2), dice.uniform(1.0, 1.1))


class StandinMind:
    """The rule-based mind as a mind of a council."""

    async def warm(self) -> None:
        """Return at once: there is nothing to load."""

    async def answer(self, request: MindRequest) -> Answer:
        """Return what the rules decide for the view of the request, as the narrator its weightiest news."""
        if isinstance(request.view, NarratorView):
            return Answer(text=json.dumps({"headline": next(iter(request.view.lines), "")}))
        return Answer(text=decide(request.view, request.seed))

    async def aclose(self) -> None:
        """Return at once: there is nothing to close."""
