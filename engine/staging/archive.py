"""Tournaments in the store: every function is part of one transaction, and the same done twice as done once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine import schema as t
from engine.actions.base import Refusal
from engine.claims import server_in
from engine.contests.plan import TournamentPlan
from engine.contests.seating import PLAYERS_RANGE, Career
from engine.contests.tournament import Beat, Entrant, Seat, Table, TournamentState, career, titles
from engine.phrases import say, words
from engine.ports import Frozen
from engine.shards import Shards
from engine.staging.hall import moment, next_number


class Tournament(Frozen):
    """A tournament as stored: where it is played, its state, and how far its board shows it."""

    tournament_id: str
    guild_id: int
    number: int
    channel_id: int
    state: TournamentState
    reason: str | None
    message_id: int | None
    shown: str | None


class StoredTable(Frozen):
    """A table as stored; `channel_id` is where its cards are posted, None until its thread is open."""

    round: int
    number: int
    world_id: str
    channel_id: int | None
    founded: bool


class NoTournament(Refusal):
    """No tournament is open in the server."""

    def __init__(self) -> None:
        super().__init__(
            words("No tournament is open in this server. Somebody who may manage it can use /tournament create.")
        )


class Taken(NamedTuple):
    """A seat whose player is known in the table's wood."""

    seat: int
    entrant: str
    player: str | None


def announce(connection: sa.Connection, guild_id: int, channel_id: int, plan: TournamentPlan) -> Tournament:
    """Enter a tournament of a server in which none is open.

    Raises:
        Refusal: If one is open or under way.
    """
    if open_in(connection, guild_id) is not None:
        raise Refusal(
            words("A tournament is open or under way in this server. Wait for its podium, or use /tournament cancel.")
        )
    return add_tournament(connection, guild_id, channel_id, plan)


def add_tournament(connection: sa.Connection, guild_id: int, channel_id: int, plan: TournamentPlan) -> Tournament:
    """Enter a tournament of a server."""
    c = t.tournaments
    number = next_number(connection, c, guild_id)
    tournament_id = f"{guild_id}-{number}"
    connection.execute(
        sa.insert(c).values(
            tournament_id=tournament_id,
            guild_id=guild_id,
            number=number,
            channel_id=channel_id,
            plan=plan.model_dump_json(),
        )
    )
    return tournament(connection, tournament_id)


def tournament(connection: sa.Connection, tournament_id: str) -> Tournament:
    """Return a tournament; the turns of its tables are 0, since only the keeper knows them.

    Raises:
        KeyError: If there is none.
    """
    found = _tournaments(connection, t.tournaments.c.tournament_id == tournament_id)
    if not found:
        raise KeyError(tournament_id)
    return found[0]


def open_tournaments(connection: sa.Connection, shards: Shards) -> list[str]:
    """Return the ids of the tournaments that are not over."""
    return _ids(connection, t.tournaments.c.over == 0, shards)


def open_in(connection: sa.Connection, guild_id: int) -> Tournament | None:
    """Return the tournament of a server that is not over, or None."""
    found = _tournaments(connection, t.tournaments.c.over == 0, t.tournaments.c.guild_id == guild_id)
    return found[0] if found else None


def the_open(connection: sa.Connection, guild_id: int) -> Tournament:
    """Return the tournament of a server that is not over.

    Raises:
        NoTournament: If there is none.
    """
    found = open_in(connection, guild_id)
    if found is None:
        raise NoTournament
    return found


def undrawn_tournaments(connection: sa.Connection, shards: Shards) -> list[str]:
    """Return the ids of those whose boards may have to be drawn anew: those not over, and those not drawn since."""
    c = t.tournaments
    return _ids(connection, sa.or_(c.c.over == 0, c.c.shown.is_(None), c.c.shown != "over"), shards)


def tournaments_of(connection: sa.Connection, guild_id: int) -> list[Tournament]:
    """Return every tournament of a server, the oldest first."""
    return _tournaments(connection, t.tournaments.c.guild_id == guild_id)


