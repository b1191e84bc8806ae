"""Any text in, a decision out: never an exception, and never an order that nobody wrote.

The text is tried in three ways, each more forgiving: as the JSON asked for; as JSON with something
around it (channels, fences, prose); and order by order, where every order must be a closed object
of its own. What is cut off, contradictory or outside the game is dropped and counted.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import json_repair

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, Decision, Order, ParseReport, clean_speech
from engine.vocabulary import GOODS, Good, Side
from inference.scan import leaks
from inference.shape import Form, schema

LONGEST_TEXT: Final = 4_096
THOUGHT_LENGTH: Final = 240
_MOST_STARTS: Final = 24
_DEEPEST: Final = 32
_LONGEST_ORDER: Final = 300
_MOST_CHUNKS: Final = 12

_REPEATED: Final = "\0repeated"
_CONFLICT: Final = "\0conflict"

_ORDER_KEYS: Final = ("side", "good", "quantity", "price")
_KEY_ALIASES: Final = {"qty": "quantity", "amount": "quantity"}
_SIDES: Final = {
    "buy": Side.BUY,
    "bid": Side.BUY,
    "purchase": Side.BUY,
    "sell": Side.SELL,
    "ask": Side.SELL,
    "offer": Side.SELL,
}
_GOODS: Final[dict[str, Good]] = {
    **{str(good): good for good in GOODS},
    "acorn": Good.ACORNS,
    "berry": Good.BERRIES,
    "mushroom": Good.MUSHROOMS,
    "fire wood": Good.FIREWOOD,
    "wood": Good.FIREWOOD,
}

_FINAL_CHANNEL: Final = "<|channel|>final"
_CHANNEL_NOISE: Final = re.compile(r"<\|[a-z_]{1,20}\|>")
_FLAT_OBJECT: Final = re.compile(r"\{[^{}]*\}")
_ORDERS_KEY: Final = re.compile(r"[\"']?\borders[\"']?\s*:", re.IGNORECASE)
_NO_ORDERS: Final = re.compile(r"[\"']?\borders[\"']?\s*:\s*(?:\[\s*\]|null\b|None\b)", re.IGNORECASE)
_OPEN_ORDER: Final = re.compile(r"\{[^{}]*?\b(?:side|good|quantity|price)\b", re.IGNORECASE)
_STRING_FIELD: Final = {
    key: re.compile(rf"[\"']?\b{key}[\"']?\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^'\\]*)')", re.IGNORECASE | re.DOTALL)
    for key in ("thought", "gossip")
}
_ORDER_FIELD: Final = re.compile(r"[\"']?\b(side|good|quantity|price|qty|amount)[\"']?\s*[:=]\s*([^,{}\n]*)", re.I)
_LOAN_FIELD: Final = re.compile(r"[\"']?\bloan[\"']?\s*:\s*[\"']?(yes|no|true|false)\b", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\s*[0-9]{1,3}\s*")
_UNCLEAN: Final = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PLAIN: Final = {ord("“"): '"', ord("”"): '"', ord("‘"): "'", ord("’"): "'"}


def parse(raw: str, finish_reason: str = "stop", form: Form = Form.ORDERS) -> tuple[Decision, ParseReport]:
    """Read the decision in a mind's raw answer.

    Args:
        raw: What the mind said, of any length and content.
        finish_reason: Why it stopped, as the server told; `length` means its tokens ran out.
        form: What it was asked for; an answer to a loan counts only where there was one.

    Returns:
        The decision, at worst a no-op that says why, and how it was read.
    """
    decision, report = _read(raw, finish_reason, form)
    return (decision if form is Form.ORDERS_AND_LOAN else decision.model_copy(update={"loan": None})), report


def _read(raw: str, finish_reason: str, form: Form) -> tuple[Decision, ParseReport]:
    whole = _object(raw.strip()) if len(raw) <= LONGEST_TEXT else None
    if whole is not None and _is_asked_shape(whole, form):
        decision, _ = _decision(whole)
        return decision, ParseReport(status="ok", valid_json=True)

    text, repairs = _final_text(raw)
    if text is None:
        return _failed("It was still thinking when its words ran out.", repairs)
    found = _objects(text)
    if not found:
        return _order_by_order(text, finish_reason, repairs)
    if any(each != found[0] for each in found):
        repairs.append("several answers, the first taken")
    if found[0].get(_REPEATED):
        repairs.append("a key stood twice, the first taken")
    if text.strip() != raw.strip() or not text.strip().startswith("{") or len(found) > 1:
        repairs.append("took the object out of the text")
    decision, dropped = _decision(found[0])
    return decision, ParseReport(status="repaired", valid_json=False, dropped=dropped, repairs=tuple(repairs))


def _failed(reason: str, repairs: Sequence[str], dropped: int = 0) -> tuple[Decision, ParseReport]:
    report = ParseReport(status="failed", valid_json=False, dropped=dropped, repairs=tuple(repairs))
    return Decision.nothing(reason), report


def _final_text(raw: str) -> tuple[str | None, list[str]]:
    """Return the part of `raw` that is the final answer, in plain characters, or None where there is none."""
    repairs: list[str] = []
    text = raw
    if _FINAL_CHANNEL in text:
        text = text.rpartition(_FINAL_CHANNEL)[2]
        repairs.append("took the final channel")
    elif "<|channel|>" in text:
        return None, ["no final channel"]
    if "</think>" in text:
        text = text.rpartition("</think>")[2]
        repairs.append("took what follows the thinking")
    elif text.lstrip().startswith("<think>"):
        return None, ["the thinking never ended"]
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        repairs.append("cut the text")
    plain = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode()).translate(_PLAIN)
    if plain != text:
        repairs.append("plain characters")
    return _CHANNEL_NOISE.sub(" ", plain[:LONGEST_TEXT]), repairs


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a JSON object whose repeated keys are marked; the first value of each is kept."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key not in result:
            result[key] = value
            continue
        result[_REPEATED] = True
        if result[key] != value:
            result[_CONFLICT] = True
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant)


def _object(text: str) -> dict[str, Any] | None:
    """Return the strict JSON object that the whole of `text` is, or None."""
    if not text.startswith("{") or _depth(text) > _DEEPEST:
        return None
    try:
        return _mapping(_DECODER.decode(text))
    except ValueError:
        return None


def _depth(text: str) -> int:
    """Return an upper bound of how deep brackets nest in `text`."""
    depth = deepest = 0
    for character in text:
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth = max(0, depth - 1)
    return deepest


def _mapping(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _list(value: object) -> list[Any] | None:
    return cast("list[Any]", value) if isinstance(value, list) else None


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the complete JSON objects in `text` that hold a list of orders, as they stand."""
    if _depth(text) > _DEEPEST:
        return []
    found: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(_MOST_STARTS):
        if at < 0:
            break
        try:
            value, end = _DECODER.raw_decode(text, at)
        except ValueError:
            at = text.find("{", at + 1)
            continue
        answer = _holding_orders(value)
        if answer is not None:
            found.append(answer)
        at = text.find("{", end)
    return found


