"""Contracts for difference: margin posted, marked every settlement, liquidated, never losing more than posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import contracts
from engine import ledger as books
from engine.actions import CloseContract, act
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Good, Stance
from engine.world import Wood
from tests.engine.helpers import ALICE, after, joined, long, purse, short, wood


def settled(of: Wood, good: Good, price: int) -> Wood:
    """Return a copy of the wood whose good has settled at `price`, contracts marked and liquidated."""
    of = of.fork()
    of.world.quotes[good].settlement = price
    contracts.mark(of)
    contracts.liquidate(of)
    of.ledger.check()
    return of


def only_mask(of: Wood) -> str:
    return of.world.patrons[0]


@pytest.mark.parametrize(
    ("quantity", "price", "initial", "maintenance"),
    [(10, 9, 45, 23), (1, 9, 5, 3), (2, 9, 9, 5), (5, 4, 10, 5), (50, 2, 50, 25), (1, 2, 1, 1)],
)
def test_half_is_posted_and_a_quarter_must_stay_both_rounded_up(
    quantity: int, price: int, initial: int, maintenance: int
):
    assert contracts.initial_margin(DEFAULT_RULES.patron, quantity, price) == initial
    assert contracts.maintenance_margin(DEFAULT_RULES.patron, quantity, price) == maintenance


@pytest.mark.parametrize(
    ("stance", "after_price", "gained"),
    [(Stance.SHORT, 4, 50), (Stance.SHORT, 10, -10), (Stance.LONG, 18, 90), (Stance.LONG, 8, -10)],
)
def test_a_short_gains_what_a_price_falls_and_a_long_what_it_rises(stance: Stance, after_price: int, gained: int):
    assert contracts.gain(stance, 10, 9, after_price) == gained


def test_a_gain_comes_from_the_exchange_and_a_loss_goes_to_it():
    opened = after(joined(wood()), short(Good.HONEY, 10))
    exchange = opened.ledger.balance(books.EXCHANGE)
    won = settled(opened, Good.HONEY, 4)
    assert contracts.of_patron(won, only_mask(won))[0].marked == 4
    assert won.ledger.balance(books.EXCHANGE) == exchange - 50
    lost = settled(opened, Good.HONEY, 10)
    assert lost.ledger.balance(books.EXCHANGE) == exchange + 10


def test_marking_is_against_the_last_mark_not_the_entry():
    opened = after(joined(wood()), long(Good.HONEY, 4))
    there_and_back = settled(settled(opened, Good.HONEY, 11), Good.HONEY, 9)
    assert act(there_and_back, ALICE, CloseContract(number=1)).receipt.figures["result"] == 0


def test_below_maintenance_is_liquidated_and_at_maintenance_is_not():
    # Ten short at 9 post 45. At 10 the margin is 35 and must be 25; at 12 it is 15 and must be 30.
    opened = after(joined(wood()), short(Good.HONEY, 10))
    assert contracts.of_patron(settled(opened, Good.HONEY, 10), only_mask(opened))
    gone = settled(opened, Good.HONEY, 12)
    assert contracts.of_patron(gone, only_mask(gone)) == []
    assert purse(gone, only_mask(gone)) == 100 - 45 + 15
    # Eight long at 4 post 16; at 3 they hold 8 and must hold 6; at 2 they hold nothing.
    opened = after(joined(wood()), long(Good.ACORNS, 8))
    assert contracts.of_patron(settled(opened, Good.ACORNS, 3), only_mask(opened))
    gone = settled(opened, Good.ACORNS, 2)
    assert contracts.of_patron(gone, only_mask(gone)) == []
    assert purse(gone, only_mask(gone)) == 100 - 16


def test_exactly_at_maintenance_stays_open():
    # Four short at 5 post 10; at 6 they hold 6 and must hold 6.
    opened = after(joined(wood()), short(Good.BERRIES, 4))
    assert contracts.of_patron(settled(opened, Good.BERRIES, 6), only_mask(opened))


def test_a_liquidated_patron_is_told_privately():
    gone = settled(after(joined(wood()), short(Good.HONEY, 10)), Good.HONEY, 80)
    letters = gone.vault.letters.reveal()
    assert [letter.mask for letter in letters] == [only_mask(gone)]
    assert "liquidated at 80" in letters[0].text
    assert gone.ledger.balance(books.margin_account(only_mask(gone), 1)) == 0


@given(
    stance=st.sampled_from(Stance),
    good=st.sampled_from(Good),
    quantity=st.integers(1, 20),
    path=st.lists(st.integers(2, 80), min_size=1, max_size=8),
)
def test_a_loss_is_never_beyond_the_margin(stance: Stance, good: Good, quantity: int, path: list[int]):
    opened = after(joined(wood()), short(good, quantity) if stance is Stance.SHORT else long(good, quantity))
    mask, margin = only_mask(opened), opened.vault.positions.reveal()[0].paid_in
    now = opened
    for price in path:
        now = settled(now, good, price)
    for position in contracts.of_patron(now, mask):
        held = contracts.equity(now, position)
        assert held >= contracts.maintenance_margin(DEFAULT_RULES.patron, quantity, now.world.quotes[good].settlement)
        now = act(now, ALICE, CloseContract(number=position.number)).wood
    assert purse(now, mask) >= 100 - margin
    assert now.ledger.pebbles_total() == opened.ledger.pebbles_total()


@given(path=st.lists(st.integers(2, 80), min_size=1, max_size=6))
def test_marking_does_not_depend_on_who_came_first(path: list[int]):
    users = ["u1", "u2", "u3"]
    woods: list[Wood] = []
    for order in (users, users[::-1]):
        one = joined(wood(), *users)
        for user in order:
            one = after(one, short(Good.HONEY, 3), user=user)
        for price in path:
            one = settled(one, Good.HONEY, price)
        woods.append(one)
    assert woods[0].ledger.dump() == woods[1].ledger.dump()