def join(connection: sa.Connection, guild_id: int, user: str) -> tuple[Tournament, bool]:
    """Enter a player into the tournament that is open in a server; return it, and False for one who was in already.

    Raises:
        Refusal: If none is open, it has begun, or it is full.
    """
    now_open = the_open(connection, guild_id)
    if now_open.state.seats:
        raise Refusal(
            words("The tournament has begun, and nobody can join it any more. Watch it with /tournament watch.")
        )
    entered = {entrant for name, entrant in entered_by(connection, user) if name == now_open.tournament_id}
    staying = [each.player for each in now_open.state.entrants if not each.withdrawn]
    if len(staying) >= PLAYERS_RANGE[1] and not entered.intersection(staying):
        raise Refusal(
            say(
                "The tournament is full: it takes {most:int} players. Ask again, should somebody leave.",
                most=PLAYERS_RANGE[1],
            )
        )
    new = enter(connection, now_open.tournament_id, user, career_of(connection, guild_id, user))
    return tournament(connection, now_open.tournament_id), new


def leave(connection: sa.Connection, guild_id: int, user: str) -> Tournament:
    """Let a player withdraw from the tournament that is open in a server, and return it.

    Raises:
        Refusal: If none is open, or the player is not in it.
    """
    now_open = the_open(connection, guild_id)
    if not withdraw(connection, now_open.tournament_id, user):
        raise Refusal(words("You are not in this tournament, so there is nothing to leave."))
    return now_open


def career_of(connection: sa.Connection, guild_id: int, user: str) -> Career:
    """Return what a player brings from the tournaments of a server that got to their podiums."""
    return career(_played(connection, guild_id, user))


def titles_of(connection: sa.Connection, guild_id: int, user: str) -> list[str]:
    """Return the names of the tournaments of a server that a player won, the oldest first."""
    return titles(_played(connection, guild_id, user))


def _played(connection: sa.Connection, guild_id: int, user: str) -> list[tuple[str, TournamentState]]:
    """Return the tournaments of a server that are over and knew a player, each with the entrant it went by there."""
    c, entrants = t.tournaments, dict(entered_by(connection, user))
    over = (c.c.guild_id == guild_id, c.c.over == 1, c.c.reason.is_(None), c.c.tournament_id.in_(entrants))
    return [(entrants[each.tournament_id], each.state) for each in _tournaments(connection, *over)]


def enter(connection: sa.Connection, tournament_id: str, user: str, career: Career) -> bool:
    """Enter a player, again if they withdrew; return False for one who is in already."""
    e = t.entrants
    mine = sa.and_(e.c.tournament_id == tournament_id, e.c.user == user)
    row = connection.execute(sa.select(e.c.withdrawn).where(mine)).first()
    if row is not None:
        connection.execute(sa.update(e).where(mine).values(withdrawn=0, career=career.model_dump_json()))
        return bool(row.withdrawn)
    count = connection.execute(sa.select(sa.func.count()).where(e.c.tournament_id == tournament_id)).scalar_one()
    connection.execute(
        sa.insert(e).values(
            tournament_id=tournament_id,
            entrant=f"entrant-{count + 1}",
            user=user,
            career=career.model_dump_json(),
        )
    )
    return True


def withdraw(connection: sa.Connection, tournament_id: str, user: str) -> bool:
    """Let a player withdraw; return False for one who is not in."""
    e = t.entrants
    mine = sa.and_(e.c.tournament_id == tournament_id, e.c.user == user, e.c.withdrawn == 0)
    return connection.execute(sa.update(e).where(mine).values(withdrawn=1)).rowcount > 0


def users(connection: sa.Connection, tournament_id: str) -> dict[str, str | None]:
    """Return the outside ids of all who ever entered, by entrant; None for one that is forgotten."""
    e = t.entrants
    rows = connection.execute(sa.select(e.c.entrant, e.c.user).where(e.c.tournament_id == tournament_id))
    return {row.entrant: row.user for row in rows}


def entered_by(connection: sa.Connection, user: str) -> list[tuple[str, str]]:
    """Return the tournaments that know a player, each with the entrant it goes by there."""
    e = t.entrants
    rows = connection.execute(sa.select(e.c.tournament_id, e.c.entrant).where(e.c.user == user))
    return [(row.tournament_id, row.entrant) for row in rows]


