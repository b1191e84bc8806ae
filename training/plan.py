"""From a stance to orders: needs first, then what it speculates on, then what it can spare.

A plan keeps a margin in the purse, so that a pupil's small slips stay affordable.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, Order
from engine.views import CreatureView, Stock
from engine.vocabulary import FOODS, FUEL, Direction, Good, Side, Task
from training.tempers import TEMPERS, Stance, legends_told, purse_word

_HALF: Final = 2
_THIRD: Final = 3
"""What part of a purse may go on needs in a turn: a half, or beside a hope a third."""

_HOPES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "full": ((10, 2), (20, 1)),
    "fair": ((4, 2), (8, 1)),
}
"""How many units a purse buys of what it hopes for, up to which bid, in pebbles: half of the least such purse at most.

A table, because a small mind does not divide: it learned from the true half of the purse, and then overspent. No more
than two, because a mind that had learned to buy four when they are cheap bought four at nineteen as well.
"""

_HOPES_AFTER_A_MANIA: Final[dict[str, tuple[tuple[int, int], ...]]] = {"full": ((20, 1),)}
"""The same for what has just soared: it is the dearest good there is, and a mind that had learned to follow it by two
units, or with less than a full purse, overspent on nothing else.
"""

_RICH: Final = 50
"""Pebbles above which some are laid by in goods that keep: pebbles above sixty are tithed."""

_LAID_BY_MOST: Final = 10
"""The price above which nothing is laid by."""

_FUEL_DEAR: Final = 5
"""The price above which firewood is bought by cold hearths alone."""

_FUEL_MOST: Final = 7
"""The price above which nobody buys firewood, cold or not."""

_COLD_PREMIUM: Final = 2
"""Pebbles above the price that the cold bid for firewood; others bid one."""

_FOOD_DEAR: Final = 5
"""The price above which food is bought by the hungry alone."""

_FOOD_MOST: Final = 6
"""The price above which nobody buys food: a hungry creature waits for a better day."""

_FAVOUR: Final = 4
"""Pebbles by which a good may be dearer for who likes its grower."""

_MEAL: Final = 2
"""Different foods that make a meal: with fewer in store a creature is hungry."""

_PANIC: Final = 6
"""Units that a creature sells at most of what it fears for."""


@dataclass
class Plan:
    """The orders so far, what is left to spend on needs, and what they came from."""

    budget: int
    orders: list[Order] = field(default_factory=list[Order])
    lacking: list[Good] = field(default_factory=list[Good])
    dear: list[Good] = field(default_factory=list[Good])

    @property
    def bought(self) -> list[Good]:
        """The goods that are bought, in the order of the orders."""
        return [order.good for order in self.orders if order.side is Side.BUY]

    @property
    def sold(self) -> list[Good]:
        """The goods that are sold, in the order of the orders."""
        return [order.good for order in self.orders if order.side is Side.SELL]

    @property
    def room(self) -> bool:
        """Whether another order may be given."""
        return len(self.orders) < MAX_ORDERS

    def add(self, side: Side, good: Good, quantity: int, price: int) -> None:
        """Add an order, its price within the game's bounds."""
        price = max(1, min(MAX_PRICE, price))
        self.orders.append(Order(side=side, good=good, quantity=min(quantity, MAX_QUANTITY), price=price))
        if side is Side.BUY:
            self.budget -= quantity * price


def amounts(stocks: Iterable[Stock]) -> dict[Good, int]:
    """Return stocks as a table."""
    return {stock.good: stock.amount for stock in stocks}


def buyable(view: CreatureView) -> list[Good]:
    """Return what a creature is short of and could pay a unit of, at the last price."""
    prices = amounts(view.prices)
    return [stock.good for stock in view.short_of if prices[stock.good] <= view.pebbles]


