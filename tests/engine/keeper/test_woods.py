"""Several woods in one keeper, those with seats among them, and how a wood ends."""

from datetime import UTC, datetime

import pytest

from engine.actions import Join, Refusal
from engine.keeper import Keeper
from engine.records import PostKind
from engine.replay import replay_wood
from engine.vocabulary import Good
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, FixedClock, is_sentence, long, short
from tests.engine.keeper.acting import Interrupting, act


class TestManyWoods:
    async def test_a_channel_and_a_server_know_theirs(self, keeper: Keeper, open_keeper: KeeperOpener):
        await keeper.found("b", 1, 22, seed="b")
        await keeper.found("c", 9, 33, seed="c")
        for each in (keeper, await open_keeper()):
            assert {record.world_id for record in each.of_guild(1)} == {"w", "b"}
            found = [each.of_channel(channel) for channel in (2, 22, 33, 44)]
            assert [record and record.world_id for record in found] == ["w", "b", "c", None]

    async def test_one_that_moves_is_found_in_its_new_channel_alone(self, keeper: Keeper):
        await keeper.configure("w", channel_id=77)
        moved = keeper.of_channel(77)
        assert moved is not None
        assert (moved.world_id, keeper.of_channel(2)) == ("w", None)

    async def test_an_id_is_free_until_a_wood_had_it_and_never_again(self, keeper: Keeper):
        def name(number: int) -> str:
            return f"wood-{number}"

        assert await keeper.free_id(name) == "wood-1"
        await keeper.found("wood-1", 1, 5, seed="s")
        assert await keeper.free_id(name) == "wood-2"
        await keeper.end("wood-1")
        assert await keeper.free_id(name) == "wood-2"
        with pytest.raises(Refusal, match="grows here already"):
            await keeper.found("wood-1", 1, 5, seed="s")


class TestSeats:
    @pytest.fixture
    async def table(self, keeper: Keeper) -> Keeper:
        await keeper.found("table", 1, 5, seed="s", on_clock=False, last_turn=2, invited=True)
        return keeper

    async def test_are_given_and_not_taken(self, table: Keeper):
        with pytest.raises(Refusal, match="given by its tournament") as refused:
            await table.act("table", ALICE, Join(), "join")
        assert is_sentence(str(refused.value).split(". ")[0] + ".")
        assert (await table.seat("table", ALICE, "seat")).figures["purse"] == 100
        assert table.mask("table", ALICE) is not None
        await table.act("table", ALICE, long(Good.ACORNS, 1), "deed")

    async def test_are_given_once_whatever_comes_again(self, table: Keeper, open_keeper: KeeperOpener):
        receipt = await table.seat("table", ALICE, "seat")
        assert await table.seat("table", ALICE, "seat") == receipt
        assert await (await open_keeper()).seat("table", ALICE, "seat") == receipt

    async def test_a_second_one_is_refused(self, table: Keeper):
        await table.seat("table", ALICE, "seat")
        with pytest.raises(Refusal):
            await table.seat("table", ALICE, "another seat")
        assert len(table.wood("table").world.patrons) == 1


class TestEnding:
    async def test_an_ended_wood_is_kept_no_more_and_stays_in_the_store(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        await act(keeper, Join())
        await keeper.advance("w")
        await keeper.end("w")
        for each in (keeper, await open_keeper()):
            assert (each.keeps("w"), each.woods(), each.of_channel(2), each.of_guild(1)) == (False, [], None, [])
            assert await each.due(datetime(2030, 1, 1, tzinfo=UTC)) == []
            assert each.known_in(ALICE) == []
            for attempt in (each.end("w"), each.advance("w"), each.act("w", ALICE, short(Good.HONEY), "late")):
                with pytest.raises(Refusal, match="come to its end"):
                    await attempt
            assert (await replay_wood(each.store, "w")).identical
            assert [post.kind for post in await each.outbox.pending("w")] == [PostKind.TURN, PostKind.ENDED]

    async def test_waits_for_the_turn_under_way(self, keeper: Keeper, open_keeper: KeeperOpener):
        refused: list[str] = []

        async def end() -> None:
            with pytest.raises(Refusal) as refusal:
                await current.end("w")
            refused.append(str(refusal.value))

        current = await open_keeper(Interrupting(end))
        await current.advance("w")
        assert [text.split(".")[0] for text in refused] == ["The creatures are thinking"]
        assert current.keeps("w")

    async def test_is_due_after_the_last_turn_and_no_turn_is(self, keeper: Keeper, clock: FixedClock):
        await keeper.found("s", 1, 5, cadence_seconds=60, seed="s", last_turn=2)
        for _ in range(2):
            assert keeper.over() == []
            clock.skip(60)
            await keeper.advance("s")
        clock.skip(60)
        assert (keeper.over(), await keeper.due(clock.now())) == (["s"], [])
        with pytest.raises(Refusal, match="last turn"):
            await keeper.advance("s")

    async def test_standings_are_posted_at_the_end_of_every_chapter_but_the_last(self, keeper: Keeper):
        await keeper.found("s", 1, 5, seed="s", last_turn=16)
        await keeper.act("s", ALICE, Join(), "join")
        for _ in range(16):
            await keeper.advance("s")
        posts = [post for post in await keeper.outbox.pending("s") if post.kind is PostKind.STANDINGS]
        assert [(post.turn, post.content) for post in posts] == [(8, [[keeper.mask("s", ALICE), 100]])]

    async def test_a_player_of_ended_woods_alone_is_forgotten(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join())
        await keeper.end("w")
        assert await keeper.forget(ALICE, "forget") == 1
        assert await keeper.forget(ALICE, "forget") == 0
        assert (await (await open_keeper()).forget(ALICE, "forget")) == 0
