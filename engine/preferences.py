"""What a Patron wants of the bot, and where its first lesson stands: of no weight in the game, and no part of a wood.

It lies beside the players in the store, is deleted with their ids, and no journal, replay or prompt knows of it.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa

from engine import schema as t


class Lesson(NamedTuple):
    """The bet of a Patron's first lesson whose result is not told yet: its number, and the turn that settles it."""

    contract: int
    turn: int


class Called(NamedTuple):
    """A Patron who wants to be told of calls: its pseudonym, its outside id, and the language to tell it in."""

    player: str
    user: str
    language: str


def lesson_of(connection: sa.Connection, world_id: str, player: str) -> Lesson | None:
    """Return the lesson that a player is in the middle of, or None."""
    p = t.preferences
    query = sa.select(p.c.lesson_contract, p.c.lesson_turn).where(*_of(world_id, player))
    row = connection.execute(query).first()
    return None if row is None or row[0] is None else Lesson(*row)


def keep_lesson(connection: sa.Connection, world_id: str, player: str, lesson: Lesson | None) -> None:
    """Note the lesson of a player, or that there is nothing of it to tell any more."""
    contract, turn = lesson or (None, None)
    _set(connection, world_id, player, lesson_contract=contract, lesson_turn=turn)


def wants_calls(connection: sa.Connection, world_id: str, player: str) -> bool:
    """Say whether a player wants to be told by direct message when something of its is called."""
    query = sa.select(t.preferences.c.calls_in).where(*_of(world_id, player))
    return connection.execute(query).scalar() is not None


def want_calls(connection: sa.Connection, world_id: str, player: str, language: str | None) -> None:
    """Note that a player wants to be told of calls, in a language, or with None that it does not."""
    _set(connection, world_id, player, calls_in=language)


def called_in(connection: sa.Connection, world_id: str) -> list[Called]:
    """Return the players of a wood who want to be told of calls."""
    p, who = t.preferences, t.players
    query = (
        sa.select(p.c.player, who.c.user, p.c.calls_in)
        .join(who, sa.and_(who.c.world_id == p.c.world_id, who.c.player == p.c.player))
        .where(p.c.world_id == world_id, p.c.calls_in.is_not(None), who.c.user.is_not(None))
        .order_by(p.c.player)
    )
    return [Called(*row) for row in connection.execute(query)]


def claim_telling(connection: sa.Connection, world_id: str, player: str, turn: int) -> bool:
    """Say whether a player is yet to be told of the calls of a turn, and note that it has been: so it is told once."""
    p = t.preferences
    untold = sa.or_(p.c.told_turn.is_(None), p.c.told_turn < turn)
    claimed = sa.update(p).where(*_of(world_id, player), untold).values(told_turn=turn)
    return connection.execute(claimed).rowcount == 1


def kept_of(connection: sa.Connection, world_id: str, player: str) -> dict[str, Any] | None:
    """Return all that is kept here of a player in a wood, as plain data, or None where nothing is."""
    row = connection.execute(sa.select(t.preferences).where(*_of(world_id, player))).mappings().first()
    return None if row is None else {name: row[name] for name in row if name not in ("world_id", "player")}


def _set(connection: sa.Connection, world_id: str, player: str, **values: object) -> None:
    p = t.preferences
    if connection.execute(sa.update(p).where(*_of(world_id, player)).values(**values)).rowcount == 0:
        connection.execute(sa.insert(p).values(world_id=world_id, player=player, **values))


def _of(world_id: str, player: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return t.preferences.c.world_id == world_id, t.preferences.c.player == player
