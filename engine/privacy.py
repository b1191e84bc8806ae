"""What is stored on one player, for the player alone: the export behind `/privacy export`.

`HELD` says of every table whether it holds anything of a player; a new table must find its place in it.
"""

import json
from typing import Any, Final

import sqlalchemy as sa

from engine import ledger as books
from engine import schema as t
from engine.keeper import Keeper

HELD: Final = {
    "players": "the outside id beside a pseudonym; struck out by `Keeper.forget`",
    "journal": "what the player did and was told, under the pseudonym; exported, and kept for the replay",
    "postings": "what moved on the mask's accounts; exported, and kept so that the books balance",
    "vaults": "the pseudonym beside the mask, and the Patron's books; exported as the books, cleared by leaving",
    "snapshots": "the mask among the Patrons, and what creatures feel towards it; public, but for the feelings",
    "turns": "the mask where the public news name it",
    "asks": "the mask where a creature was told of it; the open traces",
    "woods": "",
    "outbox": "",
    "meta": "",
    "results": "how an ended wood ended for the mask, beside the pseudonym; public in the hall of fame",
    "seasons": "",
    "tournaments": "",
    "entrants": "the outside id beside a number; struck out by `Keeper.forget`",
    "tournament_tables": "",
    "tournament_seats": "the number's seats and what they ended with; public in the standings",
}
"""Every table, and what it holds of a player; an empty text says that it holds nothing."""


async def export(keeper: Keeper, user: str) -> dict[str, Any]:
    """Return everything stored on a player, as plain data: nothing of others, and no secret but the player's own.

    Args:
        keeper: Holds the woods.
        user: The player's outside id.
    """
    woods = [await _of_wood(keeper, record.world_id, player, user) for record, player in keeper.known_in(user)]
    return {
        "your_id": user,
        "woods": woods,
        "what_each_table_holds": {name: held for name, held in HELD.items() if held},
    }


async def _of_wood(keeper: Keeper, world_id: str, player: str, user: str) -> dict[str, Any]:
    mask = keeper.mask(world_id, user)
    mine = (await keeper.books(world_id, user)).model_dump(mode="json") if mask else None
    creatures = keeper.wood(world_id).world.creatures
    return {
        "wood": world_id,
        "pseudonym": player,
        "mask": mask,
        "books": mine,
        "actions": await keeper.store.run(lambda c: _actions(c, world_id, player)),
        "postings": await keeper.store.run(lambda c: _postings(c, world_id, mask)) if mask else [],
        "creatures_that_feel_something_for_you": [name for name, one in creatures.items() if mask in one.feelings],
    }


def _actions(connection: sa.Connection, world_id: str, player: str) -> list[dict[str, Any]]:
    j = t.journal
    query = (
        sa.select(j.c.seq, j.c.at, j.c.turn, j.c.input_id, j.c.payload, j.c.receipt)
        .where(j.c.world_id == world_id, j.c.kind == "act", j.c.payload.like(f'%"user":"{player}"}}'))
        .order_by(j.c.seq)
    )
    return [
        {
            "number": row.seq,
            "at": row.at,
            "turn": row.turn,
            "input": row.input_id,
            "action": json.loads(row.payload)["action"],
            "receipt": json.loads(row.receipt),
        }
        for row in connection.execute(query)
    ]


def _postings(connection: sa.Connection, world_id: str, mask: str) -> list[dict[str, Any]]:
    p, purse = t.postings, books.patron_account(mask)
    mine = [p.c.source == purse, p.c.target == purse]
    for begin in (f"margin:{mask}#", books.offer_account(mask, ""), books.pledge_account(mask, "")):
        mine += [p.c.source.startswith(begin, autoescape=True), p.c.target.startswith(begin, autoescape=True)]
    query = (
        sa.select(p.c.seq, p.c.turn, p.c.asset, p.c.quantity, p.c.source, p.c.target, p.c.memo)
        .where(p.c.world_id == world_id, sa.or_(*mine))
        .order_by(p.c.seq, p.c.n)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
