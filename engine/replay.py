"""Replaying a journal: the same inputs give the same woods, turn hash by turn hash."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.actions import ACTION, Refusal, act
from engine.ending import end_wood
from engine.journal import JournalRow
from engine.ledger import LedgerError
from engine.ports import Decision
from engine.rules import Rules
from engine.store import Store
from engine.turn import TurnError, close_turn, found, open_turn
from engine.voiding import void_turn
from engine.world import Wood

CANNOT_APPLY: Final = (Refusal, TurnError, LedgerError, ValueError, KeyError, TypeError)
"""What `apply_row` and `Replay` raise for an input that does not follow from those before it, or cannot be read."""

_RESTS: Final = frozenset({"found", "close", "void"})
"""The kinds of input after which a wood rests with nothing done since: what a voiding goes back to."""


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
        ValueError: If a journal does not begin with its founding, holds an unknown kind of input, or voids a turn:
            that takes what came before it, so `Replay` plays it.
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
    if row.kind == "end":
        return end_wood(wood).wood
    if row.kind == "void":
        raise ValueError("a voiding is replayed with the turn it voids and the one before")
    raise ValueError(f"the journal holds an unknown kind of input, {row.kind!r}")


class Replay:
    """A journal on its way through, with the two last rests of its wood: those that the voiding of a turn is about."""

    def __init__(self, wood: Wood | None = None) -> None:
        """Begin with `wood`, or with nothing where the founding comes first."""
        self._wood = wood
        self._rests: deque[Wood] = deque(maxlen=2)

    @property
    def before_last_turn(self) -> Wood | None:
        """The wood to which voiding its last turn would take it back; None where the replay began after that."""
        return self._rests[0] if len(self._rests) == 2 else None

    def play(self, row: JournalRow) -> Wood:
        """Play the next input and return the wood after it, with the postings it made still in the books.

        Raises:
            ValueError: If the input cannot follow here, or cannot be read; `CANNOT_APPLY` has what else there is.
        """
        self._wood = self._voided(row) if row.kind == "void" else play_row(self._wood, row)
        if row.kind in _RESTS:
            self._rests.append(self._wood)
        return self._wood

    def _voided(self, row: JournalRow) -> Wood:
        before, turn = self.before_last_turn, json.loads(row.payload)["turn"]
        if self._wood is None or before is None:
            raise ValueError("a voiding is replayed with the turn it voids and the one before")
        if turn != self._wood.world.turn:
            raise ValueError(f"turn {turn} is voided where turn {self._wood.world.turn} is the last")
        return void_turn(self._wood, before).wood


def replay(rows: Iterable[JournalRow], wood: Wood | None = None) -> Iterator[tuple[JournalRow, Wood]]:
    """Yield each journalled input with the wood after it.

    `wood` is the one before the first of `rows`, such as a snapshot's; nothing where that is the founding.
    """
    played = Replay(wood)
    for row in rows:
        after = played.play(row)
        after.ledger.drain()
        yield row, after


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
