"""Any text in, a decision out: never an exception, and never an order that nobody wrote.

The text is tried in three ways, each more forgiving: as the JSON asked for; as JSON with something
around it (channels, fences, prose, the call of a tool); and order by order, where every order must be a closed object
of its own. What is cut off, contradictory or outside the game is dropped and counted.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, cast

from engine.ports import MAX_ORDERS, MAX_PRICE, MAX_QUANTITY, Decision, Order, ParseReport, clean_speech
from engine.vocabulary import Failure, Good, Side
from inference.final_text import LONGEST_TEXT, final_text, plain
from inference.json_answers import Found, Written, answers, unpacked, whole_object
from inference.lenient import salvage
from inference.order_words import FIELDS, read_loan, read_order
from inference.scan import leaks
from inference.shape import Form, schema

THOUGHT_LENGTH: Final = 240
_ORDER_FIELDS: Final = frozenset(FIELDS)
_SIDES: Final = tuple(Side)
_GOODS: Final = tuple(Good)
_TOKEN: Final = re.compile(r"<\|[a-z_]{1,20}\|>")
_UNCLEAN: Final = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    unasked = decision.loan is not None and form is not Form.ORDERS_AND_LOAN
    return (decision.model_copy(update={"loan": None}) if unasked else decision), report


def _read(raw: str, finish_reason: str, form: Form) -> tuple[Decision, ParseReport]:
    bare = raw.strip()
    whole = whole_object(bare) if len(raw) <= LONGEST_TEXT else None
    if whole is not None and _is_asked_shape(whole, form):
        return _asked_decision(whole), ParseReport(status="ok", valid_json=True)

    text, repairs = (raw, []) if whole is not None else final_text(raw)
    if text is None:
        return _failed(Failure.CUT_WHILE_THINKING, repairs)
    found, text = _answers(text, repairs)
    if not found:
        return _order_by_order(text, finish_reason, repairs)
    first = found[0]
    if first.among_others:
        return _failed(Failure.SEVERAL_ANSWERS, [*repairs, "several answers side by side"])
    if any(each.answer != first.answer for each in found):
        repairs.append("several answers, the first taken")
    if first.answer.repeats:
        repairs.append("a key stood twice, the first taken")
    if first.answer != whole:
        repairs.append("took the object out of the text")
    decision, dropped = _decision(first.answer)
    return decision, ParseReport(status="repaired", valid_json=False, dropped=dropped, repairs=tuple(repairs))


def _failed(reason: Failure, repairs: Sequence[str], dropped: int = 0) -> tuple[Decision, ParseReport]:
    report = ParseReport(status="failed", valid_json=False, dropped=dropped, repairs=tuple(repairs))
    return Decision.nothing(reason), report


def _answers(text: str, repairs: list[str]) -> tuple[list[Found], str]:
    """Return the answers that stand as JSON in `text`, and the text in the plain characters they were found in.

    The text is tried as it is first: a curly quote within a string must not become one that ends it.
    """
    found = answers(text)
    if found:
        return found, text
    inner = unpacked(text)
    plainer = plain(text if inner is None else inner)
    if inner is not None:
        repairs.append("took the answer out of a string")
    elif "&quot;" in plainer:
        plainer = plainer.replace("&quot;", '"')
        repairs.append("plain quotes")
    if plainer == text:
        return [], text
    if inner is None and not text.isascii():
        repairs.append("plain characters")
    return answers(plainer), plainer


def _is_asked_shape(answer: Written, form: Form) -> bool:
    orders: Any = answer.get("orders")
    return (
        not answer.repeats
        and set(answer) == set(schema(form)["required"])
        and answer.get("loan", "no") in ("yes", "no")
        and type(answer["thought"]) is str
        and type(answer["gossip"]) is str
        and isinstance(orders, list)
        and len(cast("list[Any]", orders)) <= MAX_ORDERS
        and all(map(_is_asked_order, cast("list[Any]", orders)))
    )


def _is_asked_order(order: object) -> bool:
    return (
        isinstance(order, Written)
        and not order.repeats
        and order.keys() == _ORDER_FIELDS
        and order["side"] in _SIDES
        and order["good"] in _GOODS
        and type(order["quantity"]) is int
        and type(order["price"]) is int
        and 1 <= order["quantity"] <= MAX_QUANTITY
        and 1 <= order["price"] <= MAX_PRICE
    )


def _asked_decision(answer: Written) -> Decision:
    """Return the decision of an answer of exactly the asked shape, whose orders need no reading."""
    return Decision(
        thought=_thought(answer["thought"]),
        orders=tuple([Order(**order) for order in answer["orders"]]),
        loan=answer["loan"] == "yes" if "loan" in answer else None,
        gossip=_gossip(answer["gossip"]),
    )


def _decision(answer: Written) -> tuple[Decision, int]:
    """Return the decision of a complete answer and how many of its orders were dropped."""
    wanted = cast("list[Any]", answer.first("orders"))
    orders = [order for order in map(_order, wanted) if order is not None]
    kept = tuple(orders[:MAX_ORDERS])
    decision = Decision(
        thought=_thought(answer.first("thought")),
        orders=kept,
        loan=read_loan(answer.values_of("loan")),
        gossip=_gossip(answer.first("gossip")),
    )
    return decision, len(wanted) - len(kept)


def _order(value: object) -> Order | None:
    return read_order(value.pairs) if isinstance(value, Written) else None


def _order_by_order(text: str, finish_reason: str, repairs: Sequence[str]) -> tuple[Decision, ParseReport]:
    """Save the closed orders of an answer that is not JSON as a whole."""
    saved = salvage(text)
    repairs = (*repairs, *saved.repairs)
    if not saved.orders and saved.dropped:
        return _failed(Failure.UNREADABLE, repairs, saved.dropped)
    if not saved.answered:
        return _failed(_why_nothing(text, finish_reason), repairs)
    decision = Decision(
        thought=_thought(saved.thought), orders=saved.orders, loan=saved.loan, gossip=_gossip(saved.gossip)
    )
    return decision, ParseReport(
        status="repaired" if saved.closed else "salvaged",
        valid_json=False,
        dropped=saved.dropped,
        repairs=(*repairs, "read order by order"),
    )


def _why_nothing(text: str, finish_reason: str) -> Failure:
    if not text.strip():
        return Failure.SAID_NOTHING
    if finish_reason == "length":
        return Failure.CUT_BEFORE_ORDERS
    return Failure.NO_ORDERS


def _thought(value: object) -> str:
    said = value if isinstance(value, str) else ""
    return " ".join(_UNCLEAN.sub(" ", _TOKEN.sub(" ", said)).split())[:THOUGHT_LENGTH]


def _gossip(value: object) -> str:
    """Return gossip that may be relayed: what the scan of prompts would hold back is not said at all."""
    said = value if isinstance(value, str) else ""
    return "" if leaks(clean_speech(said)) else said