def forget_user(connection: sa.Connection, user: str) -> int:
    """Strike a player's outside id out of tournaments and ended woods; return how many knew it."""
    e, p, w = t.entrants, t.players, t.woods
    struck = connection.execute(sa.update(e).where(e.c.user == user).values(user=None, withdrawn=1)).rowcount
    ended = sa.select(w.c.world_id).where(w.c.ended_at.is_not(None))
    known = sa.select(p.c.world_id, p.c.player).where(p.c.user == user, p.c.world_id.in_(ended))
    for world_id, player in connection.execute(known).all():
        wanted = t.preferences.c
        connection.execute(sa.delete(t.preferences).where(wanted.world_id == world_id, wanted.player == player))
    past = sa.update(p).where(p.c.user == user, p.c.world_id.in_(ended)).values(user=None)
    return struck + connection.execute(past).rowcount


def seat_round(
    connection: sa.Connection, tournament_id: str, round_number: int, tables: Sequence[Sequence[str]]
) -> None:
    """Store the seats of a round and its tables, none of which is founded yet."""
    t_, s = t.tournament_tables, t.tournament_seats
    there = sa.select(t_.c.number).where(t_.c.tournament_id == tournament_id, t_.c.round == round_number)
    if connection.execute(there).first() is not None:
        return
    where = {"tournament_id": tournament_id, "round": round_number}
    for number, players in enumerate(tables, 1):
        world_id = f"table-{tournament_id}-{round_number}-{number}"
        connection.execute(sa.insert(t_).values(**where, number=number, world_id=world_id))
        seats = [{**where, "number": number, "seat": seat, "entrant": each} for seat, each in enumerate(players, 1)]
        connection.execute(sa.insert(s), seats)


def tables(connection: sa.Connection, tournament_id: str, round_number: int) -> list[StoredTable]:
    """Return the tables of a round."""
    c = t.tournament_tables
    query = sa.select(c).where(c.c.tournament_id == tournament_id, c.c.round == round_number).order_by(c.c.number)
    return [_table(row) for row in connection.execute(query).mappings()]


def set_table(connection: sa.Connection, tournament_id: str, table: StoredTable, **columns: Any) -> None:
    """Note where a table's cards are posted (`channel_id`), or that it is `founded`."""
    c = t.tournament_tables
    this = sa.and_(c.c.tournament_id == tournament_id, c.c.round == table.round, c.c.number == table.number)
    connection.execute(sa.update(c).where(this).values(**columns))


def seats(connection: sa.Connection, tournament_id: str, table: StoredTable) -> list[Taken]:
    """Return who sits at a table, by seat."""
    c = t.tournament_seats
    query = (
        sa.select(c.c.seat, c.c.entrant, c.c.player)
        .where(c.c.tournament_id == tournament_id, c.c.round == table.round, c.c.number == table.number)
        .order_by(c.c.seat)
    )
    return [Taken(*row) for row in connection.execute(query)]


def set_seat(connection: sa.Connection, tournament_id: str, table: StoredTable, seat: int, **columns: Any) -> None:
    """Note the `player` of a seat in its wood, or how it ended (`net_worth`, `played`)."""
    c = t.tournament_seats
    at = sa.and_(c.c.tournament_id == tournament_id, c.c.round == table.round, c.c.number == table.number)
    connection.execute(sa.update(c).where(at, c.c.seat == seat).values(**columns))


def settle(
    connection: sa.Connection, tournament_id: str, table: StoredTable, ended: Mapping[str, tuple[int, bool]]
) -> None:
    """Note how a table ended for all its seats: net worth and whether they played, by their players in its wood."""
    for taken in seats(connection, tournament_id, table):
        net_worth, played = ended.get(taken.player or "", (0, False))
        set_seat(connection, tournament_id, table, taken.seat, net_worth=net_worth, played=int(played))


def set_tournament(connection: sa.Connection, tournament_id: str, **columns: Any) -> None:
    """Change columns of a tournament."""
    c = t.tournaments
    connection.execute(sa.update(c).where(c.c.tournament_id == tournament_id).values(**columns))


