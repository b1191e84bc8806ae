"""Woods end; seasons and tournaments are made of woods that do, and the outbox holds more than the cards of turns.

Carries: everything. Every wood so far is open-ended, and every post so far the card of a turn.
"""

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add what ends a wood, what a post is, and the tables of seasons and tournaments."""
    op.add_column("woods", sa.Column("last_turn", sa.Integer))
    op.add_column("woods", sa.Column("invited", sa.Integer, nullable=False, server_default="0"))
    op.add_column("woods", sa.Column("ended_at", _BIG))
    op.add_column("woods", sa.Column("story", sa.Text))
    op.add_column("outbox", sa.Column("kind", sa.Text, nullable=False, server_default="turn"))
    op.add_column("outbox", sa.Column("content", sa.Text))
    op.add_column("outbox", sa.Column("at", _BIG))
    op.create_table(
        "results",
        sa.Column("world_id", sa.Text, primary_key=True),
        sa.Column("player", sa.Text, primary_key=True),
        sa.Column("mask", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("net_worth", sa.Integer, nullable=False),
        sa.Column("deeds", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
        sqlite_strict=True,
    )
    _seasons()
    _tournaments()


def _seasons() -> None:
    op.create_table(
        "seasons",
        sa.Column("guild_id", _BIG, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("world_id", sa.Text, nullable=False),
        sa.Column("begins_at", _BIG, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("cancelled", sa.Integer, nullable=False, server_default="0"),
        sa.Column("crowned", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("world_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_seasons_begins_at", "seasons", ["begins_at"])


def _tournaments() -> None:
    op.create_table(
        "tournaments",
        sa.Column("tournament_id", sa.Text, primary_key=True),
        sa.Column("guild_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("beat_round", sa.Integer),
        sa.Column("beat_turn", sa.Integer),
        sa.Column("beat_due", _BIG),
        sa.Column("scored", sa.Integer, nullable=False, server_default="0"),
        sa.Column("paused", sa.Integer, nullable=False, server_default="0"),
        sa.Column("over", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reason", sa.Text),
        sa.Column("message_id", _BIG),
        sa.Column("shown", sa.Text),
        sa.UniqueConstraint("guild_id", "number"),
        sqlite_strict=True,
    )
    op.create_index("ix_tournaments_guild_id", "tournaments", ["guild_id"])
    _of_tournament(
        "entrants",
        sa.Column("entrant", sa.Text, primary_key=True),
        sa.Column("user", sa.Text),
        sa.Column("career", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("tournament_id", "user"),
    )
    _of_tournament(
        "tournament_tables",
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("world_id", sa.Text, nullable=False),
        sa.Column("channel_id", _BIG),
        sa.Column("founded", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("world_id"),
    )
    _of_tournament(
        "tournament_seats",
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("seat", sa.Integer, primary_key=True),
        sa.Column("entrant", sa.Text, nullable=False),
        sa.Column("player", sa.Text),
        sa.Column("net_worth", sa.Integer),
        sa.Column("played", sa.Integer),
        sa.UniqueConstraint("tournament_id", "round", "entrant"),
    )


def _of_tournament(name: str, *items: sa.Column[object] | sa.UniqueConstraint) -> None:
    op.create_table(
        name,
        sa.Column("tournament_id", sa.Text, primary_key=True),
        *items,
        sa.ForeignKeyConstraint(["tournament_id"], ["tournaments.tournament_id"]),
        sqlite_strict=True,
    )
