"""A wood's opening is posted with its founding, and Alembic counts the versions from here on.

Carries: everything. What a wood opened with was posted with the first input after its founding, or never where the bot
was started anew between the two; now it is input 1 that moved it, so that a wood's postings add up to its accounts.
The table `meta` no longer says which schema this is: programs from before this version look there, and what they find
makes them refuse the store in a sentence of theirs.
"""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"

# The accounts and assets of an opening in the order in which schema 4 opened them.
_CREATURES = ("Mossback", "Oona", "Bracken", "Sable", "Nettle")
_ACCOUNTS = ("exchange", "commons", *(f"creature:{name}" for name in _CREATURES))
_ASSETS = ("pebbles", "acorns", "berries", "mushrooms", "honey", "firewood")

_meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
_vaults = sa.table("vaults", sa.column("world_id", sa.Text), sa.column("seq", sa.Integer), sa.column("sealed", sa.Text))
_postings = sa.table(
    "postings",
    *(sa.column(name, sa.Integer) for name in ("seq", "n", "turn", "quantity")),
    *(sa.column(name, sa.Text) for name in ("world_id", "asset", "source", "target", "memo")),
)


def upgrade() -> None:
    """Post every opening with its founding, and leave a note for the programs of schema 4 and before."""
    connection = op.get_bind()
    for world_id, seq, sealed in connection.execute(sa.select(_vaults)).all():
        _post_opening(connection, world_id, seq, json.loads(sealed)["ledger"]["balances"])
    op.execute(sa.delete(_meta).where(_meta.c.key == "schema"))
    op.execute(sa.insert(_meta).values(key="schema", value="5 or later"))


def _post_opening(connection: sa.Connection, world_id: str, saved: int, balances: dict[str, dict[str, int]]) -> None:
    p = _postings
    of_wood = sa.select(p).where(p.c.world_id == world_id).order_by(p.c.seq, p.c.n)
    rows = [dict(row) for row in connection.execute(of_wood.where(p.c.memo == "opening")).mappings()]
    if rows:
        late = rows[0]["seq"]
        together = [dict(row) for row in connection.execute(of_wood.where(p.c.seq == late)).mappings()]
        connection.execute(sa.delete(p).where(p.c.world_id == world_id, p.c.seq == late))
        _insert(connection, late, [row for row in together if row["memo"] != "opening"])
    else:
        posted = [dict(row) for row in connection.execute(of_wood.where(p.c.seq <= saved)).mappings()]
        rows = [{"world_id": world_id, **row} for row in _never_posted(balances, posted)]
    _insert(connection, 1, rows)


def _never_posted(balances: dict[str, dict[str, int]], posted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the opening as what accounts hold beyond their postings."""
    moved = Counter[tuple[str, str]]()
    for row in posted:
        moved[row["target"], row["asset"]] += row["quantity"]
        moved[row["source"], row["asset"]] -= row["quantity"]
    cells = [(account, asset) for account in _ACCOUNTS for asset in _ASSETS]
    opened = [(cell, balances.get(cell[0], {}).get(cell[1], 0) - moved[cell]) for cell in cells]
    return [
        {
            "turn": 0,
            "asset": asset,
            "quantity": quantity,
            "source": "treasury" if asset == "pebbles" else "opening",
            "target": account,
            "memo": "opening",
        }
        for (account, asset), quantity in opened
        if quantity
    ]


def _insert(connection: sa.Connection, seq: int, rows: list[dict[str, Any]]) -> None:
    numbered = [{**row, "seq": seq, "n": n} for n, row in enumerate(rows)]
    if numbered:
        connection.execute(sa.insert(_postings), numbered)
