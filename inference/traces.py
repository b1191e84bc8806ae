"""The open traces: one flat row an ask, under the names of the OpenTelemetry GenAI conventions where they exist.

A row holds what the mind was asked, what it said, how that was read and what the auction made of it.
It is made of the ask's own record, so it holds nothing that was not in a prompt or an answer, and of the
notes that a creature keeps of what moved its feelings, which are declared releases to it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.ports import AskRecord


class TraceError(Exception):
    """Traces cannot be written; the text says what to do."""


def trace_row(ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat row of one ask as the store keeps it; the wood's id, which may name a server, is hashed."""
    record = AskRecord.model_validate_json(ask["record"])
    verdicts = json.loads(ask["verdicts"])
    return {
        "world": hashlib.sha256(ask["world_id"].encode()).hexdigest()[:16],
        "season": ask["season"],
        "turn": ask["turn"],
        "creature": record.creature,
        "attempt": record.attempt,
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": record.lab,
        "gen_ai.request.model": record.model,
        "gen_ai.request.seed": record.seed,
        "gen_ai.request.temperature": record.sampling.get("temperature"),
        "gen_ai.input.messages": json.dumps(record.messages),
        "gen_ai.output.messages": record.raw,
        "gen_ai.response.finish_reasons": [record.finish_reason],
        "gen_ai.usage.input_tokens": record.prompt_tokens,
        "gen_ai.usage.output_tokens": record.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": record.cached_tokens,
        "mind": record.mind,
        "kind": record.kind,
        "sampling": json.dumps(record.sampling, sort_keys=True),
        "messages_sha256": record.messages_sha256,
        "reasoning": record.reasoning,
        "parse_status": record.parse.status,
        "valid_json": record.parse.valid_json,
        "dropped_orders": record.parse.dropped,
        "repairs": list(record.parse.repairs),
        "thought": record.decision.thought,
        "gossip": record.decision.gossip,
        "orders": json.dumps([order.model_dump(mode="json") for order in record.decision.orders]),
        "verdicts": json.dumps(
            [{"accepted": verdict["accepted"], "refused": verdict["refused"]} for verdict in verdicts]
        ),
        "notes": json.loads(ask["notes"]),
        "loan": record.decision.loan,
        "headline": record.headline,
        "failure": record.decision.failure,
        "error": record.error,
        "latency_ms": record.latency_ms,
        "hash_before": ask["hash_before"],
        "hash_after": ask["hash_after"],
    }


def write(path: Path, asks: Sequence[Mapping[str, Any]]) -> int:
    """Write the traces of `asks` to a `.jsonl` or a `.parquet` file and return how many rows there are.

    Raises:
        TraceError: If the file's ending is neither, or Parquet is asked for and pyarrow is not installed.
    """
    if path.suffix == ".jsonl":
        return write_jsonl(path, asks)
    if path.suffix != ".parquet":
        raise TraceError(f"{path} ends in neither .jsonl nor .parquet. Name one of the two.")
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise TraceError("Parquet needs pyarrow. Run uv sync --group parquet, or write a .jsonl file.") from error
    rows = [trace_row(ask) for ask in asks]
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(arrow.Table.from_pylist(rows), path)
    return len(rows)


def write_jsonl(path: Path, asks: Sequence[Mapping[str, Any]]) -> int:
    """Write the traces of `asks` as one JSON object a line and return how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for ask in asks:
            file.write(json.dumps(trace_row(ask)) + "\n")
    return len(asks)
