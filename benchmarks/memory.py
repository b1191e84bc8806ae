"""How much memory a loaded wood takes, and how long loading it does: `python -m benchmarks.memory`.

One wood is played, saved, and restored many times over, as a process does that starts with as many woods. What is
measured is the growth of the process's resident memory, which Linux tells, divided by the number of woods.
"""

import asyncio
import gc
import json
import os
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.engine import SEED, full_turn, play
from engine.actions import act
from engine.turn import found
from engine.world import Wood, Written

WOODS: Final = 2_000
TURNS: Final = 100
PATRONS: Final = (0, 8, 30)


def resident() -> int:
    """Return the bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def played(turns: int, patrons: int) -> Written:
    """Return a wood after so many turns with so many Patrons, as it is saved."""
    wood = found("bench", SEED)
    for turn in await play(turns, patrons):
        for user, action in turn.moves:
            wood = act(wood, user, action).wood
        wood, _ = full_turn(wood, turn.decisions)
    wood.ledger.drain()
    return wood.write()


def measure(written: Written, woods: int, kept: list[Wood]) -> dict[str, float]:
    """Return what one of so many restored woods takes in KiB of memory and milliseconds, and its size when saved.

    They are added to `kept`: memory that is given back could be used again, and would hide what the next ones take.
    """
    gc.collect()
    before, began = resident(), time.perf_counter()
    kept += [Wood.restore(written.world, written.sealed) for _ in range(woods)]
    seconds = time.perf_counter() - began
    gc.collect()
    grown = resident() - before
    return {
        "kib": round(grown / woods / 1024, 1),
        "saved_kib": round((len(written.world) + len(written.sealed)) / 1024, 1),
        "load_ms": round(1_000 * seconds / woods, 2),
    }


def run(woods: int = WOODS, turns: int = TURNS) -> dict[str, Any]:
    """Return the figures for woods with few and many Patrons, by how many they have."""
    saved = {patrons: asyncio.run(played(turns, patrons)) for patrons in PATRONS}
    kept: list[Wood] = []
    return {
        "woods": woods,
        "turns": turns,
        "patrons": {str(patrons): measure(written, woods, kept) for patrons, written in saved.items()},
    }


if __name__ == "__main__":
    print(json.dumps(run()))  # noqa: T201 - its one line
