"""The sealed uniform-price call auction, one good at a time.

The rule for the price follows the principles that exchanges publish for opening auctions: maximum
executable volume, minimum surplus, market pressure, reference price.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.vocabulary import Good, Side


class Bid(NamedTuple):
    """One creature's order for the good on auction; `quantity` in units, `limit` in pebbles a unit."""

    creature: str
    side: Side
    quantity: int
    limit: int


class Trade(NamedTuple):
    """A buyer met a seller; `price` in pebbles a unit is the same for all trades of an auction."""

    good: Good
    buyer: str
    seller: str
    quantity: int
    price: int


class Clearing(NamedTuple):
    """The result of one auction.

    `price` is None when nothing traded. `residual` is in units: buying left unfilled minus selling
    left unfilled at the clearing price, or at any price when nothing traded.
    """

    good: Good
    price: int | None
    volume: int
    residual: int
    trades: tuple[Trade, ...]


def clear(good: Good, bids: Sequence[Bid], reference: int, rotation: int) -> Clearing:
    """Run the auction of one good.

    Args:
        good: The good on auction.
        bids: The orders, already trimmed to what their creatures can pay and deliver; their sequence
            has no effect on the result beyond the rotation.
        reference: The reference price in pebbles.
        rotation: Where rationing at the marginal price starts; it advances each turn.
    """
    buys = _of_side(bids, Side.BUY)
    sells = _of_side(bids, Side.SELL)
    price = clearing_price(buys, sells, reference)
    if price is None:
        return Clearing(good, None, 0, _units(buys) - _units(sells), ())
    demand, supply = _demand(buys, price), _supply(sells, price)
    volume = min(demand, supply)
    bought = _fill([bid for bid in buys if bid.limit >= price], price, volume, rotation)
    sold = _fill([bid for bid in sells if bid.limit <= price], price, volume, rotation)
    return Clearing(good, price, volume, demand - supply, _pair(good, price, bought, sold))


def clearing_price(buys: Sequence[Bid], sells: Sequence[Bid], reference: int) -> int | None:
    """Return the one price at which the auction clears, or None when no buyer meets a seller.

    The price maximises traded volume; then minimises the imbalance; then, if every candidate leaves
    buyers unfilled, it is the highest, if every one leaves sellers, the lowest; then the nearest to
    the reference; then the lower.
    """
    if not buys or not sells:
        return None
    lowest, highest = min(bid.limit for bid in sells), max(bid.limit for bid in buys)
    if lowest > highest:
        return None
    candidates = [(p, _demand(buys, p), _supply(sells, p)) for p in range(lowest, highest + 1)]
    most = max(min(demand, supply) for _, demand, supply in candidates)
    candidates = [c for c in candidates if min(c[1], c[2]) == most]
    least = min(abs(demand - supply) for _, demand, supply in candidates)
    candidates = [c for c in candidates if abs(c[1] - c[2]) == least]
    prices = [price for price, _, _ in candidates]
    if all(demand > supply for _, demand, supply in candidates):
        return max(prices)
    if all(demand < supply for _, demand, supply in candidates):
        return min(prices)
    return min(prices, key=lambda price: (abs(price - reference), price))


def _of_side(bids: Iterable[Bid], side: Side) -> list[Bid]:
    """Return the orders of one side, a creature's orders at one limit made one: splitting gains nothing."""
    units: dict[tuple[str, int], int] = {}
    for bid in bids:
        if bid.side is side:
            units[bid.creature, bid.limit] = units.get((bid.creature, bid.limit), 0) + bid.quantity
    return [Bid(creature, side, quantity, limit) for (creature, limit), quantity in sorted(units.items())]


def _units(bids: Iterable[Bid]) -> int:
    return sum(bid.quantity for bid in bids)


def _demand(buys: Iterable[Bid], price: int) -> int:
    return sum(bid.quantity for bid in buys if bid.limit >= price)


def _supply(sells: Iterable[Bid], price: int) -> int:
    return sum(bid.quantity for bid in sells if bid.limit <= price)


def _fill(willing: Sequence[Bid], price: int, volume: int, rotation: int) -> dict[str, int]:
    """Return the units filled for each creature: better limits first, the margin rationed unit by unit."""
    filled: dict[str, int] = {}
    left = volume
    for bid in sorted(willing, key=lambda bid: -abs(bid.limit - price)):
        if bid.limit == price:
            break
        take = min(bid.quantity, left)
        filled[bid.creature] = filled.get(bid.creature, 0) + take
        left -= take
    marginal = [bid for bid in willing if bid.limit == price]
    wanting = [bid.quantity for bid in marginal]
    turn = rotation
    while left and any(wanting):
        seat = turn % len(marginal)
        if wanting[seat]:
            wanting[seat] -= 1
            left -= 1
            filled[marginal[seat].creature] = filled.get(marginal[seat].creature, 0) + 1
        turn += 1
    return {creature: units for creature, units in filled.items() if units}


def _pair(good: Good, price: int, bought: dict[str, int], sold: dict[str, int]) -> tuple[Trade, ...]:
    """Match buyers and sellers in the order of their names; as many units are bought as sold."""
    trades: list[Trade] = []
    buyers, sellers = sorted(bought.items()), sorted(sold.items())
    while buyers:
        (buyer, wants), (seller, has) = buyers[0], sellers[0]
        units = min(wants, has)
        trades.append(Trade(good, buyer, seller, units, price))
        buyers[0], sellers[0] = (buyer, wants - units), (seller, has - units)
        buyers = buyers if buyers[0][1] else buyers[1:]
        sellers = sellers if sellers[0][1] else sellers[1:]
    return tuple(trades)
