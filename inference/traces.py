"""The open traces: one row an ask, under the names of the OpenTelemetry GenAI conventions where they exist.

A row holds what the mind was asked, what it said, how that was read and what the auction made of it. It is made of
the ask's own record, so it holds nothing that was not in a prompt or an answer, and of the notes that a creature keeps
of what moved its feelings, which are declared releases to it. `inference.disclosure` looks through it before it leaves.

The names are those of the semantic conventions 1.41.1, the last release that held the GenAI ones before they moved to a
repository of their own; what the conventions have no name for is called `wood.…`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any, Final

from engine.ports import AskRecord

CONVENTIONS: Final = "1.41.1"
"""The version of OpenTelemetry's semantic conventions that the names come from."""


class Kind(Enum):
    """What a column holds, and so how it is checked and stored.

    `OURS` is text that this project wrote, `SAID` text that a mind wrote; `MESSAGES` are the chat sent, `ANSWER` the
    one that came back, `ORDERS` and `ADMITTED` lists of orders, the second with what became of them.
    """

    WHOLE = "whole number"
    REAL = "real number"
    FLAG = "yes or no"
    HASH = "hash"
    OURS = "text"
    OURS_LIST = "list of texts"
    SAID = "text of a mind"
    MESSAGES = "messages"
    ANSWER = "messages of a mind"
    ORDERS = "orders"
    ADMITTED = "orders admitted"


@dataclass(frozen=True)
class Column:
    """One column of the traces: what it holds and what it means."""

    kind: Kind
    meaning: str


COLUMNS: Final[dict[str, Column]] = {
    "wood.world": Column(Kind.OURS, "Which wood of the file; woods are numbered, for their ids may name a server."),
    "wood.season": Column(Kind.WHOLE, "Season of the wood."),
    "wood.turn": Column(Kind.WHOLE, "Turn of the wood, from 1."),
    "gen_ai.agent.name": Column(Kind.OURS, "The creature asked, or `the narrator`."),
    "wood.attempt": Column(Kind.WHOLE, "0 for the first ask of the turn; the last attempt counts."),
    "gen_ai.operation.name": Column(Kind.OURS, "Always `chat`."),
    "gen_ai.provider.name": Column(Kind.OURS, "How it was asked: `llama_cpp` in process, `openai` over that API."),
    "gen_ai.request.model": Column(Kind.OURS, "The model's name in the council's file."),
    "gen_ai.request.seed": Column(Kind.WHOLE, "The sampling seed, drawn from the public stream of the turn."),
    "gen_ai.request.temperature": Column(Kind.REAL, "Sampling temperature; null where the server's default held."),
    "gen_ai.request.top_p": Column(Kind.REAL, "Nucleus sampling; null where the server's default held."),
    "gen_ai.request.top_k": Column(Kind.REAL, "Top-k sampling; null where the server's default held."),
    "gen_ai.request.max_tokens": Column(Kind.WHOLE, "Tokens that the answer might have."),
    "gen_ai.output.type": Column(Kind.OURS, "Always `json`."),
    "gen_ai.input.messages": Column(Kind.MESSAGES, "The prompt as it was sent; empty where it was held back."),
    "gen_ai.output.messages": Column(Kind.ANSWER, "The raw answer, and the reasoning where the server keeps it apart."),
    "gen_ai.response.finish_reasons": Column(Kind.OURS_LIST, "Why the mind ended: `stop`, or `length`."),
    "gen_ai.usage.input_tokens": Column(Kind.WHOLE, "Tokens of the prompt."),
    "gen_ai.usage.output_tokens": Column(Kind.WHOLE, "Tokens of the answer."),
    "gen_ai.usage.cache_read.input_tokens": Column(Kind.WHOLE, "Tokens of the prompt that the server had cached."),
    "error.type": Column(Kind.OURS, "Null, `timeout`, `held_back` (by the firewall) or `_OTHER`."),
    "wood.mind": Column(Kind.OURS, "The mind's name in the council's file."),
    "wood.kind": Column(Kind.OURS, "`embedded`, `openai`, `recorded`, or `standin`, which is no language model."),
    "wood.lab": Column(Kind.OURS, "Who made the model."),
    "wood.adapter": Column(Kind.OURS, "The adapter on it; null without one."),
    "wood.constrained": Column(Kind.FLAG, "Whether the answer was held to the game's grammar."),
    "wood.min_p": Column(Kind.REAL, "Min-p sampling, for which the conventions have no name."),
    "wood.repeat_penalty": Column(Kind.REAL, "Repeat penalty, for which the conventions have no name."),
    "wood.messages_sha256": Column(Kind.HASH, "SHA-256 of the prompt as the engine rendered it."),
    "wood.parse_status": Column(Kind.OURS, "How the answer was read: `ok`, `repaired`, `salvaged` or `failed`."),
    "wood.valid_json": Column(
        Kind.FLAG, "Whether the raw answer was, before any repair, one object of the asked shape."
    ),
    "wood.dropped_orders": Column(Kind.WHOLE, "Orders that could not be saved."),
    "wood.repairs": Column(Kind.OURS_LIST, "What had to be mended."),
    "wood.thought": Column(Kind.SAID, "The creature's private thought, as read."),
    "wood.orders": Column(Kind.ORDERS, "The orders, as read; quantities in units, prices in pebbles a unit."),
    "wood.admitted": Column(
        Kind.ADMITTED, "The orders that came to the auction, the quantity that was admitted, and why not all of it."
    ),
    "wood.loan": Column(Kind.FLAG, "The answer to the loan offered, or null."),
    "wood.gossip": Column(Kind.SAID, "What it said aloud, cleaned."),
    "wood.headline": Column(Kind.SAID, "The narrator's headline, empty where it was not fit to post."),
    "wood.failure": Column(Kind.OURS, "What the wood was told where there was no decision; empty otherwise."),
    "wood.notes": Column(Kind.OURS_LIST, "What the creature remembered of the Patrons when it was asked."),
    "wood.latency_ms": Column(Kind.WHOLE, "Milliseconds from the question to the answer, on a shared machine."),
    "wood.hash_before": Column(Kind.HASH, "Hash of the public wood that was asked about."),
    "wood.hash_after": Column(Kind.HASH, "Hash of the public wood as the turn closed."),
}
"""Every column, in order: a row has these and no other."""

