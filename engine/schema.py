"""The tables of the store: `world_id` first in every key, one row a fact."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import ForeignKeyConstraint

VERSION: Final = 13
"""The version of these tables and of what lies in them: that of the newest file in `engine/migrations/versions/`."""

metadata = MetaData()

# STRICT tables of SQLite know INTEGER (of 64 bits) and TEXT, and no VARCHAR, BIGINT or BOOLEAN.
_BIG: Final = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *items: Any) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True)


def _of_wood() -> tuple[Column[str], ForeignKeyConstraint]:
    return (
        Column("world_id", Text, primary_key=True),
        ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
    )


# What programs of schema 4 and before look at; since then it tells them to refuse the store.
meta = _table("meta", Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

woods = _table(
    "woods",
    Column("world_id", Text, primary_key=True),
    Column("guild_id", _BIG, nullable=False, index=True),
    Column("channel_id", _BIG, nullable=False),
    Column("council", Text, nullable=False),
    Column("cadence_seconds", Integer, nullable=False),
    Column("next_turn_at", _BIG, index=True),
    Column("paused", Integer, nullable=False),
    Column("quiet_hours", Text),
    Column("epoch", Integer, nullable=False, server_default="1"),
    Column("last_turn", Integer),
    Column("invited", Integer, nullable=False, server_default="0"),
    Column("ended_at", _BIG),
    Column("story", Text),
    Column("language", Text, nullable=False, server_default=""),
    Column("theme", Text, nullable=False, server_default=""),
)
"""The public settings of every wood. One that has ended, `ended_at`, is kept by nobody and stays for its history."""

servers = _table(
    "servers",
    Column("guild_id", _BIG, primary_key=True, autoincrement=False),
    Column("locale", Text, nullable=False),
)
"""What Discord last said of a server: the locale that it is set to, whose language is spoken where none is chosen."""

snapshots = _table(
    "snapshots",
    *_of_wood(),
    Column("seq", Integer, nullable=False),
    Column("world", Text, nullable=False),
)

players = _table(
    "players",
    *_of_wood(),
    Column("player", Text, primary_key=True),
    Column("user", Text),
    UniqueConstraint("world_id", "user"),
)
"""Who goes by which pseudonym in a wood: the one place with an outside id, which is NULL once it is forgotten."""

preferences = _table(
    "preferences",
    *_of_wood(),
    Column("player", Text, primary_key=True),
    Column("calls_in", Text),
    Column("told_turn", Integer),
    Column("lesson_contract", Integer),
    Column("lesson_turn", Integer),
)
"""What a player wants of the bot, deleted with its outside id. `calls_in` is the language in which it is told of calls
by direct message, or NULL, and `told_turn` the last turn of which it was told; the lesson is the bet whose result is to
be told next."""

vaults = _table(
    "vaults",
    *_of_wood(),
    Column("seq", Integer, nullable=False),
    Column("sealed", Text, nullable=False),
)

journal = _table(
    "journal",
    *_of_wood(),
    Column("seq", Integer, primary_key=True),
    Column("input_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("at", _BIG, nullable=False),
    UniqueConstraint("world_id", "input_id"),
)

turns = _table(
    "turns",
    *_of_wood(),
    Column("turn", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("season", Integer, nullable=False),
    Column("state_hash", Text, nullable=False),
    Column("public_hash", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("effects", Text, nullable=False),
    Column("at", _BIG, nullable=False),
)

postings = _table(
    "postings",
    *_of_wood(),
    Column("seq", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("asset", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("target", Text, nullable=False, index=True),
    Column("memo", Text, nullable=False),
)

asks = _table(
    "asks",
    *_of_wood(),
    Column("turn", Integer, primary_key=True),
    Column("creature", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("season", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("verdicts", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("hash_before", Text, nullable=False),
    Column("hash_after", Text, nullable=False),
)

outbox = _table(
    "outbox",
    Column("post_id", _BIG, primary_key=True, autoincrement=True),
    Column("world_id", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("nonce", Text, nullable=False, unique=True),
    Column("message_id", _BIG, index=True),
    Column("kind", Text, nullable=False, server_default="turn"),
    Column("content", Text),
    Column("at", _BIG),
    ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
)

results = _table(
    "results",
    *_of_wood(),
    Column("player", Text, primary_key=True),
    Column("mask", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("net_worth", Integer, nullable=False),
    Column("deeds", Integer, nullable=False),
)
"""How an ended wood ended for everybody who was a Patron in it then."""

seasons = _table(
    "seasons",
    Column("guild_id", _BIG, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", _BIG, nullable=False),
    Column("world_id", Text, nullable=False, unique=True),
    Column("begins_at", _BIG, nullable=False, index=True),
    Column("plan", Text, nullable=False),
    Column("cancelled", Integer, nullable=False, server_default="0"),
    Column("crowned", Integer, nullable=False, server_default="0"),
)
"""A season runs once the wood it names is planted, and is over once that has ended; `crowned` says that its winner has
been given the server's role, or that there is nothing to give."""

tournaments = _table(
    "tournaments",
    Column("tournament_id", Text, primary_key=True),
    Column("guild_id", _BIG, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("channel_id", _BIG, nullable=False),
    Column("plan", Text, nullable=False),
    Column("beat_round", Integer),
    Column("beat_turn", Integer),
    Column("beat_due", _BIG),
    Column("scored", Integer, nullable=False, server_default="0"),
    Column("paused", Integer, nullable=False, server_default="0"),
    Column("over", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("message_id", _BIG),
    Column("shown", Text),
    UniqueConstraint("guild_id", "number"),
)
"""A tournament that is `over` was called off where it has a `reason`. `message_id` is the board, the one message that
is drawn anew as it goes on, and `shown` what stands on it."""


def _of_tournament() -> tuple[Column[str], ForeignKeyConstraint]:
    return (
        Column("tournament_id", Text, primary_key=True),
        ForeignKeyConstraint(["tournament_id"], ["tournaments.tournament_id"]),
    )


entrants = _table(
    "entrants",
    *_of_tournament(),
    Column("entrant", Text, primary_key=True),
    Column("user", Text),
    Column("career", Text, nullable=False),
    Column("withdrawn", Integer, nullable=False, server_default="0"),
    UniqueConstraint("tournament_id", "user"),
)
"""Who plays in a tournament; beside `players` the other place with outside ids, which are NULL once forgotten."""

tournament_tables = _table(
    "tournament_tables",
    *_of_tournament(),
    Column("round", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("world_id", Text, nullable=False, unique=True),
    Column("channel_id", _BIG),
    Column("founded", Integer, nullable=False, server_default="0"),
)

tournament_seats = _table(
    "tournament_seats",
    *_of_tournament(),
    Column("round", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("entrant", Text, nullable=False),
    Column("player", Text),
    Column("net_worth", Integer),
    Column("played", Integer),
    UniqueConstraint("tournament_id", "round", "entrant"),
)
"""Who sits where in a round, at one table alone. `player` is the entrant's pseudonym in the table's wood, once it is
seated there; `net_worth` and `played` are how it ended."""
