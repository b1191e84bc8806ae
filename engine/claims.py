"""Claims: which process keeps a wood, and the fence that stops one which no longer does from writing late.

Every wood has an epoch. A process that takes a wood over raises it in one transaction. Every transaction that writes to
a wood first compares, under the lock of the wood's row, the epoch with the one under which its process loaded it: a
process that was stalled while another took its woods over writes nothing, however late it wakes up.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine import schema as t
from engine.journal import Batch
from engine.shards import Shards


class TakenOverError(Exception):
    """Another process keeps the wood now; nothing was written."""

    def __init__(self, world_id: str) -> None:
        super().__init__(f"{world_id} was taken over by another process.")
        self.world_id = world_id


def of_shards(shards: Shards) -> sa.ColumnElement[bool]:
    """Return the condition that a row of `woods` is in some shards."""
    return server_in(t.woods.c.guild_id, shards)


def server_in(guild_id: sa.ColumnElement[int], shards: Shards) -> sa.ColumnElement[bool]:
    """Return the condition that a server is in some shards."""
    if shards.all:
        return sa.true()
    return (guild_id.bitwise_rshift(sa.literal(22, sa.Integer)) % shards.count).in_(shards.ids)


def claim(connection: sa.Connection, shards: Shards, worlds: Sequence[str] | None) -> list[dict[str, Any]]:
    """Take woods over that have not ended: raise their epochs, and return their rows with them.

    Args:
        connection: In a transaction, of whoever holds the shards.
        shards: Nothing outside them is taken.
        worlds: The woods to take; those that somebody is writing to now are left for the next time. All for None, and
            then who writes now is waited for.
    """
    living = sa.and_(of_shards(shards), t.woods.c.ended_at.is_(None))
    query = sa.select(t.woods).where(living).order_by(t.woods.c.world_id)
    if worlds is None:
        query = query.with_for_update(key_share=True)
    else:
        query = query.where(t.woods.c.world_id.in_(worlds)).with_for_update(key_share=True, skip_locked=True)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        row["epoch"] += 1
    if rows:
        raised = (
            sa.update(t.woods)
            .where(t.woods.c.world_id == sa.bindparam("wood", type_=sa.Text))
            .values(epoch=sa.bindparam("raised", type_=sa.Integer))
        )
        connection.execute(raised, [{"wood": row["world_id"], "raised": row["epoch"]} for row in rows])
    return rows


def require_kept(connection: sa.Connection, batches: Sequence[Batch]) -> None:
    """Check, and make sure until the transaction ends, that nobody took over the woods that are written to.

    Raises:
        TakenOverError: If somebody did.
    """
    worlds = {batch.world_id for batch in batches}
    query = (
        sa.select(t.woods.c.world_id, t.woods.c.epoch)
        .where(t.woods.c.world_id.in_(worlds))
        .order_by(t.woods.c.world_id)
        .with_for_update(key_share=True)
    )
    epochs = {row[0]: row[1] for row in connection.execute(query)}
    for batch in batches:
        # Of a wood that is not there, the foreign keys tell.
        if epochs.get(batch.world_id, batch.epoch) != batch.epoch:
            raise TakenOverError(batch.world_id)
