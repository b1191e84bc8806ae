"""Replaying a journal: the same inputs give the same woods, turn hash by turn hash."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.actions import ACTION, Refusal, act
from engine.ledger import LedgerError
from engine.ports import Decision
from engine.rules import Rules
from engine.store import JournalRow, Store
from engine.turn import TurnError, close_turn, found, open_turn
from engine.world import Wood

CANNOT_APPLY: Final = (Refusal, TurnError, LedgerError, ValueError, KeyError, TypeError)
"""What `apply_row` raises for an input that does not follow from those before it, or cannot be read."""


@dataclass(frozen=True)
class ReplayReport:
    """How one wood's replay compared: closed turns, and the turns whose hash differed."""

    world_id: str
    turns: int
    differing: tuple[int, ...]

    @property
    def identical(self) -> bool:
        """Whether every turn hash agreed."""
        return not self.differing


def apply_row(wood: Wood | None, row: JournalRow) -> Wood:
    """Apply one journalled input and return the wood after it.

    Raises:
        ValueError: If a journal does not begin with its founding, or holds an unknown kind of input.
    """
    after = play_row(wood, row)
    after.ledger.drain()
    return after


def play_row(wood: Wood | None, row: JournalRow) -> Wood:
    """Apply one journalled input as `apply_row` does, and leave the postings it makes in the books."""
    payload = json.loads(row.payload)
    if row.kind == "found":
        rules = Rules.model_validate(payload["rules"])
        return found(payload["world_id"], payload["seed"], rules, payload["legends"])
    if wood is None:
        raise ValueError(f"the journal begins with {row.kind!r} where the founding is missing")
    if row.kind == "act":
        return act(wood, payload["user"], ACTION.validate_python(payload["action"])).wood
    if row.kind == "open":
        return open_turn(wood).wood
    if row.kind == "close":
        decisions = {name: Decision.model_validate_json(text) for name, text in payload["decisions"].items()}
        return close_turn(wood, decisions, payload["headline"]).wood
    raise ValueError(f"the journal holds an unknown kind of input, {row.kind!r}")


def replay(rows: Iterable[JournalRow], wood: Wood | None = None) -> Iterator[tuple[JournalRow, Wood]]:
    """Yield each journalled input with the wood after it."""
    for row in rows:
        wood = apply_row(wood, row)
        yield row, wood


async def replay_wood(store: Store, world_id: str) -> ReplayReport:
    """Replay one wood's whole journal and compare the hash of every closed turn with the one stored."""
    hashes = await store.turn_hashes(world_id)
    differing: list[int] = []
    turns = 0
    rows = await store.journal_since(world_id, 0)
    try:
        for row, wood in replay(rows):
            if row.kind == "close":
                turns += 1
                if hashes.get(row.seq) != wood.state_hash():
                    differing.append(wood.world.turn)
    except CANNOT_APPLY:
        # An input that cannot be applied: from here on nothing agrees.
        rest = [row.turn for row in rows if row.kind == "close"][turns:]
        turns += len(rest)
        differing += rest
    return ReplayReport(world_id, turns, tuple(differing))
