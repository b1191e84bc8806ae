"""What servers are set to, so that the bot speaks their language before Discord has named them to it.

Carries: everything; no server is known yet, and each is once Discord names it.
"""

import sqlalchemy as sa
from alembic import op

revision = "13"
down_revision = "12"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "servers",
        sa.Column(
            "guild_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("locale", sa.Text, nullable=False),
        sqlite_strict=True,
    )
