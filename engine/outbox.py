"""The outbox: what is to be posted of the woods, written with the input it tells of and kept until it was sent."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import schema as t
from engine.claims import of_shards
from engine.records import Post, PostKind, post_of
from engine.store import Store


class Outbox:
    """The posts of the shards that a store is opened for."""

    def __init__(self, store: Store) -> None:
        """Read and mark the posts in `store`."""
        self._store = store

    async def pending(self, world_id: str | None = None) -> list[Post]:
        """Return the posts not sent yet, of one wood or of all, oldest first."""
        query = self._posts().where(t.outbox.c.message_id.is_(None)).order_by(t.outbox.c.post_id)
        if world_id is not None:
            query = query.where(t.outbox.c.world_id == world_id)
        return [post_of(row) for row in await self._rows(query)]

    async def woods_with_pending(self) -> list[str]:
        """Return the woods that have posts not sent yet, the longest waiting first."""
        query = (
            sa.select(t.outbox.c.world_id)
            .join(t.woods, t.woods.c.world_id == t.outbox.c.world_id)
            .where(t.outbox.c.message_id.is_(None), of_shards(self._store.shards))
            .group_by(t.outbox.c.world_id)
            .order_by(sa.func.min(t.outbox.c.post_id))
        )
        return [row["world_id"] for row in await self._rows(query)]

    async def card(self, world_id: str, turn: int | None = None) -> Post | None:
        """Return the card of a wood's newest turn, or that of one turn, sent or not; None when there is none."""
        cards = self._posts().where(t.outbox.c.world_id == world_id, t.outbox.c.kind == PostKind.TURN)
        if turn is not None:
            cards = cards.where(t.outbox.c.turn == turn)
        rows = await self._rows(cards.order_by(t.outbox.c.post_id.desc()).limit(1))
        return post_of(rows[0]) if rows else None

    async def mark(self, post_id: int, message_id: int | None) -> None:
        """Note the message that a post became, or `GIVEN_UP`, or None to have it sent anew."""
        query = sa.update(t.outbox).where(t.outbox.c.post_id == post_id).values(message_id=message_id)
        await self._store.run(lambda c: c.execute(query))

    async def waiting(self) -> tuple[int, int | None]:
        """Return how many posts wait, and when the oldest was made, in seconds since 1970."""
        made = sa.func.coalesce(t.outbox.c.at, t.turns.c.at)
        query = (
            sa.select(sa.func.count(), sa.func.min(made))
            .select_from(t.outbox)
            .outerjoin(t.turns, _same_turn())
            .where(t.outbox.c.message_id.is_(None))
        )
        count, oldest = await self._store.run(lambda c: c.execute(query).one())
        return count, oldest

    def _posts(self) -> sa.Select[*tuple[Any, ...]]:
        """Return the query for posts, each with its wood's place and manner, the view after its turn and its time."""
        columns = (
            t.outbox.c[name] for name in ("post_id", "world_id", "turn", "nonce", "message_id", "kind", "content")
        )
        places = (t.woods.c[name] for name in ("guild_id", "channel_id", "language", "theme"))
        made = sa.func.coalesce(t.outbox.c.at, t.turns.c.at).label("at")
        return (
            sa.select(*columns, *places, t.turns.c.view, made)
            .join(t.woods, t.woods.c.world_id == t.outbox.c.world_id)
            .outerjoin(t.turns, _same_turn())
            .where(of_shards(self._store.shards))
        )

    async def _rows(self, query: sa.Select[*tuple[Any, ...]]) -> list[Mapping[str, Any]]:
        return await self._store.run(lambda c: [dict(row) for row in c.execute(query).mappings()])


def _same_turn() -> sa.ColumnElement[bool]:
    return sa.and_(t.turns.c.world_id == t.outbox.c.world_id, t.turns.c.turn == t.outbox.c.turn)
