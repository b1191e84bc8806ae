"""How well each creature's mind did lately, from the records of its asks: for players and operators alike."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.ports import AskRecord


class MindLine(BaseModel):
    """How the mind behind one creature, or the narrator, did in the turns looked at.

    `turns` is how many there were; `tokens` and `seconds` are means a turn, over all attempts. The shares are of turns:
    `repaired` had an answer that was not the JSON asked for, `idle` ended without a decision, and of the single orders
    `refused` is the share that the rules trimmed or refused.
    """

    model_config = ConfigDict(frozen=True)

    creature: str
    mind: str
    lab: str
    model: str
    turns: int
    tokens: float
    seconds: float
    repaired: float
    idle: float
    refused: float


def mind_lines(asks: Sequence[Mapping[str, Any]]) -> list[MindLine]:
    """Return one line a creature from rows of asks as the store keeps them, in the order in which creatures appear."""
    by_creature: dict[str, list[Mapping[str, Any]]] = {}
    for ask in asks:
        by_creature.setdefault(ask["creature"], []).append(ask)
    return [_line(rows) for rows in by_creature.values()]


def _line(rows: Sequence[Mapping[str, Any]]) -> MindLine:
    records = [AskRecord.model_validate_json(row["record"]) for row in rows]
    last = {row["turn"]: record for row, record in zip(rows, records, strict=True)}
    verdicts = [bool(verdict["refused"]) for row in rows for verdict in json.loads(row["verdicts"])]
    newest, turns = records[-1], len(last)
    return MindLine(
        creature=newest.creature,
        mind=newest.mind,
        lab=newest.lab,
        model=newest.model,
        turns=turns,
        tokens=sum(record.prompt_tokens + record.completion_tokens for record in records) / turns,
        seconds=sum(record.latency_ms for record in records) / turns / 1_000,
        repaired=sum(not record.parse.valid_json for record in last.values()) / turns,
        idle=sum(bool(record.error or record.decision.failure) for record in last.values()) / turns,
        refused=sum(verdicts) / len(verdicts) if verdicts else 0.0,
    )
