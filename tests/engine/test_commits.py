"""Group commit: who waits together is written together, nobody is told too soon, and a bad input fails alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from engine import commits, schema
from engine.claims import TakenOverError
from engine.commits import GroupCommit
from engine.journal import Batch, Ended, JournalRow, Newcomer, NewPost, Snapshot
from engine.records import PostKind
from engine.store import AlreadyJournalledError, Store, StoreUnavailableError
from tests.engine.helpers import posting

WOODS = [f"w{number}" for number in range(9)]


def batch(world_id: str, seq: int = 2, input_id: str = "i", quantity: int = 1) -> Batch:
    row = JournalRow(seq, input_id, "act", 0, "{}", f"receipt of {world_id}", 5)
    return Batch(world_id, row, [posting(quantity)], Snapshot(seq, f"world of {world_id} at {seq}", "sealed"))


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


async def rows_of(store: Store, world_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of a wood, by table; tables without any are left out."""

    def work(connection: sa.Connection) -> dict[str, list[tuple[object, ...]]]:
        found: dict[str, list[tuple[object, ...]]] = {}
        for name, table in schema.metadata.tables.items():
            if "world_id" in table.c:
                query = sa.select(table).where(table.c.world_id == world_id).order_by(*table.primary_key)
                found[name] = [tuple(row) for row in connection.execute(query)]
        return {name: rows for name, rows in found.items() if rows}

    return await store.run(work)


async def test_everything_an_input_writes_lies_in_its_table_and_in_no_other_wood(store: Store, disk: Disk):
    closing = replace(
        batch("w3", 7),
        postings=[posting(4), posting(5)],
        turn={"turn": 1, "season": 2, "state_hash": "s", "public_hash": "p", "view": "v", "effects": "e"},
        asks=[
            {
                "turn": 1, "creature": creature, "attempt": 1, "season": 2, "record": "r", "verdicts": "v",
                "notes": "n", "hash_before": "b", "hash_after": "a",
            }
            for creature in ("Oona", "Sable")
        ],
        next_turn_at=777,
        moves_clock=True,
        posts=[NewPost(PostKind.TURN, "card"), NewPost(PostKind.STANDINGS, "ranks", [["the fox", 9]])],
        newcomer=Newcomer("p1", "ada"),
    )  # fmt: skip
    # A turn that moves no clock and posts nothing, and an action.
    quiet = replace(batch("w4"), turn=closing.turn, next_turn_at=888)
    others = {name: await rows_of(store, name) for name in WOODS[5:]}
    acting = replace(batch("w2"), snapshot=None)
    await asyncio.gather(*(store.commit(each) for each in (acting, closing, quiet)))
    assert disk.tried == 1

    def wood(number: int, due: int | None) -> list[tuple[object, ...]]:
        return [(f"w{number}", number, 2, "c", 60, due, 0, None, 1, None, 0, None, None, "", "")]

    def founding(name: str) -> tuple[object, ...]:
        return (name, 1, "found", "act", 0, "{}", f"receipt of {name}", 5)

    def post(name: str, seq: int, n: int, quantity: int) -> tuple[object, ...]:
        return (name, seq, n, 0, "pebbles", quantity, "treasury", "patron:x", "m")

    assert await rows_of(store, "w3") == {
        "woods": wood(3, 777),
        "journal": [founding("w3"), ("w3", 7, "i", "act", 0, "{}", "receipt of w3", 5)],
        "postings": [post("w3", 1, 0, 1), post("w3", 7, 0, 4), post("w3", 7, 1, 5)],
        "snapshots": [("w3", 7, "world of w3 at 7")],
        "vaults": [("w3", 7, "sealed")],
        "players": [("w3", "p1", "ada")],
        "asks": [("w3", 1, name, 1, 2, "r", "v", "n", "b", "a") for name in ("Oona", "Sable")],
        "turns": [("w3", 1, 7, 2, "s", "p", "v", "e", 5)],
        "outbox": [
            (1, "w3", 0, "card", None, "turn", None, 5),
            (2, "w3", 0, "ranks", None, "standings", '[["the fox",9]]', 5),
        ],
    }
    assert await rows_of(store, "w4") == {
        "woods": wood(4, None),
        "journal": [founding("w4"), ("w4", 2, "i", "act", 0, "{}", "receipt of w4", 5)],
        "postings": [post("w4", 1, 0, 1), post("w4", 2, 0, 1)],
        "snapshots": [("w4", 2, "world of w4 at 2")],
        "vaults": [("w4", 2, "sealed")],
        "turns": [("w4", 1, 2, 2, "s", "p", "v", "e", 5)],
    }
    assert await rows_of(store, "w2") == {
        "woods": wood(2, None),
        "journal": [founding("w2"), ("w2", 2, "i", "act", 0, "{}", "receipt of w2", 5)],
        "postings": [post("w2", 1, 0, 1), post("w2", 2, 0, 1)],
        "snapshots": [("w2", 1, "world of w2 at 1")],
        "vaults": [("w2", 1, "sealed")],
    }
    assert {name: await rows_of(store, name) for name in WOODS[5:]} == others


