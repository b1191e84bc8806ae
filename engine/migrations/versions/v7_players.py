"""Players go by pseudonyms, and one table says whose each is.

Carries: everything. Who played before goes on under the outside id itself, which journal and vault hold: forgetting
such a player strikes it from the table, and leaves it in the journal. Newcomers have numbers.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"

_journal = sa.table(
    "journal", sa.column("world_id", sa.Text), sa.column("kind", sa.Text), sa.column("payload", sa.Text)
)


def upgrade() -> None:
    """Make the table of players, and note in it everybody who has acted in a wood."""
    players = op.create_table(
        "players",
        sa.Column("world_id", sa.Text(), sa.ForeignKey("woods.world_id"), primary_key=True),
        sa.Column("player", sa.Text(), primary_key=True),
        sa.Column("user", sa.Text()),
        sa.UniqueConstraint("world_id", "user"),
        sqlite_strict=True,
    )
    acts = sa.select(_journal.c.world_id, _journal.c.payload).where(_journal.c.kind == "act")
    acted = {(world_id, json.loads(payload)["user"]) for world_id, payload in op.get_bind().execute(acts)}
    if acted:
        op.bulk_insert(players, [{"world_id": world, "player": user, "user": user} for world, user in sorted(acted)])
