"""A Patron's own books: purse, contracts marked to settlement, forecast, letters."""

import pytest

from engine.actions import BuyForecast, Refusal, Spring
from engine.ledger import Posting
from engine.patronage import patron_books, purse_lines
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, BOB, after, joined, short, turn, wood

PATRON = DEFAULT_RULES.patron


def test_a_stranger_has_none():
    with pytest.raises(Refusal):
        patron_books(wood(), ALICE)


def test_a_new_patron_holds_its_stake():
    mine = patron_books(joined(wood()), ALICE)
    assert (mine.purse, mine.net_worth, mine.stake) == (100, 100, 100)
    assert (mine.contracts, mine.forecast, mine.letters, mine.lines) == ((), "", (), ())


def test_net_worth_is_purse_and_margins_marked_to_settlement():
    one = after(joined(wood()), short(Good.HONEY, 10))
    mine = patron_books(one, ALICE)
    assert (mine.purse, mine.net_worth) == (55, 100)
    now = patron_books(turn(after(one, Spring())).wood, ALICE)
    line = now.contracts[0]
    assert (line.entry, line.price, line.paid_in, line.margin, line.result) == (9, 4, 45, 95, 50)
    assert now.net_worth == now.purse + 95 == 100 - PATRON.spring_price + 50


def test_the_forecast_follows_the_legend_when_somebody_springs_it():
    one = after(joined(wood(), ALICE, BOB), BuyForecast())
    before = patron_books(one, ALICE).forecast
    assert "Honey will fall" in before
    now = patron_books(after(one, Spring(), user=BOB), ALICE).forecast
    assert now == "Honey will fall when turn 1 settles."
    assert now != before


def test_each_sees_its_own_books_alone():
    one = after(joined(wood(), ALICE, BOB), short(Good.HONEY, 10), BuyForecast())
    theirs = patron_books(one, BOB)
    assert (theirs.contracts, theirs.forecast, theirs.letters, theirs.purse) == ((), "", (), 100)


def test_letters_are_bounded_newest_first():
    one = joined(wood(), ALICE, BOB)
    one.vault.post_letter(one.world.patrons[1], 0, "to Bob")
    for number in range(30):
        one.vault.post_letter(one.world.patrons[0], number, f"letter {number}")
    letters = patron_books(one, ALICE).letters
    assert [number for number, _ in letters] == list(range(29, 29 - len(letters), -1))
    assert len(letters) == 12
    assert patron_books(one, BOB).letters == ((0, "to Bob"),)


def test_lines_are_signed_by_the_way_pebbles_went():
    def posting(quantity: int, source: str, target: str, asset: str = "pebbles") -> Posting:
        return Posting(turn=1, asset=asset, quantity=quantity, source=source, target=target, memo="m")

    lines = purse_lines(
        [posting(3, "patron:x", "treasury"), posting(4, "treasury", "patron:x"), posting(5, "a", "b"),
         posting(6, "a", "patron:x", asset="honey")],
        "x",
    )  # fmt: skip
    assert [line.change for line in lines] == [-3, 4]
