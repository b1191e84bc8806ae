"""Holding a store to what was acknowledged: whole, balanced, replayable, nothing lost and nothing twice."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.actions import Refusal
from engine.ledger import TREASURY, LedgerError
from engine.replay import apply_row
from engine.store import JournalRow
from engine.turn import TurnError
from engine.vocabulary import PEBBLES
from engine.world import Wood
from tests.crash.witness import Witness

ACT: Final = "act:"
"""What the journal writes before the id of a player's input."""


@dataclass
class _Past:
    """One wood's journal as it was replayed, and the state hash after every row."""

    rows: list[JournalRow] = field(default_factory=list[JournalRow])
    hashes: dict[int, str] = field(default_factory=dict[int, str])
    wood: Wood | None = None


UNSOUND: Final = ("integrity: ", "foreign key: ", "unreadable: ")
"""How the findings begin that are SQLite's own."""


class Auditor:
    """Audits one store again and again. What it has replayed once must stand there word for word the next time."""

    def __init__(self) -> None:
        """Begin with a store that holds nothing."""
        self._pasts: dict[str, _Past] = {}

    def fork(self) -> "Auditor":
        """Return an auditor that has seen the same and goes its own way."""
        other = Auditor()
        other._pasts = {
            world_id: _Past(list(past.rows), dict(past.hashes), past.wood) for world_id, past in self._pasts.items()
        }
        return other

    def audit(self, file: Path, room: Path, witness: Witness) -> list[str]:
        """Return everything that is wrong with a store.

        Args:
            file: The database, which no process has open. It and its log are left as they are.
            room: An empty folder, in which a copy is looked at.
            witness: What was acknowledged.
        """
        copy = copied(file, room)
        with closing(sqlite3.connect(copy)) as connection:
            connection.row_factory = sqlite3.Row
            try:
                problems = _unsound(connection)
                if not problems and _tables(connection):
                    problems = self._mistakes(connection, witness)
                elif not problems and witness.woods:
                    problems = ["the store is empty, and woods were acknowledged"]
            except sqlite3.DatabaseError as error:
                problems = [f"unreadable: {error}"]
        return [*witness.problems, *problems]

    def hashes(self) -> dict[str, str]:
        """Return the state hash of every wood at the end of its journal."""
        return {world_id: past.hashes[past.rows[-1].seq] for world_id, past in self._pasts.items()}

    def open_turns(self) -> set[str]:
        """Return the woods in whose journal a turn was opened and not closed."""
        kinds = {
            world_id: [row.kind for row in past.rows if row.kind != "act"] for world_id, past in self._pasts.items()
        }
        return {world_id for world_id, marks in kinds.items() if marks[-1] == "open"}

    def holds(self, key: tuple[str, str]) -> bool:
        """Say whether the journal holds a player's input."""
        world_id, input_id = key
        past = self._pasts.get(world_id)
        return past is not None and any(row.input_id == ACT + input_id for row in past.rows)

    def _mistakes(self, connection: sqlite3.Connection, witness: Witness) -> list[str]:
        standing = [row[0] for row in connection.execute("SELECT world_id FROM woods")]
        problems = [f"{world_id} was planted and is gone" for world_id in witness.woods.difference(standing)]
        for world_id in standing:
            past = self._pasts.setdefault(world_id, _Past())
            wrong = _replayed(connection, world_id, past)
            if not wrong:
                wrong = [
                    *_snapshot(connection, world_id, past),
                    *_postings(connection, world_id, past),
                    *_inputs(world_id, past, witness),
                    *_turns(connection, world_id, past, witness),
                ]
            problems += [f"{world_id}: {what}" for what in wrong]
        sent = dict(connection.execute("SELECT post_id, message_id FROM outbox"))
        problems += [
            f"post {post} was acknowledged as message {message}, and the outbox says {sent.get(post)}"
            for post, message in witness.posted.items()
            if sent.get(post) != message
        ]
        return problems


