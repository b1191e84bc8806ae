"""What Patrons want of the bot: to be told of calls, and where their first lesson stands.

Carries: everything; nobody wants to be told of anything.
"""

import sqlalchemy as sa
from alembic import op

revision = "11"
down_revision = "10"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "preferences",
        sa.Column("world_id", sa.Text, primary_key=True),
        sa.Column("player", sa.Text, primary_key=True),
        sa.Column("calls_in", sa.Text),
        sa.Column("told_turn", sa.Integer),
        sa.Column("lesson_contract", sa.Integer),
        sa.Column("lesson_turn", sa.Integer),
        sa.ForeignKeyConstraint(["world_id"], ["woods.world_id"]),
        sqlite_strict=True,
    )
