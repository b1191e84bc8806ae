"""The store: an input's journal row and everything that follows from it, in one transaction.

SQLite through SQLAlchemy Core by default, PostgreSQL where several processes share a store. A process has one writer
connection, and a transaction runs from its first statement to its commit without another coroutine between: an
acknowledged input is a committed one (WAL, `synchronous=FULL`). Inputs that wait at once share a transaction
(`engine.commits`), and a wood is written to by the process that claimed it last (`engine.claims`).
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from filelock import BaseFileLock, FileLock, Timeout
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from engine import postgres
from engine import schema as t
from engine.claims import TakenOverError, claim, of_shards
from engine.commits import GroupCommit, forget, write
from engine.journal import FIRST_EPOCH, Batch, JournalRow, Snapshot
from engine.ledger import Posting
from engine.migrations import SchemaError, carry_forward, require_current
from engine.phrases import words
from engine.shards import ALL, Shards

T = TypeVar("T")
MEMORY: Final = "sqlite+aiosqlite://"
"""The address of a store that lives as long as its process, for simulations and tests."""


def sqlite_url(path: Path | None) -> str:
    """Return the address of the SQLite store in the file `path`, or of one in memory for None."""
    return MEMORY if path is None else f"sqlite+aiosqlite:///{path.resolve()}"


class StoreError(Exception):
    """The store cannot be used; the text says what to do."""


class AlreadyJournalledError(StoreError):
    """An input of this id was committed before; `row` is what was journalled then."""

    def __init__(self, row: JournalRow) -> None:
        super().__init__(f"{row.input_id} was journalled before, as input {row.seq}.")
        self.row = row


class StoreUnavailableError(StoreError):
    """The disk or the server of the store fails just now; the text is the sentence the player reads.

    Nothing was acknowledged, and the same input may come again. It does not say that nothing happened: what a failed
    commit left behind may still be found after a crash.
    """

    def __init__(self) -> None:
        super().__init__(
            words(
                "The wood's keeper cannot write just now. Look in a minute whether it is done, and if not, do it again."
            )
        )


class Store:
    """All SQL of the project."""

    def __init__(self, engine: AsyncEngine, lock: BaseFileLock | None = None, shards: Shards = ALL) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._lock = lock
        self.shards = shards
        self._lease: postgres.Lease | None = None
        self.turnstile: postgres.Turnstile | None = None
        """Where processes that share a store pass one by one; a store with one writer has none."""
        self._writing = asyncio.Lock()
        self._commits = GroupCommit(self._alone)
        self.on_commit: Callable[[float], None] = lambda _: None
        """Told the seconds that every commit of an input took, the wait for the writer included."""

    @classmethod
    async def open(cls, url: str, *, writer: bool = False, shards: Shards = ALL) -> "Store":
        """Open the store at `url`.

        Args:
            url: An SQLAlchemy address, such as `sqlite+aiosqlite:///wood.db`.
            writer: Whether to write, which also makes the tables when the store is new and carries those of an older
                version forward. A file has one writer, and every shard of a store on PostgreSQL: a second one could
                lose what the first one acknowledged.
            shards: The servers whose woods are claimed and kept; some of them only on PostgreSQL.

        Raises:
            StoreError: If it cannot be opened, has another writer, holds no wood, is of a version that cannot be used,
                or could not be carried forward.
        """
        file = _file_of(url)
        on_postgres = postgres.is_postgres(url)
        if not (shards.all or on_postgres):
            raise StoreError(
                "Only a store on PostgreSQL can be shared by several processes. Set WOOD_DATABASE_URL to one."
            )
        lock = _claim(file) if writer and file is not None else None
        try:
            engine = postgres.connect(url, writer=writer) if on_postgres else _sqlite(url, writer=writer)
            store = cls(engine, lock, shards)
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(carry_forward if writer else require_current)
                if writer and on_postgres:
                    store.turnstile = postgres.Turnstile(url)
                    store._lease = postgres.Lease(url, shards)
                    await store._lease.take()
            except BaseException:
                await engine.dispose()
                raise
        except BaseException as error:
            if lock is not None:
                lock.release()
            if isinstance(error, (SchemaError, postgres.PostgresError)):
                raise StoreError(str(error)) from error
            if isinstance(error, SQLAlchemyError) and on_postgres:
                raise StoreError(
                    f"The store on PostgreSQL cannot be used: {postgres.cause_of(error)}. "
                    f"Correct its address, or start it."
                ) from error
            if isinstance(error, (SQLAlchemyError, ModuleNotFoundError)):
                raise StoreError(f"{file or 'This address'} is no store of woods that can be opened here.") from error
            raise
        return store

    async def close(self) -> None:
        """Write what still waits, finish the transaction under way and close the connection."""
        await self._commits.finish()
        async with self._writing:
            await self._engine.dispose()
        if self.turnstile is not None:
            await self.turnstile.close()
        if self._lease is not None:
            await self._lease.give_up()
        if self._lock is not None:
            self._lock.release()

    async def synchronous(self) -> str:
        """Return how long commits wait for the disk; at `FULL`, and `on` of PostgreSQL, they survive a power cut."""
        if self._engine.dialect.name == "postgresql":
            return await self._transact(lambda c: c.execute(sa.text("SHOW synchronous_commit")).scalar_one())
        level: int = await self._transact(lambda c: c.execute(sa.text("PRAGMA synchronous")).scalar_one())
        return ("OFF", "NORMAL", "FULL", "EXTRA")[level]

    async def add_wood(self, record: dict[str, Any], batch: Batch) -> None:
        """Add a wood and its founding in one transaction."""

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(t.woods).values(**record))
            write(connection, [batch])

        await self._transact(work)

    async def has_wood(self, world_id: str) -> bool:
        """Say whether the store holds a wood of this id, also one that has ended."""
        query = sa.select(t.woods.c.world_id).where(t.woods.c.world_id == world_id)
        return await self._transact(lambda c: c.execute(query).first() is not None)

    async def overtaken(self) -> None:
        """Return once another process keeps a shard of this one, which can happen on PostgreSQL alone."""
        await (asyncio.Event() if self._lease is None else self._lease.lost).wait()

    async def claim(self, worlds: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Take woods of this process's shards over and return their settings, with the epochs they are kept under.

        Args:
            worlds: The woods to take, less those that somebody writes to now; all for None.

        Raises:
            SQLAlchemyError: If this process has lost its shards; nothing is taken then.
        """
        transact = self._transact if self._lease is None else self._lease.run
        return await transact(lambda c: claim(c, self.shards, worlds))

    async def update_wood(
        self, world_id: str, *, epoch: int = FIRST_EPOCH, notice: dict[str, Any] | None = None, **columns: Any
    ) -> bool:
        """Change public settings of a wood that is kept under `epoch`.

        Args:
            world_id: The wood.
            epoch: The one under which the caller keeps it.
            notice: A row of the outbox that tells of the change; one that is there already says that it was made.
            columns: The settings that change.

        Returns:
            Whether this call made the change.

        Raises:
            TakenOverError: If another process keeps it now.
        """

        def work(connection: sa.Connection) -> bool:
            if notice is not None:
                same = sa.select(t.outbox.c.post_id).where(t.outbox.c.nonce == notice["nonce"])
                if connection.execute(same).first() is not None:
                    return False
            query = sa.update(t.woods).where(t.woods.c.world_id == world_id, t.woods.c.epoch == epoch).values(**columns)
            if connection.execute(query).rowcount == 0:
                raise TakenOverError(world_id)
            if notice is not None:
                connection.execute(sa.insert(t.outbox).values(world_id=world_id, **notice))
            return True

        return await self._transact(work)

    async def woods(self) -> list[dict[str, Any]]:
        """Return the settings of every wood, by their ids, those that ended among them."""
        return await self._transact(lambda c: _rows(c, sa.select(t.woods).order_by(t.woods.c.world_id)))

    async def due(self, now: int) -> list[str]:
        """Return the shards' woods whose next turn is due at `now` (seconds since 1970), longest overdue first."""
        query = (
            sa.select(t.woods.c.world_id)
            .where(t.woods.c.next_turn_at <= now, t.woods.c.paused == 0, of_shards(self.shards))
            .order_by(t.woods.c.next_turn_at)
        )
        return await self._transact(lambda c: [row[0] for row in c.execute(query)])

    async def commit(self, batch: Batch) -> None:
        """Write everything an input made, or nothing; when this returns it is committed.

        Raises:
            AlreadyJournalledError: If the wood has an input of this id already.
            StoreUnavailableError: If the disk or the server fails.
            TakenOverError: If another process keeps the wood now.
            SQLAlchemyError: If it could not be written for another reason.
        """
        began = perf_counter()
        try:
            await self._commits.write(batch)
        except OperationalError as error:
            raise StoreUnavailableError from error
        except IntegrityError:
            seen = await self.find_input(batch.world_id, batch.row.input_id)
            if seen is None:
                raise
            raise AlreadyJournalledError(seen) from None
        self.on_commit(perf_counter() - began)

    async def forget_player(self, world_id: str, player: str) -> None:
        """Strike out the outside id of a player who holds nothing."""
        await self._transact(lambda c: forget(c, [(world_id, player)]))

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
        return [Posting(**row) for row in rows]

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

    async def _transact(self, work: Callable[[sa.Connection], T]) -> T:
        # Shielded, because a cancelled await would still execute what it began.
        try:
            return await asyncio.shield(asyncio.ensure_future(self._alone(work)))
        except OperationalError as error:
            raise StoreUnavailableError from error

    async def _alone(self, work: Callable[[sa.Connection], T]) -> T:
        async with self._writing, self._engine.begin() as connection:
            return await connection.run_sync(work)


def _sqlite(url: str, *, writer: bool) -> AsyncEngine:
    # Parameters stay out of errors and logs: a snapshot's would print the vault.
    engine = create_async_engine(url, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _as_writer if writer else _as_reader)
    return engine


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


def _rows(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _journal_rows(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[JournalRow]:
    names = JournalRow.__dataclass_fields__
    return [JournalRow(**{name: row[name] for name in names}) for row in _rows(connection, query)]
