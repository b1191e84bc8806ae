"""The steward: a season begins, ends, is crowned and followed, each once, wherever its process is killed."""

import asyncio
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from engine.actions import Join, Refusal
from engine.audit import audit
from engine.contests.season import Season, SeasonPlan
from engine.keeper import Keeper
from engine.ports import Deliberation, TurnRequest
from engine.records import PostKind, WoodRecord
from engine.replay import replay_wood
from engine.staging import hall
from engine.staging.steward import Steward
from engine.store import sqlite_url
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, BOB, FixedClock, Script, long
from tests.engine.staging.stage import KilledError, mortal

GUILD: Final = 1
CHANNEL: Final = 7
CADENCE: Final = 600
PLAN: Final = SeasonPlan(chapters=1, cadence_seconds=CADENCE, council="script", role_id=9)


@dataclass
class Usher:
    """Who welcomes and crowns; `away` says how often it cannot."""

    welcomed: list[str] = field(default_factory=list[str])
    crowned: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    away: int = 0

    async def welcome(self, wood: WoodRecord) -> None:
        self.welcomed.append(wood.world_id)

    async def crown(self, season: Season, winners: list[str]) -> None:
        if self.away:
            self.away -= 1
            raise OSError("Discord is away")
        self.crowned.append((season.world_id, winners))


@dataclass
class House:
    """A server with seasons, which outlives every process that keeps it."""

    file: Path
    clock: FixedClock = field(default_factory=FixedClock)
    usher: Usher = field(default_factory=Usher)
    council: Script = field(default_factory=Script)

    async def opened(self) -> tuple[Keeper, Steward]:
        keeper = await Keeper.open(sqlite_url(self.file), lambda _: self.council, self.clock)
        return keeper, Steward(keeper, self.clock, self.usher)

    async def plan(self, keeper: Keeper, plan: SeasonPlan = PLAN, later: int = 0) -> Season:
        begins = int((self.clock.now() + timedelta(seconds=later)).timestamp())
        return await keeper.store.run(lambda c: hall.plan_season(c, GUILD, CHANNEL, begins, plan))

    async def live(self, keeper: Keeper, steward: Steward) -> None:
        """Let the clock strike until the first season is crowned and nothing more is due for it."""
        for _ in range(100):
            await steward.look()
            for world_id in await keeper.due(self.clock.now()):
                if world_id == "season-1-1":
                    await keeper.act(world_id, ALICE, Join(), "join")
                    await keeper.advance(world_id)
            seasons = await keeper.store.run(lambda c: hall.seasons_of(c, GUILD))
            if seasons[0].crowned and all(season.planted for season in seasons):
                return
            if await keeper.due(self.clock.now()) == [] and not keeper.over():
                self.clock.skip(CADENCE)
        raise AssertionError("the season gets nowhere")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "wood.db")


