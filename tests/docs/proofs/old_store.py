"""The store named on the command line is taken in, and every journal in it replays as it was written; or why not."""

import asyncio
import sys
from pathlib import Path

from bot.clock import SystemClock
from engine.keeper import Keeper
from engine.replay import replay_wood
from engine.store import StoreError, sqlite_url


async def replay() -> bool:
    keeper = await Keeper.open(sqlite_url(Path(sys.argv[1])), lambda _: None, SystemClock())  # type: ignore[arg-type,return-value]
    try:
        reports = [await replay_wood(keeper.store, row["world_id"]) for row in await keeper.store.woods()]
    finally:
        await keeper.close()
    return sum(report.turns for report in reports) > 0 and all(report.identical for report in reports)


try:
    sys.stdout.write("identical" if asyncio.run(replay()) else "other")
except StoreError as error:
    sys.stdout.write(str(error))
