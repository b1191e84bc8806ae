"""What is stored on one player, for the player alone: the export behind `/privacy export`.

And what may stand in nothing that is published, for those who publish. `HELD` says of every table whether it holds
anything of a player; a new table must find its place in it.
"""

import json
from typing import Any, Final

import sqlalchemy as sa

from engine import ledger as books
from engine import schema as t
from engine.keeper import Keeper
from engine.ports import CANARY
from engine.preferences import kept_of
from engine.store import Store

HELD: Final = {
    "players": "the outside id beside a pseudonym; struck out by `Keeper.forget`",
    "preferences": "what the player wants to be told, in which language, and the bet of its first lesson; deleted by "
    "`Keeper.forget`",
    "journal": "what the player did and was told, under the pseudonym; exported, and kept for the replay",
    "postings": "what moved on the mask's accounts; exported, and kept so that the books balance",
    "vaults": "the pseudonym beside the mask, and the Patron's books; exported as the books, cleared by leaving",
    "snapshots": "the mask among the Patrons, and what creatures feel towards it; public, but for the feelings",
    "turns": "the mask where the public news name it",
    "asks": "the mask where a creature was told of it; the open traces",
    "woods": "",
    "servers": "",
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
    run = keeper.store.run
    return {
        "your_id": user,
        "woods": woods,
        "ended_woods": await run(lambda c: _ended_woods(c, user)),
        "tournaments": await run(lambda c: _tournaments(c, user)),
        "what_each_table_holds": {name: held for name, held in HELD.items() if held},
    }


async def known_to(keeper: Keeper, user: str) -> int:
    """Return how many woods, those that ended among them, and tournaments know a player by the outside id."""
    p, e = t.players, t.entrants

    def work(connection: sa.Connection) -> int:
        count = sa.func.count()
        woods = connection.execute(sa.select(count).where(p.c.user == user)).scalar_one()
        return woods + connection.execute(sa.select(count).where(e.c.user == user)).scalar_one()

    return await keeper.store.run(work)


_SHORTEST_MARK: Final = 6


async def never_published(store: Store) -> frozenset[str]:
    """Return what may stand in nothing that is published: ids of people and servers, secret seeds, and canaries.

    An outside id of letters alone is a word out of a script, which a creature may say too; Discord's are numbers.
    """
    p, e, w = t.players, t.entrants, t.woods

    def work(connection: sa.Connection) -> frozenset[str]:
        users = [*connection.scalars(sa.select(p.c.user)), *connection.scalars(sa.select(e.c.user))]
        places = [str(each) for row in connection.execute(sa.select(w.c.guild_id, w.c.channel_id)) for each in row]
        sealed = list(connection.scalars(sa.select(t.vaults.c.sealed)))
        seeds = [str(json.loads(json.loads(books_and_vault)["vault"])["seed"]) for books_and_vault in sealed]
        marks = [each for each in (*users, *places, *seeds) if each and len(each) >= _SHORTEST_MARK]
        canaries = [mark for text in sealed for mark in CANARY.findall(text)]
        return frozenset([*canaries, *(mark for mark in marks if not mark.isalpha())])

    return await store.run(work)


def _ended_woods(connection: sa.Connection, user: str) -> list[dict[str, Any]]:
    """Return what is kept of a player in woods that have ended: the result, what it did, and what moved for it.

    Who left a wood before its end has no result in it, and its mask is not known any more.
    """
    p, w, r = t.players, t.woods, t.results
    query = (
        sa.select(p.c.world_id, p.c.player, r.c.mask, r.c.place, r.c.net_worth, r.c.deeds)
        .join(w, w.c.world_id == p.c.world_id)
        .outerjoin(r, sa.and_(r.c.world_id == p.c.world_id, r.c.player == p.c.player))
        .where(p.c.user == user, w.c.ended_at.is_not(None))
        .order_by(w.c.ended_at, p.c.world_id)
    )
    return [
        {
            "wood": row.world_id,
            "pseudonym": row.player,
            "mask": row.mask,
            "result": {"place": row.place, "net_worth": row.net_worth, "deeds": row.deeds} if row.mask else None,
            "actions": _actions(connection, row.world_id, row.player),
            "postings": _postings(connection, row.world_id, row.mask) if row.mask else [],
        }
        for row in connection.execute(query).all()
    ]


def _tournaments(connection: sa.Connection, user: str) -> list[dict[str, Any]]:
    """Return every tournament that a player entered, with the seats it had and what they ended with."""
    e, s = t.entrants, t.tournament_seats
    entered = sa.select(e.c.tournament_id, e.c.entrant, e.c.career, e.c.withdrawn).where(e.c.user == user)
    found: list[dict[str, Any]] = []
    for row in connection.execute(entered.order_by(e.c.tournament_id)).all():
        seats = (
            sa.select(s.c.round, s.c.number.label("table"), s.c.seat, s.c.player, s.c.net_worth, s.c.played)
            .where(s.c.tournament_id == row.tournament_id, s.c.entrant == row.entrant)
            .order_by(s.c.round)
        )
        found.append(
            {
                "tournament": row.tournament_id,
                "number": row.entrant,
                "earlier_tournaments": json.loads(row.career),
                "withdrawn": bool(row.withdrawn),
                "seats": [dict(seat) for seat in connection.execute(seats).mappings()],
            }
        )
    return found


async def _of_wood(keeper: Keeper, world_id: str, player: str, user: str) -> dict[str, Any]:
    mask = keeper.mask(world_id, user)
    mine = (await keeper.books(world_id, user)).model_dump(mode="json") if mask else None
    creatures = keeper.wood(world_id).world.creatures
    return {
        "wood": world_id,
        "pseudonym": player,
        "mask": mask,
        "books": mine,
        "preferences": await keeper.store.run(lambda c: kept_of(c, world_id, player)),
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