async def test_one_wood_ends_with_its_results_and_its_story(store: Store, disk: Disk):
    for name in ("w0", "w1"):
        await store.commit(replace(batch(name), next_turn_at=777, moves_clock=True))
    results = [
        {"player": f"p{place}", "mask": f"mask {place}", "place": place, "net_worth": 90 - place, "deeds": 3}
        for place in (1, 2)
    ]
    ending = replace(batch("w1", 3, "end"), ended=Ended(results, "told"))
    await asyncio.gather(store.commit(ending), store.commit(batch("w0", 3, "j")))
    ended, goes_on = await rows_of(store, "w1"), await rows_of(store, "w0")
    assert ended["woods"] == [("w1", 1, 2, "c", 60, None, 0, None, 1, None, 0, 5, "told", "", "")]
    assert ended["results"] == [("w1", "p1", "mask 1", 1, 89, 3), ("w1", "p2", "mask 2", 2, 88, 3)]
    assert goes_on["woods"] == [("w0", 0, 2, "c", 60, 777, 0, None, 1, None, 0, None, None, "", "")]
    assert "results" not in goes_on


async def test_one_player_of_one_wood_is_forgotten(store: Store, disk: Disk):
    for seq, newcomer in enumerate((Newcomer("p1", "ada"), Newcomer("p2", "bob")), 2):
        for name in ("w0", "w1"):
            await store.commit(replace(batch(name, seq, f"i{seq}"), newcomer=newcomer))
    await asyncio.gather(store.commit(replace(batch("w1", 4), forgotten="p1")), store.commit(batch("w0", 4)))
    assert (await rows_of(store, "w0"))["players"] == [("w0", "p1", "ada"), ("w0", "p2", "bob")]
    assert (await rows_of(store, "w1"))["players"] == [("w1", "p1", None), ("w1", "p2", "bob")]


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
@pytest.mark.parametrize("bad", ["seen before", "no such wood", "too large a number", "taken over"])
async def test_a_bad_input_fails_alone(store: Store, disk: Disk, place: int, bad: str):
    batches = [batch(name) for name in WOODS]
    batches[place] = {
        "seen before": batch(WOODS[place], 2, "found"),
        "no such wood": batch("nowhere"),
        "too large a number": batch(WOODS[place], quantity=2**70),
        "taken over": replace(batch(WOODS[place]), epoch=7),
    }[bad]
    told = await asyncio.gather(*(store.commit(each) for each in batches), return_exceptions=True)
    failed = {
        "seen before": AlreadyJournalledError,
        "no such wood": IntegrityError,
        "too large a number": OverflowError,
        "taken over": TakenOverError,
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
