"""A mind that repeats what was recorded, so that a recorded run replays word for word."""

import json
from pathlib import Path
from typing import Any, Final

from engine.vocabulary import Failure
from inference.mind import Answer, MindError, MindRequest

_Key = tuple[int, int, str, int]


_EXPORTED: Final = {
    "wood.season": "season",
    "wood.turn": "turn",
    "gen_ai.agent.name": "creature",
    "wood.attempt": "attempt",
    "gen_ai.usage.input_tokens": "prompt_tokens",
    "gen_ai.usage.output_tokens": "completion_tokens",
    "error.type": "error",
    "wood.failure": "failure",
}


def _by_our_names(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of an ask, from an exported trace too."""
    if "gen_ai.output.messages" not in record:
        return record
    named = {ours: record.get(theirs) for theirs, ours in _EXPORTED.items()}
    answers = record["gen_ai.output.messages"]
    texts = {part["type"]: part["content"] for answer in answers for part in answer["parts"]}
    reasons = record.get("gen_ai.response.finish_reasons") or [""]
    return {
        **named,
        "raw": texts.get("text", ""),
        "reasoning": texts.get("reasoning", ""),
        "finish_reason": reasons[0],
    }


def _failure(record: dict[str, Any]) -> str:
    """Return what the wood was told of a failed ask, from an ask's record or an exported trace."""
    decision: dict[str, Any] = record.get("decision") or {}
    return str(record.get("failure") or decision.get("failure") or Failure.NO_ANSWER)


class RecordedMind:
    """Answers from a trace: one JSON object a line with at least turn, creature and raw.

    It reads the records of asks as well as exported traces, which use the names of OpenTelemetry.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[_Key, dict[str, Any]] | None = None

    async def warm(self) -> None:
        """Read the trace."""
        self._load()

    async def answer(self, request: MindRequest) -> Answer:
        """Return what was answered to the same ask of the same turn."""
        key = (request.season, request.turn, request.creature, request.attempt)
        record = self._load().get(key)
        if record is None:
            raise MindError(
                f"{self._path.name} holds no answer of {request.creature} "
                f"in season {request.season}, turn {request.turn}"
            )
        if record.get("error"):
            raise MindError(str(record["error"]), _failure(record))
        return Answer(
            text=str(record["raw"]),
            reasoning=str(record.get("reasoning") or ""),
            finish_reason=str(record.get("finish_reason") or "stop"),
            prompt_tokens=int(record.get("prompt_tokens") or 0),
            completion_tokens=int(record.get("completion_tokens") or 0),
        )

    async def aclose(self) -> None:
        """Forget the trace."""
        self._answers = None

    def _load(self) -> dict[_Key, dict[str, Any]]:
        if self._answers is None:
            try:
                with self._path.open(encoding="utf-8") as lines:
                    records = [_by_our_names(json.loads(line)) for line in lines if line.strip()]
                self._answers = {
                    (int(r.get("season", 1)), int(r["turn"]), str(r["creature"]), int(r.get("attempt", 0))): r
                    for r in records
                    if "raw" in r
                }
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise MindError(f"the trace {self._path} cannot be read: {error}") from error
        return self._answers
