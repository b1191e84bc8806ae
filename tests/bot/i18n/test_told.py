"""The engine's English sentences are read back into their templates, whatever is in their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.told import pattern_of, read, told
from engine.cast import NAMES
from engine.chronicle import trade_lines
from engine.market import Trade
from engine.vocabulary import GOODS, Good, counted


@given(
    buyer=st.sampled_from(NAMES),
    seller=st.sampled_from(NAMES),
    good=st.sampled_from(GOODS),
    quantity=st.integers(1, 999),
    price=st.integers(1, 999),
)
def test_a_trade_line_is_read_back(buyer: str, seller: str, good: Good, quantity: int, price: int) -> None:
    (line,) = trade_lines([Trade(buyer=buyer, seller=seller, good=good, quantity=quantity, price=price)])
    found = read(line)
    assert found is not None
    assert found[1] == {"buyer": buyer, "seller": seller, "goods": counted(quantity, good), "price": str(price)}


def test_what_the_engine_never_wrote_stays_as_it_is() -> None:
    line = "An owl, they say, sold the moon for 3 honey and a song"
    assert read(line) is None
    assert told(line) == line


def test_a_place_that_comes_twice_holds_the_same_twice() -> None:
    pattern = pattern_of("{name:name} hears {name:name}")
    assert pattern.fullmatch("Oona hears Oona")
    assert not pattern.fullmatch("Oona hears Fizz")


@pytest.mark.parametrize("text", ["3 honey", "1 berry", "12 berries"])
def test_goods_are_read_with_their_number(text: str) -> None:
    found = pattern_of("{goods:goods}").fullmatch(text)
    assert found is not None