def make_plan(view: CreatureView, stance: Stance) -> Plan:
    """Return what a creature of this temper does with what it acts on; what it does for news stands first."""
    hope = _hope(view, stance)
    part = _HALF if hope is None else _THIRD
    plan = Plan(budget=0 if purse_word(view.pebbles) == "empty" else view.pebbles // part)
    plan.lacking.extend(stock.good for stock in view.short_of)
    needs, spare = _thought_of(view, stance), list(_for_sale(view, stance))
    most = MAX_ORDERS - (1 if spare else 0)
    # A cold hearth comes before any hope.
    first = [good for good in needs if good is FUEL and _cold(view)]
    _buy_needs(plan, view, stance, first, most)
    if hope is not None and plan.room and hope.good not in plan.bought:
        plan.add(Side.BUY, hope.good, hope.quantity, hope.price)
        plan.budget += hope.quantity * hope.price  # hopes have pebbles of their own
    _lay_by(plan, view, stance)
    _buy_needs(plan, view, stance, [good for good in needs if good not in first], most)
    for stock in spare:
        if plan.room and stock.good not in plan.bought:
            plan.add(Side.SELL, stock.good, *_offer(view, stance, stock))
    plan.orders.sort(key=lambda order: not for_news(view, stance, order))
    return plan


def for_news(view: CreatureView, stance: Stance, order: Order) -> bool:
    """Say whether a creature gives an order for the sake of what it was told: a hope, a fear, or a kept favour."""
    if order.side is Side.BUY:
        return stance.expects(order.good, Direction.RISE)
    return stance.expects(order.good, Direction.FALL) or (order.good is view.grows and stance.task is Task.DUMP)


def spendable(view: CreatureView) -> int:
    """Return the pebbles that may be spent at most: none of an empty purse, five sixths of any other."""
    if purse_word(view.pebbles) == "empty":
        return 0
    return view.pebbles // _HALF + view.pebbles // _THIRD


def pressed(view: CreatureView) -> bool:
    """Say whether a debt is due tonight or in the next turn."""
    return any(debt.turns <= 1 for debt in view.debts)


def _buy_needs(plan: Plan, view: CreatureView, stance: Stance, needs: Iterable[Good], most: int) -> None:
    """Bid for these goods, one after the other, while the budget lasts."""
    prices, store, cold = amounts(view.prices), amounts(view.store), _cold(view)
    hungry = sum(1 for good in FOODS if store[good]) < _MEAL
    for good in needs:
        price = prices[good]
        dear = price > _most(good, cold if good is FUEL else hungry) + (_FAVOUR if good in stance.sought else 0)
        waits = stance.expects(good, Direction.FALL) and not (good is FUEL and cold)
        if good in stance.shunned or good in plan.bought or waits:
            continue
        bid = price + (_COLD_PREMIUM if cold else 1) if good is FUEL else price
        if dear or bid > plan.budget:
            plan.dear.append(good)
        elif len(plan.orders) < most:
            plan.add(Side.BUY, good, 1, bid)


def _most(good: Good, needy: bool) -> int:
    """Return the highest price at which a good is bought, by the cold or hungry and by others."""
    if good is FUEL:
        return _FUEL_MOST if needy else _FUEL_DEAR
    return _FOOD_MOST if needy else _FOOD_DEAR


def _thought_of(view: CreatureView, stance: Stance) -> list[Good]:
    """Return what is short: firewood first, then the foods that are sought, then the cheapest."""
    prices = amounts(view.prices)
    short = [stock.good for stock in view.short_of]
    return sorted(short, key=lambda good: (good is not FUEL, good not in stance.sought, prices[good]))


def _hope(view: CreatureView, stance: Stance) -> Order | None:
    """Return the bid for what is to rise, unless the creature grows it, cannot pay it or must pay a debt.

    This is what a Patron's word moves a market by.
    """
    good = stance.good
    if good is None or stance.direction is not Direction.RISE or good is view.grows or good in stance.shunned:
        return None
    bid = amounts(view.prices)[good] + 1
    hopes = _HOPES_AFTER_A_MANIA if (good, False) in legends_told(view) else _HOPES
    units = next((units for most, units in hopes.get(purse_word(view.pebbles), ()) if bid <= most), 0)
    if not units or pressed(view) or _must_warm(view):
        return None
    return Order(side=Side.BUY, good=good, quantity=units, price=bid)


def _cold(view: CreatureView) -> bool:
    """Say whether a creature has not one log in its store."""
    return not amounts(view.store)[FUEL]


def _must_warm(view: CreatureView) -> bool:
    """Say whether a cold creature can pay for firewood with the half of its purse, but not with the third that a hope
    would leave it.
    """
    price = amounts(view.prices)[FUEL]
    wants_fire = _cold(view) and view.grows is not FUEL and price <= _FUEL_MOST
    return wants_fire and view.pebbles // _THIRD < price + _COLD_PREMIUM <= view.pebbles // _HALF


def _lay_by(plan: Plan, view: CreatureView, stance: Stance) -> None:
    """Let a rich creature put pebbles into honey, which keeps, or the owl into acorns; a sale has room beside it."""
    good = Good.ACORNS if view.grows is Good.HONEY else Good.HONEY
    price = amounts(view.prices)[good]
    unwanted = good in stance.shunned or good in plan.bought or stance.expects(good, Direction.FALL)
    if view.pebbles > _RICH and price <= _LAID_BY_MOST and len(plan.orders) < MAX_ORDERS - 1 and not unwanted:
        plan.add(Side.BUY, good, 1, price)
        plan.budget += price  # what is laid by is not spent


def _for_sale(view: CreatureView, stance: Stance) -> Iterator[Stock]:
    """Yield what a creature offers: of its crop what it does not keep back, and of other goods what it fears for."""
    for stock in view.spare:
        good, falls = stock.good, stance.expects(stock.good, Direction.FALL)
        if good is not view.grows:
            if falls:
                yield stock
            continue
        called = any(debt.called and debt.pledge.good is good for debt in view.debts)
        if called or stance.task is Task.HOARD:
            continue
        must = falls or stance.task is Task.DUMP
        can = stock.amount > TEMPERS[view.species].reserve and not stance.expects(good, Direction.RISE)
        if must or can:
            yield stock


def _poor(view: CreatureView) -> bool:
    """Say whether a creature needs pebbles more than it minds the price."""
    return purse_word(view.pebbles) in ("empty", "thin") or pressed(view)


def _offer(view: CreatureView, stance: Stance, spare: Stock) -> tuple[int, int]:
    """Return how many units of a good a creature offers, and at what price; an ally never goes below the last price."""
    price, temper = amounts(view.prices)[spare.good], TEMPERS[view.species]
    least = price if view.allies else 1
    if spare.good is view.grows and stance.task is Task.DUMP:
        return spare.amount, max(least, price - 1)
    if stance.expects(spare.good, Direction.FALL):
        return min(spare.amount, _PANIC), max(least, price - 1)
    premium = min(0, temper.premium) if _poor(view) else temper.premium
    return min(spare.amount - temper.reserve, temper.lot), max(least, price + premium)