_PROVIDERS: Final = {"embedded": "llama_cpp", "openai": "openai"}


class TraceError(Exception):
    """Traces cannot be written; the text says what to do."""


def trace_rows(asks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the asks as the store keeps them; woods are numbered in the order in which they come."""
    names: dict[str, str] = {}
    for ask in asks:
        name = names.setdefault(ask["world_id"], f"wood-{len(names) + 1}")
        yield {**trace_row(ask), "wood.world": name}


def trace_row(ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of one ask as the store keeps it, from a file with one wood in it."""
    record = AskRecord.model_validate_json(ask["record"])
    sampling = record.sampling
    return {
        "wood.world": "wood-1",
        "wood.season": ask["season"],
        "wood.turn": ask["turn"],
        "gen_ai.agent.name": record.creature,
        "wood.attempt": record.attempt,
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _PROVIDERS.get(record.kind, record.kind),
        "gen_ai.request.model": _without_folder(record.model),
        "gen_ai.request.seed": record.seed,
        "gen_ai.request.temperature": sampling.get("temperature"),
        "gen_ai.request.top_p": sampling.get("top_p"),
        "gen_ai.request.top_k": sampling.get("top_k"),
        "gen_ai.request.max_tokens": sampling.get("max_tokens"),
        "gen_ai.output.type": "json",
        "gen_ai.input.messages": [
            {"role": message["role"], "parts": [{"type": "text", "content": message["content"]}]}
            for message in record.messages
        ],
        "gen_ai.output.messages": _answer(record),
        "gen_ai.response.finish_reasons": [record.finish_reason] if record.finish_reason else [],
        "gen_ai.usage.input_tokens": record.prompt_tokens,
        "gen_ai.usage.output_tokens": record.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": record.cached_tokens,
        "error.type": _error_type(record.error),
        "wood.mind": record.mind,
        "wood.kind": record.kind,
        "wood.lab": record.lab,
        "wood.adapter": _without_folder(str(sampling.get("adapter") or "")) or None,
        "wood.constrained": sampling.get("constrained"),
        "wood.min_p": sampling.get("min_p"),
        "wood.repeat_penalty": sampling.get("repeat_penalty"),
        "wood.messages_sha256": record.messages_sha256,
        "wood.parse_status": record.parse.status,
        "wood.valid_json": record.parse.valid_json,
        "wood.dropped_orders": record.parse.dropped,
        "wood.repairs": list(record.parse.repairs),
        "wood.thought": record.decision.thought,
        "wood.orders": [order.model_dump(mode="json") for order in record.decision.orders],
        "wood.admitted": [
            {**verdict["order"], "accepted": verdict["accepted"], "refused": verdict["refused"]}
            for verdict in json.loads(ask["verdicts"])
        ],
        "wood.loan": record.decision.loan,
        "wood.gossip": record.decision.gossip,
        "wood.headline": record.headline,
        "wood.failure": record.decision.failure,
        "wood.notes": json.loads(ask["notes"]),
        "wood.latency_ms": record.latency_ms,
        "wood.hash_before": ask["hash_before"],
        "wood.hash_after": ask["hash_after"],
    }


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows to a `.jsonl` or a `.parquet` file.

    Raises:
        TraceError: If the file's ending is neither, or Parquet is asked for and pyarrow is not installed.
    """
    if path.suffix not in {".jsonl", ".parquet"}:
        raise TraceError(f"{path} ends in neither .jsonl nor .parquet. Name one of the two.")
    if path.suffix == ".parquet":
        _write_parquet(path, rows)
    else:
        _write_lines(path, rows)


def write_jsonl(path: Path, asks: Sequence[Mapping[str, Any]]) -> int:
    """Write the traces of `asks` as one JSON object a line and return how many there are."""
    return _write_lines(path, trace_rows(asks))


def _answer(record: AskRecord) -> list[dict[str, Any]]:
    """Return what came back as one message, none where nothing did."""
    if not (record.raw or record.finish_reason):
        return []
    thinking = [{"type": "reasoning", "content": record.reasoning}] if record.reasoning else []
    parts = [*thinking, {"type": "text", "content": record.raw}]
    return [{"role": "assistant", "parts": parts, "finish_reason": record.finish_reason}]


def _without_folder(name: str) -> str:
    """Return a model's or an adapter's name, of a path its last part: folders may name whoever ran the wood."""
    path = PurePath(name)
    return path.name if path.is_absolute() or path.suffix == ".gguf" else name


def _error_type(error: str) -> str | None:
    """Return the class of an error: its text may name a server or a folder of whoever ran the wood."""
    if not error:
        return None
    kinds = {"No answer within": "timeout", "Not asked:": "held_back"}
    return next((kind for begins, kind in kinds.items() if error.startswith(begins)), "_OTHER")


def _write_lines(path: Path, rows: Iterator[dict[str, Any]] | Sequence[Mapping[str, Any]]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def _write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise TraceError("Parquet needs pyarrow. Run uv sync --group parquet, or write a .jsonl file.") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(arrow.Table.from_pylist(rows, schema=_schema(arrow)), path)


def _schema(arrow: Any) -> Any:
    """Return the columns as Arrow's types, so that a file without a single order has the same ones."""
    text, whole = arrow.string(), arrow.int64()
    part = arrow.struct([("type", text), ("content", text)])
    message = [("role", text), ("parts", arrow.list_(part))]
    order = [("side", text), ("good", text), ("quantity", whole), ("price", whole)]
    types = {
        Kind.WHOLE: whole,
        Kind.REAL: arrow.float64(),
        Kind.FLAG: arrow.bool_(),
        Kind.HASH: text,
        Kind.OURS: text,
        Kind.OURS_LIST: arrow.list_(text),
        Kind.SAID: text,
        Kind.MESSAGES: arrow.list_(arrow.struct(message)),
        Kind.ANSWER: arrow.list_(arrow.struct([*message, ("finish_reason", text)])),
        Kind.ORDERS: arrow.list_(arrow.struct(order)),
        Kind.ADMITTED: arrow.list_(arrow.struct([*order, ("accepted", whole), ("refused", text)])),
    }
    return arrow.schema([(name, types[column.kind]) for name, column in COLUMNS.items()])