def set_beat(connection: sa.Connection, tournament_id: str, beat: Beat) -> None:
    """Note the turn that all tables take next, and when."""
    due = int(beat.due.timestamp())
    set_tournament(connection, tournament_id, beat_round=beat.round, beat_turn=beat.turn, beat_due=due)


def abandoned_tables(connection: sa.Connection, shards: Shards) -> list[str]:
    """Return the woods of tables that still grow although their tournament is over, as after it was called off."""
    c, o, w = t.tournament_tables, t.tournaments, t.woods
    query = (
        sa.select(c.c.world_id)
        .join(o, o.c.tournament_id == c.c.tournament_id)
        .join(w, w.c.world_id == c.c.world_id)
        .where(o.c.over == 1, w.c.ended_at.is_(None), server_in(o.c.guild_id, shards))
    )
    return list(connection.execute(query).scalars())


def table_of(connection: sa.Connection, world_id: str) -> tuple[str, StoredTable] | None:
    """Return the tournament and the table that a wood belongs to, or None."""
    c = t.tournament_tables
    row = connection.execute(sa.select(c).where(c.c.world_id == world_id)).mappings().first()
    if row is None:
        return None
    return row["tournament_id"], _table(row)


def _table(row: Mapping[Any, Any]) -> StoredTable:
    columns = {name: row[name] for name in StoredTable.model_fields if name != "founded"}
    return StoredTable(**columns, founded=bool(row["founded"]))


def _ids(connection: sa.Connection, condition: sa.ColumnElement[bool], shards: Shards) -> list[str]:
    """Return the ids alone, for looks that come every few seconds; each tournament is read when it is its turn."""
    c = t.tournaments
    query = sa.select(c.c.tournament_id).where(condition, server_in(c.c.guild_id, shards))
    return list(connection.execute(query.order_by(c.c.guild_id, c.c.number)).scalars())


def _tournaments(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Tournament]:
    query = sa.select(t.tournaments).where(*conditions).order_by(t.tournaments.c.guild_id, t.tournaments.c.number)
    return [_tournament(connection, row) for row in connection.execute(query).mappings().all()]


def _tournament(connection: sa.Connection, row: Mapping[Any, Any]) -> Tournament:
    tournament_id = row["tournament_id"]
    beat = None
    if row["beat_due"] is not None:
        beat = Beat(round=row["beat_round"], turn=row["beat_turn"], due=moment(row["beat_due"]))
    state = TournamentState(
        plan=TournamentPlan.model_validate_json(row["plan"]),
        entrants=tuple(_entrants(connection, tournament_id)),
        seats=tuple(_seats(connection, tournament_id)),
        tables=tuple(_founded(connection, tournament_id)),
        beat=beat,
        scored=row["scored"],
        paused=bool(row["paused"]),
        over=bool(row["over"]),
    )
    named = {name: row[name] for name in Tournament.model_fields if name != "state"}
    return Tournament(**named, state=state)


def _entrants(connection: sa.Connection, tournament_id: str) -> Iterator[Entrant]:
    e = t.entrants
    # By number, and not by text, so that the tenth comes after the second.
    query = sa.select(e).where(e.c.tournament_id == tournament_id).order_by(sa.func.length(e.c.entrant), e.c.entrant)
    for row in connection.execute(query).mappings():
        career = Career.model_validate_json(row["career"])
        yield Entrant(player=row["entrant"], career=career, withdrawn=bool(row["withdrawn"]))


def _seats(connection: sa.Connection, tournament_id: str) -> Iterator[Seat]:
    c = t.tournament_seats
    query = sa.select(c).where(c.c.tournament_id == tournament_id).order_by(c.c.round, c.c.number, c.c.seat)
    for row in connection.execute(query).mappings():
        yield Seat(
            round=row["round"],
            table=row["number"],
            seat=row["seat"],
            player=row["entrant"],
            net_worth=row["net_worth"],
            played=bool(row["played"]),
        )


def _founded(connection: sa.Connection, tournament_id: str) -> Iterator[Table]:
    c = t.tournament_tables
    query = sa.select(c.c.round, c.c.number).where(c.c.tournament_id == tournament_id, c.c.founded == 1)
    for row in connection.execute(query):
        yield Table(round=row.round, table=row.number)
