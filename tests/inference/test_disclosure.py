"""The check before traces are published: each leak planted here must be refused, and a whole wood must pass."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from inference.disclosure import DisclosureError, check
from inference.traces import COLUMNS, Kind, trace_row
from tests.inference.test_traces import _ask

CANARY = "xq0123456789abcdef0123"
SNOWFLAKE = "471100471100471100"

Row = dict[str, Any]


def _prompt(text: str) -> Callable[[Row], Row]:
    def plant(row: Row) -> Row:
        message = {"role": "user", "parts": [{"type": "text", "content": f"You hold: honey 3. {text}"}]}
        return {**row, "gen_ai.input.messages": [*row["gen_ai.input.messages"], message]}

    return plant


def _answer(text: str) -> Callable[[Row], Row]:
    def plant(row: Row) -> Row:
        said = {"role": "assistant", "parts": [{"type": "text", "content": text}], "finish_reason": "stop"}
        return {**row, "gen_ai.output.messages": [said]}

    return plant


def _put(column: str, value: Any) -> Callable[[Row], Row]:
    return lambda row: {**row, column: value}


def _order(**changes: Any) -> dict[str, Any]:
    return {"side": "sell", "good": "honey", "quantity": 2, "price": 9, "accepted": 1, "refused": "", **changes}


PLANTED: dict[str, Callable[[Row], Row]] = {
    "a canary in a prompt": _prompt(CANARY),
    "a Discord id in a prompt": _prompt(SNOWFLAKE),
    "a mention in a prompt": _prompt("<@4711>"),
    "a field of the vault in a prompt": _prompt("planted=True"),
    "the words of a secret in a prompt": _prompt("the true forecast is a fall"),
    "typed text in a prompt": _prompt("my friend Mallory-7 says hello"),
    "a canary in an answer": _answer(f'{{"thought":"{CANARY.upper()}"}}'),
    "a mention in an answer": _answer("<#4711> knows"),
    "the store's own id in an answer": _answer(f"hello {SNOWFLAKE}"),
    "a canary in the reasoning": _put(
        "gen_ai.output.messages",
        [{"role": "assistant", "parts": [{"type": "reasoning", "content": CANARY}], "finish_reason": "stop"}],
    ),
    "a canary in the name of a field": _put("gen_ai.input.messages", [{CANARY: "user", "parts": []}]),
    "typed text in gossip": _put("wood.gossip", "mallory-7 was here"),
    "a canary in a thought": _put("wood.thought", CANARY),
    "a canary in a note": _put("wood.notes", [f"turn 3, tip_true: {CANARY}"]),
    "a vault's field in a note": _put("wood.notes", ["heat: 3"]),
    "a Discord id for a creature": _put("gen_ai.agent.name", SNOWFLAKE),
    "a Discord id for a wood": _put("wood.world", f"guild-{SNOWFLAKE}"),
    "a Discord id for a number": _put("wood.latency_ms", int(SNOWFLAKE)),
    "a text for a number": _put("wood.turn", CANARY),
    "a text for a hash": _put("wood.hash_before", "the deck: run-on-oonas-hoard"),
    "a text for a flag": _put("wood.loan", CANARY),
    "a column of the vault": _put("legend", "run-on-oonas-hoard"),
    "a secret for a verdict": _put("wood.admitted", [_order(refused="heat 3")]),
    "another field in an order": _put("wood.admitted", [_order(forecast="fall")]),
    "a secret for a good": _put("wood.orders", [{"side": "buy", "good": CANARY, "quantity": 1, "price": 1}]),
    "an id for a price": _put("wood.admitted", [_order(price=int(SNOWFLAKE))]),
    "a column left out": lambda row: {name: value for name, value in row.items() if name != "wood.notes"},
}

NEVER = ("mallory-7", SNOWFLAKE)


def _row() -> Row:
    return trace_row(_ask(hash_before="a" * 64, hash_after="b" * 64) | {"record": _whole()})


def _whole() -> str:
    record = json.loads(_ask()["record"])
    return json.dumps({**record, "messages_sha256": "c" * 64})


def test_a_row_as_it_is_written_passes() -> None:
    check([_row()], NEVER)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_leak_is_refused(name: str) -> None:
    with pytest.raises(DisclosureError, match="Nothing was written") as refused:
        check([_row(), PLANTED[name](_row())], NEVER)
    said = str(refused.value).lower()
    assert not any(secret in said for secret in (CANARY, SNOWFLAKE, "mallory-7", "run-on-oonas-hoard"))


def test_the_refusal_says_where_and_what() -> None:
    with pytest.raises(DisclosureError) as refused:
        check([_prompt("heat: 3")(_row())])
    assert str(refused.value).startswith(
        "Nothing was written: gen_ai.input.messages of turn 3 of Oona's ask holds a field of the vault,"
    )


def test_what_a_mind_makes_up_is_no_leak() -> None:
    """Untuned minds speak of heat and positions, and ask prices of fifteen digits."""
    check([_answer('{"position": 3, "heat": 2, "price": 1000000000000000}')(_row())], NEVER)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_that_can_hold_text_is_searched(column: str) -> None:
    kind = COLUMNS[column].kind
    planted: dict[Kind, Any] = {
        Kind.OURS_LIST: [CANARY],
        Kind.MESSAGES: [{"role": "user", "parts": [{"type": "text", "content": CANARY}]}],
        Kind.ANSWER: [{"role": "assistant", "parts": [{"type": "text", "content": CANARY}]}],
        Kind.ORDERS: [{"side": CANARY, "good": "honey", "quantity": 1, "price": 1}],
        Kind.ADMITTED: [_order(side=CANARY)],
    }
    with pytest.raises(DisclosureError):
        check([_put(column, planted.get(kind, CANARY))(_row())])
