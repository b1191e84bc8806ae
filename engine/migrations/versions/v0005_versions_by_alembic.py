"""Alembic counts the versions from here on.

Carries: everything as it is. The table `meta` no longer says which schema this is; programs from before this migration
looked there, and what they find now makes them refuse the store in a sentence of theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Leave a note for the programs of schema 4 and before."""
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
    op.execute(sa.delete(meta).where(meta.c.key == "schema"))
    op.execute(sa.insert(meta).values(key="schema", value="5 or later"))
