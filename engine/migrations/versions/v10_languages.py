"""A wood may speak another language than its server.

Carries: everything; a wood that an older version wrote speaks as its server does.
"""

import sqlalchemy as sa
from alembic import op

revision = "10"
down_revision = "9"


def upgrade() -> None:
    """Give every wood a place for its language."""
    op.add_column("woods", sa.Column("language", sa.Text, nullable=False, server_default=""))
