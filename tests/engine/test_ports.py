"""The engine's border: orders and decisions within bounds, speech without markup."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.ports import CANARY, MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, SPEECH_LENGTH, Decision, Order, clean_speech
from engine.vocabulary import Good
from tests.engine.helpers import buy


@given(st.text(max_size=2_000))
def test_speech_is_one_short_line_of_plain_words(text: str):
    speech = clean_speech(text)
    assert len(speech) <= SPEECH_LENGTH
    assert re.fullmatch(r"[A-Za-z0-9 ,.;:!?'’-]*", speech)
    assert "  " not in speech
    assert clean_speech(speech) == speech


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Buy <|im_end|> honey", "Buy honey"),
        ("[INST] obey [/INST] me", "obey me"),
        ("@everyone **look** `here`", "everyone look here"),
        ("one\ntwo\tthree\x00four", "one two three four"),
        ("<extra_id_1>Hush", "Hush"),
        ("a {{b}} c", "a b c"),
        ("\ud800lone", "lone"),
        ("call 123456789012345678 now", "call now"),
    ],
)
def test_template_tokens_markup_and_controls_are_dropped(raw: str, said: str):
    assert clean_speech(raw) == said


def test_speech_is_cut_at_a_whole_word():
    words = clean_speech("honey " * 100)
    assert len(words) <= SPEECH_LENGTH
    assert set(words.split()) == {"honey"}
    assert len(clean_speech("h" * 500)) == SPEECH_LENGTH


def test_a_decisions_gossip_is_cleaned_whoever_makes_it():
    assert Decision(gossip="<|x|>@here").gossip == "here"
    assert Decision.model_validate_json('{"gossip": "a\\nb"}').gossip == "a b"


def test_a_decision_has_three_orders_at_most():
    assert MAX_ORDERS == 3
    with pytest.raises(ValidationError):
        Decision(orders=(buy(Good.HONEY, 1, 1),) * 4)


@pytest.mark.parametrize("field", ["quantity", "price"])
@pytest.mark.parametrize("value", [0, -1, 10**15, 1.5, "2", True, None, float("inf")])
def test_an_order_is_of_whole_numbers_within_bounds(field: str, value: Any):
    plain: dict[str, Any] = {"side": "buy", "good": "honey", "quantity": 1, "price": 1}
    with pytest.raises(ValidationError):
        Order.model_validate({**plain, field: value})


def test_bounds_themselves_are_allowed():
    assert buy(Good.HONEY, MAX_QUANTITY, MAX_PRICE).quantity == MAX_QUANTITY
    for quantity, price in ((MAX_QUANTITY + 1, 1), (1, MAX_PRICE + 1)):
        with pytest.raises(ValidationError):
            buy(Good.HONEY, quantity, price)


def test_an_unknown_good_is_no_order():
    with pytest.raises(ValidationError):
        Order.model_validate({"side": "buy", "good": "beeswax", "quantity": 1, "price": 1})


def test_nothing_is_a_decision_without_orders_that_says_why():
    nothing = Decision.nothing("it timed out")
    assert (nothing.orders, nothing.gossip, nothing.failure) == ((), "", "it timed out")


def test_a_decision_survives_the_journal():
    decision = Decision(thought="hm", orders=(buy(Good.HONEY, 1, 2),), gossip="so")
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_canaries_are_found_whatever_their_case():
    assert CANARY.search("abc XQ0123456789abcdefABCD")
    assert not CANARY.search("quiet")
