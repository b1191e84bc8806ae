"""The open traces: flat rows under standard names, and files that read back."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.ports import AskRecord, Decision, Order, ParseReport
from engine.vocabulary import Good, Side
from inference.mind import MindError, MindRequest, Sampling
from inference.recorded import RecordedMind
from inference.traces import COLUMNS, TraceError, trace_row, trace_rows, write
from tests.inference.mind_samples import ordinary_view

ORDER = Order(side=Side.SELL, good=Good.HONEY, quantity=2, price=9)


def _record(**changes: Any) -> AskRecord:
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
        decision=Decision(thought="t", orders=(ORDER,), gossip="g"),
        prompt_tokens=300,
        completion_tokens=90,
        latency_ms=1234,
    )
    return record.model_copy(update=changes)


def _ask(**changes: Any) -> dict[str, Any]:
    verdict = {"creature": "Oona", "order": ORDER.model_dump(mode="json"), "accepted": 1, "refused": "out_of_stock"}
    row = {
        "world_id": "w",
        "season": 1,
        "turn": 3,
        "creature": "Oona",
        "attempt": 0,
        "record": _record().model_dump_json(),
        "verdicts": json.dumps([verdict]),
        "notes": json.dumps(["turn 3, tip_true: the Patron of the Birch"]),
        "hash_before": "b",
        "hash_after": "a",
    }
    return {**row, **changes}


def _asked_again(turn: int) -> MindRequest:
    return MindRequest(
        season=1,
        turn=turn,
        creature="Oona",
        attempt=0,
        view=ordinary_view(1),
        messages=(),
        sampling=Sampling(),
        seed=11,
        max_tokens=180,
        constrained=True,
    )


def test_a_row_says_who_was_asked_what_and_what_came_of_it() -> None:
    row = trace_row(_ask())
    assert list(row) == list(COLUMNS)
    assert [row[f"wood.{name}"] for name in ("season", "turn", "attempt")] == [1, 3, 0]
    assert row["gen_ai.agent.name"] == "Oona"
    assert row["gen_ai.request.model"] == "smollm2-135m"
    assert (row["gen_ai.request.temperature"], row["gen_ai.request.max_tokens"]) == (0.7, 180)
    assert row["gen_ai.usage.input_tokens"] == 300
    assert row["gen_ai.input.messages"][1] == {"role": "user", "parts": [{"type": "text", "content": "you"}]}
    (answer,) = row["gen_ai.output.messages"]
    assert answer["parts"] == [{"type": "text", "content": '{"thought":"t"}'}]
    assert (answer["role"], answer["finish_reason"]) == ("assistant", "stop")
    order = {"side": "sell", "good": "honey", "quantity": 2, "price": 9}
    assert row["wood.orders"] == [order]
    assert row["wood.admitted"] == [{**order, "accepted": 1, "refused": "out_of_stock"}]
    assert row["wood.notes"] == ["turn 3, tip_true: the Patron of the Birch"]
    assert row["wood.thought"] == "t"
    assert (row["wood.hash_before"], row["wood.hash_after"]) == ("b", "a")


def test_woods_are_numbered_and_their_ids_stay_at_home() -> None:
    rows = list(
        trace_rows([_ask(world_id="guild-4711-1"), _ask(world_id="guild-4711-2"), _ask(world_id="guild-4711-1")])
    )
    assert [row["wood.world"] for row in rows] == ["wood-1", "wood-2", "wood-1"]
    assert "4711" not in json.dumps(rows)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("", None),
        ("No answer within 60 seconds.", "timeout"),
        ("Not asked: the prompt holds a canary.", "held_back"),
        ("http://inner.host:8000 is down", "_OTHER"),
    ],
)
def test_of_an_error_only_its_class_is_told(error: str, kind: str | None) -> None:
    row = trace_row(_ask(record=_record(error=error).model_dump_json()))
    assert row["error.type"] == kind
    assert "inner.host" not in json.dumps(row)


@pytest.mark.parametrize(
    ("name", "told"),
    [("/home/bob/models/fox.gguf", "fox.gguf"), ("adapters/fox.gguf", "fox.gguf"), ("Qwen/Qwen2.5", "Qwen/Qwen2.5")],
)
def test_a_model_goes_by_its_name_without_somebodys_folders(name: str, told: str) -> None:
    row = trace_row(_ask(record=_record(model=name, sampling={"adapter": name}).model_dump_json()))
    assert (row["gen_ai.request.model"], row["wood.adapter"]) == (told, told)


def test_jsonl_reads_back_line_by_line(tmp_path: Path) -> None:
    target = tmp_path / "new" / "wood.jsonl"
    rows = list(trace_rows([_ask(turn=1), _ask(turn=2)]))
    write(target, rows)
    assert [json.loads(line) for line in target.read_text().splitlines()] == rows


@pytest.mark.slow
def test_parquet_reads_back_the_same_rows(tmp_path: Path) -> None:
    from pyarrow import parquet

    silent = _record(raw="", finish_reason="", messages=(), decision=Decision.nothing("It slept."), error="gone")
    rows = list(trace_rows([_ask(), _ask(turn=4, record=silent.model_dump_json(), verdicts="[]")]))
    write(tmp_path / "wood.parquet", rows)
    assert parquet.read_table(tmp_path / "wood.parquet").to_pylist() == rows


async def test_a_recorded_mind_answers_from_an_export(tmp_path: Path) -> None:
    late = _record(
        raw="", finish_reason="", error="No answer within 60 seconds.", decision=Decision.nothing("Too late.")
    )
    write(tmp_path / "t.jsonl", list(trace_rows([_ask(), _ask(turn=4, record=late.model_dump_json(), verdicts="[]")])))
    mind = RecordedMind(tmp_path / "t.jsonl")
    said = await mind.answer(_asked_again(3))
    assert (said.text, said.finish_reason, said.prompt_tokens) == ('{"thought":"t"}', "stop", 300)
    with pytest.raises(MindError) as failed:
        await mind.answer(_asked_again(4))
    assert failed.value.told == "Too late."


def test_another_ending_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"\.jsonl nor \.parquet"):
        write(tmp_path / "wood.csv", [])


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TraceError, match="uv sync --group parquet"):
        write(tmp_path / "wood.parquet", [trace_row(_ask())])
