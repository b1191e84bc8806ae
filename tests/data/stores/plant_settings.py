"""Plant a store with what keepers and players set: the woods of `plant.py`, of which two speak a language of their own.

From schema 11 on `hazel` wants to be told of calls in one of them, and is in the middle of a first lesson; from
schema 12 on the same wood is drawn by day.
"""

import asyncio
import sys
from importlib.util import find_spec
from inspect import signature
from pathlib import Path

from plant import Minds, StoppedClock, plant

from engine.keeper import Keeper
from engine.store import sqlite_url
from inference.council import load_council


async def plant_settings(file: Path) -> None:
    """Write the store into `file`, which must not be there yet."""
    await plant(file)
    minds = Minds(load_council("standin"))
    keeper = await Keeper.open(sqlite_url(file), lambda _: minds, StoppedClock())
    await keeper.configure("lenders", language="ja")
    await keeper.configure("seedling", language="es")
    if "theme" in signature(keeper.configure).parameters:
        await keeper.configure("lenders", theme="light")
    if find_spec("engine.preferences"):
        from engine import preferences

        player, lesson = keeper.player("lenders", "hazel"), preferences.Lesson(1, 3)
        await keeper.store.run(lambda c: preferences.want_calls(c, "lenders", player, "ja"))
        await keeper.store.run(lambda c: preferences.keep_lesson(c, "lenders", player, lesson))
    await keeper.close()


if __name__ == "__main__":
    asyncio.run(plant_settings(Path(sys.argv[1])))
