"""Stores for the tests of keeping: the committed files of earlier versions, carried forward or as they were."""

import shutil
from pathlib import Path
from typing import Final

from engine.keeper import Keeper
from engine.store import sqlite_url
from tests.engine.helpers import FixedClock, Script

STORES: Final = Path(__file__).parents[1] / "data" / "stores"
SCHEMA_4: Final = STORES / "schema-4.sqlite"
SCHEMA_9: Final = STORES / "schema-9.sqlite"
SCHEMA_10: Final = STORES / "schema-10.sqlite"
SCHEMA_11: Final = STORES / "schema-11.sqlite"
SCHEMA_12: Final = STORES / "schema-12.sqlite"

WOODS: Final = {"gambit": 5, "lenders": 3, "mute": 1, "seedling": 0}
"""The woods of every file, and how many turns of each were closed."""

CONTESTS: Final = {"season-51-1": 8, "season-51-2": 2, "table-61-1-1-1": 1, "table-61-1-1-2": 1}
"""The woods of seasons and of a tournament that the file of schema 9 holds beside them."""


def turns_in(file: Path) -> dict[str, int]:
    """Return all woods of a file, and how many turns of each were closed."""
    return {**WOODS, **CONTESTS} if file == SCHEMA_9 else WOODS


def copied(folder: Path, file: Path = SCHEMA_4) -> Path:
    """Return a copy of a store that a test may change."""
    copy = folder / "wood.db"
    shutil.copy(file, copy)
    return copy


async def keeper_of(file: Path) -> Keeper:
    return await Keeper.open(sqlite_url(file), lambda _: Script(), FixedClock())


async def carried(folder: Path, file: Path = SCHEMA_4) -> Path:
    """Return a copy of a store, carried forward to the schema of today and closed."""
    copy = copied(folder, file)
    await (await keeper_of(copy)).close()
    return copy
