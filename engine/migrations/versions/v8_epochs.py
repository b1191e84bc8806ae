"""A wood has an epoch, which the process that takes it over raises.

Carries: everything; every wood begins with epoch 1.
"""

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Give every wood its epoch."""
    op.add_column("woods", sa.Column("epoch", sa.Integer, nullable=False, server_default="1"))
