"""Rejection sampling: of many ways to answer an ask, the one that is legal, in temper and plays out best.

Candidates are the teacher's own orders, orders found around them, and what minds really answered. The teacher's
stand unless another plays out clearly better, so that a pupil learns a rule with its exceptions and not the noise
of single turns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, Order
from engine.turn import admit
from engine.views import CreatureView
from engine.vocabulary import FUEL, Direction, Side, Task
from training.plan import Plan, amounts, spendable
from training.playout import others_now, worth
from training.seasons import Ask
from training.tempers import Stance

TEACHER: Final = "teacher"
SEARCH: Final = "search"

GAIN: Final = 3.0
"""Pebbles by which a candidate must play out better than the teacher's orders to stand in their place."""

SEARCHED: Final = 5
"""Candidates that are looked for around the teacher's orders."""


@dataclass(frozen=True)
class Candidate:
    """Orders that may answer an ask, and where they come from: the teacher, the search, or a mind's name."""

    orders: tuple[Order, ...]
    source: str


def select(ask: Ask, stance: Stance, plan: Plan, answered: Sequence[Candidate] = ()) -> Candidate:
    """Return the best candidate for an ask; `answered` is what minds said to it.

    The same arguments give the same candidate.
    """
    teacher = Candidate(tuple(plan.orders), TEACHER)
    luck = Random(f"search/{ask.answer_seed}")
    found = [Candidate(orders, SEARCH) for orders in _around(ask.view, teacher.orders, luck)]
    fit = [
        each
        for each in (*found, *answered)
        if each.orders != teacher.orders and acceptable(ask, stance, plan, each.orders)
    ]
    if not fit:
        return teacher
    others = others_now(ask)
    worths = [worth(ask, each.orders, others) for each in fit]
    best = max(worths)
    return fit[worths.index(best)] if best - worth(ask, teacher.orders, others) >= GAIN else teacher


def acceptable(ask: Ask, stance: Stance, plan: Plan, orders: Sequence[Order]) -> bool:
    """Say whether orders are legal untrimmed, leave a margin, are no fewer than the teacher's, and are in temper."""
    view = ask.view
    spent = sum(order.quantity * order.price for order in orders if order.side is Side.BUY)
    if len(orders) < len(plan.orders) or spent > spendable(view):
        return False
    if any(verdict.refused for verdict in admit(ask.wood, view.name, tuple(orders))):
        return False
    return all(_in_temper(view, stance, order) for order in orders) and _does_what_moves_it(stance, plan, orders)


def _in_temper(view: CreatureView, stance: Stance, order: Order) -> bool:
    """Say whether one order is what this creature would do."""
    price, spare = amounts(view.prices)[order.good], amounts(view.spare)
    if order.side is Side.BUY:
        return order.good not in stance.shunned and not stance.expects(order.good, Direction.FALL)
    if order.quantity > spare.get(order.good, 0) or stance.expects(order.good, Direction.RISE):
        return False
    if order.good is view.grows and stance.task is Task.HOARD:
        return False
    yields = stance.expects(order.good, Direction.FALL) or (order.good is view.grows and stance.task is Task.DUMP)
    proud = view.species in ("owl", "beaver") and order.good is view.grows
    return order.price >= price or (not view.allies and (yields or not proud))


def _does_what_moves_it(stance: Stance, plan: Plan, orders: Sequence[Order]) -> bool:
    """Say whether orders do no less than the teacher's for the sake of a claim, a favour or a cold hearth."""
    units = {(order.side, order.good): order.quantity for order in orders}
    return all(
        units.get((order.side, order.good), 0) >= order.quantity
        for order in plan.orders
        if order.good in (stance.good, FUEL) or (stance.task is Task.DUMP and order.side is Side.SELL)
    )


def _around(view: CreatureView, orders: Sequence[Order], luck: Random) -> Iterator[tuple[Order, ...]]:
    """Yield orders near the teacher's: another price, another quantity, or one more order."""
    for _ in range(SEARCHED):
        changed = list(orders)
        if changed and luck.random() < 0.8:
            place = luck.randrange(len(changed))
            changed[place] = _moved(changed[place], luck)
        else:
            changed.append(_drawn(view, luck))
        yield tuple(changed[:MAX_ORDERS])


def _moved(order: Order, luck: Random) -> Order:
    price = order.price + luck.choice((-2, -1, 1, 2))
    quantity = order.quantity + luck.choice((-1, 0, 0, 1, 2))
    return Order(
        side=order.side,
        good=order.good,
        quantity=max(1, min(MAX_QUANTITY, quantity)),
        price=max(1, min(MAX_PRICE, price)),
    )


def _drawn(view: CreatureView, luck: Random) -> Order:
    """Return an order to buy what is short or to sell what can be spared, near the price."""
    stocks = [(Side.BUY, stock) for stock in view.short_of] + [(Side.SELL, stock) for stock in view.spare]
    side, stock = luck.choice(stocks or [(Side.SELL, view.store[0])])
    price = amounts(view.prices)[stock.good] + luck.choice((-1, 0, 1))
    return Order(side=side, good=stock.good, quantity=luck.randint(1, 2), price=max(1, price))
