"""The teacher: what a sensible creature of each temper answers, as the text a mind should learn.

It is a pure function of a view and a seed. It reads the view alone, like a mind, keeps a margin in
the purse so that a pupil's small slips stay affordable, and says its plan before its orders, since
a small model follows what it has just said.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Final

from engine.ports import MAX_ORDERS, MAX_PRICE
from engine.views import CreatureView, Hearsay
from engine.vocabulary import FUEL, Direction, Good, Side, capital

_BELIEVERS: Final = frozenset({"hedgehog", "fox"})
"""Species that trade on a whisper."""


_MOST_BOUGHT: Final = {
    ("fair", True): 3,
    ("full", True): 4,
    ("full", False): 2,
}
"""Units of a good bought at most, by the word for the purse and whether the good is fuel; one if not said."""


@dataclass
class _Plan:
    """The orders so far, what is left to spend, and why."""

    budget: int
    orders: list[dict[str, str | int]] = field(default_factory=list[dict[str, str | int]])
    lacking: list[Good] = field(default_factory=list[Good])
    dear: list[Good] = field(default_factory=list[Good])
    selling: list[Good] = field(default_factory=list[Good])
    hoping: Good | None = None
    fearing: Good | None = None

    def add(self, side: Side, good: Good, quantity: int, price: int) -> None:
        price = max(1, min(MAX_PRICE, price))
        self.orders.append({"side": str(side), "good": str(good), "quantity": quantity, "price": price})
        if side is Side.BUY:
            self.budget -= quantity * price

    @property
    def full(self) -> bool:
        return len(self.orders) >= MAX_ORDERS


def teach(view: CreatureView, seed: int) -> str:
    """Return the answer to learn for `view`: compact JSON of the asked shape, always legal."""
    luck = Random(f"{seed}/{view.name}")
    plan = _Plan(budget=_to_spend(view))
    believed = _believed(view)
    spare = [stock.good for stock in view.spare]
    buys_first = 1 if spare else 0
    _buy_needs(plan, view, MAX_ORDERS - buys_first, believed)
    _speculate(plan, view, believed)
    _sell_spare(plan, view, believed)
    answer = {"thought": _thought(plan, view), "orders": plan.orders, "gossip": _gossip(plan, view, luck)}
    return json.dumps(answer, separators=(",", ":"))


def _prices(view: CreatureView) -> dict[Good, int]:
    return {stock.good: stock.amount for stock in view.prices}


def _store(view: CreatureView) -> dict[Good, int]:
    return {stock.good: stock.amount for stock in view.store}


def _purse(pebbles: int) -> str:
    """Return the word for a purse. Saying it first makes a small mind look before it spends."""
    for floor, word in ((40, "full"), (16, "fair"), (6, "thin")):
        if pebbles >= floor:
            return word
    return "empty"


def _to_spend(view: CreatureView) -> int:
    """Nothing of an empty purse, two thirds of any other."""
    return 0 if _purse(view.pebbles) == "empty" else view.pebbles * 2 // 3


def _believed(view: CreatureView) -> Hearsay | None:
    """The last whisper from a speaker the creature does not distrust, if its temper trades on whispers."""
    if view.species not in _BELIEVERS:
        return None
    distrusted = [feeling.split(" ", 2)[2] for feeling in view.feelings if feeling.startswith(("wary of", "bitter at"))]
    trusted = [hearsay for hearsay in view.heard if hearsay.speaker not in distrusted]
    return trusted[-1] if trusted else None


def _buy_needs(plan: _Plan, view: CreatureView, most: int, believed: Hearsay | None) -> None:
    prices, store = _prices(view), _store(view)
    anxious = 1 if view.species == "hedgehog" else 0
    purse = _purse(view.pebbles)
    most = min(most, 1 if purse == "thin" else MAX_ORDERS)
    for stock in view.short_of:
        good, price = stock.good, prices[stock.good]
        plan.lacking.append(good)
        falling = believed is not None and believed.good is good and believed.direction is Direction.FALL
        if len(plan.orders) >= most or (falling and store[good] > 0):
            continue
        cold = good is FUEL and not store[FUEL]
        bid = price + (2 if good is FUEL and (cold or price >= 8) else 1) + anxious
        quantity = min(stock.amount, _MOST_BOUGHT.get((purse, good is FUEL), 1))
        share = plan.budget * 2 // 3 if good is FUEL else plan.budget // 2
        while quantity > 1 and quantity * bid > share:
            quantity -= 1
        if quantity * bid <= plan.budget:
            plan.add(Side.BUY, good, quantity, bid)
        else:
            plan.dear.append(good)


def _speculate(plan: _Plan, view: CreatureView, believed: Hearsay | None) -> None:
    """Buy what is said to rise, and what the fox finds crashed."""
    prices, ordered = _prices(view), {order["good"] for order in plan.orders}
    target = believed.good if believed is not None and believed.direction is Direction.RISE else None
    if target is None and view.species == "fox":
        crashed = [good for good in Good if any(f"{good.capitalize()} crashes" in line for line in view.news)]
        target = crashed[0] if crashed else None
    if target is None or target is view.grows:
        return
    plan.hoping = target
    bid = prices[target] + (1 if view.species == "hedgehog" else 0)
    quantity = min(2, plan.budget // bid)
    if quantity > 0 and str(target) not in ordered and len(plan.orders) < MAX_ORDERS:
        plan.add(Side.BUY, target, quantity, bid)


def _sell_spare(plan: _Plan, view: CreatureView, believed: Hearsay | None) -> None:
    prices = _prices(view)
    bought = {order["good"] for order in plan.orders}
    poor = _purse(view.pebbles) in ("empty", "thin")
    for stock in view.spare:
        good, price = stock.good, prices[stock.good]
        rising = believed is not None and believed.good is good and believed.direction is Direction.RISE
        if plan.full or str(good) in bought or (rising and not poor):
            continue
        falling = believed is not None and believed.good is good and believed.direction is Direction.FALL
        if falling:
            plan.fearing = good
        quantity, ask = _offer(view.species, stock.amount, price, poor=poor, scared=falling)
        if good is not view.grows:
            quantity, ask = min(quantity, 2), price
        plan.add(Side.SELL, good, quantity, ask)
        plan.selling.append(good)


def _offer(species: str, spare: int, price: int, *, poor: bool, scared: bool) -> tuple[int, int]:
    """Return how many units of its own crop a creature of `species` offers, and at what price."""
    if scared:
        return min(spare, 6), max(1, price - 1)
    most, premium = {
        "tortoise": (2, 0),
        "owl": (2, 1 if price < 12 else 2),
        "beaver": (3, 1),
        "fox": (3, 1),
        "hedgehog": (3, 0),
    }[species]
    if poor:
        premium = 0
    return min(spare, most + (spare > 9)), price + premium


def _is(good: Good) -> str:
    return "is" if good in (Good.HONEY, FUEL) else "are"


def _list(goods: list[Good]) -> str:
    """Return `acorns, berries and honey` for those three goods."""
    *others, last = goods
    return f"{', '.join(others)} and {last}" if others else str(last)


def _thought(plan: _Plan, view: CreatureView) -> str:
    """The purse, why, and the plan in the order of the orders: a mind that has said so much does it."""
    buying = [Good(order["good"]) for order in plan.orders if order["side"] == Side.BUY]
    reason = "and I lack nothing"
    if plan.fearing is not None:
        reason = f"and {plan.fearing} may fall"
    elif plan.hoping is not None and plan.hoping in buying:
        reason = f"and {plan.hoping} {'fell' if not view.heard else 'may rise'}"
    elif buying:
        reason = ""
    elif plan.dear:
        reason = f"and {plan.dear[0]} {_is(plan.dear[0])} too dear"
    deeds = [f"buy {_list(buying)}"] if buying else []
    deeds += [f"sell {_list(plan.selling)}"] if plan.selling else []
    purse = f"My purse is {_purse(view.pebbles)} {reason}".strip()
    return f"{purse}, so I {' and '.join(deeds) or 'wait'}."


_BOAST: Final[dict[str, tuple[str, ...]]] = {
    "tortoise": (
        "Acorns keep, friends. No need to hurry.",
        "Slow and steady fills the store.",
        "I trust no loud talk.",
    ),
    "owl": (
        "My honey is worth its price.",
        "The vault is full and the vault is safe.",
        "Honey keeps when all else rots.",
    ),
    "beaver": ("No wood but mine this winter.", "Cold paws pay well.", "Whoever wants a fire comes to me."),
    "fox": ("Berries are sweet today, sweeter tomorrow.", "Somebody always sells too soon.", "Buy low, my dears."),
    "hedgehog": (
        "Have you heard? Nobody tells me anything!",
        "I fear for my mushrooms.",
        "Something is coming, I feel it.",
    ),
}


def _gossip(plan: _Plan, view: CreatureView, luck: Random) -> str:
    prices = _prices(view)
    choices = list(_BOAST[view.species])
    if view.species == "hedgehog" and view.heard:
        claim = view.heard[-1]
        return f"Have you heard? They say {claim.good} will {claim.direction}!"
    if view.species == "fox" and view.heard and plan.fearing is None:
        claim = view.heard[-1]
        choices.append(f"A little bird says {claim.good} will {claim.direction}.")
    if view.species == "tortoise" and view.heard:
        choices = [f"Some say {view.heard[-1].good} will {view.heard[-1].direction}. I will see."]
    crashed = [good for good in Good if any(f"{good.capitalize()} crashes" in line for line in view.news)]
    soared = [good for good in Good if any(f"{good.capitalize()} soars" in line for line in view.news)]
    choices += [f"{good.capitalize()} crashed, and who is to blame?" for good in crashed]
    choices += [f"{good.capitalize()} rose so fast! Who saw it coming?" for good in soared]
    if plan.lacking and plan.lacking[0] is not view.grows:
        choices.append(f"Who has {plan.lacking[0]} for me?")
    if plan.dear:
        choices.append(f"{plan.dear[0].capitalize()} {_is(plan.dear[0])} too dear for my purse.")
    if prices[FUEL] >= 8 and view.grows is not FUEL:
        choices.append("Firewood costs the fur off my back.")
    if plan.selling:
        choices.append(f"Good {plan.selling[0]}, fair price!")
    for feeling in view.feelings[:1]:
        manner, whom = " ".join(feeling.split(" ", 2)[:2]), feeling.split(" ", 2)[2]
        sour = manner in ("wary of", "bitter at")
        choices.append(capital(f"I would not trust {whom}." if sour else f"{whom} deals fairly with me."))
    return luck.choice(choices)
