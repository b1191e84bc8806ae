"""The open traces: flat rows under standard names, and files that read back."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.ports import AskRecord, Decision, Order, ParseReport
from engine.vocabulary import Good, Side
from inference.traces import TraceError, trace_row, write


def _ask(**changes: Any) -> dict[str, Any]:
    order = Order(side=Side.SELL, good=Good.HONEY, quantity=2, price=9)
    record = AskRecord(
        creature="Oona",
        attempt=0,
        mind="wood",
        kind="embedded",
        lab="somebody",
        model="smollm2-135m",
        sampling={"temperature": 0.7, "max_tokens": 180},
        seed=11,
        messages=({"role": "system", "content": "rules"}, {"role": "user", "content": "you"}),
        messages_sha256="ab",
        raw='{"thought":"t"}',
        reasoning="",
        finish_reason="stop",
        parse=ParseReport(status="ok", valid_json=True),
        decision=Decision(thought="t", orders=(order,), gossip="g"),
        prompt_tokens=300,
        completion_tokens=90,
        latency_ms=1234,
    )
    verdict = {"creature": "Oona", "order": order.model_dump(mode="json"), "accepted": 1, "refused": "out_of_stock"}
    row = {
        "world_id": "w",
        "season": 1,
        "turn": 3,
        "creature": "Oona",
        "attempt": 0,
        "record": record.model_dump_json(),
        "verdicts": json.dumps([verdict]),
        "notes": json.dumps(["turn 3, tip_true: the Patron of the Birch"]),
        "hash_before": "b",
        "hash_after": "a",
    }
    return {**row, **changes}


def test_a_row_says_who_was_asked_what_and_what_came_of_it() -> None:
    row = trace_row(_ask())
    assert len(row["world"]) == 16
    assert (row["season"], row["turn"], row["creature"], row["attempt"]) == (1, 3, "Oona", 0)
    assert row["gen_ai.request.model"] == "smollm2-135m"
    assert row["gen_ai.request.temperature"] == 0.7
    assert row["gen_ai.usage.input_tokens"] == 300
    assert json.loads(row["gen_ai.input.messages"])[1]["content"] == "you"
    assert json.loads(row["orders"]) == [{"side": "sell", "good": "honey", "quantity": 2, "price": 9}]
    assert row["notes"] == ["turn 3, tip_true: the Patron of the Birch"]
    assert json.loads(row["verdicts"]) == [{"accepted": 1, "refused": "out_of_stock"}]
    assert row["thought"] == "t"
    assert (row["hash_before"], row["hash_after"]) == ("b", "a")


def test_jsonl_reads_back_line_by_line(tmp_path: Path) -> None:
    target = tmp_path / "new" / "wood.jsonl"
    assert write(target, [_ask(turn=1), _ask(turn=2)]) == 2
    assert [json.loads(line)["turn"] for line in target.read_text().splitlines()] == [1, 2]


def test_another_ending_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"\.jsonl nor \.parquet"):
        write(tmp_path / "wood.csv", [])


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TraceError, match="uv sync --group parquet"):
        write(tmp_path / "wood.parquet", [_ask()])
