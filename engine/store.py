"""The store: one transaction an input, holding its journal row and everything that follows from it.

SQLite through SQLAlchemy Core by default. There is one writer connection, and a transaction runs
from its first statement to its commit without another coroutine between: an acknowledged input is a
committed one (WAL, `synchronous=FULL`).
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa
from filelock import BaseFileLock, FileLock, Timeout
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from engine import schema as t
from engine.ledger import Posting
from engine.migrations import SchemaError, carry_forward, require_current

T = TypeVar("T")
MEMORY: Final = "sqlite+aiosqlite://"
"""The address of a store that lives as long as its process, for simulations and tests."""


def sqlite_url(path: Path | None) -> str:
    """Return the address of the SQLite store in the file `path`, or of one in memory for None."""
    return MEMORY if path is None else f"sqlite+aiosqlite:///{path.resolve()}"


class StoreError(Exception):
    """The store cannot be used; the text says what to do."""


@dataclass(frozen=True)
class JournalRow:
    """One input as journalled: what came in, in which order, and what its actor was told."""

    seq: int
    input_id: str
    kind: str
    turn: int
    payload: str
    receipt: str
    at: int


@dataclass(frozen=True)
class Snapshot:
    """A wood as saved after the input `seq`: the public world, and the sealed rest."""

    seq: int
    world: str
    sealed: str


class Newcomer(NamedTuple):
    """A player who acts in a wood for the first time: its pseudonym there, and its outside id."""

    player: str
    user: str


@dataclass
class Batch:
    """Everything one input writes. Rows of `asks` and `turn` are given as column dictionaries.

    `forgotten` is the pseudonym of a player whose outside id is struck out.
    """

    world_id: str
    row: JournalRow
    postings: Sequence[Posting]
    snapshot: Snapshot | None = None
    turn: dict[str, Any] | None = None
    asks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    next_turn_at: int | None = None
    nonce: str | None = None
    newcomer: Newcomer | None = None
    forgotten: str | None = None


class Store:
    """All SQL of the project."""

    def __init__(self, engine: AsyncEngine, lock: BaseFileLock | None = None) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._lock = lock
        self._writing = asyncio.Lock()
        self.on_commit: Callable[[float], None] = lambda _: None
        """Told the seconds that every commit of an input took, the wait for the writer included."""

    @classmethod
    async def open(cls, url: str, *, writer: bool = False) -> "Store":
        """Open the store at `url`.

        Args:
            url: An SQLAlchemy address, such as `sqlite+aiosqlite:///wood.db`.
            writer: Whether to be the store's one writer, which also makes its tables when it is new and carries
                those of an older version forward. A second writer of the same file could lose what the first one
                acknowledged.

        Raises:
            StoreError: If it cannot be opened, has another writer, holds no wood, is of a version that cannot be used,
                or could not be carried forward.
        """
        file = _file_of(url)
        lock = _claim(file) if writer and file is not None else None
        try:
            # Parameters stay out of errors and logs: a snapshot's would print the vault.
            engine = create_async_engine(url, poolclass=StaticPool, hide_parameters=True)
            event.listen(engine.sync_engine, "connect", _as_writer if writer else _as_reader)
            store = cls(engine, lock)
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(carry_forward if writer else require_current)
            except BaseException:
                await engine.dispose()
                raise
        except BaseException as error:
            if lock is not None:
                lock.release()
            if isinstance(error, SchemaError):
                raise StoreError(str(error)) from error
            if isinstance(error, (SQLAlchemyError, ModuleNotFoundError)):
                raise StoreError(f"{file or 'This address'} is no store of woods that can be opened here.") from error
            raise
        return store

    async def close(self) -> None:
        """Finish the transaction under way and close the connection."""
        async with self._writing:
            await self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    async def add_wood(self, record: dict[str, Any], batch: Batch) -> None:
        """Add a wood and its founding in one transaction."""

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(t.woods).values(**record))
            _write(connection, batch)

        await self._transact(work)

    async def update_wood(self, world_id: str, **columns: Any) -> None:
        """Change public settings of a wood."""
        await self._transact(
            lambda c: c.execute(sa.update(t.woods).where(t.woods.c.world_id == world_id).values(**columns))
        )

    async def woods(self) -> list[dict[str, Any]]:
        """Return the settings of every wood, by their ids."""
        return await self._transact(lambda c: _rows(c, sa.select(t.woods).order_by(t.woods.c.world_id)))

    async def due(self, now: int) -> list[str]:
        """Return the woods whose next turn is due at `now` (seconds since 1970), longest overdue first."""
        query = (
            sa.select(t.woods.c.world_id)
            .where(t.woods.c.next_turn_at <= now, t.woods.c.paused == 0)
            .order_by(t.woods.c.next_turn_at)
        )
        return await self._transact(lambda c: [row[0] for row in c.execute(query)])

    async def commit(self, batch: Batch) -> None:
        """Write everything an input made, or nothing."""
        began = perf_counter()
        await self._transact(lambda c: _write(c, batch))
        self.on_commit(perf_counter() - began)

    async def forget_player(self, world_id: str, player: str) -> None:
        """Strike out the outside id of a player who holds nothing."""
        await self._transact(lambda c: _forget(c, world_id, player))

    async def scrub(self) -> None:
        """Take what was struck out out of SQLite's write-ahead log too, by emptying it into the file.

        Deleted bytes are overwritten in the file itself (`secure_delete`). While a reader holds an old state the log
        cannot be emptied; then the next checkpoint does it.
        """
        if self._engine.dialect.name != "sqlite":
            return
        async with self._writing, self._engine.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def outbox(self) -> tuple[int, int | None]:
        """Return how many posts wait, and when the turn of the oldest was closed, in seconds since 1970."""
        query = (
            sa.select(sa.func.count(), sa.func.min(t.turns.c.at))
            .select_from(t.outbox)
            .join(t.turns, sa.and_(t.turns.c.world_id == t.outbox.c.world_id, t.turns.c.turn == t.outbox.c.turn))
            .where(t.outbox.c.message_id.is_(None))
        )
        count, oldest = await self._transact(lambda c: c.execute(query).one())
        return count, oldest

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what `work` does, in one transaction of its own; for the store's neighbours."""
        return await self._transact(work)

    async def find_input(self, world_id: str, input_id: str) -> JournalRow | None:
        """Return the journal row of an input seen before, or None."""
        query = sa.select(t.journal).where(t.journal.c.world_id == world_id, t.journal.c.input_id == input_id)
        rows = await self._transact(lambda c: _journal_rows(c, query))
        return rows[0] if rows else None

    async def journal_since(self, world_id: str, seq: int) -> list[JournalRow]:
        """Return the journal after `seq`, in order."""
        query = (
            sa.select(t.journal)
            .where(t.journal.c.world_id == world_id, t.journal.c.seq > seq)
            .order_by(t.journal.c.seq)
        )
        return await self._transact(lambda c: _journal_rows(c, query))

    async def snapshot(self, world_id: str) -> Snapshot:
        """Return the last snapshot of a wood.

        Raises:
            StoreError: If there is none.
        """

        def work(connection: sa.Connection) -> Snapshot:
            query = (
                sa.select(t.snapshots.c.seq, t.snapshots.c.world, t.vaults.c.sealed)
                .join(t.vaults, t.vaults.c.world_id == t.snapshots.c.world_id)
                .where(t.snapshots.c.world_id == world_id, t.vaults.c.seq == t.snapshots.c.seq)
            )
            row = connection.execute(query).first()
            if row is None:
                raise StoreError(f"The store holds no snapshot of {world_id}. Restore it from a backup.")
            return Snapshot(*row)

        return await self._transact(work)

    async def turn_hashes(self, world_id: str) -> dict[int, str]:
        """Return the state hash of every closed turn, by the journal's `seq` of its closing."""
        query = sa.select(t.turns.c.seq, t.turns.c.state_hash).where(t.turns.c.world_id == world_id)
        return await self._transact(lambda c: {row[0]: row[1] for row in c.execute(query)})

    async def turn_view(self, world_id: str, turn: int) -> str | None:
        """Return the public view of a closed turn as JSON, or None."""
        query = sa.select(t.turns.c.view).where(t.turns.c.world_id == world_id, t.turns.c.turn == turn)
        return await self._transact(lambda c: c.execute(query).scalar())

    async def purse_postings(self, world_id: str, account: str, most: int) -> list[Posting]:
        """Return the last postings to or from an account, newest first."""
        p = t.postings
        query = (
            sa.select(p.c.turn, p.c.asset, p.c.quantity, p.c.source, p.c.target, p.c.memo)
            .where(p.c.world_id == world_id, sa.or_(p.c.source == account, p.c.target == account))
            .order_by(p.c.seq.desc(), p.c.n.desc())
            .limit(most)
        )
        rows = await self._transact(lambda c: _rows(c, query))
        return [Posting.model_validate(row) for row in rows]

    async def asks(self, world_id: str | None = None) -> list[dict[str, Any]]:
        """Return the trace of every ask, of one wood or of all, in order."""
        query = sa.select(t.asks).order_by(t.asks.c.world_id, t.asks.c.turn, t.asks.c.creature, t.asks.c.attempt)
        if world_id is not None:
            query = query.where(t.asks.c.world_id == world_id)
        return await self._transact(lambda c: _rows(c, query))

    async def recent_asks(self, world_id: str, since: int) -> list[dict[str, Any]]:
        """Return the asks of a wood's turns from `since` on, oldest first."""
        query = (
            sa.select(t.asks)
            .where(t.asks.c.world_id == world_id, t.asks.c.turn >= since)
            .order_by(t.asks.c.turn, t.asks.c.creature, t.asks.c.attempt)
        )
        return await self._transact(lambda c: _rows(c, query))

    async def unsent(self) -> list[dict[str, Any]]:
        """Return the posts of the outbox that have no message yet, oldest first."""
        query = (
            sa.select(t.outbox.c.post_id, t.outbox.c.world_id, t.outbox.c.turn, t.outbox.c.nonce, t.turns.c.view)
            .join(t.turns, sa.and_(t.turns.c.world_id == t.outbox.c.world_id, t.turns.c.turn == t.outbox.c.turn))
            .where(t.outbox.c.message_id.is_(None))
            .order_by(t.outbox.c.post_id)
        )
        return await self._transact(lambda c: _rows(c, query))

    async def mark_sent(self, post_id: int, message_id: int) -> None:
        """Note the message a post became."""
        query = sa.update(t.outbox).where(t.outbox.c.post_id == post_id).values(message_id=message_id)
        await self._transact(lambda c: c.execute(query))

    async def _transact(self, work: Callable[[sa.Connection], T]) -> T:
        # Shielded, because a cancelled await would still execute what it began.
        return await asyncio.shield(asyncio.ensure_future(self._alone(work)))

    async def _alone(self, work: Callable[[sa.Connection], T]) -> T:
        async with self._writing, self._engine.begin() as connection:
            return await connection.run_sync(work)


