"""Whether what is stored of seasons and tournaments agrees with itself and with the woods: a part of `engine.audit`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engine import schema as t
from engine.contests.plan import TournamentPlan, round_seed


def disagreements(connection: sa.Connection) -> Iterator[str]:
    """Say where seasons, tournaments, tables and seats do not go together with each other or with their woods."""
    yield from _seasons(connection)
    yield from _uninvited(connection)
    for row in connection.execute(sa.select(t.tournaments).order_by(t.tournaments.c.tournament_id)).mappings().all():
        yield from (f"tournament {row['tournament_id']}: {text}" for text in _tournament(connection, row))


def _seasons(connection: sa.Connection) -> Iterator[str]:
    """Say which seasons are noted as crowned although their woods have not ended."""
    s, w = t.seasons, t.woods
    query = (
        sa.select(s.c.guild_id, s.c.number)
        .outerjoin(w, w.c.world_id == s.c.world_id)
        .where(s.c.crowned == 1, w.c.ended_at.is_(None))
    )
    for row in connection.execute(query):
        yield f"season {row.number} of server {row.guild_id} is crowned, and its wood has not ended"


def _uninvited(connection: sa.Connection) -> Iterator[str]:
    """Say which woods only the invited may join although no tournament has them for a table."""
    w, c = t.woods, t.tournament_tables
    query = sa.select(w.c.world_id).outerjoin(c, c.c.world_id == w.c.world_id)
    for world_id in connection.execute(query.where(w.c.invited == 1, c.c.world_id.is_(None))).scalars():
        yield f"{world_id} is joined by the invited alone, and is no table of a tournament"


def _tournament(connection: sa.Connection, row: Any) -> Iterator[str]:
    """Say where the tables and the seats of a tournament do not go together."""
    try:
        plan = TournamentPlan.model_validate_json(row["plan"])
    except ValueError:
        yield "its terms cannot be read"
        return
    known = {(table["round"], table["number"]): table for table in _tables(connection, row["tournament_id"])}
    for (round_number, number), table in known.items():
        yield from (f"table {number} of round {round_number} {text}" for text in _table(connection, table, plan))
    yield from _seats(connection, row, set(known))


def _tables(connection: sa.Connection, tournament_id: str) -> Sequence[Any]:
    """Return the tables of a tournament, each with its wood: `grown` where there is one, and when that ended."""
    c, w = t.tournament_tables, t.woods
    query = (
        sa.select(*c.c, w.c.ended_at, w.c.world_id.label("grown"))
        .outerjoin(w, w.c.world_id == c.c.world_id)
        .where(c.c.tournament_id == tournament_id)
        .order_by(c.c.round, c.c.number)
    )
    return connection.execute(query).mappings().all()


def _table(connection: sa.Connection, table: Any, plan: TournamentPlan) -> Iterator[str]:
    if table["grown"] is None:
        if table["founded"]:
            yield "is founded, and its wood is not there"
        return
    if _dealt_from(connection, table["world_id"]) != round_seed(plan.seed, table["round"]):
        yield "is not dealt from the seed of its round"
    if table["ended_at"] is not None:
        yield from _settled_otherwise(connection, table)


def _seats(connection: sa.Connection, row: Any, tables: set[tuple[int, int]]) -> Iterator[str]:
    s, e = t.tournament_seats, t.entrants
    mine = row["tournament_id"]
    entered = set(connection.execute(sa.select(e.c.entrant).where(e.c.tournament_id == mine)).scalars())
    query = sa.select(s).where(s.c.tournament_id == mine).order_by(s.c.round, s.c.number, s.c.seat)
    for seat in connection.execute(query).mappings().all():
        where = f"seat {seat['seat']} of table {seat['number']} of round {seat['round']}"
        if (seat["round"], seat["number"]) not in tables:
            yield f"{where} is at no table"
        if seat["entrant"] not in entered:
            yield f"{where} is taken by one who never entered"
        if seat["net_worth"] is None and seat["round"] <= row["scored"]:
            yield f"{where} has no result, and its round is scored"


def _dealt_from(connection: sa.Connection, world_id: str) -> str | None:
    """Return the seed that a wood was founded from, None where that cannot be read."""
    j = t.journal
    founding = sa.select(j.c.payload).where(j.c.world_id == world_id, j.c.kind == "found")
    try:
        return json.loads(connection.execute(founding).scalar() or "{}").get("seed")
    except ValueError:
        return None


def _settled_otherwise(connection: sa.Connection, table: Any) -> Iterator[str]:
    """Say which seats of an ended table stand otherwise than their players ended in its wood."""
    s, r = t.tournament_seats, t.results
    query = (
        sa.select(s.c.seat, s.c.net_worth, s.c.played, r.c.net_worth.label("worth"), r.c.deeds)
        .outerjoin(r, sa.and_(r.c.world_id == table["world_id"], r.c.player == s.c.player))
        .where(
            s.c.tournament_id == table["tournament_id"],
            s.c.round == table["round"],
            s.c.number == table["number"],
            s.c.net_worth.is_not(None),
        )
        .order_by(s.c.seat)
    )
    for seat in connection.execute(query):
        ended = (0, False) if seat.worth is None else (seat.worth, seat.deeds > 0)
        if (seat.net_worth, bool(seat.played)) != ended:
            yield f"has seat {seat.seat} noted otherwise than its player ended in the wood"
