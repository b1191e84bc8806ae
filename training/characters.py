"""Whether five creatures stay five: what each of them orders, and how it treats its own crop."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.cast import NAMES
from engine.vocabulary import GOODS, Side
from experiments.intervals import mean, share
from training.asking import Answered
from training.plan import amounts


def characters(answers: Sequence[Answered]) -> dict[str, Any]:
    """Return for each creature what its answers to asks came to.

    `orders` is its distribution of orders over side and good, `crop_offered` the share of its asks with some of its
    crop to spare in which it offers any, `crop_units` the units it offers then, `premium` by how many pebbles it
    asks above the last price, `bid_over` by how many it bids above it; all with 95% intervals. `apart` is how far
    the distributions of two creatures lie apart at the median of all pairs: the total variation distance, 0 to 1.
    """
    by_creature = {name: [each for each in answers if each.ask.view.name == name and not each.failed] for name in NAMES}
    return {**{name: _character(mine) for name, mine in by_creature.items()}, "apart": _apart(by_creature)}


def distribution(answers: Sequence[Answered]) -> dict[str, float]:
    """Return the share of each side and good among all orders, as `buy honey`."""
    counted = Counter(f"{order.side} {order.good}" for each in answers for order in each.decision.orders)
    total = sum(counted.values())
    return {
        kind: round(counted[kind] / total, 4) if total else 0.0
        for kind in (f"{side} {good}" for side in Side for good in GOODS)
    }


def _character(answers: Sequence[Answered]) -> dict[str, Any]:
    spare = [each for each in answers if amounts(each.ask.view.spare).get(each.ask.view.grows)]
    offered = [crop_offered(each) for each in spare]
    return {
        "asks": len(answers),
        "orders": distribution(answers),
        "crop_offered": share(sum(units > 0 for units in offered), len(offered)),
        "crop_units": mean([units for units in offered if units]),
        "premium": mean(_over_price(answers, Side.SELL)),
        "bid_over": mean(_over_price(answers, Side.BUY)),
    }


def crop_offered(answered: Answered) -> int:
    """Return how many units of its own crop a creature offers."""
    grows = answered.ask.view.grows
    return sum(order.quantity for order in answered.decision.orders if order.side is Side.SELL and order.good is grows)


def _over_price(answers: Sequence[Answered], side: Side) -> list[int]:
    """Return by how many pebbles the orders of a side lie above the last price; of sales, those of the own crop."""
    return [
        order.price - amounts(each.ask.view.prices)[order.good]
        for each in answers
        for order in each.decision.orders
        if order.side is side and (side is Side.BUY or order.good is each.ask.view.grows)
    ]


def _apart(by_creature: Mapping[str, Sequence[Answered]]) -> float:
    shapes = [distribution(answers) for answers in by_creature.values()]
    distances = sorted(sum(abs(one[kind] - other[kind]) for kind in one) / 2 for one, other in combinations(shapes, 2))
    return round(distances[len(distances) // 2], 4)
