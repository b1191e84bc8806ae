"""PostgreSQL: how a store on it is reached, the lease on its shards, and the turnstile that processes pass one by one.

All three rest on what PostgreSQL has: a lease is a session's advisory locks, which end with the session; a session that
its process lets idle for too long is ended by the server. So nobody has to agree on a clock, and nothing has to be
cleaned up after a process that died.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from engine.shards import Shards

T = TypeVar("T")
log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 30.0
"""After so long without a sign of life a process has lost its shards, and another may take them."""

_SHARD, _COUNT, _TURNSTILE = 0x5741, 0x5742, 0x5743
"""The classes of our advisory locks: shards that are kept, the number of all shards, turnstiles."""

_WRITER: Final = {
    "synchronous_commit": "on",  # acknowledged means committed, whatever the server's default is
    "idle_in_transaction_session_timeout": "10s",  # a process that is stalled in a transaction frees its rows
}
_KEEPALIVE: Final = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class PostgresError(Exception):
    """The store on PostgreSQL cannot be used; the text says what to do."""


def is_postgres(url: str) -> bool:
    """Say whether an address is one of PostgreSQL, with our driver or another."""
    return url.startswith("postgres")


def connect(url: str, *, writer: bool, pooled: bool = True, ended_after: float | None = None) -> AsyncEngine:
    """Return the engine for a store on PostgreSQL, which connects when used.

    Args:
        url: An SQLAlchemy address that begins with `postgresql+psycopg://`.
        writer: Whether anything may be written through it.
        pooled: Whether the one session is kept from use to use; otherwise each use has its own, which ends with it.
        ended_after: After so many seconds of silence the server ends a session; never for None.

    Raises:
        PostgresError: If the driver is missing, or the address names another.
    """
    if not url.startswith("postgresql+psycopg://"):
        raise PostgresError("Write the address of a PostgreSQL store as postgresql+psycopg://USER@HOST/DATABASE.")
    settings = {**_KEEPALIVE, **(_WRITER if writer else {"default_transaction_read_only": "on"})}
    if ended_after is not None:
        settings["idle_session_timeout"] = f"{ended_after * 1000:.0f}ms"
    connecting = {
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "tcp_user_timeout": 30_000,
    }
    pool: dict[str, Any] = {"pool_size": 1, "pool_pre_ping": True} if pooled else {"poolclass": NullPool}
    try:
        # Parameters stay out of errors and logs: a snapshot's would print the vault.
        return create_async_engine(url, connect_args=connecting, hide_parameters=True, **pool)
    except ModuleNotFoundError as error:
        raise PostgresError(
            "The driver for PostgreSQL is not installed. Run uv sync --group postgres, or pip install psycopg[binary]."
        ) from error


def cause_of(error: SQLAlchemyError) -> str:
    """Return what the server or the driver said, on one line, without the statement."""
    return " ".join(str(error.__cause__ or error).split()).rstrip(".")


class Lease:
    """This process's hold on its shards, and the one session through which it may take woods over.

    A process that is stalled for longer than `LEASE_SECONDS` has lost its session, and with it the right to take a
    wood. What it still believes to keep, the epochs fence.
    """

    def __init__(self, url: str, shards: Shards) -> None:
        """Use `take`."""
        self._engine = connect(url, writer=True, pooled=False, ended_after=LEASE_SECONDS)
        self._shards = shards
        self._session: AsyncConnection | None = None
        self._using = asyncio.Lock()
        self._beating: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        """Set once another process keeps one of the shards."""

    async def take(self) -> None:
        """Take the shards, waiting for a little longer than it takes a dead process to lose them.

        Raises:
            PostgresError: If another process keeps one of them, or divides the servers otherwise.
            SQLAlchemyError: If the server cannot be reached.
        """
        refusal = await self._try()
        for _ in range(round(1.5 * LEASE_SECONDS)):
            if not refusal:
                break
            log.info("Waiting: %s", refusal)
            await asyncio.sleep(1)
            refusal = await self._try()
        if refusal:
            await self.give_up()
            raise PostgresError(f"{refusal} Stop that one first.")
        self._beating = asyncio.create_task(self._beat(), name="lease")

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run a function in a transaction of the session that holds the shards.

        Raises:
            SQLAlchemyError: If the session has ended, or `work` fails; nothing is written then.
        """
        async with self._using:
            if self._session is None:
                raise OperationalError("the lease", {}, PostgresError("This process keeps no shards now."))
            async with self._session.begin():
                return await self._session.run_sync(work)

    async def give_up(self) -> None:
        """Let the shards go."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        await self._end_session()
        await self._engine.dispose()

    async def _beat(self) -> None:
        """Show signs of life; when the session has ended, take the shards again unless somebody else has."""
        while not self.lost.is_set():
            await asyncio.sleep(LEASE_SECONDS / 4)
            try:
                await self.run(lambda connection: connection.execute(sa.text("SELECT 1")))
            except SQLAlchemyError as error:
                log.warning("The hold on the shards %s was lost: %s", self._shards, cause_of(error))
                await self._again()

    async def _again(self) -> None:
        try:
            async with self._using:
                await self._end_session()
                refusal = await self._try()
        except SQLAlchemyError as error:
            log.warning("The server does not answer yet: %s", cause_of(error))  # the next beat tries again
            return
        if refusal:
            log.error("%s This process keeps them no longer.", refusal)
            self.lost.set()

    async def _try(self) -> str:
        """Try to take all the shards in a new session; return an empty text, or who stands in the way."""
        session = await self._engine.connect()
        try:
            refusal = await session.run_sync(self._lock)
            await session.commit()
        except BaseException:
            await session.close()
            raise
        if refusal:
            await session.close()
        else:
            self._session = session
        return refusal

    def _lock(self, connection: sa.Connection) -> str:
        # All processes share the lock on the number of shards: who divides otherwise has woods in common with them.
        connection.execute(sa.select(sa.func.pg_advisory_lock_shared(_COUNT, self._shards.count)))
        others = sa.text(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :count AND objid <> :mine "
            "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        other = connection.execute(others, {"count": _COUNT, "mine": self._shards.count}).scalar()
        if other is not None:
            return f"Another process divides the servers into {other} shards, this one into {self._shards.count}."
        for shard in self._shards.ids:
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(_SHARD, shard))).scalar_one():
                return f"Another process keeps the shard {shard} of {self._shards.count}."
        return ""

    async def _end_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                await session.close()
            except SQLAlchemyError as error:
                log.debug("The session had ended before: %s", cause_of(error))


class Turnstile:
    """Lets through one at a time of all the processes on a database, and the next only some seconds later."""

    def __init__(self, url: str) -> None:
        """Make one for the store at `url`."""
        self._engine = connect(url, writer=True, pooled=False)
        self._closing: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def go_through(self, number: int, seconds: float) -> None:
        """Wait until the turnstile of this number is free, and keep it for `seconds` from then on, in the background.

        Raises:
            SQLAlchemyError: If the server cannot be reached.
        """
        session = await self._engine.connect()
        try:
            await session.execute(sa.select(sa.func.pg_advisory_lock(_TURNSTILE, number)))
            await session.commit()
        except BaseException:
            await session.close()
            raise
        task = asyncio.create_task(self._close(session, seconds), name=f"turnstile {number}")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Free what is kept."""
        self._over.set()
        await asyncio.gather(*self._closing)
        await self._engine.dispose()

    async def _close(self, session: AsyncConnection, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        await session.close()