def copied(file: Path, room: Path) -> Path:
    """Copy a database with its log into a folder, without what was there; the shared index is rebuilt anyway."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    for suffix in ("", "-wal", "-journal"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            shutil.copyfile(part, room / part.name)
    return room / file.name


def _unsound(connection: sqlite3.Connection) -> list[str]:
    integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    foreign = [tuple(row) for row in connection.execute("PRAGMA foreign_key_check")]
    return [*(f"integrity: {text}" for text in integrity if text != "ok"), *(f"foreign key: {row}" for row in foreign)]


def _tables(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'woods'").fetchone()[0])


def _replayed(connection: sqlite3.Connection, world_id: str, past: _Past) -> list[str]:
    """Replay what is new in the journal; what was there before must be there still."""
    names = ", ".join(f'"{name}"' for name in JournalRow.__dataclass_fields__)
    query = f"SELECT {names} FROM journal WHERE world_id = ? ORDER BY seq"
    rows = [JournalRow(*row) for row in connection.execute(query, (world_id,))]
    if rows[: len(past.rows)] != past.rows:
        return ["the journal's past has changed"]
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        return ["the journal has a gap"]
    for row in rows[len(past.rows) :]:
        try:
            past.wood = apply_row(past.wood, row)
            past.wood.ledger.check()
        except (Refusal, TurnError, LedgerError, ValueError) as error:
            return [f"row {row.seq} ({row.input_id}) cannot be replayed: {error}"]
        past.rows.append(row)
        past.hashes[row.seq] = past.wood.state_hash()
    return []


def _snapshot(connection: sqlite3.Connection, world_id: str, past: _Past) -> list[str]:
    query = "SELECT s.seq, v.seq, world, sealed FROM snapshots s LEFT JOIN vaults v USING (world_id) WHERE world_id = ?"
    saved = [tuple(row) for row in connection.execute(query, (world_id,))]
    if len(saved) != 1 or saved[0][0] != saved[0][1]:
        return [f"snapshot and vault are not of one input: {[row[:2] for row in saved]}"]
    seq, _, public, sealed = saved[0]
    if past.hashes.get(seq) != Wood.restore(public, sealed).state_hash():
        return [f"the snapshot after row {seq} is not the wood after row {seq}"]
    return []


def _postings(connection: sqlite3.Connection, world_id: str, past: _Past) -> list[str]:
    """All that was struck lay in the treasury; the postings must explain what every account holds now."""
    assert past.wood is not None
    ledger: dict[str, Any] = past.wood.ledger.dump()
    explained = Counter({(TREASURY, PEBBLES): ledger["struck"]})
    query = "SELECT source, target, asset, sum(quantity) FROM postings WHERE world_id = ? GROUP BY 1, 2, 3"
    for source, target, asset, quantity in connection.execute(query, (world_id,)):
        explained[source, asset] -= quantity
        explained[target, asset] += quantity
    held = {(name, asset): n for name, assets in ledger["balances"].items() for asset, n in assets.items()}
    wrong = [of for of in {*explained, *held} if explained[of] != held.get(of, 0)]
    return [f"the postings do not explain {len(wrong)} accounts"] if wrong else []


def _inputs(world_id: str, past: _Past, witness: Witness) -> list[str]:
    """Every acknowledged input is there once with its receipt, no refused one, and none that nobody sent."""
    receipts: dict[str, str] = {}
    problems: list[str] = []
    for row in past.rows:
        if row.kind != "act":
            continue
        input_id = row.input_id.removeprefix(ACT)
        if input_id in receipts:
            problems.append(f"{input_id} is there twice")
        receipts[input_id] = row.receipt
        key = world_id, input_id
        if key in witness.refused:
            problems.append(f"{input_id} was refused, and is there")
        elif key not in witness.acknowledged and key not in witness.unanswered:
            problems.append(f"{input_id} is there, and nobody sent it")
    for (world, input_id), (_, receipt) in witness.acknowledged.items():
        if world == world_id and receipts.get(input_id) != receipt:
            problems.append(f"{input_id} was acknowledged with {receipt}, and the journal has {receipts.get(input_id)}")
    return problems


def _turns(connection: sqlite3.Connection, world_id: str, past: _Past, witness: Witness) -> list[str]:
    """Turns are counted without a gap, opened and closed once, and have one row each and one post each."""
    opened = [row.turn for row in past.rows if row.kind == "open"]
    closed = {row.turn: past.hashes[row.seq] for row in past.rows if row.kind == "close"}
    count = sum(row.kind == "close" for row in past.rows)
    problems: list[str] = []
    if list(closed) != list(range(1, count + 1)) or opened != list(range(1, len(opened) + 1)):
        problems.append(f"the turns opened are {opened} and the turns closed {list(closed)}")
    if not 0 <= len(opened) - count <= 1:
        problems.append(f"{len(opened)} turns were opened and {count} closed")
    rows = connection.execute("SELECT turn, state_hash FROM turns WHERE world_id = ? ORDER BY turn", (world_id,))
    if [tuple(row) for row in rows] != sorted(closed.items()):
        problems.append("the turns kept are not the turns replayed")
    posts = connection.execute("SELECT turn FROM outbox WHERE world_id = ? ORDER BY turn", (world_id,))
    if [row[0] for row in posts] != sorted(closed):
        problems.append("the outbox has not one post a turn")
    problems += [
        f"turn {turn} was acknowledged as {state_hash}, and is {closed.get(turn)}"
        for (world, turn), state_hash in witness.turns.items()
        if world == world_id and closed.get(turn) != state_hash
    ]
    return problems
