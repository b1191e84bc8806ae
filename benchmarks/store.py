"""How many turns and actions a second the Keeper makes durable, over many woods with many clients at once.

Everything goes through a real `Keeper` onto a file, or into another store; the council answers at once. A turn counts
when `advance` has returned, an action when `act` has, so both are committed. Afterwards the store is opened anew:
everything acknowledged must stand in its journals, and every journal must replay to the same hashes.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.engine import SEED, play
from benchmarks.instant import InstantCouncil
from benchmarks.waits import median_and_p99
from bot.clock import SystemClock
from engine.actions import CloseContract, Join, OpenContract
from engine.keeper import Keeper
from engine.replay import replay_wood
from engine.store import Store, StoreError, sqlite_url
from engine.vocabulary import Good, Stance

WOODS: Final = 64
CLIENTS_A_WOOD: Final = 4
TURNS: Final = 20
ACTIONS: Final = 50


async def run(
    folder: Path | None = None,
    woods: int = WOODS,
    turns: int = TURNS,
    actions: int = ACTIONS,
    address: str | None = None,
) -> dict[str, Any]:
    """Return the `store` part of `wood bench --json`.

    Args:
        folder: Where to put the file, which is taken away afterwards; the system's folder for such when None.
        woods: How many woods there are.
        turns: Turns of each.
        actions: Actions of each of the `CLIENTS_A_WOOD` clients of each wood.
        address: The address of another store to measure, which holds no wood yet and keeps those of the benchmark.

    Raises:
        StoreError: If the store at `address` cannot be used, or holds woods.
    """
    council = InstantCouncil([turn.decisions for turn in await play(turns, patrons=0)])
    with TemporaryDirectory(dir=folder, prefix="wood-bench-") as place:
        url = address or sqlite_url(Path(place) / "wood.db")
        keeper = await Keeper.open(url, lambda _: council, SystemClock())
        try:
            if keeper.woods():
                raise StoreError("The store to be measured holds woods. Name an empty one.")
            names = [f"wood-{number}" for number in range(woods)]
            for number, name in enumerate(names):
                await keeper.found(name, number, number, seed=SEED, on_clock=False)
            gc.freeze()  # as the bot does
            synchronous = await keeper.store.synchronous()
            advanced = await _timed([_turns(keeper, name, turns) for name in names])
            clients = [(name, f"client-{number}") for name in names for number in range(CLIENTS_A_WOOD)]
            await asyncio.gather(*(keeper.act(name, user, Join(), f"join-{user}") for name, user in clients))
            acted = await _timed([_actions(keeper, name, user, actions) for name, user in clients])
        finally:
            gc.unfreeze()
            await keeper.close()
        durable, identical = await _reopened(url)
    return {
        "turns_per_s": advanced.pop("per_s"),
        "actions_per_s": acted.pop("per_s"),
        "synchronous": synchronous,
        "woods": woods,
        "clients": len(clients),
        "turns": advanced,
        "actions": acted,
        "all_durable": durable == {"close": advanced["done"], "act": acted["done"] + len(clients)},
        "identical": identical,
    }


async def _timed(clients: list[Awaitable[list[float]]]) -> dict[str, Any]:
    """Run all clients at once; return how much they did a second, and how long one waited for an acknowledgement."""
    began = time.perf_counter()
    waits = [wait for waits in await asyncio.gather(*clients) for wait in waits]
    seconds = time.perf_counter() - began
    usual, long = median_and_p99(waits)
    return {
        "per_s": round(len(waits) / seconds),
        "done": len(waits),
        "seconds": round(seconds, 2),
        "wait_ms_median": round(1_000 * usual, 1),
        "wait_ms_p99": round(1_000 * long, 1),
    }


async def _turns(keeper: Keeper, world_id: str, turns: int) -> list[float]:
    """Run so many turns of a wood; return the seconds each took."""
    return [await _seconds(keeper.advance(world_id)) for _ in range(turns)]


async def _actions(keeper: Keeper, world_id: str, user: str, actions: int) -> list[float]:
    """Open a contract and close it, over and over, one after the other; return the seconds each action took."""
    opening = OpenContract(stance=Stance.LONG, good=Good.ACORNS, quantity=1)
    waits: list[float] = []
    for done in range(actions):
        action = CloseContract(number=1 + done // 2) if done % 2 else opening
        waits.append(await _seconds(keeper.act(world_id, user, action, f"{user}-{done}")))
    return waits


async def _seconds(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _reopened(url: str) -> tuple[dict[str, int], bool]:
    """Return how many turns and actions the journals of a file hold, and whether all of them replay alike."""
    store = await Store.open(url)
    try:
        kinds, identical = {"close": 0, "act": 0}, True
        for wood in await store.woods():
            for row in await store.journal_since(wood["world_id"], 0):
                if row.kind in kinds:
                    kinds[row.kind] += 1
            identical &= (await replay_wood(store, wood["world_id"])).identical
        return kinds, identical
    finally:
        await store.close()
