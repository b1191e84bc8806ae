"""The keeper: one effect an input, and nothing acknowledged that a kill can lose."""

import asyncio

import pytest

from engine.actions import BuyForecast, CloseContract, Join, PokeWood, Refusal
from engine.journal import Batch
from engine.keeper import Keeper
from engine.store import StoreUnavailableError
from engine.vocabulary import Good, Poke
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, BOB, is_sentence, long, short
from tests.engine.keeper.acting import WHISPER, act, journalled


class TestActing:
    async def test_the_same_input_is_one_effect_and_one_receipt(self, keeper: Keeper):
        first = await keeper.act("w", ALICE, Join(), "i1")
        before = keeper.wood("w").state_hash()
        assert await keeper.act("w", ALICE, Join(), "i1") == first
        assert keeper.wood("w").state_hash() == before
        receipts = [await keeper.act("w", ALICE, short(Good.HONEY), "i2") for _ in range(3)]
        assert receipts == [receipts[0]] * 3
        assert len(keeper.contracts_of("w", ALICE)) == 1
        assert await journalled(keeper) == [("found", "found"), ("act", "act:i1"), ("act", "act:i2")]

    async def test_the_same_input_after_a_restart_is_one_effect(self, keeper: Keeper, open_keeper: KeeperOpener):
        first = await keeper.act("w", ALICE, Join(), "i1")
        again = await open_keeper()
        assert await again.act("w", ALICE, Join(), "i1") == first
        assert len(again.wood("w").world.patrons) == 1

    async def test_a_table_is_joined_by_those_alone_who_are_seated(self, keeper: Keeper):
        await keeper.found("t", 1, 3, council="script", seed="seed", invited=True)
        with pytest.raises(Refusal) as refused:
            await keeper.act("t", ALICE, Join(), "i")
        assert str(refused.value).startswith("The seats of this table are given by its tournament.")
        assert is_sentence(str(refused.value))
        seated = await keeper.seat("t", ALICE, "seat")
        assert await keeper.seat("t", ALICE, "seat") == seated, "the same input has no second effect"
        assert keeper.public("t").patrons == 1
        await keeper.seat("t", BOB, "another seat")
        assert keeper.public("t").patrons == 2
        assert (await keeper.act("t", ALICE, short(Good.HONEY), "j")).figures["number"] == 1

    async def test_inputs_are_numbered_without_a_gap(self, keeper: Keeper):
        await act(keeper, Join(), short(Good.HONEY))
        await keeper.advance("w")
        await act(keeper, Join(), user=BOB)
        assert [(row.seq, row.kind) for row in await keeper.store.journal_since("w", 0)] == [
            (1, "found"), (2, "act"), (3, "act"), (4, "open"), (5, "close"), (6, "act"),
        ]  # fmt: skip

    async def test_the_same_input_at_once_is_one_effect(self, keeper: Keeper):
        receipts = await asyncio.gather(*(keeper.act("w", ALICE, Join(), "i1") for _ in range(5)))
        assert receipts == [receipts[0]] * 5
        assert len(keeper.wood("w").world.patrons) == 1

    async def test_what_is_refused_is_not_journalled_and_changes_nothing(self, keeper: Keeper):
        await act(keeper, Join())
        before, journal = keeper.wood("w").state_hash(), await journalled(keeper)
        for number, action in enumerate((Join(), short(Good.HONEY, 0), CloseContract(number=1), short(Good.HONEY, 50))):
            with pytest.raises(Refusal) as refused:
                await keeper.act("w", ALICE, action, f"bad-{number}")
            assert is_sentence(str(refused.value))
        assert keeper.wood("w").state_hash() == before
        assert await journalled(keeper) == journal

    async def test_a_refused_input_may_come_again_with_its_id(self, keeper: Keeper):
        with pytest.raises(Refusal):
            await keeper.act("w", ALICE, short(Good.HONEY), "i1")
        await keeper.act("w", ALICE, Join(), "i2")
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "i1")).figures["number"] == 1

    async def test_many_at_once_are_applied_one_after_the_other(self, keeper: Keeper):
        await asyncio.gather(*(keeper.act("w", f"user-{n}", Join(), f"i{n}") for n in range(20)))
        assert len(set(keeper.wood("w").world.patrons)) == 20
        assert [row.seq for row in await keeper.store.journal_since("w", 0)] == list(range(1, 22))

    async def test_the_clients_of_many_woods_are_kept_apart_whatever_comes_twice(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        names = ["w", *(f"w{number}" for number in range(11))]
        for number, name in enumerate(names[1:]):
            await keeper.found(name, number, number, seed=name)
        await asyncio.gather(*(keeper.act(name, ALICE, Join(), "join") for name in names))

        async def client(name: str, twice: bool) -> list[str]:
            receipts: list[str] = []
            for number in range(6):
                action = CloseContract(number=1 + number // 2) if number % 2 else long(Good.ACORNS, 1)
                deliveries = [keeper.act(name, ALICE, action, f"i{number}") for _ in range(1 + twice)]
                receipts += {receipt.text for receipt in await asyncio.gather(*deliveries)}
            return receipts

        receipts = await asyncio.gather(*(client(name, number % 3 == 0) for number, name in enumerate(names)))
        assert [len(each) for each in receipts] == [6] * len(names)
        before = [keeper.wood(name).state_hash() for name in names]
        again = await open_keeper()
        assert [again.wood(name).state_hash() for name in names] == before
        assert [len(await again.store.journal_since(name, 1)) for name in names] == [7] * len(names)

    async def test_the_next_input_waits_until_a_cancelled_one_is_written(self, keeper: Keeper):
        await act(keeper, Join())
        async with keeper.store._writing:
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            await asyncio.sleep(0.01)
            task.cancel()
            following = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "next"))
            await asyncio.sleep(0.01)
        assert (await following).figures["number"] == 2
        assert task.cancelled()

    async def test_an_input_cancelled_twice_still_leaves_memory_and_store_of_one_mind(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        await act(keeper, Join())
        async with keeper.store._writing:
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            for _ in range(2):
                await asyncio.sleep(0.01)
                task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(10):  # what was begun is written though nobody waits for it
            while not keeper.contracts_of("w", ALICE):  # noqa: ASYNC110 - the keeper tells of nothing
                await asyncio.sleep(0.01)
        assert len(keeper.contracts_of("w", ALICE)) == 1
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "other")).figures["number"] == 2
        before = keeper.wood("w").state_hash()
        assert (await open_keeper()).wood("w").state_hash() == before

    async def test_a_failure_of_an_input_whose_sender_has_gone_is_told_in_the_log(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        await act(keeper, Join())

        async def fail(_: Batch) -> None:
            await asyncio.sleep(0.01)
            raise StoreUnavailableError

        with monkeypatch.context() as patch:
            patch.setattr(keeper.store, "commit", fail)
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert f"An input of w whose sender had gone was not written: {StoreUnavailableError()}" in caplog.messages
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "cancelled")).figures["number"] == 1

    async def test_what_was_acknowledged_survives_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join(), short(Good.HONEY), BuyForecast(), WHISPER, PokeWood(poke=Poke.FROST))
        before = keeper.wood("w").state_hash()
        again = await open_keeper()
        assert again.wood("w").state_hash() == before

    @pytest.mark.parametrize("ticks", range(0, 40, 3))
    async def test_a_cancelled_input_leaves_memory_and_store_of_one_mind(
        self, keeper: Keeper, open_keeper: KeeperOpener, ticks: int
    ):
        await act(keeper, Join())
        task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await keeper.act("w", ALICE, short(Good.HONEY), "cancelled")
        assert len(keeper.contracts_of("w", ALICE)) == 1
        before = keeper.wood("w").state_hash()
        assert (await open_keeper()).wood("w").state_hash() == before
