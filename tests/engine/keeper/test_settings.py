"""The settings of a wood, and what a manager may do with one."""

from datetime import time, timedelta

import pytest

from engine.actions import Join, Refusal
from engine.cadence import QuietHours
from engine.keeper import Keeper, Told
from engine.records import PostKind
from engine.replay import replay_wood
from engine.vocabulary import Good
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, FixedClock, is_sentence, purse, short
from tests.engine.keeper.acting import act


class TestConfiguring:
    async def test_a_wood_can_be_paused_and_taken_up_again(self, keeper: Keeper, clock: FixedClock):
        clock.skip(700)
        assert (await keeper.configure("w", paused=True)).paused
        assert await keeper.due(clock.now()) == []
        assert not (await keeper.configure("w", paused=False)).paused
        assert await keeper.due(clock.now()) == ["w"]

    async def test_a_new_cadence_counts_from_now(self, keeper: Keeper, clock: FixedClock):
        clock.skip(100)
        record = await keeper.configure("w", cadence_seconds=30)
        assert (record.cadence_seconds, record.next_turn_at) == (30, clock.now() + timedelta(seconds=30))
        clock.skip(30)
        assert await keeper.due(clock.now()) == ["w"]
        await keeper.advance("w")
        assert keeper.woods()[0].next_turn_at == clock.now() + timedelta(seconds=30)

    async def test_quiet_hours_are_kept_and_can_be_given_up(self, keeper: Keeper, clock: FixedClock):
        hours = QuietHours(zone="UTC", start=clock.now().time(), end=(clock.now() + timedelta(hours=8)).time())
        record = await keeper.configure("w", quiet_hours=hours)
        assert record.next_turn_at == clock.now() + timedelta(hours=8)
        clock.skip(8 * 3600)
        await keeper.advance("w")
        assert await keeper.due(clock.now() + timedelta(seconds=600)) == ["w"]
        record = await keeper.configure("w", quiet_hours="none")
        assert record.quiet_hours is None

    async def test_settings_survive_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        hours = QuietHours(zone="Europe/Berlin", start=time(22), end=time(7))
        record = await keeper.configure(
            "w", channel_id=77, council="other", cadence_seconds=90, paused=True, quiet_hours=hours, language="zh_TW",
            theme="light",
        )  # fmt: skip
        assert (record.quiet_hours, record.language, record.theme) == (hours, "zh_TW", "light")
        assert (record.channel_id, record.council, record.cadence_seconds, record.paused) == (77, "other", 90, True)
        reborn = await open_keeper()
        assert reborn.woods() == [record]
        assert reborn.of_guild(1) == [record]
        assert reborn.of_guild(2) == []

    async def test_nothing_asked_changes_nothing(self, keeper: Keeper):
        before = keeper.woods()
        assert [await keeper.configure("w")] == before

    @pytest.mark.parametrize("seconds", [0, -1, 9, 7 * 24 * 3600 + 1])
    async def test_a_cadence_out_of_bounds_is_refused(self, keeper: Keeper, seconds: int):
        before = keeper.woods()
        for attempt in (
            keeper.configure("w", cadence_seconds=seconds),
            keeper.found("x", 8, 9, cadence_seconds=seconds),
        ):
            with pytest.raises(Refusal) as refused:
                await attempt
            assert is_sentence(str(refused.value))
        assert keeper.woods() == before

    async def test_a_second_wood_of_one_name_is_refused(self, keeper: Keeper):
        before = keeper.wood("w").state_hash()
        with pytest.raises(Refusal) as refused:
            await keeper.found("w", 1, 2, cadence_seconds=60)
        assert is_sentence(str(refused.value))
        assert keeper.wood("w").state_hash() == before

    async def test_woods_are_apart(self, keeper: Keeper):
        await keeper.found("b", 3, 4, seed="b")
        before = keeper.wood("b").state_hash()
        await act(keeper, Join())
        await keeper.advance("w")
        assert keeper.wood("b").state_hash() == before
        assert (await keeper.act("b", ALICE, Join(), "i-user-alice-0")).figures["purse"] == 100


