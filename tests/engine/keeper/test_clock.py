"""When the keeper's woods are due."""

from datetime import timedelta

from engine.keeper import Keeper
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import FixedClock
from tests.engine.keeper.acting import Interrupting


class TestClock:
    async def test_a_turn_is_due_a_cadence_after_the_founding(self, keeper: Keeper, clock: FixedClock):
        assert await keeper.due(clock.now()) == []
        assert await keeper.due(clock.now() + timedelta(seconds=599)) == []
        assert await keeper.due(clock.now() + timedelta(seconds=600)) == ["w"]

    async def test_and_a_cadence_after_the_last(self, keeper: Keeper, clock: FixedClock):
        clock.skip(605)
        await keeper.advance("w")
        assert await keeper.due(clock.now() + timedelta(seconds=594)) == []
        assert await keeper.due(clock.now() + timedelta(seconds=595)) == ["w"]

    async def test_a_report_says_by_how_much_its_turn_was_late(self, keeper: Keeper, clock: FixedClock):
        clock.skip(605)
        assert (await keeper.advance("w")).late == 5
        clock.skip(300)
        assert (await keeper.advance("w")).late == 0, "taken before its time"
        await keeper.found("still", 2, 2, council="script", seed="seed", on_clock=False)
        assert (await keeper.advance("still")).late is None

    async def test_after_downtime_one_turn_is_due_not_a_burst(
        self, keeper: Keeper, clock: FixedClock, open_keeper: KeeperOpener
    ):
        clock.skip(600 * 50 + 7)
        reborn = await open_keeper()
        assert await reborn.due(clock.now()) == ["w"]
        await reborn.advance("w")
        assert await reborn.due(clock.now()) == []
        assert await reborn.due(clock.now() + timedelta(seconds=592)) == []
        assert await reborn.due(clock.now() + timedelta(seconds=593)) == ["w"], "its beats keep their phase"
        assert await reborn.due(clock.now() + timedelta(seconds=600)) == ["w"]

    async def test_a_thinking_wood_is_not_due(self, keeper: Keeper, clock: FixedClock, open_keeper: KeeperOpener):
        seen: list[list[str]] = []

        async def look() -> None:
            seen.append(await current.due(clock.now()))

        current = await open_keeper(Interrupting(look))
        clock.skip(700)
        assert await current.due(clock.now()) == ["w"]
        await current.advance("w")
        assert seen == [[]]

    async def test_the_longest_overdue_comes_first(self, keeper: Keeper, clock: FixedClock):
        await keeper.found("b", 3, 4, cadence_seconds=60, seed="b")
        await keeper.found("c", 5, 6, cadence_seconds=60, seed="c", on_clock=False)
        clock.skip(3600)
        assert await keeper.due(clock.now()) == ["b", "w"]
