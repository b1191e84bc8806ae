"""The words of an order and of an answer to a loan: synonyms, plurals, numbers in words, units.

Only words that mean one thing are read. Everything else, a percentage as much as a fraction, is no price.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from engine.ports import MAX_PRICE, MAX_QUANTITY, Order
from engine.vocabulary import GOODS, Good, Side
from inference.final_text import plain

FIELDS: Final = ("side", "good", "quantity", "price")

_FIELD_WORDS: Final[dict[str, str]] = {
    **{field: field for field in FIELDS},
    "action": "side",
    "item": "good",
    "goods": "good",
    "product": "good",
    "qty": "quantity",
    "amount": "quantity",
    "limit_price": "price",
    "unit_price": "price",
    "price_per_unit": "price",
}
_UNITS: Final = frozenset({"unit", "units", "currency", "per"})
"""Fields that may change what the numbers mean."""

_SIDES: Final[dict[str, Side]] = {
    **dict.fromkeys(("buy", "buys", "buying", "bid", "purchase"), Side.BUY),
    **dict.fromkeys(("sell", "sells", "selling", "ask", "offer"), Side.SELL),
}
_GOODS: Final[dict[str, Good]] = {
    **{str(good): good for good in GOODS},
    "acorn": Good.ACORNS,
    "berry": Good.BERRIES,
    "mushroom": Good.MUSHROOMS,
    **dict.fromkeys(("fire wood", "fire-wood", "fire_wood", "wood"), Good.FIREWOOD),
}
_LOANS: Final[dict[str, bool]] = {
    **dict.fromkeys(("yes", "true", "accept", "accepted"), True),
    **dict.fromkeys(("no", "false", "decline", "declined", "refuse", "refused", "reject", "rejected"), False),
}

_ONES: Final = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS: Final = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_NUMBERS: Final[dict[str, int]] = {
    **{word: number for number, word in enumerate((*_ONES, *_TEENS), 1)},
    **{ten: 10 * number for number, ten in enumerate(["twenty", "thirty", "forty", "fifty", "sixty"], 2)},
    **{
        f"{ten}-{one}": 10 * tens + ones
        for tens, ten in enumerate(["twenty", "thirty", "forty", "fifty"], 2)
        for ones, one in enumerate(_ONES, 1)
    },
}
_NAME: Final = re.compile(r"[\w -]{1,30}")
_DIGITS: Final = re.compile(r"([1-9][0-9]?)(?:\.0)?")
_PRICE_UNITS: Final = frozenset({"", "pebble", "pebbles", "each", "pebble each", "pebbles each"})
_QUANTITY_UNITS: Final = frozenset({"", "unit", "units"})
_LONGEST_WORDS: Final = 60


def field_of(key: str) -> str:
    """Return the field of an order that `key` names, or the key itself in small letters."""
    bare = plain(key).strip().lower()
    return _FIELD_WORDS.get(bare, bare)


def read_order(pairs: Iterable[tuple[str, Any]]) -> Order | None:
    """Return the order in fields as they were written, or None where that would be a guess.

    A field may stand twice if it says the same twice.
    """
    said: dict[str, list[Any]] = {field: [] for field in FIELDS}
    for key, value in pairs:
        field = field_of(key)
        if field in _UNITS or not _is_plain(field, value):
            return None
        if field in said:
            said[field].append(value)
    side = _agreed({_SIDES.get(_word(value)) for value in said["side"]})
    good = _agreed({_GOODS.get(_word(value)) for value in said["good"]})
    if side is None or good is None:
        return None
    named = _QUANTITY_UNITS | {word for word, meant in _GOODS.items() if meant is good}
    quantity = _agreed({_whole(value, MAX_QUANTITY, named) for value in said["quantity"]})
    price = _agreed({_whole(value, MAX_PRICE, _PRICE_UNITS) for value in said["price"]})
    if quantity is None or price is None:
        return None
    return Order(side=side, good=good, quantity=quantity, price=price)


def read_loan(values: Iterable[object]) -> bool | None:
    """Return the one answer to a loan that all `values` give, or None."""
    return _agreed({value if isinstance(value, bool) else _LOANS.get(_word(value)) for value in values})


def _is_plain(field: str, value: object) -> bool:
    """Return whether a field is named by words and holds a single value; a brace in either is the mark of damage."""
    whole = not any(brace in value for brace in "{}") if isinstance(value, str) else not isinstance(value, list | dict)
    return whole and _NAME.fullmatch(field) is not None


def _agreed(readings: "set[Any]") -> Any:
    """Return the one reading there is; None where there are several, or one that could not be read."""
    return readings.pop() if len(readings) == 1 else None


def _text(value: object) -> str:
    """Return a short text in plain characters, small letters and single spaces; anything else as an empty text."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORDS:
        return ""
    return " ".join(plain(value).lower().split())


def _word(value: object) -> str:
    return _text(value).strip(" .,!'\"")


def _whole(value: object, most: int, units: "frozenset[str]") -> int | None:
    """Return `value` as a whole number from 1 to `most`, or None; after a number in a text may stand one of `units`."""
    if isinstance(value, str):
        number, _, unit = _text(value).partition(" ")
        digits = _DIGITS.fullmatch(number)
        value = (int(digits.group(1)) if digits else _NUMBERS.get(number)) if unit in units else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else None