class TestPowers:
    """What a keeper of the server may do to a wood, each told to everybody, once."""

    TOLD = Told("interaction 5", "The keeper pauses the wood.")

    async def notices(self, keeper: Keeper) -> list[object]:
        return [post.content for post in await keeper.outbox.pending("w") if post.kind is PostKind.NOTICE]

    async def test_what_is_told_is_posted_once_however_often_it_comes(self, keeper: Keeper, open_keeper: KeeperOpener):
        for _ in range(2):
            await keeper.configure("w", paused=True, told=self.TOLD)
        again = await open_keeper()
        await again.configure("w", paused=True, told=self.TOLD)
        assert await self.notices(again) == [self.TOLD.text]
        (post,) = await again.outbox.pending("w")
        assert (post.channel_id, post.turn, post.view) == (2, 0, None), "before the first turn there is nothing to see"

    async def test_other_deeds_are_other_posts(self, keeper: Keeper):
        await keeper.configure("w", paused=True, told=self.TOLD)
        await keeper.configure("w", paused=False, told=Told("interaction 6", "The keeper lets it go on."))
        assert await self.notices(keeper) == ["The keeper pauses the wood.", "The keeper lets it go on."]

    async def test_a_postponed_turn_comes_so_much_later_once(self, keeper: Keeper, clock: FixedClock):
        due = keeper.record("w").next_turn_at
        told = Told("i", "The next turn comes ten minutes later.")
        for _ in range(2):
            record = await keeper.postpone("w", 600, told)
        assert due is not None
        assert record.next_turn_at == due + timedelta(seconds=600)
        clock.skip(700)
        assert await keeper.due(clock.now()) == []
        assert await self.notices(keeper) == [told.text]

    async def test_a_wood_that_no_clock_moves_cannot_be_postponed(self, keeper: Keeper):
        await keeper.configure("w", paused=True)
        with pytest.raises(Refusal, match="No clock moves"):
            await keeper.postpone("w", 600, Told("i", "Later."))
        assert await self.notices(keeper) == []

    async def test_a_season_is_extended_once_also_when_its_last_turn_has_closed(
        self, keeper: Keeper, clock: FixedClock
    ):
        await keeper.found("s", 1, 5, cadence_seconds=600, seed="s", last_turn=1)
        await keeper.advance("s")
        assert (keeper.over(), keeper.record("s").next_turn_at) == (["s"], None)
        for _ in range(2):
            record = await keeper.extend("s", 8, Told("i", "A chapter longer."))
        assert (record.last_turn, record.next_turn_at) == (9, clock.now() + timedelta(seconds=600))
        assert keeper.over() == []
        assert (await keeper.advance("s")).turn == 2

    async def test_a_wood_without_an_end_cannot_be_extended(self, keeper: Keeper):
        with pytest.raises(Refusal, match="no last turn") as refused:
            await keeper.extend("w", 8, Told("i", "Longer."))
        assert is_sentence(str(refused.value))

    async def test_a_voided_turn_is_told_and_voided_once(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join())
        await keeper.advance("w")
        before = keeper.wood("w").ledger.dump()
        await act(keeper, short(Good.HONEY), prefix="void me")
        await keeper.advance("w")
        told = await keeper.void("w")
        assert told.startswith("The keeper voids turn 2")
        assert keeper.contracts_of("w", ALICE) == ()
        purse_then = purse(keeper.wood("w"), str(keeper.mask("w", ALICE)))
        assert purse_then == before["balances"][f"patron:{keeper.mask('w', ALICE)}"]["pebbles"]
        again = await open_keeper()
        assert again.wood("w").state_hash() == keeper.wood("w").state_hash()
        with pytest.raises(Refusal, match="void already"):
            await again.void("w")
        assert await self.notices(again) == [told]
        assert (await again.advance("w")).turn == 3
        assert (await replay_wood(again.store, "w")).identical