def _as_writer(connection: Any, _record: object) -> None:
    _set(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000")


def _as_reader(connection: Any, _record: object) -> None:
    _set(connection, "query_only=ON", "busy_timeout=5000")


def _set(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _file_of(url: str) -> Path | None:
    """Return the file of an SQLite address, or None for one in memory or on a server."""
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise StoreError(f"{url!r} is no address of a store. Write one like sqlite+aiosqlite:///wood.db.") from error
    in_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(str(address.database)) if in_file else None


def _claim(file: Path) -> BaseFileLock:
    """Become the one writer of a store in a file; the claim ends with the process, however that ends."""
    if not file.parent.is_dir():
        raise StoreError(f"{file} cannot be written: its folder is missing. Make the folder, or choose another place.")
    lock = FileLock(f"{file}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreError(f"{file} is in use by another process of the wood. Stop that one first.") from error
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}. Choose another place for it.") from error
    return lock


def _write(connection: sa.Connection, batch: Batch) -> None:
    row, world_id = batch.row, batch.world_id
    connection.execute(sa.insert(t.journal).values(world_id=world_id, **row.__dict__))
    if batch.newcomer is not None:
        connection.execute(sa.insert(t.players).values(world_id=world_id, **batch.newcomer._asdict()))
    if batch.forgotten is not None:
        _forget(connection, world_id, batch.forgotten)
    if batch.postings:
        rows = [
            {"world_id": world_id, "seq": row.seq, "n": n, **posting.model_dump()}
            for n, posting in enumerate(batch.postings)
        ]
        connection.execute(sa.insert(t.postings), rows)
    if batch.snapshot is not None:
        saved = batch.snapshot
        for table, column, text in ((t.snapshots, "world", saved.world), (t.vaults, "sealed", saved.sealed)):
            connection.execute(sa.delete(table).where(table.c.world_id == world_id))
            connection.execute(sa.insert(table).values(world_id=world_id, seq=saved.seq, **{column: text}))
    if batch.asks:
        connection.execute(sa.insert(t.asks), [{"world_id": world_id, **ask} for ask in batch.asks])
    if batch.turn is not None:
        connection.execute(sa.insert(t.turns).values(world_id=world_id, seq=row.seq, at=row.at, **batch.turn))
    if batch.next_turn_at is not None:
        connection.execute(
            sa.update(t.woods).where(t.woods.c.world_id == world_id).values(next_turn_at=batch.next_turn_at)
        )
    if batch.nonce is not None and batch.turn is not None:
        connection.execute(sa.insert(t.outbox).values(world_id=world_id, turn=batch.turn["turn"], nonce=batch.nonce))


def _forget(connection: sa.Connection, world_id: str, player: str) -> None:
    of_player = sa.and_(t.players.c.world_id == world_id, t.players.c.player == player)
    connection.execute(sa.update(t.players).where(of_player).values(user=None))


def _rows(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _journal_rows(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[JournalRow]:
    names = JournalRow.__dataclass_fields__
    return [JournalRow(**{name: row[name] for name in names}) for row in _rows(connection, query)]


def compact(value: object) -> str:
    """Return `value` as compact JSON with sorted keys, the form in which the store keeps plain data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
