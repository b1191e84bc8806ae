"""A wood may have its pictures drawn in another theme than the bot's own.

Carries: everything; the pictures of a wood that an older version wrote are drawn as the bot draws them.
"""

import sqlalchemy as sa
from alembic import op

revision = "12"
down_revision = "11"


def upgrade() -> None:
    """Give every wood a place for its theme."""
    op.add_column("woods", sa.Column("theme", sa.Text, nullable=False, server_default=""))
