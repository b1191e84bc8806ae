"""The store's benchmark counts what it did, and looks whether it lasted."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks import store
from engine.keeper import Keeper
from engine.store import Store


async def test_everything_it_counts_is_durable_and_replays(tmp_path: Path) -> None:
    report = await store.run(tmp_path, woods=3, turns=2, actions=4)
    assert report["synchronous"] == "FULL"
    assert (report["woods"], report["clients"]) == (3, 3 * store.CLIENTS_A_WOOD)
    assert report["turns"]["done"] == 3 * 2
    assert report["actions"]["done"] == 3 * store.CLIENTS_A_WOOD * 4
    assert (report["all_durable"], report["identical"]) == (True, True)
    assert report["turns_per_s"] > 0 < report["actions_per_s"]
    assert 0 < report["actions"]["wait_ms_median"] <= report["actions"]["wait_ms_p99"]
    assert not list(tmp_path.glob("*")), "it takes its file away"  # noqa: ASYNC240


async def test_a_single_turn_is_measured(tmp_path: Path) -> None:
    turns = (await store.run(tmp_path, woods=1, turns=1, actions=1))["turns"]
    assert turns["done"] == 1
    assert turns["wait_ms_median"] == turns["wait_ms_p99"] > 0


async def test_an_action_that_was_acknowledged_and_not_written_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, lost = Store.commit, list[str]()

    async def losing(self: Store, batch) -> None:
        if batch.row.input_id == "act:client-1-3":
            lost.append(batch.world_id)
        else:
            await commit(self, batch)

    monkeypatch.setattr(Store, "commit", losing)
    report = await store.run(tmp_path, woods=2, turns=1, actions=4)
    assert lost
    assert not report["all_durable"]


async def test_a_journal_that_replays_otherwise_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close = Keeper.close

    async def tampering(self: Keeper) -> None:
        await self.store._transact(lambda c: c.execute(sa.text("UPDATE turns SET state_hash = 'x' WHERE turn = 1")))
        await close(self)

    monkeypatch.setattr(Keeper, "close", tampering)
    report = await store.run(tmp_path, woods=2, turns=1, actions=2)
    assert (report["all_durable"], report["identical"]) == (True, False)
