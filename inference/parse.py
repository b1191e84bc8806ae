"""Any text in, a decision out: never an exception, never more than milliseconds, never an order nobody wrote."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

from json_repair import repair_json
from pydantic import ValidationError

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, Decision, Order, ParseReport
from engine.vocabulary import Good, Side

MOST_TEXT: Final = 4_096
"""Characters of an answer that are read; the rest is cut off before anything else."""

MOST_NESTING: Final = 16
THOUGHT_LENGTH: Final = 240

_KEYS: Final = frozenset({"thought", "orders", "gossip"})
_ORDER_KEYS: Final = frozenset({"side", "good", "quantity", "price"})
_FINAL_CHANNEL: Final = re.compile(r"<\|channel\|>\s*final\s*<\|message\|>|</think(?:ing)?>|\[/THINK\]", re.IGNORECASE)
_ORDER_TEXT: Final = re.compile(r"\{[^{}\[\]]{1,200}\}")
_NUMBER: Final = re.compile(r"\d{1,4}")
_SIDES: Final = {"buy": Side.BUY, "bid": Side.BUY, "purchase": Side.BUY, "sell": Side.SELL, "ask": Side.SELL}
_GOODS: Final = {
    **{str(good): good for good in Good},
    "acorn": Good.ACORNS,
    "berry": Good.BERRIES,
    "mushroom": Good.MUSHROOMS,
    "wood": Good.FIREWOOD,
}


@dataclass
class _Reading:
    """What was read so far: the orders, how many were lost, and what had to be done to the text."""

    orders: list[Order] = field(default_factory=list[Order])
    dropped: int = 0
    repairs: list[str] = field(default_factory=list[str])


class _Doubled(dict[str, Any]):
    """A JSON object in which a key stood twice with different values."""


def parse(raw: str, finish_reason: str = "stop") -> tuple[Decision, ParseReport]:
    """Read a mind's raw answer.

    The first object of the asked shape counts. It is read strictly, else after repair, else order by
    order; what cannot be saved is dropped, and a decision without orders is the worst case.

    Args:
        raw: Whatever the mind wrote.
        finish_reason: `length` when its tokens ran out; an unfinished last order is then never guessed.
    """
    valid = _is_asked_shape(raw[:MOST_TEXT].strip()) and len(raw) <= MOST_TEXT
    text = _normalised(raw[:MOST_TEXT])
    reading = _Reading()
    if len(raw) > MOST_TEXT:
        reading.repairs.append("cut to 4096 characters")
    found = _strict_object(text, reading)
    status = "ok" if valid else "repaired"
    if found is None:
        found = _repaired_object(text, finish_reason, reading)
    if found is None:
        status = "salvaged"
        _read_orders([part for part in _order_objects(text)], reading)
        found = {}
        if not reading.orders:
            status = "failed"
    else:
        _read_orders(_listed(found.get("orders")), reading)
    failure = "its answer could not be read" if status == "failed" else ""
    decision = Decision(
        thought=_words(found.get("thought"), THOUGHT_LENGTH),
        orders=tuple(reading.orders),
        gossip=_words(found.get("gossip"), THOUGHT_LENGTH),
        failure=failure,
    )
    report = ParseReport(status=status, valid_json=valid, dropped=reading.dropped, repairs=tuple(reading.repairs))
    return decision, report


def _is_asked_shape(text: str) -> bool:
    """Say whether the untouched text is exactly one JSON object of the asked shape."""
    if _depth(text) > MOST_NESTING:
        return False
    try:
        plain = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return False
    if not isinstance(plain, dict) or isinstance(plain, _Doubled):
        return False
    found = cast(dict[str, Any], plain)
    orders = found.get("orders")
    if set(found) != _KEYS or not isinstance(found["thought"], str) or not isinstance(found["gossip"], str):
        return False
    if not isinstance(orders, list):
        return False
    listed = cast(list[Any], orders)
    return len(listed) <= MAX_ORDERS and all(_is_order(item) for item in listed)


def _is_order(item: object) -> bool:
    if not isinstance(item, dict) or isinstance(item, _Doubled):
        return False
    order = cast(dict[str, Any], item)
    if set(order) != _ORDER_KEYS:
        return False
    try:
        Order(side=Side(order["side"]), good=Good(order["good"]), quantity=order["quantity"], price=order["price"])
    except (ValidationError, ValueError, TypeError):
        return False
    return True


def _normalised(raw: str) -> str:
    """Return the text with full-width forms folded, lone surrogates dropped, and the final answer alone."""
    text = unicodedata.normalize("NFKC", raw.encode("utf-8", "ignore").decode("utf-8"))
    return _FINAL_CHANNEL.split(text)[-1][:MOST_TEXT]


def _strict_object(text: str, reading: _Reading) -> dict[str, Any] | None:
    """Return the first complete JSON object that looks like an answer, or None."""
    decoder = json.JSONDecoder(object_pairs_hook=_pairs)
    answers: list[tuple[int, dict[str, Any]]] = []
    for start in _starts(text):
        if answers and start < answers[-1][0]:
            continue
        if _depth(text[start:]) > MOST_NESTING:
            return None
        try:
            plain, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(plain, dict) and "orders" in plain:
            answers.append((end, cast(dict[str, Any], plain)))
    if not answers:
        return None
    if len(answers) > 1:
        reading.repairs.append(f"{len(answers)} answers, the first taken")
    if text.strip() != text[text.find("{") : answers[0][0]].strip():
        reading.repairs.append("text around the answer ignored")
    return answers[0][1]


def _repaired_object(text: str, finish_reason: str, reading: _Reading) -> dict[str, Any] | None:
    """Return the answer after json-repair, or None when there is nothing like one.

    Only the first object is repaired, up to where a second one begins, and an order cut off at the end is
    taken out before, because repair would make up its end.
    """
    start = text.find("{")
    if start < 0 or '"orders"' not in text or _depth(text) > MOST_NESTING:
        return None
    body = _without_torn_order(text[start:], reading)
    second = body.find('{"thought"', 1)
    if second > 0:
        body = body[:second]
        reading.repairs.append("a second answer ignored")
    try:
        plain: object = repair_json(body, return_objects=True, skip_json_loads=True)
    except Exception as error:  # noqa: BLE001 - whatever a repair library does to odd text costs the repair alone
        reading.repairs.append(f"repair gave up ({type(error).__name__})")
        return None
    if not isinstance(plain, dict) or "orders" not in plain:
        return None
    reading.repairs.append("repaired, cut off by length" if finish_reason == "length" else "repaired")
    found = cast(dict[str, Any], plain)
    written = list(_order_objects(body))
    repaired = _listed(found.get("orders"))
    if len(repaired) > len(written):
        # Repair made orders out of fragments; only those that stand whole in the text count.
        reading.dropped += len(repaired) - len(written)
    found["orders"] = written
    return found


def _without_torn_order(text: str, reading: _Reading) -> str:
    """Cut an order off that begins and never ends."""
    last_open, last_close = text.rfind("{"), text.rfind("}")
    if last_open > 0 and last_open > last_close and '"orders"' in text[:last_open]:
        reading.dropped += 1
        return text[:last_open]
    return text


def _order_objects(text: str) -> Iterator[Any]:
    """Yield every innermost object of the text that reads as JSON by itself and names an order's keys."""
    for match in _ORDER_TEXT.finditer(text):
        try:
            item = json.loads(match.group(0), object_pairs_hook=_pairs)
        except (ValueError, RecursionError):
            continue
        if isinstance(item, dict) and "side" in item and "good" in item:
            yield cast(dict[str, Any], item)