def _holding_orders(value: object) -> dict[str, Any] | None:
    """Return `value`, or the one object directly within it, that has a list under `orders`."""
    outer = _mapping(value)
    if outer is None:
        return None
    for candidate in (outer, *outer.values()):
        inner = _mapping(candidate)
        if inner is not None and _list(inner.get("orders")) is not None:
            return inner
    return None


def _is_asked_shape(answer: Mapping[str, Any], form: Form) -> bool:
    orders = _list(answer.get("orders"))
    return (
        set(answer) == set(schema(form)["required"])
        and answer.get("loan", "no") in ("yes", "no")
        and isinstance(answer["thought"], str)
        and isinstance(answer["gossip"], str)
        and orders is not None
        and len(orders) <= MAX_ORDERS
        and all(map(_is_asked_order, orders))
    )


def _is_asked_order(value: object) -> bool:
    order = _mapping(value)
    return (
        order is not None
        and sorted(order) == sorted(_ORDER_KEYS)
        and order["side"] in tuple(Side)
        and order["good"] in tuple(Good)
        and type(order["quantity"]) is int
        and type(order["price"]) is int
        and 1 <= order["quantity"] <= MAX_QUANTITY
        and 1 <= order["price"] <= MAX_PRICE
    )


def _decision(answer: Mapping[str, Any]) -> tuple[Decision, int]:
    """Return the decision of a complete answer and how many of its orders were dropped."""
    wanted = _list(answer.get("orders")) or []
    orders = [order for order in map(_order, wanted) if order is not None]
    kept = tuple(orders[:MAX_ORDERS])
    decision = Decision(
        thought=_thought(answer.get("thought")),
        orders=kept,
        loan=_yes_or_no(answer),
        gossip=_gossip(_text(answer.get("gossip"))),
    )
    return decision, len(wanted) - len(kept)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _thought(value: object) -> str:
    return " ".join(_UNCLEAN.sub(" ", _text(value)).split())[:THOUGHT_LENGTH]


def _yes_or_no(answer: Mapping[str, Any]) -> bool | None:
    """Return the answer to a loan, or None where there is none, or it was given twice."""
    said = answer.get("loan")
    if answer.get(_CONFLICT):
        return None
    return said if isinstance(said, bool) else {"yes": True, "true": True, "no": False, "false": False}.get(_word(said))


