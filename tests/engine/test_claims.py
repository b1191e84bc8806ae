"""Claims: an old epoch writes nothing, and a keeper that was overtaken, or is in doubt, looks at the store again."""

import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engine.actions import Join, Refusal
from engine.journal import Batch
from engine.keeper import Keeper
from engine.replay import replay_wood
from engine.shards import Shards
from engine.store import Store, StoreError, sqlite_url
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, BOB, FixedClock, Script, is_sentence, short


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(sqlite_url(tmp_path / "wood.db"), lambda _: Script(), FixedClock())
    await keeper.found("w", 1, 2, seed="seed")
    await keeper.act("w", ALICE, Join(), "join")
    yield keeper
    await keeper.close()


async def take_over(keeper: Keeper) -> None:
    """Raise the wood's epoch as another process would."""
    await keeper.store._transact(lambda c: c.execute(sa.text("UPDATE woods SET epoch = epoch + 1")))


async def journalled(keeper: Keeper) -> list[str]:
    return [row.input_id for row in await keeper.store.journal_since("w", 1)]


def epoch_in(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "wood.db")) as connection:
        return connection.execute("SELECT epoch FROM woods").fetchone()[0]


class TestOldEpochs:
    async def test_every_start_has_its_own(self, keeper: Keeper, tmp_path: Path):
        assert epoch_in(tmp_path) == 1
        await keeper.close()
        again = await Keeper.open(sqlite_url(tmp_path / "wood.db"), lambda _: Script(), FixedClock())
        assert epoch_in(tmp_path) == 2
        await again.advance("w")
        await again.close()

    async def test_an_action_is_refused_and_leaves_nothing(self, keeper: Keeper, caplog: pytest.LogCaptureFixture):
        await take_over(keeper)
        with pytest.raises(Refusal, match="has moved") as refused:
            await keeper.act("w", ALICE, short(Good.HONEY), "i")
        assert is_sentence(str(refused.value))
        assert caplog.messages == ["w was taken over by another process; what this one had in memory is dropped"]
        assert await journalled(keeper) == ["act:join"]
        assert keeper.contracts_of("w", ALICE) == ()

    async def test_a_turn_is_refused_and_leaves_nothing(self, keeper: Keeper):
        class Overtaking(Script):
            async def deliberate(self, request):
                await take_over(keeper)
                return await super().deliberate(request)

        keeper._turns._councils = lambda _: Overtaking()
        with pytest.raises(Refusal, match="has moved"):
            await keeper.advance("w")
        assert await journalled(keeper) == ["act:join", "open:1"]
        assert await keeper.outbox.pending() == []
        assert keeper.unfinished() == ["w"]

    async def test_settings_are_refused_and_left(self, keeper: Keeper):
        await take_over(keeper)
        with pytest.raises(Refusal, match="has moved"):
            await keeper.configure("w", paused=True)
        assert [wood["paused"] for wood in await keeper.store.woods()] == [0]
        assert not (await keeper.configure("w", channel_id=5)).paused

    async def test_who_takes_a_wood_back_leaves_its_others_alone(self, keeper: Keeper, tmp_path: Path):
        await keeper.found("other", 1, 3, seed="seed")
        raised = sa.text("UPDATE woods SET epoch = epoch + 1 WHERE world_id = 'w'")
        await keeper.store._transact(lambda c: c.execute(raised))
        with pytest.raises(Refusal):
            await keeper.act("w", BOB, Join(), "i")
        with closing(sqlite3.connect(tmp_path / "wood.db")) as connection:
            assert dict(connection.execute("SELECT world_id, epoch FROM woods")) == {"w": 3, "other": 1}

    async def test_who_still_has_the_shard_takes_the_wood_back_as_it_is_now(self, keeper: Keeper, tmp_path: Path):
        await take_over(keeper)
        with pytest.raises(Refusal):
            await keeper.act("w", BOB, Join(), "i")
        assert epoch_in(tmp_path) == 3
        await keeper.act("w", BOB, Join(), "i")
        await keeper.advance("w")
        assert (await replay_wood(keeper.store, "w")).identical

    async def test_what_the_other_process_did_with_the_same_input_is_told(self, keeper: Keeper):
        first = await keeper.act("w", ALICE, short(Good.HONEY), "i")
        await take_over(keeper)
        assert await keeper.act("w", ALICE, short(Good.HONEY), "i") == first


class TestDoubt:
    """A connection that breaks during a commit leaves open whether it happened."""

    @pytest.fixture
    def breaking(self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
        commit = keeper.store.commit

        async def broken(batch: Batch) -> None:
            await commit(batch)
            monkeypatch.setattr(keeper.store, "commit", commit)
            raise OperationalError("COMMIT", {}, ConnectionError("the server closed the connection"))

        monkeypatch.setattr(keeper.store, "commit", broken)

    @pytest.mark.usefixtures("breaking")
    async def test_an_action_that_was_written_is_there_afterwards(self, keeper: Keeper):
        with pytest.raises(OperationalError):
            await keeper.act("w", ALICE, short(Good.HONEY), "i")
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "i")).figures["number"] == 1
        assert len(keeper.contracts_of("w", ALICE)) == 1
        await keeper.act("w", BOB, Join(), "j")
        assert await journalled(keeper) == ["act:join", "act:i", "act:j"]
        assert (await keeper.advance("w")).turn == 1
        assert (await replay_wood(keeper.store, "w")).identical

    @pytest.mark.usefixtures("breaking")
    async def test_a_turn_that_was_opened_is_gone_on_with(self, keeper: Keeper):
        with pytest.raises(OperationalError):
            await keeper.advance("w")
        assert (await keeper.advance("w")).turn == 1
        assert await journalled(keeper) == ["act:join", "open:1", "close:1"]
        assert (await replay_wood(keeper.store, "w")).identical


class TestShardsOfAFile:
    async def test_a_file_has_one_process(self, tmp_path: Path):
        with pytest.raises(StoreError, match="Only a store on PostgreSQL") as refused:
            await Store.open(sqlite_url(tmp_path / "wood.db"), writer=True, shards=Shards(2, (0,)))
        assert is_sentence(str(refused.value))
        await (await Store.open(sqlite_url(tmp_path / "wood.db"), writer=True, shards=Shards(2, (0, 1)))).close()

    async def test_a_server_of_another_shard_gets_no_wood(self, keeper: Keeper):
        keeper._shards = Shards(2, (0,))
        with pytest.raises(Refusal, match="Another process of the bot"):
            await keeper.found("other", 1 << 22, 1)

    @pytest.mark.parametrize("address", ["postgresql://wood@/wood", "postgres://wood@/wood"])
    async def test_another_driver_is_refused_with_a_sentence(self, address: str):
        with pytest.raises(StoreError, match=r"postgresql\+psycopg://") as refused:
            await Store.open(address)
        assert is_sentence(str(refused.value))

    async def test_a_missing_driver_is_told(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(StoreError, match="uv sync --group postgres") as refused:
            await Store.open("postgresql+psycopg://wood@/wood")
        assert is_sentence(str(refused.value).replace("psycopg[binary]", ""))
