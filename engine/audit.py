"""Auditing a store: whether its file, journal, turns, books, snapshots, outbox and contests are sound, and agree.

Nothing is mended and nothing written. Everything is read in one transaction, as it is at one moment, so a store is
audited while its bot runs. A fault names where to look, and tells no balance and no other secret.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from engine import schema as t
from engine.backup import read_only
from engine.ledger import TREASURY, Ledger, LedgerError, Posting
from engine.migrations import SchemaError, require_current
from engine.records import PostKind
from engine.releases import public_view
from engine.replay import CANNOT_APPLY, Replay
from engine.staging.soundness import disagreements
from engine.store import JournalRow, StoreError
from engine.vocabulary import PEBBLES
from engine.world import Wood

CHECKS: Final = {
    "file": "pages",
    "references": "woods",
    "journal": "inputs",
    "turns": "closed turns",
    "books": "postings",
    "snapshots": "snapshots",
    "outbox": "posts",
    "ending": "results",
    "contests": "tables of tournaments",
}
"""The checks in their order, each with what it looks at."""

_MOST: Final = 20
"""The most faults of one kind that are listed of a wood, or of the file."""

_COUNTED: Final = {"references": t.woods, "journal": t.journal, "turns": t.turns, "books": t.postings,
                   "snapshots": t.snapshots, "outbox": t.outbox,
                   "ending": t.results, "contests": t.tournament_tables}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Something wrong: the check that found it, the wood it is in (None for the whole file), and what it is."""

    check: str
    world_id: str | None
    text: str


@dataclass
class Audit:
    """How much each check looked at, and every fault, in the order of the checks wood by wood."""

    seen: dict[str, int] = field(default_factory=dict[str, int])
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def run(self, check: str, world_id: str | None, look: Callable[[], Iterable[str]]) -> None:
        """Note what `look` finds, up to `_MOST` faults of a kind, and where a damaged file stops it."""
        try:
            for number, text in enumerate(look()):
                if number == _MOST:
                    self.faults.append(Fault(check, world_id, "there are more faults like these"))
                    break
                self.faults.append(Fault(check, world_id, text))
        except DatabaseError as error:
            self.faults.append(Fault(check, world_id, f"it cannot be read: {error.orig}"))


def audit(file: Path) -> Audit:
    """Audit the store in a file.

    Raises:
        StoreError: If it is no store, or one of another version than this program's.
    """
    with read_only(file) as opened:
        engine = sa.create_engine("sqlite://", creator=lambda: opened, poolclass=sa.StaticPool, hide_parameters=True)
        with engine.connect() as connection:
            return _audit(connection, file)


def _audit(connection: sa.Connection, file: Path) -> Audit:
    result = Audit()
    try:
        connection.exec_driver_sql("BEGIN")
        result.run("file", None, lambda: _file(connection))
        result.seen["file"] = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        require_current(connection)
        for check, table in _COUNTED.items():
            result.seen[check] = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        worlds = connection.execute(sa.select(t.woods.c.world_id).order_by(t.woods.c.world_id)).scalars().all()
    except (DatabaseError, SchemaError) as error:
        if result.faults:
            return result  # of a file as damaged as this, no more can be read
        reason = str(error) if isinstance(error, SchemaError) else "It is no store of woods that can be opened here."
        raise StoreError(f"{file}: {reason}") from error
    result.run("references", None, lambda: _references(connection))
    result.run("contests", None, lambda: disagreements(connection))
    for world_id in worlds:
        wood = _WoodAudit(connection, world_id)
        result.run("journal", world_id, wood.journal)
        result.run("turns", world_id, wood.turns)
        result.run("books", world_id, wood.books)
        result.run("outbox", world_id, wood.outbox)
        result.run("ending", world_id, wood.ending)
        result.run("journal", world_id, wood.replay)
        result.run("books", world_id, wood.replayed_books)
        result.run("turns", world_id, wood.replayed_turns)
        result.run("snapshots", world_id, wood.snapshot)
    return result


def _file(connection: sa.Connection) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST + 1})").scalars():
        yield from (line for line in str(row).splitlines() if line != "ok" and not line.startswith("***"))


