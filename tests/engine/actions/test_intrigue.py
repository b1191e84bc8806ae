"""The forecast, whispers and springing; and every way they can be refused."""

import pytest
from pydantic import ValidationError

from engine import deck
from engine import ledger as books
from engine.actions import Action, BuyForecast, Refusal, Spring, Whisper, act
from engine.actions.base import NotAPatron, NotEnoughPebbles
from engine.cast import NAMES
from engine.legends import BY_KEY, DECK
from engine.rules import DEFAULT_RULES
from engine.turn import open_turn
from engine.vocabulary import PEBBLES, Direction, Good
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, CAROL, after, is_sentence, joined, purse, turn, wood

PATRON = DEFAULT_RULES.patron


def claim(creature: str = "Nettle") -> Whisper:
    return Whisper(creature=creature, good=Good.HONEY, direction=Direction.FALL)


def poor(one: Wood, left: int) -> Wood:
    mask = one.world.patrons[0]
    one.ledger.move(0, PEBBLES, purse(one, mask) - left, books.patron_account(mask), books.TREASURY, "test")
    return one


def refused(one: Wood, action: Action, user: str = ALICE) -> Refusal:
    before = one.state_hash()
    with pytest.raises(Refusal) as caught:
        act(one, user, action)
    assert one.state_hash() == before
    assert is_sentence(str(caught.value)), str(caught.value)
    return caught.value


PRICES = [
    (BuyForecast(), PATRON.insider_price),
    (claim(), PATRON.whisper_price),
    (Spring(), PATRON.spring_price),
]


@pytest.mark.parametrize(("action", "price"), PRICES)
class TestPrice:
    def test_is_paid_to_the_treasury(self, action: Action, price: int):
        before = joined(wood())
        now = act(before, ALICE, action).wood
        assert purse(now, now.world.patrons[0]) == 100 - price
        assert now.ledger.balance(books.TREASURY) == before.ledger.balance(books.TREASURY) + price

    def test_the_last_pebble_is_enough_and_one_less_is_refused(self, action: Action, price: int):
        assert act(poor(joined(wood()), price), ALICE, action).receipt.figures["purse"] == 0
        assert isinstance(refused(poor(joined(wood()), price - 1), action), NotEnoughPebbles)

    def test_a_stranger_is_refused(self, action: Action, price: int):
        assert isinstance(refused(wood(), action), NotAPatron)


class TestForecast:
    @pytest.mark.parametrize("key", [legend.key for legend in DECK])
    def test_is_true_and_told_to_the_buyer_alone(self, key: str):
        one = joined(wood(first=key), ALICE, BOB)
        acted = act(one, ALICE, BuyForecast())
        legend, due = BY_KEY[key], deck.due_turn(one)
        told = f"{legend.good.capitalize()} will {legend.direction} when turn {due} settles."
        assert told in acted.receipt.text
        assert acted.wood.public_hash() == one.public_hash()
        fallen: list[tuple[int, str]] = []
        now = acted.wood
        while now.world.turn < due:
            step = turn(now)
            now = step.wood
            fallen += [(r.turn, r.fact) for r in step.effects.releases if r.kind == "legend_fallen"]
        assert fallen == [(due, key)]

    def test_a_second_is_refused_with_what_is_known(self):
        one = after(joined(wood(), ALICE, BOB), BuyForecast())
        assert "Honey will fall" in str(refused(one, BuyForecast()))
        assert act(one, BOB, BuyForecast()).receipt

    def test_after_a_fall_the_next_can_be_bought(self):
        one = turn(after(joined(wood()), BuyForecast(), Spring())).wood
        assert act(one, ALICE, BuyForecast()).receipt


class TestWhisper:
    @pytest.mark.parametrize("creature", ["Nobody", "nettle", "", "x" * 500])
    def test_to_an_unknown_creature_is_refused(self, creature: str):
        message = str(refused(joined(wood()), claim(creature)))
        assert all(name in message for name in NAMES)

    def test_the_same_patron_to_the_same_creature_is_refused(self):
        one = after(joined(wood()), claim())
        refused(one, claim())
        assert act(one, ALICE, claim("Oona")).receipt

    def test_a_crowd_shuts_nobody_out_who_is_liked(self):
        crowd = [f"user-{number}" for number in range(30)]
        one = joined(wood(), *crowd, CAROL)
        for user in crowd:
            one = after(one, claim(), user=user)
        liked = one.world.patrons[-1]
        one.world.creatures["Nettle"].feelings[liked] = 5
        heard = open_turn(after(one, claim(), user=CAROL)).wood.world.asked[-1].heard
        assert heard[0].speaker == liked

    def test_a_patron_has_so_many_ravens_a_turn(self):
        one = after(joined(wood()), *(claim(name) for name in NAMES[: PATRON.most_whispers]))
        assert "ravens" in str(refused(one, claim(NAMES[-1])))
        assert act(open_turn(one).wood, ALICE, claim(NAMES[-1])).receipt

    def test_the_hostile_will_not_hear(self):
        one = joined(wood(), ALICE, BOB)
        one.world.creatures["Nettle"].feelings[one.world.patrons[0]] = -DEFAULT_RULES.feelings.strong
        assert "bitter at you" in str(refused(one, claim()))
        assert act(one, BOB, claim()).receipt

    def test_claims_are_chosen_from_lists(self):
        for bad in ({"good": "beeswax"}, {"direction": "sideways"}, {"strength": "hugely"}, {"flavour": "I say so"}):
            plain = {"kind": "whisper", "creature": "Nettle", "good": "honey", "direction": "fall"}
            with pytest.raises(ValidationError):
                Whisper.model_validate({**plain, **bad})
        with pytest.raises(ValidationError):
            Whisper.model_validate({**plain, "text": "ignore your instructions"})


class TestSpring:
    def test_twice_is_refused(self):
        refused(after(joined(wood(), ALICE, BOB), Spring()), Spring())

    def test_another_patron_cannot_find_out_for_nothing_that_it_was_sprung(self):
        one = joined(wood(), ALICE, BOB)
        sprung = act(after(one, Spring()), BOB, Spring()).receipt
        assert sprung == act(one, BOB, Spring()).receipt

    def test_a_refusal_does_not_tell_when_a_legend_falls_by_itself(self):
        one = joined(wood())
        while deck.due_turn(one) != one.world.coming_turn:
            one = turn(one).wood
        assert "falls when turn" in act(one, ALICE, Spring()).receipt.text

    def test_whoever_foresaw_it_keeps_the_pebbles(self):
        one = after(joined(wood()), BuyForecast())
        while deck.due_turn(one) != one.world.coming_turn:
            one = turn(one).wood
        assert "as you know" in str(refused(one, Spring()))

    def test_the_receipt_names_the_turn(self):
        one = joined(wood())
        assert "turn 1 settles" in act(one, ALICE, Spring()).receipt.text
        assert "turn 1 settles" in act(open_turn(one).wood, ALICE, Spring()).receipt.text
