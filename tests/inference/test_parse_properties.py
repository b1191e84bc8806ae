"""What holds of any text a mind may say: no exception, and no order that the text does not spell out."""

import json
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.ports import MAX_PRICE, MAX_QUANTITY, Decision, Order
from engine.vocabulary import Good, Side
from inference.parse import parse
from inference.shape import Form
from tests.inference.parse_oracle import complaint, spells_out
from tests.inference.test_malformed import FILES, read
from training.corpus import recordings

MORE = settings(max_examples=settings.default.max_examples * 5)

RAWS = [answer.raw for _, answers in recordings() for answer in answers] + [read(file)["raw"] for file in FILES]

orders = st.builds(
    Order,
    side=st.sampled_from(Side),
    good=st.sampled_from(Good),
    quantity=st.integers(1, MAX_QUANTITY),
    price=st.integers(1, MAX_PRICE),
)
decisions = st.builds(
    Decision,
    thought=st.sampled_from(["I wait.", "I lack honey.", "So be it."]),
    orders=st.lists(orders, min_size=1, max_size=3).map(tuple),
    gossip=st.sampled_from(["Hush.", "Fair prices here."]),
    failure=st.just(""),
)
finishes = st.sampled_from(["stop", "length"])
forms = st.sampled_from([Form.ORDERS, Form.ORDERS_AND_LOAN])

DRAFT = '{"thought":"No.","orders":[],"gossip":"No."}'
WAYS: dict[str, Callable[[str], str]] = {
    "bare": lambda answer: answer,
    "fence": lambda answer: f"Sure!\n```json\n{answer}\n```\nAnything else?",
    "thinking": lambda answer: f"<think>Let me see: {DRAFT}</think>\n{answer}",
    "channels": lambda answer: (
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|channel|>final<|message|>{answer}<|return|>"
    ),
    "tool": lambda answer: f'<tool_call>{{"name":"answer","arguments":{answer}}}</tool_call>',
    "packed": lambda answer: json.dumps({"name": "answer", "arguments": answer}),
    "string": json.dumps,
    "single quotes": lambda answer: answer.replace('"', "'"),
    "no quotes": lambda answer: answer.replace('"', ""),
    "commas": lambda answer: answer.replace("}", ",}").replace("]", ",]"),
    "full width": lambda answer: answer.translate({ord(c): ord(c) + 0xFEE0 for c in '":,0123456789'}),
    "entities": lambda answer: answer.replace('"', "&quot;"),
    "number words": lambda answer: answer.replace(":1,", ':"one",').replace(":2}", ':"two"}'),
    "spaced": lambda answer: json.dumps(json.loads(answer), indent=2),
}
ways = st.sampled_from(list(WAYS))

pieces = st.sampled_from(
    [
        *"{}[]\":,'\\\n 0123456789",
        *("side buy sell good honey acorn quantity price orders thought gossip loan yes no three amount" + " ").split(),
        *(
            '{"orders":[',
            '{"side":"buy","good":"honey","quantity":1,"price":9}',
            '"price":',
            '"quantity":2,',
            "},{",
            "]}",
        ),
        *("<think>", "</think>", "<|channel|>final", "<|message|>", "```", "//", "/*", "*/", "<!--", "-->", "&quot;"),
        *("NaN", "1e1", ".0", "%", "\ud800", "\u200b", "“", "”", "１", "²", "é", "analysisA", "assistantfinal", '\\"'),
        *(',"price":11', ',"side":"sell"', ',"quantity":7', " or 12", ',"price_per_unit":"two"'),
        *('{"name":"a","arguments":', '"{\\"orders\\":[', "<|im_end|>", "Your JSON:", "\\u0031"),
    ]
)
soup = st.lists(pieces | st.text(max_size=4), max_size=120).map("".join)


