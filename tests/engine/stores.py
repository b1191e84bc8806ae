"""Stores for the tests of keeping: the committed files of earlier versions, carried forward or as they were."""

import shutil
from pathlib import Path
from typing import Final

from engine.keeper import Keeper
from engine.store import sqlite_url
from tests.engine.helpers import FixedClock, Script

STORES: Final = Path(__file__).parents[1] / "data" / "stores"
SCHEMA_4: Final = STORES / "schema-4.sqlite"

WOODS: Final = {"gambit": 5, "lenders": 3, "mute": 1, "seedling": 0}
"""The woods of every file, and how many turns of each were closed."""


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