def _order(value: object) -> Order | None:
    """Return `value` as an order of the game, or None where that would be a guess."""
    mapping = _mapping(value)
    if mapping is None or mapping.get(_CONFLICT):
        return None
    fields: dict[str, Any] = {}
    for key, field in mapping.items():
        if fields.setdefault(_key(key), field) != field:
            return None
    side = _SIDES.get(_word(fields.get("side")))
    good = _GOODS.get(_word(fields.get("good")))
    quantity = _whole(fields.get("quantity"), MAX_QUANTITY)
    price = _whole(fields.get("price"), MAX_PRICE)
    if side is None or good is None or quantity is None or price is None:
        return None
    return Order(side=side, good=good, quantity=quantity, price=price)


def _key(written: object) -> str:
    bare = str(written).strip().lower()
    return _KEY_ALIASES.get(bare, bare)


def _word(value: object) -> str:
    return " ".join(_text(value).lower().split()).strip(" .,!'\"")


def _whole(value: object, most: int) -> int | None:
    """Return `value` as a whole number from 1 to `most`, or None."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    return None


def _order_by_order(text: str, finish_reason: str, repairs: list[str]) -> tuple[Decision, ParseReport]:
    """Save the closed orders of an answer that is not JSON as a whole."""
    keys = [match.start() for match in _ORDERS_KEY.finditer(text)]
    if len(keys) > 1:
        text = text[: keys[1]]
        repairs.append("several answers, the first taken")
    orders, dropped = _closed_orders(text)
    tail = text[max(0, text.rfind("{")) :]
    if "}" not in tail and _OPEN_ORDER.match(tail):
        dropped += 1
        repairs.append("the last order was cut off")
    if not orders and dropped:
        return _failed("None of its orders could be read.", repairs, dropped)
    if not orders and not _NO_ORDERS.search(text):
        return _failed(_why_nothing(text, finish_reason), repairs)
    closed = text.count("{") == text.count("}") and len(keys) == 1
    decision = Decision(
        thought=_thought(_string_field("thought", text)),
        orders=tuple(orders),
        loan=_written_loan(text),
        gossip=_gossip(_string_field("gossip", text)),
    )
    return decision, ParseReport(
        status="repaired" if closed else "salvaged",
        valid_json=False,
        dropped=dropped,
        repairs=(*repairs, "read order by order"),
    )


def _closed_orders(text: str) -> tuple[list[Order], int]:
    """Return the orders that stand closed in `text`, and how many that look like one were dropped."""
    chunks = [match.group() for match in _FLAT_OBJECT.finditer(text) if _ORDER_FIELD.search(match.group())]
    orders = [order for order in map(_written_order, chunks[:_MOST_CHUNKS]) if order is not None][:MAX_ORDERS]
    return orders, len(chunks) - len(orders)


def _why_nothing(text: str, finish_reason: str) -> str:
    if not text.strip():
        return "It said nothing."
    if finish_reason == "length":
        return "Its words ran out before it gave an order."
    return "Its answer held no orders."


def _written_order(chunk: str) -> Order | None:
    """Return the order in one flat `{...}`, if each of its fields is written once and means one thing.

    json-repair is lenient to a fault (it reads `2+3` as 2), so every value that it reads must stand
    in the text as it is.
    """
    if len(chunk) > _LONGEST_ORDER:
        return None
    written: dict[str, str] = {}
    for key, value in cast("list[tuple[str, str]]", _ORDER_FIELD.findall(chunk)):
        bare = value.strip(" \t\r\"'")
        if written.setdefault(_key(key), bare) != bare:
            return None
    try:
        mapping = _mapping(json_repair.loads(chunk))
    except Exception:
        # Whatever another's parser of broken text raises, this order is lost and no more.
        return None
    order = _order(mapping)
    if mapping is None or order is None:
        return None
    read = {_key(key): value for key, value in mapping.items()}
    as_written = all(str(read[key]).strip() == written.get(key) for key in _ORDER_KEYS)
    return order if as_written else None


def _written_loan(text: str) -> bool | None:
    """Return the answer to a loan that stands in a text, or None where there is none, or both."""
    said = {str(word).lower() for word in cast("list[str]", _LOAN_FIELD.findall(text))}
    answers = {_yes_or_no({"loan": word}) for word in said}
    return answers.pop() if len(answers) == 1 else None


def _string_field(key: str, text: str) -> str:
    match = _STRING_FIELD[key].search(text)
    if match is None:
        return ""
    quoted, single = match.groups()
    if quoted is None:
        return str(single)
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return str(quoted)


def _gossip(said: str) -> str:
    """Return gossip that may be relayed: what the scan of prompts would hold back is not said at all."""
    return "" if leaks(clean_speech(said)) else said
