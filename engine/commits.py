"""Group commit: the inputs that wait are written in one transaction, and acknowledged after its one sync.

While a transaction is synced to the disk, the inputs that come meanwhile gather for the next one. So a busy store does
a few hundred syncs a second and many times as many inputs, and a quiet one still writes each input at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engine import schema as t
from engine.claims import require_kept
from engine.journal import Batch, compact

MOST_TOGETHER: Final = 256
"""Inputs that share a transaction at most, so that none waits for the others' writing for long."""

_FORGET_WORLD: Final = sa.delete(t.snapshots).where(t.snapshots.c.world_id == sa.bindparam("wood", type_=sa.Text))
_FORGET_SEALED: Final = sa.delete(t.vaults).where(t.vaults.c.world_id == sa.bindparam("wood", type_=sa.Text))
_FORGET_USER: Final = (
    sa.update(t.players)
    .where(
        t.players.c.world_id == sa.bindparam("wood", type_=sa.Text),
        t.players.c.player == sa.bindparam("pseudonym", type_=sa.Text),
    )
    .values(user=None)
)
_FORGET_PREFERENCES: Final = sa.delete(t.preferences).where(
    t.preferences.c.world_id == sa.bindparam("wood", type_=sa.Text),
    t.preferences.c.player == sa.bindparam("pseudonym", type_=sa.Text),
)
_SET_DUE: Final = (
    sa.update(t.woods)
    .where(t.woods.c.world_id == sa.bindparam("wood", type_=sa.Text))
    .values(next_turn_at=sa.bindparam("due", type_=sa.BigInteger))
)
_END: Final = (
    sa.update(t.woods)
    .where(t.woods.c.world_id == sa.bindparam("wood", type_=sa.Text))
    .values(
        next_turn_at=None,
        ended_at=sa.bindparam("now", type_=sa.BigInteger),
        story=sa.bindparam("told", type_=sa.Text),
    )
)


class _Waiting(NamedTuple):
    batch: Batch
    written: asyncio.Future[None]


class GroupCommit:
    """The queue of what waits to be written, and the one task that writes it."""

    def __init__(self, transact: Callable[[Callable[[sa.Connection], None]], Awaitable[None]]) -> None:
        """Write through `transact`, which runs a function in a transaction of its own and commits it."""
        self._transact = transact
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, batch: Batch) -> None:
        """Write a batch whole or not at all; when this returns it is committed.

        A caller that is cancelled no longer waits; its batch is written all the same.

        Raises:
            TakenOverError: If another process keeps its wood now.
            SQLAlchemyError: If it could not be written. Its companions are not concerned.
        """
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await asyncio.shield(waiting.written)

    async def finish(self) -> None:
        """Return once nothing waits any more."""
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            await self._write_group(group)

    async def _write_group(self, group: Sequence[_Waiting]) -> None:
        try:
            await self._transact(lambda connection: write(connection, [waiting.batch for waiting in group]))
        except OperationalError as error:
            # The disk's fault, or the lock's: everybody's alike.
            _tell(group, error)
        except Exception as error:
            # Something that one of them holds: nothing was written, and in halves the others are.
            if len(group) == 1:
                _tell(group, error)
                return
            middle = len(group) // 2
            await self._write_group(group[:middle])
            await self._write_group(group[middle:])
        else:
            _tell(group, None)


def _tell(group: Sequence[_Waiting], error: Exception | None) -> None:
    for _, written in group:
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)


def write(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Write the rows of all `batches`, with one statement a table.

    Raises:
        TakenOverError: If another process keeps one of their woods now; then nothing is written.
    """
    require_kept(connection, batches)
    _insert(connection, t.journal, [{"world_id": batch.world_id, **vars(batch.row)} for batch in batches])
    _insert(
        connection,
        t.postings,
        [
            {"world_id": batch.world_id, "seq": batch.row.seq, "n": n, **posting._asdict()}
            for batch in batches
            for n, posting in enumerate(batch.postings)
        ],
    )
    newcomers = [(batch.world_id, batch.newcomer) for batch in batches if batch.newcomer is not None]
    _insert(connection, t.players, [{"world_id": world_id, **each._asdict()} for world_id, each in newcomers])
    forget(connection, [(batch.world_id, batch.forgotten) for batch in batches if batch.forgotten is not None])
    _insert(connection, t.asks, [{"world_id": batch.world_id, **ask} for batch in batches for ask in batch.asks])
    _save(connection, batches)
    _close(connection, batches)
    _post(connection, batches)


def forget(connection: sa.Connection, players: Sequence[tuple[str, str]]) -> None:
    """Strike out the outside ids of players, who are given as woods and pseudonyms, and what they wanted of the bot."""
    if players:
        named = [{"wood": world_id, "pseudonym": player} for world_id, player in players]
        connection.execute(_FORGET_USER, named)
        connection.execute(_FORGET_PREFERENCES, named)


def _save(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Put each wood's last snapshot in the place of the one before."""
    saved = {batch.world_id: batch.snapshot for batch in batches if batch.snapshot is not None}
    if not saved:
        return
    forgotten = [{"wood": world_id} for world_id in saved]
    connection.execute(_FORGET_WORLD, forgotten)
    connection.execute(_FORGET_SEALED, forgotten)
    _insert(connection, t.snapshots, [{"world_id": w, "seq": s.seq, "world": s.world} for w, s in saved.items()])
    _insert(connection, t.vaults, [{"world_id": w, "seq": s.seq, "sealed": s.sealed} for w, s in saved.items()])


def _close(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Write the turns that were closed, when each wood's next one is due, and what ended."""
    _insert(
        connection,
        t.turns,
        [{"world_id": b.world_id, "seq": b.row.seq, "at": b.row.at, **b.turn} for b in batches if b.turn is not None],
    )
    due = [{"wood": batch.world_id, "due": batch.next_turn_at} for batch in batches if batch.moves_clock]
    if due:
        connection.execute(_SET_DUE, due)
    ended = [(batch, batch.ended) for batch in batches if batch.ended is not None]
    if ended:
        connection.execute(_END, [{"wood": b.world_id, "now": b.row.at, "told": end.story} for b, end in ended])
    _insert(connection, t.results, [{"world_id": b.world_id, **result} for b, end in ended for result in end.results])


def _post(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Write the posts; in the order in which they are to be shown."""
    posts = [(batch, post) for batch in batches for post in batch.posts]
    _insert(
        connection,
        t.outbox,
        [
            {
                "world_id": batch.world_id,
                "turn": batch.row.turn,
                "nonce": post.nonce,
                "kind": post.kind,
                "content": None if post.content is None else compact(post.content),
                "at": batch.row.at,
            }
            for batch, post in posts
        ],
    )


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)