def _references(connection: sa.Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table, count in Counter(str(row[0]) for row in rows).items():
        yield f"{table} has {count} rows of a wood that is not there"


class _WoodAudit:
    """One wood: its tables against each other, and then against the replay of its journal."""

    def __init__(self, connection: sa.Connection, world_id: str) -> None:
        self._connection = connection
        self._world_id = world_id
        self._moved_otherwise: list[int] = []
        self._turned_otherwise: list[int] = []
        self._saved_otherwise = True

    def journal(self) -> Iterator[str]:
        """Say which inputs are missing, which came twice, and whether the first is the founding."""
        expected, seen = 1, Counter[str]()
        for row in self._rows(t.journal):
            if row.seq == 1 and row.kind != "found":
                yield f"it begins with input 1 as {row.kind!r} where the founding should be"
            if row.seq != expected:
                missing = f"{expected}" if row.seq == expected + 1 else f"{expected} to {row.seq - 1}"
                yield f"of input {missing} there is no row"
            expected = row.seq + 1
            seen[row.input_id] += 1
        if not seen:
            yield "it is empty"
        yield from (f"the input {name!r} is there {count} times" for name, count in seen.items() if count > 1)

    def turns(self) -> Iterator[str]:
        """Say which closings have no turn, which turns no closing, and which asks no turn."""
        closings = {row.seq: row.turn for row in self._rows(t.journal) if row.kind == "close"}
        closed = {row.seq: row.turn for row in self._rows(t.turns)}
        asked = set(self._connection.execute(self._of(t.asks, t.asks.c.turn).distinct()).scalars())
        for seq, turn in closings.items():
            if closed.get(seq) != turn:
                yield f"of turn {turn}, closed by input {seq}, there is no row"
        for seq, turn in closed.items():
            if closings.get(seq) != turn:
                yield f"turn {turn} has no input {seq} that closed it"
        yield from (f"there are asks of turn {turn}, which was never closed" for turn in asked - set(closed.values()))

    def books(self) -> Iterator[str]:
        """Say which postings have no input, and whether all add up to the accounts of the snapshot."""
        p, j = t.postings, t.journal
        lost = self._of(p, p.c.seq).where(
            ~sa.exists().where(j.c.world_id == p.c.world_id, j.c.seq == p.c.seq).correlate(p)
        )
        for seq in self._connection.execute(lost.distinct()).scalars():
            yield f"there are postings of input {seq}, which is not in the journal"
        saved = self._saved()
        if saved is None:
            return  # the check of the snapshot tells it
        seq, wood = saved
        try:
            wood.ledger.check()
        except LedgerError:
            yield "pebbles or goods were made or lost: the accounts of the snapshot do not add up"
        expected = Counter({(TREASURY, PEBBLES): cast("int", wood.ledger.dump()["struck"])})
        for account, sign in ((p.c.target, 1), (p.c.source, -1)):
            sums = self._of(p, account, p.c.asset, sa.func.sum(p.c.quantity)).where(p.c.seq <= seq)
            for name, asset, quantity in self._connection.execute(sums.group_by(account, p.c.asset)):
                expected[name, asset] += sign * quantity
        held = _cells(wood.ledger)
        for name, asset in sorted(key for key in held.keys() | expected.keys() if held[key] != expected[key]):
            yield f"the {asset} of {name} in the snapshot are not what its postings add up to"

    def outbox(self) -> Iterator[str]:
        """Say which closed turns have no card or several, and which cards no turn."""
        closed = set(self._connection.execute(self._of(t.turns, t.turns.c.turn)).scalars())
        cards = self._of(t.outbox, t.outbox.c.turn).where(t.outbox.c.kind == PostKind.TURN)
        posted = Counter(self._connection.execute(cards).scalars())
        yield from (f"turn {turn} has no post" for turn in sorted(closed - posted.keys()))
        yield from (f"turn {turn} has {count} posts" for turn, count in posted.items() if count > 1 and turn in closed)
        yield from (f"there is a post of turn {turn}, which was never closed" for turn in posted.keys() - closed)

    def ending(self) -> Iterator[str]:
        """Say whether the journal's end, the note that the wood has ended, its results and its story go together."""
        wood = self._connection.execute(self._of(t.woods, t.woods.c.ended_at, t.woods.c.story)).one()
        ends = self._connection.execute(self._of(t.journal, t.journal.c.seq).where(t.journal.c.kind == "end")).scalar()
        last = self._connection.execute(self._of(t.journal, sa.func.max(t.journal.c.seq))).scalar()
        results = self._connection.execute(self._of(t.results, sa.func.count())).scalar_one()
        if (ends is None) != (wood.ended_at is None) or (ends is None) != (wood.story is None):
            yield "its journal, its note of the end and its story do not agree on whether it has ended"
        if ends is None and results:
            yield "it has results and has not ended"
        if ends is not None and ends != last:
            yield f"there are inputs after input {ends}, which ended it"

    def replay(self) -> Iterator[str]:
        """Play the journal again and compare what every input moved, every turn and the snapshot; stop at a gap."""
        saved = self._connection.execute(self._of(t.snapshots, t.snapshots.c.seq)).scalar()
        played = Replay()
        for number, columns in enumerate(self._rows(t.journal), 1):
            if columns.seq != number:
                return
            row = JournalRow(**{name: getattr(columns, name) for name in JournalRow.__dataclass_fields__})
            try:
                wood = played.play(row)
            except CANNOT_APPLY:
                yield f"input {row.seq} ({row.kind}, turn {row.turn}) does not follow from those before it"
                return
            self._compare(row, wood, saved)

    def replayed_books(self) -> Iterator[str]:
        """Say which inputs the replay found to have moved something else than was posted."""
        if self._moved_otherwise:
            yield f"the postings of {_first(self._moved_otherwise, 'input')} are not what the replay moves"

    def replayed_turns(self) -> Iterator[str]:
        """Say after which turns the replay found another state than was stored."""
        if self._turned_otherwise:
            yield f"the state after {_first(self._turned_otherwise, 'turn')} is not that of the replay"

    def snapshot(self) -> Iterator[str]:
        """Say whether the snapshot is there, can be read, and is what the replay came by."""
        if self._saved() is None:
            yield "there is none that can be read, of the public world and the vault alike"
        elif self._saved_otherwise:
            yield "it is not a wood to which the journal replays"

    def _compare(self, row: JournalRow, wood: Wood, saved: int | None) -> None:
        moved = wood.ledger.drain()
        p = t.postings
        query = self._of(p, p.c.turn, p.c.asset, p.c.quantity, p.c.source, p.c.target, p.c.memo, p.c.n)
        stored = self._connection.execute(query.where(p.c.seq == row.seq).order_by(p.c.n)).all()
        if [tuple(line) for line in stored] != [(*_plain(posting), n) for n, posting in enumerate(moved)]:
            self._moved_otherwise.append(row.seq)
        if row.kind != "close" and row.seq != saved:
            return
        written = wood.write()
        if row.kind == "close":
            query = self._of(t.turns, t.turns.c.season, t.turns.c.state_hash, t.turns.c.public_hash, t.turns.c.view)
            turn = self._connection.execute(query.where(t.turns.c.seq == row.seq)).first()
            view = public_view(wood.world).model_dump_json()
            if turn is not None and tuple(turn) != (wood.world.season, written.state_hash, written.public_hash, view):
                self._turned_otherwise.append(row.turn)
        if row.seq == saved:
            self._saved_otherwise = self._texts() != (row.seq, written.world, written.sealed)

    def _saved(self) -> tuple[int, Wood] | None:
        """Return the snapshot, or None when it is missing or cannot be read."""
        texts = self._texts()
        try:
            return None if texts is None else (texts[0], Wood.restore(*texts[1:]))
        except (ValueError, KeyError, TypeError):
            return None

    def _texts(self) -> tuple[int, str, str] | None:
        s, v = t.snapshots, t.vaults
        query = self._of(s, s.c.seq, s.c.world, v.c.sealed).join(
            v, sa.and_(v.c.world_id == s.c.world_id, v.c.seq == s.c.seq)
        )
        row = self._connection.execute(query).first()
        return None if row is None else (row[0], row[1], row[2])

    def _of(self, table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
        return sa.select(*columns).where(table.c.world_id == self._world_id)

    def _rows(self, table: sa.Table) -> Iterator[Any]:
        """Yield the rows of this wood by `seq`, a few at a time, for a journal may be long."""
        query = self._of(table, *table.c).order_by(table.c.seq)
        return iter(self._connection.execution_options(yield_per=200).execute(query))


def _cells(ledger: Ledger) -> Counter[tuple[str, str]]:
    balances = cast("dict[str, dict[str, int]]", ledger.dump()["balances"])
    return Counter({(account, asset): held for account, assets in balances.items() for asset, held in assets.items()})


def _plain(posting: Posting) -> tuple[int, str, int, str, str, str]:
    return posting.turn, posting.asset, posting.quantity, posting.source, posting.target, posting.memo


def _first(numbers: list[int], what: str) -> str:
    more = len(numbers) - 1
    return f"{what} {numbers[0]}" + (f" and {more} later ones" if more else "")
