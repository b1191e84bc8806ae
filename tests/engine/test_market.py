"""The call auction against its written rule, by hand-made cases and by an independent brute force."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cast import NAMES
from engine.market import Bid, Clearing, clear
from engine.vocabulary import Good, Side
from tests.engine.helpers import buyer, seller

HONEY = Good.HONEY


def price_of(bids: Sequence[Bid], reference: int) -> int | None:
    return clear(HONEY, bids, reference, rotation=1).price


def bought(clearing: Clearing) -> Counter[str]:
    return Counter(dict[str, int]()) + sum((Counter({t.buyer: t.quantity}) for t in clearing.trades), Counter[str]())


def sold(clearing: Clearing) -> Counter[str]:
    return sum((Counter({t.seller: t.quantity}) for t in clearing.trades), Counter[str]())


class TestPrice:
    """Each clause of the rule decides once, with the later clauses pulling the other way."""

    def test_nobody_meets_nobody(self):
        assert clear(HONEY, [], 9, 1) == Clearing(HONEY, None, 0, 0, ())
        assert price_of([buyer("A", 1, 9)], 9) is None
        assert price_of([seller("A", 1, 9)], 9) is None
        assert price_of([buyer("A", 5, 8), seller("B", 5, 9)], 9) is None

    def test_limits_that_touch_trade(self):
        clearing = clear(HONEY, [buyer("A", 2, 9), seller("B", 2, 9)], 1, 1)
        assert (clearing.price, clearing.volume) == (9, 2)

    def test_volume_comes_before_everything(self):
        # At 6 and 7 two units trade and three buyers are left; from 8 to 10 one trades and one is left.
        bids = [buyer("A", 1, 10), buyer("B", 4, 7), seller("C", 2, 6)]
        assert price_of(bids, reference=10) == 7

    def test_volume_beats_the_reference(self):
        bids = [buyer("A", 1, 20), buyer("B", 1, 5), seller("C", 2, 4)]
        assert price_of(bids, reference=20) == 5

    def test_then_the_smallest_imbalance(self):
        # Volume 3 from 4 to 9. At 4 to 6 demand is 5 against 3; at 7 to 9 it is 3 against 3.
        bids = [buyer("A", 3, 9), buyer("B", 2, 6), seller("C", 3, 4)]
        assert price_of(bids, reference=4) == 7

    def test_unfilled_buyers_at_every_candidate_take_the_highest(self):
        bids = [buyer("A", 5, 9), seller("B", 2, 3)]
        assert price_of(bids, reference=3) == 9

    def test_unfilled_sellers_at_every_candidate_take_the_lowest(self):
        bids = [buyer("A", 2, 9), seller("B", 5, 3)]
        assert price_of(bids, reference=9) == 3

    def test_balanced_candidates_take_the_nearest_to_the_reference(self):
        bids = [buyer("A", 2, 9), seller("B", 2, 3)]
        assert [price_of(bids, reference) for reference in (1, 3, 5, 9, 30)] == [3, 3, 5, 9, 9]

    def test_mixed_imbalances_take_the_nearest_to_the_reference(self):
        # Imbalance +2 from 3 to 7, -2 from 8 to 9: neither side is left over at every candidate.
        bids = [buyer("A", 3, 9), buyer("B", 2, 7), seller("C", 3, 3), seller("D", 2, 8)]
        assert [price_of(bids, reference) for reference in (1, 5, 7, 8, 20)] == [3, 5, 7, 8, 9]

    def test_the_candidates_between_limits_count(self):
        # No order names 6: it is a candidate all the same, being an integer between the limits.
        assert price_of([buyer("A", 1, 10), seller("B", 1, 2)], reference=6) == 6


class TestResidual:
    def test_is_what_buyers_lack_less_what_sellers_keep(self):
        assert clear(HONEY, [buyer("A", 5, 9), seller("B", 2, 3)], 9, 1).residual == 3
        assert clear(HONEY, [buyer("A", 2, 9), seller("B", 5, 3)], 9, 1).residual == -3
        assert clear(HONEY, [buyer("A", 2, 9), seller("B", 2, 3)], 9, 1).residual == 0

    def test_without_trade_all_orders_are_unfilled(self):
        assert clear(HONEY, [buyer("A", 5, 9)], 9, 1).residual == 5
        assert clear(HONEY, [seller("A", 5, 9)], 9, 1).residual == -5
        assert clear(HONEY, [buyer("A", 5, 8), seller("B", 3, 10)], 9, 1).residual == 2
        assert clear(HONEY, [], 9, 1).residual == 0


class TestFill:
    def test_better_priced_orders_fill_first(self):
        clearing = clear(HONEY, [buyer("Z", 2, 12), buyer("A", 5, 9), seller("S", 4, 9)], 9, 0)
        assert clearing.price == 9
        assert bought(clearing) == {"Z": 2, "A": 2}
        clearing = clear(HONEY, [seller("Z", 2, 3), seller("A", 5, 6), buyer("B", 4, 6)], 6, 0)
        assert clearing.price == 6
        assert sold(clearing) == {"Z": 2, "A": 2}

    def test_the_margin_is_rationed_one_unit_at_a_time(self):
        bids = [buyer("A", 10, 9), buyer("B", 10, 9), buyer("C", 1, 9), seller("S", 7, 9)]
        for rotation in range(6):
            filled = bought(clear(HONEY, bids, 9, rotation))
            assert filled["C"] == 1
            assert filled["A"] == filled["B"] == 3

    def test_the_odd_unit_goes_round(self):
        bids = [buyer(name, 5, 9) for name in "ABC"] + [seller("S", 1, 9)]
        lucky = [next(iter(bought(clear(HONEY, bids, 9, rotation)))) for rotation in range(6)]
        assert sorted(lucky[:3]) == ["A", "B", "C"]
        assert lucky[3:] == lucky[:3]

    def test_the_odd_units_go_to_neighbours_from_the_rotations_seat_on(self):
        bids = [buyer(name, 5, 9) for name in "ABC"] + [seller("S", 2, 9)]
        lucky = ["".join(sorted(bought(clear(HONEY, bids, 9, rotation)))) for rotation in range(3)]
        assert lucky == ["AB", "BC", "AC"]

    def test_the_odd_unit_goes_round_among_sellers(self):
        bids = [seller(name, 5, 9) for name in "ABC"] + [buyer("S", 1, 9)]
        lucky = [next(iter(sold(clear(HONEY, bids, 9, rotation)))) for rotation in range(3)]
        assert sorted(lucky) == ["A", "B", "C"]

    def test_splitting_an_order_gains_nothing(self):
        whole = [buyer("A", 4, 9), buyer("B", 4, 9), seller("S", 4, 9)]
        split = [*(buyer("A", 1, 9) for _ in range(4)), buyer("B", 4, 9), seller("S", 4, 9)]
        assert clear(HONEY, whole, 9, 1) == clear(HONEY, split, 9, 1)


bids = st.lists(
    st.builds(Bid, st.sampled_from(NAMES), st.sampled_from(Side), st.integers(1, 6), st.integers(1, 12)), max_size=12
)
crossing = st.lists(
    st.one_of(
        st.builds(Bid, st.sampled_from("ABCD"), st.just(Side.BUY), st.integers(1, 4), st.integers(4, 10)),
        st.builds(Bid, st.sampled_from("WXYZ"), st.just(Side.SELL), st.integers(1, 4), st.integers(2, 9)),
    ),
    min_size=2,
    max_size=10,
)
books_of_bids = st.one_of(bids, crossing)
references = st.integers(1, 14)
rotations = st.integers(0, 60)


def brute_force_price(orders: Sequence[Bid], reference: int) -> tuple[int, int, int] | None:
    """Read the written rule literally: try every price there is, and strike out candidates clause by clause."""
    # Each unit wanted or offered stands alone with its limit.
    wanted = [bid.limit for bid in orders if bid.side is Side.BUY for _ in range(bid.quantity)]
    offered = [bid.limit for bid in orders if bid.side is Side.SELL for _ in range(bid.quantity)]
    table: dict[int, tuple[int, int]] = {}
    for price in range(100):
        unfilled_buying = len([limit for limit in wanted if limit >= price])
        unfilled_selling = len([limit for limit in offered if limit <= price])
        while unfilled_buying and unfilled_selling:
            unfilled_buying, unfilled_selling = unfilled_buying - 1, unfilled_selling - 1
        traded = len([limit for limit in wanted if limit >= price]) - unfilled_buying
        if traded:
            table[price] = (traded, unfilled_buying - unfilled_selling)
    if not table:
        return None
    most = max(traded for traded, _ in table.values())
    table = {price: row for price, row in table.items() if row[0] == most}
    least = min(abs(left) for _, left in table.values())
    table = {price: row for price, row in table.items() if abs(row[1]) == least}
    if not [price for price, (_, left) in table.items() if left <= 0]:
        chosen = sorted(table)[-1]
    elif not [price for price, (_, left) in table.items() if left >= 0]:
        chosen = sorted(table)[0]
    else:
        nearest = min(abs(price - reference) for price in table)
        chosen = min(price for price in table if abs(price - reference) == nearest)
    return chosen, most, table[chosen][1]


@given(books_of_bids, references, rotations)
def test_price_volume_and_residual_are_those_of_the_brute_force(orders: list[Bid], reference: int, rotation: int):
    clearing = clear(HONEY, orders, reference, rotation)
    expected = brute_force_price(orders, reference)
    if expected is None:
        assert (clearing.price, clearing.volume, clearing.trades) == (None, 0, ())
    else:
        assert (clearing.price, clearing.volume, clearing.residual) == expected


@given(books_of_bids, references, rotations, st.randoms(use_true_random=False))
def test_arrival_has_no_effect(orders: list[Bid], reference: int, rotation: int, chance: random.Random):
    shuffled = list(orders)
    chance.shuffle(shuffled)
    assert clear(HONEY, shuffled, reference, rotation) == clear(HONEY, orders, reference, rotation)


@given(books_of_bids, references, rotations)
def test_units_are_conserved_and_everybody_trades_within_its_limits(orders: list[Bid], reference: int, rotation: int):
    clearing = clear(HONEY, orders, reference, rotation)
    assert sum(trade.quantity for trade in clearing.trades) == clearing.volume
    assert all(trade.quantity > 0 and trade.price == clearing.price for trade in clearing.trades)
    if clearing.price is None:
        return
    for side, filled in ((Side.BUY, bought(clearing)), (Side.SELL, sold(clearing))):
        assert sum(filled.values()) == clearing.volume
        for name, units in filled.items():
            willing = [
                bid.quantity for bid in orders if (bid.creature, bid.side) == (name, side) and _can(bid, clearing.price)
            ]
            assert units <= sum(willing)


def _can(bid: Bid, price: int) -> bool:
    return bid.limit >= price if bid.side is Side.BUY else bid.limit <= price


one_order_each = st.lists(st.tuples(st.integers(1, 4), st.integers(3, 9)), min_size=1, max_size=5)


@given(one_order_each, one_order_each, references, rotations)
def test_better_levels_fill_whole_and_one_level_is_rationed_evenly(
    buys: list[tuple[int, int]], sells: list[tuple[int, int]], reference: int, rotation: int
):
    """With one order a creature, its fill is its order's: the levels can be read off."""
    orders = [buyer(f"B{n}", *order) for n, order in enumerate(buys)]
    orders += [seller(f"S{n}", *order) for n, order in enumerate(sells)]
    clearing = clear(HONEY, orders, reference, rotation)
    if clearing.price is None:
        return
    for side, filled in ((Side.BUY, bought(clearing)), (Side.SELL, sold(clearing))):
        left = clearing.volume
        mine = [bid for bid in orders if bid.side is side and _can(bid, clearing.price)]
        for limit in sorted({bid.limit for bid in mine}, reverse=side is Side.BUY):
            level = [bid for bid in mine if bid.limit == limit]
            wanted = sum(bid.quantity for bid in level)
            got = [filled[bid.creature] for bid in level]
            assert sum(got) == min(wanted, left)
            # One unit at a time: whoever could have had more is at most one unit behind the best served.
            assert all(max(got) - units <= 1 for bid, units in zip(level, got, strict=True) if units < bid.quantity)
            left -= sum(got)


@given(st.integers(2, 5), st.integers(1, 9), st.integers(0, 50))
def test_over_a_whole_rotation_equal_orders_are_served_alike(seats: int, units: int, start: int):
    orders = [buyer(f"B{n}", 10, 9) for n in range(seats)] + [seller("S", units, 9)]
    served: Counter[str] = Counter()
    for rotation in range(start, start + seats):
        served += bought(clear(HONEY, orders, 9, rotation))
    assert set(served.values()) == {units}
    assert len(served) == seats


@pytest.mark.parametrize("good", list(Good))
def test_the_good_is_named_in_its_trades(good: Good):
    clearing = clear(good, [buyer("A", 1, 9), seller("B", 1, 1)], 5, 1)
    assert clearing.good is good
    assert [trade.good for trade in clearing.trades] == [good]