async def through_a_season(
    keeper: Keeper, steward: Steward, house: House, users: tuple[str, ...] = (ALICE, BOB)
) -> None:
    """Begin the season that is planned and take all of its turns; it has not ended then."""
    await steward.look()
    for user in (ALICE, BOB):
        await keeper.act("season-1-1", user, Join(), f"join {user}")
    for _ in range(8):
        house.clock.skip(CADENCE)
        assert await keeper.due(house.clock.now()) == ["season-1-1"]
        await keeper.advance("season-1-1")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a season whose last turn has closed, and that is to be followed by another."""
    house = House(tmp_path_factory.mktemp("played") / "wood.db")

    async def play() -> None:
        keeper, steward = await house.opened()
        await house.plan(keeper, PLAN.model_copy(update={"repeats": True}))
        await through_a_season(keeper, steward, house)
        await keeper.close()

    asyncio.run(play())
    return house.file


def broken(_name: str) -> Script:
    raise ValueError("its model is gone")


class TestBeginning:
    async def test_comes_when_it_is_due_and_not_before(self, house: House):
        keeper, steward = await house.opened()
        await house.plan(keeper, later=3600)
        await steward.look()
        assert keeper.woods() == []
        house.clock.skip(3600)
        for _ in range(3):
            await steward.look()
        (record,) = keeper.woods()
        assert (record.world_id, record.channel_id, record.last_turn) == ("season-1-1", CHANNEL, 8)
        assert record.next_turn_at == house.clock.now() + timedelta(seconds=CADENCE)
        assert house.usher.welcomed == ["season-1-1"]
        await keeper.close()

    async def test_it_speaks_and_looks_as_the_wood_did_that_grew_in_its_channel(self, house: House):
        keeper, steward = await house.opened()
        await keeper.found("before", GUILD, CHANNEL, council="script", language="es", theme="light")
        await keeper.found("elsewhere", GUILD, CHANNEL + 1, council="script", on_clock=False)
        await house.plan(keeper, PLAN.model_copy(update={"repeats": True}))
        await through_a_season(keeper, steward, house)
        first = keeper.record("season-1-1")
        assert (first.language, first.theme) == ("es", "light")
        await keeper.configure("season-1-1", language="ja", theme="dark")
        for _ in range(3):
            await steward.look()
        second = keeper.record("season-1-2")
        assert (second.language, second.theme) == ("ja", "dark")
        await keeper.close()

    async def test_ends_the_wood_that_grows_in_its_channel_and_no_other(self, house: House):
        keeper, steward = await house.opened()
        await keeper.found("open", GUILD, CHANNEL, council="script", seed="seed")
        await keeper.found("beside", GUILD, CHANNEL + 1, council="script", seed="seed")
        await house.plan(keeper)
        await steward.look()
        assert {record.world_id for record in keeper.woods()} == {"season-1-1", "beside"}
        assert await keeper.store.run(lambda c: hall.has_ended(c, "open"))
        assert [post.kind for post in await keeper.outbox.pending("open")] == [PostKind.ENDED]
        await keeper.close()
        assert audit(house.file).faults == []

    async def test_waits_for_creatures_that_are_thinking(self, house: House):
        keeper, steward = await house.opened()
        await keeper.found("open", GUILD, CHANNEL, council="script", seed="seed")
        await house.plan(keeper)
        looks: list[bool] = []

        class Watched(Script):
            async def deliberate(self, request: TurnRequest) -> Deliberation:
                await steward.look()
                looks.append(keeper.keeps("season-1-1"))
                return await super().deliberate(request)

        house.council = Watched()
        await keeper.advance("open")
        assert looks == [False]
        await steward.look()
        assert [record.world_id for record in keeper.woods()] == ["season-1-1"]
        await keeper.close()

    async def test_of_one_that_was_cancelled_never_comes(self, house: House):
        keeper, steward = await house.opened()
        season = await house.plan(keeper, later=10)
        await keeper.store.run(lambda c: hall.cancel_season(c, season))
        house.clock.skip(10)
        await steward.look()
        assert keeper.woods() == []
        await keeper.close()


class TestEnding:
    async def test_comes_after_the_last_turn_with_results_a_story_and_a_post(self, house: House):
        keeper, steward = await house.opened()
        await house.plan(keeper)
        await through_a_season(keeper, steward, house)
        assert keeper.over() == ["season-1-1"]
        assert await keeper.due(house.clock.now() + timedelta(days=1)) == [], "no turn is due after the last one"
        with pytest.raises(Refusal, match="last turn"):
            await keeper.advance("season-1-1")
        for _ in range(3):
            await steward.look()
        assert (keeper.over(), keeper.woods()) == ([], [])
        (season,) = await keeper.store.run(lambda c: hall.seasons_of(c, GUILD))
        assert await keeper.store.run(lambda c: hall.ended_wood(c, "season-1-1")) is not None, "it has a story"
        assert season.crowned
        results = await keeper.store.run(lambda c: hall.results(c, "season-1-1"))
        winners = [result.user for result in results if result.place == 1]
        assert house.usher.crowned == [("season-1-1", winners)]
        posts = [post.kind for post in await keeper.outbox.pending("season-1-1")]
        assert posts == [*[PostKind.TURN] * 8, PostKind.ENDED]
        with pytest.raises(Refusal):
            await keeper.act("season-1-1", ALICE, long(Good.HONEY), "late")
        await keeper.close()
        assert audit(house.file).faults == []

    async def test_a_crown_that_cannot_be_given_is_tried_again_after_a_rest_until_it_is(self, house: House):
        keeper, steward = await house.opened()
        await house.plan(keeper)
        await through_a_season(keeper, steward, house)
        house.usher.away = 2
        for away, crowned in ((1, 0), (0, 0), (0, 1), (0, 1)):
            await steward.look()
            await steward.look()
            assert (house.usher.away, len(house.usher.crowned)) == (away, crowned)
            house.clock.skip(60)
        await keeper.close()

    async def test_the_wood_that_grows_does_not_end_for_a_season_whose_council_cannot_think(self, house: House):
        keeper, steward = await house.opened()
        await keeper.found("before", GUILD, CHANNEL, council="script", cadence_seconds=CADENCE, seed="s")
        await house.plan(keeper)
        keeper._councils = broken
        await steward.look()
        assert [record.world_id for record in keeper.woods()] == ["before"]
        keeper._councils = lambda _: house.council
        house.clock.skip(60)
        await steward.look()
        assert [record.world_id for record in keeper.woods()] == ["season-1-1"]
        await keeper.close()

    async def test_one_season_follows_another_while_it_repeats(self, house: House):
        keeper, steward = await house.opened()
        await house.plan(keeper, PLAN.model_copy(update={"repeats": True}))
        await through_a_season(keeper, steward, house)
        for _ in range(3):
            await steward.look()
        assert [record.world_id for record in keeper.woods()] == ["season-1-2"]
        first, second = await keeper.store.run(lambda c: hall.seasons_of(c, GUILD))
        assert (first.crowned, second.planted, second.plan.repeats) == (True, True, True)
        assert keeper.wood("season-1-2").world.patrons == [], "everybody joins anew"
        assert house.usher.welcomed == ["season-1-1", "season-1-2"]
        await keeper.close()

    async def test_a_table_of_a_tournament_is_left_to_its_director(self, house: House):
        keeper, steward = await house.opened()
        await keeper.found("table", GUILD, 9, council="script", seed="s", on_clock=False, last_turn=1, invited=True)
        await keeper.advance("table")
        await steward.look()
        assert keeper.keeps("table")
        await keeper.close()


class TestKilled:
    @pytest.mark.parametrize("seed", range(4))
    async def test_everything_happens_once(self, seed: int, house: House):
        keeper, _ = await house.opened()
        await house.plan(keeper, PLAN.model_copy(update={"repeats": True}))
        await keeper.close()
        rng, lives = Random(seed), 0
        while lives < 60:
            lives += 1
            keeper, steward = await house.opened()
            mortal(keeper.store, rng.randint(3, 20), late=rng.random() < 0.5)
            try:
                await house.live(keeper, steward)
            except KilledError:
                continue
            finally:
                await keeper.close()
            break
        assert 2 < lives < 60
        await require_one_of_each(house)

    @pytest.mark.parametrize("point", range(1, 14))
    @pytest.mark.parametrize("late", [True, False])
    async def test_at_any_transaction_between_the_last_turn_and_the_next_season(
        self, point: int, late: bool, house: House, played: Path
    ):
        shutil.copy(played, house.file)
        house.clock.skip(8 * CADENCE)
        keeper, steward = await house.opened()
        mortal(keeper.store, point, late=late)
        with pytest.raises(KilledError):
            await look_until_killed(keeper, steward)
        await keeper.close()
        keeper, steward = await house.opened()
        for _ in range(3):
            await steward.look()
        await keeper.close()
        await require_one_of_each(house)


async def look_until_killed(keeper: Keeper, steward: Steward) -> None:
    while True:  # what kills a look is told to the log alone
        await steward.look()
        await keeper.store.run(lambda _: None)


async def require_one_of_each(house: House) -> None:
    """Check that the first season ended once, and that one season follows it."""
    keeper, _ = await house.opened()
    first, second = await keeper.store.run(lambda c: hall.seasons_of(c, GUILD))
    assert (first.crowned, second.planted, second.ended_at) == (True, True, None)
    kinds = [row.kind for row in await keeper.store.journal_since("season-1-1", 0)]
    assert (kinds.count("close"), kinds.count("end"), kinds[-1]) == (8, 1, "end")
    posts = [post.kind for post in await keeper.outbox.pending("season-1-1")]
    assert posts == [*[PostKind.TURN] * 8, PostKind.ENDED]
    assert {crowned for crowned, _ in house.usher.crowned} == {"season-1-1"}
    assert (await replay_wood(keeper.store, "season-1-1")).identical
    await keeper.close()
    assert audit(house.file).faults == []
