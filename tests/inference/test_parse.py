import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.ports import MAX_PRICE, MAX_QUANTITY, Decision, Order
from engine.vocabulary import Good, Side
from inference.parse import parse
from inference.shape import Form

BUY = '{"side":"buy","good":"honey","quantity":1,"price":9}'
SELL = '{"side":"sell","good":"acorns","quantity":2,"price":4}'
ANSWER = f'{{"thought":"Hm.","orders":[{BUY},{SELL}],"gossip":"Well."}}'
OTHER = ANSWER.replace("honey", "berries")
ORDERS = (
    Order(side=Side.BUY, good=Good.HONEY, quantity=1, price=9),
    Order(side=Side.SELL, good=Good.ACORNS, quantity=2, price=4),
)

orders = st.builds(
    Order,
    side=st.sampled_from(Side),
    good=st.sampled_from(Good),
    quantity=st.integers(1, MAX_QUANTITY),
    price=st.integers(1, MAX_PRICE),
)
speech = st.from_regex(r"[A-Z][a-z]{1,8}( [a-z]{1,8}){0,5}\.", fullmatch=True)
decisions = st.builds(
    Decision, thought=speech, orders=st.lists(orders, max_size=3).map(tuple), gossip=speech, failure=st.just("")
)
pieces = st.sampled_from([ANSWER, BUY, "{", "}", "[", '"', '{"orders":[', "<think>", "</think>", "\ud800", "：", "9"])


def written(decision: Decision) -> str:
    return json.dumps(decision.model_dump(mode="json", exclude={"failure", "loan"}))


@given(decisions)
def test_a_valid_answer_is_read_as_it_was_meant(decision: Decision) -> None:
    read, report = parse(written(decision))
    assert read == decision
    assert (report.status, report.valid_json, report.dropped) == ("ok", True, 0)


@pytest.mark.parametrize(
    ("written", "loan"),
    [
        ('"yes"', True),
        ('"no"', False),
        ('" Yes. "', True),
        ("true", True),
        ("false", False),
        ('"maybe"', None),
        ("1", None),
    ],
)
def test_the_answer_to_a_loan_counts_where_one_was_offered(written: str, loan: bool | None):
    raw = f'{{"thought":"Aye.","orders":[],"loan":{written},"gossip":"Oh."}}'
    asked, report = parse(raw, form=Form.ORDERS_AND_LOAN)
    assert asked.loan is loan
    assert report.valid_json is (written in ('"yes"', '"no"'))
    assert parse(raw)[0].loan is None


@pytest.mark.parametrize(
    ("raw", "loan"),
    [
        ('{"thought":"Aye.","orders":[],"gossip":"Oh."}', None),
        ('{"thought":"Aye.","orders":[],"loan":"yes","loan":"no","gossip":"Oh."}', None),
        ('Well: {"orders":[],"loan":"no"}', False),
        ('"orders": [], "loan": "yes", "gossip": "cut o', True),
        ('"orders": [], "loan": yes, and so on', True),
        ('"orders": [], "loan": "yes" or "loan": "no"', None),
    ],
)
def test_an_answer_to_a_loan_is_never_guessed(raw: str, loan: bool | None):
    assert parse(raw, form=Form.ORDERS_AND_LOAN)[0].loan is loan


@given(decisions, st.integers(0, 400))
def test_a_truncated_answer_holds_no_order_that_was_not_written(decision: Decision, length: int) -> None:
    read, _ = parse(written(decision)[:length], "length")
    assert read.orders == decision.orders[: len(read.orders)]


@given(
    st.text() | st.lists(pieces | st.text(max_size=5), max_size=60).map("".join), st.sampled_from(["stop", "length"])
)
@example('{"a":' * 2_000, "stop")
@example('{"a":[' * 5_000, "length")
@example("[" * 100_000, "stop")
@example('{"orders":[' + "1" * 4_000, "stop")
def test_no_text_raises(text: str, finish_reason: str) -> None:
    decision, report = parse(text, finish_reason)
    assert report.status in {"ok", "repaired", "salvaged", "failed"}
    assert (report.status == "failed") == bool(decision.failure)
    assert not (decision.failure and decision.orders)
    assert decision.model_dump_json()


