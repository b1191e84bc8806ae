"""Shorting, going long, closing; and every way it can be refused."""

import pytest
from pydantic import ValidationError

from engine import contracts
from engine import ledger as books
from engine.actions import Action, CloseContract, OpenContract, Refusal, Spring, act
from engine.actions.base import NotAPatron, NotEnoughPebbles
from engine.rules import DEFAULT_RULES
from engine.vocabulary import PEBBLES, Good, Stance
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, after, is_sentence, joined, long, purse, short, turn, wood


def refused(one: Wood, action: Action, user: str = ALICE) -> Refusal:
    before = one.state_hash()
    with pytest.raises(Refusal) as caught:
        act(one, user, action)
    assert one.state_hash() == before
    assert is_sentence(str(caught.value)), str(caught.value)
    return caught.value


@pytest.mark.parametrize("stance", list(Stance))
@pytest.mark.parametrize("good", list(Good))
def test_opening_posts_half_its_value_at_settlement(stance: Stance, good: Good):
    before = joined(wood())
    acted = act(before, ALICE, OpenContract(stance=stance, good=good, quantity=7))
    price = before.world.quotes[good].settlement
    margin = -(-7 * price // 2)
    assert acted.receipt.figures == {"number": 1, "price": price, "margin": margin, "purse": 100 - margin}
    mask = before.world.patrons[0]
    assert purse(acted.wood, mask) == 100 - margin
    assert acted.wood.ledger.balance(books.margin_account(mask, 1)) == margin


def test_closing_at_once_gives_the_margin_back():
    one = after(joined(wood()), short(Good.HONEY))
    closed = act(one, ALICE, CloseContract(number=1))
    assert closed.receipt.figures["result"] == 0
    assert purse(closed.wood, closed.wood.world.patrons[0]) == 100
    assert contracts.of_patron(closed.wood, closed.wood.world.patrons[0]) == []


def test_closing_collects_what_the_settlements_made():
    one = turn(after(joined(wood()), short(Good.HONEY, 10), Spring())).wood
    closed = act(one, ALICE, CloseContract(number=1))
    assert closed.receipt.figures["result"] == 50
    assert purse(closed.wood, one.world.patrons[0]) == 150 - DEFAULT_RULES.patron.spring_price
    assert "won 50 pebbles" in closed.receipt.text


def test_numbers_never_repeat():
    one = after(joined(wood()), short(Good.HONEY), CloseContract(number=1), short(Good.HONEY))
    assert [p.number for p in contracts.of_patron(one, one.world.patrons[0])] == [2]


def test_a_short_grudges_its_grower_and_a_long_does_not():
    shorted = after(joined(wood()), short(Good.HONEY))
    assert shorted.world.creatures["Oona"].feelings[shorted.world.patrons[0]] < 0
    gone_long = after(joined(wood()), long(Good.HONEY))
    assert gone_long.world.creatures["Oona"].feelings == {}


class TestRefusals:
    def test_before_joining(self):
        assert isinstance(refused(wood(), short(Good.HONEY)), NotAPatron)
        assert isinstance(refused(wood(), CloseContract(number=1)), NotAPatron)

    @pytest.mark.parametrize("quantity", [0, -1, 51, 1_000_000, -(10**15), 10**15])
    def test_a_quantity_out_of_bounds(self, quantity: int):
        assert "1 to 50" in str(refused(joined(wood()), short(Good.HONEY, quantity)))

    def test_an_unknown_good(self):
        with pytest.raises(ValidationError):
            OpenContract.model_validate({"kind": "open", "stance": "short", "good": "beeswax", "quantity": 1})

    def test_more_margin_than_pebbles(self):
        one = joined(wood())
        assert isinstance(refused(one, short(Good.HONEY, 23)), NotEnoughPebbles)
        assert act(one, ALICE, short(Good.HONEY, 22)).receipt.figures["margin"] == 99

    def test_too_many_contracts(self):
        one = after(joined(wood()), *[short(Good.ACORNS, 1)] * DEFAULT_RULES.patron.most_positions)
        refused(one, short(Good.ACORNS, 1))

    def test_what_the_exchange_cannot_cover(self):
        one = joined(wood())
        one.ledger.move(0, PEBBLES, one.ledger.balance(books.EXCHANGE) - 100, books.EXCHANGE, books.TREASURY, "test")
        refused(one, long(Good.HONEY, 10))

    @pytest.mark.parametrize("number", [0, -1, 2, 10**15])
    def test_a_contract_never_opened(self, number: int):
        refused(after(joined(wood()), short(Good.HONEY)), CloseContract(number=number))

    def test_a_contract_closed_already(self):
        one = after(joined(wood()), short(Good.HONEY), CloseContract(number=1))
        assert "closed already" in str(refused(one, CloseContract(number=1)))

    def test_a_liquidated_contract(self):
        one = turn(after(joined(wood()), long(Good.HONEY), Spring())).wood
        refused(one, CloseContract(number=1))

    def test_somebody_elses_contract(self):
        one = after(joined(wood(), ALICE, BOB), short(Good.HONEY))
        refused(one, CloseContract(number=1), user=BOB)
