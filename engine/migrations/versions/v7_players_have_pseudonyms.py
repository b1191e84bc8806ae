"""Players go by pseudonyms, and one table says whose they are.

Carries: everything. Whoever acted in a wood before keeps playing there, and its journal replays to the same hashes,
because its outside id, which stands in the journal and in the vault, goes on as its pseudonym. Such a player can leave
and be forgotten as any other, but for the id in the inputs it made before: `docs/threat-model.md` says so.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"

_journal = sa.table(
    "journal", sa.column("seq", sa.Integer), *(sa.column(name, sa.Text) for name in ("world_id", "kind", "payload"))
)


def upgrade() -> None:
    """Make the table, and enter whoever acted so far under its own id, in the order of their first inputs."""
    players = op.create_table(
        "players",
        sa.Column("world_id", sa.Text, primary_key=True),
        sa.Column("player", sa.Text, primary_key=True),
        sa.Column("user", sa.Text),
        sa.ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
        sa.UniqueConstraint("world_id", "user"),
        sqlite_strict=True,
    )
    acted = sa.select(_journal.c.world_id, _journal.c.payload).where(_journal.c.kind == "act")
    rows = op.get_bind().execute(acted.order_by(_journal.c.world_id, _journal.c.seq))
    known = dict.fromkeys((row.world_id, json.loads(row.payload)["user"]) for row in rows)
    if known:
        op.bulk_insert(players, [{"world_id": world_id, "player": user, "user": user} for world_id, user in known])
