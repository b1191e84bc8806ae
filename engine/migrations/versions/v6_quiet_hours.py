"""A wood may have quiet hours, in which no turn is due.

Carries: everything; a wood that an older version wrote has none.
"""

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Give every wood a place for its quiet hours."""
    op.add_column("woods", sa.Column("quiet_hours", sa.Text()))