HOSTILE = {
    "an unfinished nest before many objects": '{"a":[' * 15 + "{}," * 1_300,
    "the same with no number at its end": '{"a":[' * 15 + "{}," * 1_200 + "NaN",
    "braces": "{" * 4_096,
    "empty objects": "{}" * 2_048,
    "unfinished lists of orders": '{"orders":[' * 370,
    "whole orders": (BUY + ",") * 78,
    "odd orders": '"orders" {' + "x:{y:\"a'b" * 400,
    "an order without end": "{" + 'side:"a" ' * 450 + "}",
    "unfinished thoughts": '{"thought":"' * 340,
    "escaped quotes": 'thought:"' + '\\"' * 2_000,
    "comments": "/*" * 2_048,
    "thinking": "<think>" * 585,
    "white space": "{" + " " * 4_094 + "}",
    "hidden characters": "1\u200b" * 2_048,
    "loans": "loan:a" * 680,
    "a number without end": '{"orders":[' + "1" * 4_080,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_of_4_kb_takes_less_than_20_ms(text: str) -> None:
    assert min(_seconds(text) for _ in range(5)) < 0.020


@pytest.mark.parametrize(
    "text", ['{"a":[' * 50_000, "{" * 300_000, "<think>" * 40_000, '"orders":[' * 30_000, BUY * 5_000]
)
def test_a_text_of_any_length_takes_milliseconds(text: str) -> None:
    assert min(_seconds(text) for _ in range(3)) < 0.25


def _seconds(text: str) -> float:
    began = time.process_time()
    parse(text, "length", Form.ORDERS_AND_LOAN)
    return time.process_time() - began


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{ANSWER}\n```",
        f"Well {{you know}}, here it is: {ANSWER} That is all.",
        f"<think>{OTHER}</think>{ANSWER}",
        f"<think>{'la ' * 3_000}</think>\n{ANSWER}",
        f"<|channel|>analysis<|message|>{OTHER}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>",
        f'{{"answer":{ANSWER}}}',
        ANSWER.replace('"', "＂").replace(":", "：").replace("9", "９"),
        ANSWER.replace('"', "'"),
        ANSWER.replace("],", ",],"),
        ANSWER.replace('"quantity":1', '"quantity":"1"'),
        ANSWER.replace('"honey"', '"Honey."').replace('"buy"', '"bid"').replace("acorns", "acorn"),
        f"{ANSWER}\n{OTHER}",
        ANSWER[:-12] + "\n" + OTHER[:-12],
        ANSWER[:-5],
        f"[{BUY},{SELL}]",
    ],
)
def test_what_was_meant_is_found(text: str) -> None:
    decision, report = parse(text)
    assert decision.orders == ORDERS
    assert not report.valid_json
    assert report.status in {"repaired", "salvaged"}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"price":9', '"price":9.5'),
        ('"price":9', '"price":61'),
        ('"price":9', '"price":0'),
        ('"price":9', '"price":-9'),
        ('"price":9', '"price":1000000000000000'),
        ('"price":9', '"price":NaN'),
        ('"price":9', '"price":4+5'),
        ('"price":9', '"price":9,"price":11'),
        ('"price":9', '"price":null'),
        ('"quantity":1', '"quantity":true'),
        ('"quantity":1', '"quantity":21'),
        ("honey", "beeswax"),
        ("buy", "hold"),
        (',"price":9', ""),
    ],
)
def test_an_order_in_doubt_is_dropped_alone(was: str, now: str) -> None:
    decision, report = parse(ANSWER.replace(was, now))
    assert decision.orders == ORDERS[1:]
    assert report.dropped == 1
    assert not report.valid_json


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "I would buy honey at 9.",
        f"<think>Maybe {ANSWER}",
        f"<|channel|>analysis<|message|>Maybe {ANSWER}",
        "null",
    ],
)
def test_nothing_is_traded_that_was_not_answered(text: str) -> None:
    decision, report = parse(text)
    assert decision.orders == ()
    assert decision.failure.endswith(".")
    assert report.status == "failed"


def test_several_answers_are_reported() -> None:
    assert "several answers, the first taken" in parse(f"{ANSWER}\n{OTHER}")[1].repairs


def test_complete_json_is_fine_when_the_tokens_ran_out() -> None:
    assert parse(ANSWER, "length")[0].orders == ORDERS


def test_a_cut_price_is_not_guessed() -> None:
    cut = '{"thought":"x","orders":[' + SELL + ',{"side":"buy","good":"honey","quantity":1,"price":1'
    decision, report = parse(cut, "length")
    assert decision.orders == ORDERS[1:]
    assert report.dropped == 1


def test_a_fourth_order_is_dropped_and_not_valid() -> None:
    decision, report = parse(f'{{"thought":"","orders":[{",".join([SELL] * 4)}],"gossip":""}}')
    assert len(decision.orders) == 3
    assert (report.dropped, report.valid_json) == (1, False)


def test_doing_nothing_is_a_decision() -> None:
    decision, report = parse('{"thought":"I wait.","orders":[],"gossip":"Hush."}')
    assert (decision.orders, decision.failure, report.valid_json) == ((), "", True)
