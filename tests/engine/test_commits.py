"""Group commit: who waits together is written together, nobody is told too soon, and a bad input fails alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from engine import commits
from engine.commits import GroupCommit
from engine.journal import Batch, JournalRow, Snapshot
from engine.ledger import Posting
from engine.store import AlreadyJournalledError, Store, StoreUnavailableError

WOODS = [f"w{number}" for number in range(9)]


def batch(world_id: str, seq: int = 2, input_id: str = "i", quantity: int = 1) -> Batch:
    row = JournalRow(seq, input_id, "act", 0, "{}", f"receipt of {world_id}", 5)
    posting = Posting(turn=0, asset="pebbles", quantity=quantity, source="treasury", target="patron:x", memo="m")
    return Batch(world_id, row, [posting], Snapshot(seq, f"world of {world_id} at {seq}", "sealed"))


class Disk:
    """Stands before a store's transactions: counts them, holds them up, lets them fail."""

    def __init__(self, store: Store) -> None:
        self.transact = store._transact
        self.tried = 0
        self.free = asyncio.Event()
        self.free.set()
        self.broken = False

    async def __call__(self, work: Callable[[sa.Connection], None]) -> None:
        self.tried += 1
        await self.free.wait()
        if self.broken:
            raise OperationalError("COMMIT", {}, OSError("disk full"))
        await self.transact(work)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}", writer=True)
    for number, name in enumerate(WOODS):
        record = {
            "world_id": name, "guild_id": number, "channel_id": 2, "council": "c", "cadence_seconds": 60,
            "next_turn_at": None, "paused": 0,
        }  # fmt: skip
        await store.add_wood(record, batch(name, 1, "found"))
    yield store
    await store.close()


@pytest.fixture
def disk(store: Store) -> Disk:
    disk = Disk(store)
    store._commits = GroupCommit(disk)
    return disk


async def journalled(store: Store) -> dict[str, list[str]]:
    return {name: [row.input_id for row in await store.journal_since(name, 1)] for name in WOODS}


async def test_those_who_wait_together_share_a_transaction(store: Store, disk: Disk):
    await asyncio.gather(*(store.commit(batch(name)) for name in WOODS))
    assert disk.tried == 1
    assert await journalled(store) == {name: ["i"] for name in WOODS}
    for name in WOODS:
        assert await store.snapshot(name) == Snapshot(2, f"world of {name} at 2", "sealed")
        assert [p.quantity for p in await store.purse_postings(name, "patron:x", 9)] == [1, 1]


async def test_those_who_come_during_a_commit_share_the_next(store: Store, disk: Disk):
    disk.free.clear()
    first = asyncio.create_task(store.commit(batch("w0")))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(store.commit(batch(name))) for name in WOODS[1:]]
    await asyncio.sleep(0.01)
    assert disk.tried == 1
    assert not any(task.done() for task in (first, *others)), "acknowledged before the commit"
    disk.free.set()
    await asyncio.gather(first, *others)
    assert disk.tried == 2


async def test_a_transaction_has_a_most(store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commits, "MOST_TOGETHER", 4)
    await asyncio.gather(*(store.commit(batch(name)) for name in WOODS))
    assert disk.tried == 3
    assert await journalled(store) == {name: ["i"] for name in WOODS}


@pytest.mark.parametrize("place", [0, 4, 8])
@pytest.mark.parametrize("bad", ["seen before", "no such wood", "too large a number"])
async def test_a_bad_input_fails_alone(store: Store, disk: Disk, place: int, bad: str):
    batches = [batch(name) for name in WOODS]
    batches[place] = {
        "seen before": batch(WOODS[place], 2, "found"),
        "no such wood": batch("nowhere"),
        "too large a number": batch(WOODS[place], quantity=2**70),
    }[bad]
    told = await asyncio.gather(*(store.commit(each) for each in batches), return_exceptions=True)
    failed = {
        "seen before": AlreadyJournalledError,
        "no such wood": IntegrityError,
        "too large a number": OverflowError,
    }
    assert [type(each) for each in told] == [failed[bad] if n == place else type(None) for n in range(len(WOODS))]
    assert await journalled(store) == {name: ["i"] if n != place else [] for n, name in enumerate(WOODS)}
    assert (await store.snapshot(WOODS[place])).seq == 1


async def test_a_second_input_of_one_id_is_told_what_the_first_was(store: Store, disk: Disk):
    first, second = await asyncio.gather(
        store.commit(batch("w1")), store.commit(batch("w1", 3)), return_exceptions=True
    )
    assert first is None
    assert isinstance(second, AlreadyJournalledError)
    assert second.row == batch("w1").row


async def test_a_failing_disk_fails_everybody_once_and_writes_nothing(store: Store, disk: Disk):
    disk.broken = True
    told = await asyncio.gather(*(store.commit(batch(name)) for name in WOODS), return_exceptions=True)
    assert [type(each) for each in told] == [StoreUnavailableError] * len(WOODS)
    assert disk.tried == 1
    disk.broken = False
    assert await journalled(store) == {name: [] for name in WOODS}
    await store.commit(batch("w0"))
    assert (await journalled(store))["w0"] == ["i"]


async def test_a_caller_who_leaves_is_written_all_the_same(store: Store, disk: Disk):
    disk.free.clear()
    tasks = [asyncio.create_task(store.commit(batch(name))) for name in WOODS]
    await asyncio.sleep(0.01)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.sleep(0.01)
    disk.free.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in told] == [n % 2 == 0 for n in range(len(WOODS))]
    await store._commits.finish()
    assert await journalled(store) == {name: ["i"] for name in WOODS}


async def test_closing_waits_for_what_still_waits(tmp_path: Path, store: Store, disk: Disk):
    disk.free.clear()
    tasks = [asyncio.create_task(store.commit(batch(name))) for name in WOODS]
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(store.close())
    await asyncio.wait({closing}, timeout=0.5)
    assert not closing.done()
    disk.free.set()
    await closing
    assert await asyncio.gather(*tasks) == [None] * len(WOODS)
    again = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}")
    assert await journalled(again) == {name: ["i"] for name in WOODS}
    await again.close()
