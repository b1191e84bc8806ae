"""The baseline: the tables as they were when migrations began.

Carries: nothing; it makes a new store. A store of schema 4 from before the migrations is adopted as it is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = None

# STRICT tables of SQLite know INTEGER (of 64 bits) and TEXT, and no VARCHAR, BIGINT or BOOLEAN.
_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make every table of schema 4."""
    _table("meta", _text("key", primary_key=True), _text("value"))
    _table(
        "woods",
        _text("world_id", primary_key=True),
        sa.Column("guild_id", _BIG, nullable=False, index=True),
        sa.Column("channel_id", _BIG, nullable=False),
        _text("council"),
        _number("cadence_seconds"),
        sa.Column("next_turn_at", _BIG, index=True),
        _number("paused"),
    )
    _table("snapshots", *_of_wood(), _number("seq"), _text("world"))
    _table("vaults", *_of_wood(), _number("seq"), _text("sealed"))
    _table(
        "journal",
        *_of_wood(),
        _number("seq", primary_key=True),
        _text("input_id"),
        _text("kind"),
        _number("turn"),
        _text("payload"),
        _text("receipt"),
        sa.Column("at", _BIG, nullable=False),
        sa.UniqueConstraint("world_id", "input_id"),
    )
    _table(
        "turns",
        *_of_wood(),
        _number("turn", primary_key=True),
        _number("seq"),
        _number("season"),
        _text("state_hash"),
        _text("public_hash"),
        _text("view"),
        _text("effects"),
        sa.Column("at", _BIG, nullable=False),
    )
    _table(
        "postings",
        *_of_wood(),
        _number("seq", primary_key=True),
        _number("n", primary_key=True),
        _number("turn"),
        _text("asset"),
        _number("quantity"),
        _text("source", index=True),
        _text("target", index=True),
        _text("memo"),
    )
    _table(
        "asks",
        *_of_wood(),
        _number("turn", primary_key=True),
        _text("creature", primary_key=True),
        _number("attempt", primary_key=True),
        _number("season"),
        _text("record"),
        _text("verdicts"),
        _text("notes"),
        _text("hash_before"),
        _text("hash_after"),
    )
    _table(
        "outbox",
        sa.Column("post_id", _BIG, primary_key=True, autoincrement=True),
        _text("world_id"),
        _number("turn"),
        _text("nonce", unique=True),
        sa.Column("message_id", _BIG, index=True),
        sa.ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
    )


def _table(name: str, *items: Any) -> None:
    op.create_table(name, *items, sqlite_strict=True)


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **more)


def _number(name: str, **more: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, **more)


def _of_wood() -> tuple[Any, ...]:
    return _text("world_id", primary_key=True), sa.ForeignKeyConstraint(["world_id"], ["woods.world_id"])
