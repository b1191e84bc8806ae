"""Seasons and results in the store: planned, cancelled, followed and remembered."""

from datetime import UTC, datetime
from typing import Final

import pytest

from engine.contests.season import Season, SeasonPlan
from engine.keeper import Keeper
from engine.shards import ALL
from engine.staging import hall
from engine.store import Store
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, BOB, long

PLAN: Final = SeasonPlan(chapters=1, cadence_seconds=60, council="script")
REPEATED: Final = PLAN.model_copy(update={"repeats": True})
BEGINS: Final = 1_767_225_600


async def planned(store: Store, guild_id: int = 1, channel_id: int = 5, plan: SeasonPlan = PLAN) -> Season:
    return await store.run(lambda c: hall.plan_season(c, guild_id, channel_id, BEGINS, plan))


async def numbers(store: Store) -> list[int]:
    return [season.number for season in await store.run(lambda c: hall.open_seasons(c, ALL))]


class TestSeasons:
    async def test_are_numbered_by_server_and_read_back(self, store: Store):
        assert [(await planned(store, guild)).number for guild in (1, 2, 1)] == [1, 1, 2]
        first, second = await store.run(lambda c: hall.seasons_of(c, 1))
        assert (first.number, first.channel_id, first.world_id, first.plan) == (1, 5, "season-1-1", PLAN)
        assert first.begins_at == datetime.fromtimestamp(BEGINS, UTC)
        assert (first.planted, first.ended_at, first.crowned, second.world_id) == (False, None, False, "season-1-2")

    async def test_one_that_is_cancelled_before_it_began_is_gone_and_its_number_is_not_given_again(self, store: Store):
        season = await planned(store)
        for _ in range(2):
            await store.run(lambda c: hall.cancel_season(c, season))
        assert await store.run(lambda c: hall.seasons_of(c, 1)) == []
        assert (await planned(store)).number == 2
        assert await numbers(store) == [2]

    async def test_one_under_way_that_is_cancelled_goes_on_and_is_not_followed(self, keeper: Keeper):
        season = await planned(keeper.store, plan=REPEATED)
        await keeper.found(season.world_id, 1, 5, council="script", seed="seed", last_turn=8)
        (season,) = await keeper.store.run(lambda c: hall.seasons_of(c, 1))
        await keeper.store.run(lambda c: hall.cancel_season(c, season))
        (left,) = await keeper.store.run(lambda c: hall.seasons_of(c, 1))
        assert (left.cancelled, left.plan.repeats) == (False, False)

    async def test_is_followed_once(self, store: Store):
        season = await planned(store, plan=REPEATED)
        for _ in range(3):
            await store.run(lambda c: hall.follow(c, season, BEGINS + 9))
        assert await numbers(store) == [1, 2]
        following = (await store.run(lambda c: hall.seasons_of(c, 1)))[1]
        assert (following.channel_id, following.plan) == (5, REPEATED)

    async def test_another_channels_season_does_not_stand_for_the_one_that_follows(self, store: Store):
        season = await planned(store, plan=REPEATED)
        await planned(store, channel_id=6)
        await store.run(lambda c: hall.follow(c, season, BEGINS + 9))
        assert [each.channel_id for each in await store.run(lambda c: hall.seasons_of(c, 1))] == [5, 6, 5]

    async def test_one_that_is_crowned_needs_nothing_more(self, store: Store):
        season = await planned(store)
        await store.run(lambda c: hall.crown(c, season))
        assert await numbers(store) == []
        assert len(await store.run(lambda c: hall.seasons_of(c, 1))) == 1


class TestResults:
    @pytest.fixture
    async def ended(self, keeper: Keeper) -> Keeper:
        """A keeper of two ended woods of two servers; Alice was in both."""
        await keeper.found("v", 2, 3, council="script", seed="seed")
        for world_id, users in (("w", (ALICE, BOB)), ("v", (ALICE,))):
            for user in users:
                await keeper.seat(world_id, user, f"seat {user}")
            await keeper.advance(world_id)
        await keeper.act("w", ALICE, long(Good.ACORNS, 2), "deed")
        for world_id in ("w", "v"):
            await keeper.end(world_id)
        return keeper

    async def test_tell_everybodys_place_worth_and_deeds(self, ended: Keeper):
        results = await ended.store.run(lambda c: hall.results(c, "w"))
        assert {result.user: result.deeds for result in results} == {ALICE: 1, BOB: 0}
        assert [result.net_worth for result in results] == sorted((r.net_worth for r in results), reverse=True)
        assert [result.place for result in results] in ([1, 1], [1, 2])

    async def test_of_a_player_are_those_of_one_server_or_of_all(self, ended: Keeper):
        for guild_id, woods in ((None, {"w", "v"}), (1, {"w"}), (2, {"v"}), (3, set())):
            found = await ended.store.run(lambda c, g=guild_id: hall.results_of_user(c, ALICE, g))
            assert {result.world_id for result in found} == woods
        assert await ended.store.run(lambda c: hall.results_of_user(c, "a stranger")) == []

    async def test_of_a_forgotten_player_stay_without_the_name(self, ended: Keeper):
        assert await ended.forget(ALICE, "forget") == 2
        assert await ended.store.run(lambda c: hall.results_of_user(c, ALICE)) == []
        results = await ended.store.run(lambda c: hall.results(c, "w"))
        assert {result.user for result in results} == {None, BOB}

    async def test_say_whether_a_wood_has_ended(self, ended: Keeper):
        await ended.found("x", 1, 9, council="script", seed="seed")
        said = [await ended.store.run(lambda c, w=w: hall.has_ended(c, w)) for w in ("w", "x", "nowhere")]
        assert said == [True, False, False]
