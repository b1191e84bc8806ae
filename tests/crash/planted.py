"""Faults planted in a child process, each of which the harness must find. Nothing of the store's inside is used."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from engine.store import Batch, Store


async def _write_beside(file: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Write over a connection of one's own, in a thread, because the store's transaction under way needs the loop."""

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
            for statement, parameters in statements:
                connection.execute(statement, parameters)

    await asyncio.to_thread(write)


def _early(file: Path) -> None:
    """Acknowledge before the commit."""
    commit, writing = Store.commit, set[asyncio.Task[None]]()

    async def early(store: Store, batch: Batch) -> None:
        task = asyncio.create_task(commit(store, batch))
        writing.add(task)
        task.add_done_callback(writing.discard)

    Store.commit = early  # type: ignore[method-assign]


def _apart(file: Path) -> None:
    """Write the snapshot in a transaction of its own, before that of its input."""
    commit = Store.commit

    async def apart(store: Store, batch: Batch) -> None:
        saved = batch.snapshot
        if saved is not None:
            texts = (("snapshots", "world", saved.world), ("vaults", "sealed", saved.sealed))
            await _write_beside(
                file,
                *(
                    (f"UPDATE {t} SET seq = ?, {c} = ? WHERE world_id = ?", (saved.seq, text, batch.world_id))
                    for t, c, text in texts
                ),
            )
        await commit(store, replace(batch, snapshot=None))

    Store.commit = apart  # type: ignore[method-assign]


def _forgetful(file: Path) -> None:
    """Look for no input seen before, and take its id for a new one."""
    find, commit = Store.find_input, Store.commit

    async def unseen(store: Store, world_id: str, input_id: str) -> None:
        return None

    async def renamed(store: Store, batch: Batch) -> None:
        row = batch.row
        if await find(store, batch.world_id, row.input_id) is not None:
            batch = replace(batch, row=replace(row, input_id=f"{row.input_id} again"))
        await commit(store, batch)

    Store.find_input = unseen  # type: ignore[method-assign]
    Store.commit = renamed  # type: ignore[method-assign]


def _unposted(file: Path) -> None:
    """Leave a turn's post out of its transaction."""
    commit = Store.commit

    async def unposted(store: Store, batch: Batch) -> None:
        await commit(store, replace(batch, nonce=None))

    Store.commit = unposted  # type: ignore[method-assign]


def _double(file: Path) -> None:
    """Take the close of a turn twice, so that its card is posted twice."""
    commit = Store.commit

    async def double(store: Store, batch: Batch) -> None:
        await commit(store, batch)
        if batch.turn is not None:
            post = (batch.world_id, batch.turn["turn"], f"{batch.nonce} again")
            await _write_beside(file, ("INSERT INTO outbox (world_id, turn, nonce) VALUES (?, ?, ?)", post))

    Store.commit = double  # type: ignore[method-assign]


PLANTED: Final[dict[str, Callable[[Path], Any]]] = {
    "early": _early,
    "apart": _apart,
    "double": _double,
    "forgetful": _forgetful,
    "unposted": _unposted,
}