def _read_orders(items: list[Any], reading: _Reading) -> None:
    for item in items:
        order = _order(item)
        if order is None or len(reading.orders) >= MAX_ORDERS:
            reading.dropped += 1
        else:
            reading.orders.append(order)


def _order(item: object) -> Order | None:
    """Return the order an object means, or None when that is in doubt."""
    if not isinstance(item, dict) or isinstance(item, _Doubled):
        return None
    plain = cast(dict[str, Any], item)
    side = _SIDES.get(_word(plain.get("side")))
    good = _GOODS.get(_word(plain.get("good")))
    quantity, price = _integer(plain.get("quantity")), _integer(plain.get("price"))
    if side is None or good is None or quantity is None or price is None:
        return None
    if not (1 <= quantity <= MAX_QUANTITY and 1 <= price <= MAX_PRICE):
        return None
    return Order(side=side, good=good, quantity=quantity, price=price)


def _integer(value: object) -> int | None:
    """Return a whole number written as one, also as a string; a fraction, a boolean or a sum is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 10_000:
        return int(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return None


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _words(value: object, most: int) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:most]


def _listed(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [cast(dict[str, Any], value)]
    return cast(list[Any], value) if isinstance(value, list) else []


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    doubled = False
    for key, value in pairs:
        doubled = doubled or (key in plain and plain[key] != value)
        plain.setdefault(key, value)
    return _Doubled(plain) if doubled else plain


def _starts(text: str) -> Iterator[int]:
    """Yield where an object might begin, at most a few dozen places."""
    start, tried = text.find("{"), 0
    while start >= 0 and tried < 40:
        yield start
        start, tried = text.find("{", start + 1), tried + 1


def _depth(text: str) -> int:
    """Return the deepest nesting of brackets in the text, strings not told apart: an upper bound will do."""
    depth = deepest = 0
    for character in text:
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth = max(0, depth - 1)
    return deepest