def written(decision: Decision) -> str:
    return json.dumps(decision.model_dump(mode="json", exclude={"failure", "loan"}), separators=(",", ":"))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """An answer with a few characters dropped, doubled, moved or put in."""
    text = draw(st.builds(lambda way, decision: WAYS[way](written(decision)), ways, decisions) | st.sampled_from(RAWS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 40)))
        kind = draw(st.integers(0, 3))
        part = text[at:until]
        put = ("", part + part, draw(pieces), part[::-1])[kind]
        text = text[:at] + put + text[until if kind != 2 else at :]
    return text


@MORE
@given(st.text(max_size=6_144) | soup, finishes, forms)
@example("\ud800" * 6_000, "stop", Form.ORDERS)
@example('{"orders":[{"side":"buy","good":"honey","quantity":1,"price":1e1}]}', "stop", Form.ORDERS)
def test_any_text_is_read_without_an_exception_or_an_invention(text: str, finish_reason: str, form: Form) -> None:
    assert complaint(text, form, *parse(text, finish_reason, form)) == ""


@MORE
@given(damaged(), finishes, forms)
def test_a_damaged_answer_never_becomes_an_order_nobody_wrote(text: str, finish_reason: str, form: Form) -> None:
    assert complaint(text, form, *parse(text, finish_reason, form)) == ""


@given(decisions, ways)
def test_every_way_of_wrapping_leaves_the_orders_as_they_were(decision: Decision, way: str) -> None:
    assert parse(WAYS[way](written(decision)))[0].orders == decision.orders


@given(decisions, ways, st.sampled_from(["price", "quantity"]), st.integers(1, 20), st.booleans())
def test_an_order_that_contradicts_itself_is_dropped(
    decision: Decision, way: str, field: str, number: int, first: bool
) -> None:
    fields = decision.orders[0].model_dump(mode="json")
    twice = f'"{field}":{number}'
    order = json.dumps(fields, separators=(",", ":"))
    doubled = f"{{{twice},{order[1:-1]}}}" if first else f"{{{order[1:-1]},{twice}}}"
    # Only this way of wrapping would make one pair of the two.
    wrap = WAYS["fence" if way == "spaced" else way]
    read, _ = parse(wrap(written(decision).replace(order, doubled, 1)))
    assert read.orders == (decision.orders if fields[field] == number else decision.orders[1:])


@given(decisions, ways)
def test_a_cut_answer_holds_only_orders_that_were_complete(decision: Decision, way: str) -> None:
    text = WAYS[way](written(decision))
    for length in range(len(text)):
        cut = text[:length]
        read, report = parse(cut, "length")
        assert read.orders == decision.orders[: len(read.orders)]
        assert cut.count("}") >= len(read.orders)
        assert not report.valid_json


@given(decisions, ways, st.booleans())
def test_a_cut_answer_to_a_loan_is_the_one_given_or_none(decision: Decision, way: str, loan: bool) -> None:
    answer = written(decision).replace('],"gossip"', f'],"loan":"{"yes" if loan else "no"}","gossip"')
    text = WAYS[way](answer)
    assert parse(text, "stop", Form.ORDERS_AND_LOAN)[0].loan is loan
    for length in range(text.rfind("loan"), len(text)):
        assert parse(text[:length], "length", Form.ORDERS_AND_LOAN)[0].loan in (None, loan)


def test_the_oracle_can_say_no() -> None:
    order = Order(side=Side.BUY, good=Good.HONEY, quantity=1, price=9)
    spelled = '{"side":"buy","good":"honey","quantity":1,"price":%s}'
    assert spells_out(spelled % "9", Decision(orders=(order,)))
    assert spells_out(spelled % '"nine pebbles"', Decision(orders=(order,)))
    for other in ("90", "9.5", '"9%"', "1", "-9", "9e1", '9,"price":11', '"1\u200b9"'):
        assert not spells_out(spelled % other, Decision(orders=(order,))), other
    assert not spells_out(spelled % "9", Decision(orders=(order, order)))
    assert not spells_out('{"side":"buy","good":"honey"},{"quantity":1,"price":9}', Decision(orders=(order,)))
