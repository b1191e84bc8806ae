"""${message}.

Carries: say what becomes of every row that an older version wrote, and what cannot be carried.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Say in one sentence what changes."""
