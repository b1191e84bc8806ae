"""Tournaments in the store: the same done twice is done once, and what was stored is read back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from engine.contests.seating import Career
from engine.contests.tournament import Beat
from engine.shards import ALL, Shards
from engine.staging import archive
from engine.staging.archive import StoredTable, Taken
from engine.store import Store
from tests.engine.staging.stage import plan

TABLES = (("entrant-2", "entrant-1"), ("entrant-3", "entrant-4"))
FIRST = StoredTable(round=1, number=1, world_id="table-1-1-1-1", channel_id=None, founded=False)


@pytest.fixture
async def entered(store: Store) -> Store:
    """A store with one tournament of four players."""
    await store.run(lambda c: archive.add_tournament(c, 1, 5, plan()))
    for number in range(4):
        await store.run(lambda c, number=number: archive.enter(c, "1-1", f"user-{number}", Career(titles=number)))
    return store


async def state_of(store: Store):
    return (await store.run(lambda c: archive.tournament(c, "1-1"))).state


async def test_tournaments_are_numbered_by_server(store: Store):
    for guild_id in (1, 2, 1):
        await store.run(lambda c, guild_id=guild_id: archive.add_tournament(c, guild_id, 5, plan()))
    mine = await store.run(lambda c: archive.tournaments_of(c, 1))
    assert [(each.tournament_id, each.number, each.channel_id) for each in mine] == [("1-1", 1, 5), ("1-2", 2, 5)]
    assert all(each.state.plan == plan() for each in mine)
    with pytest.raises(KeyError):
        await store.run(lambda c: archive.tournament(c, "9-9"))


class TestEntrants:
    async def test_keep_the_order_of_entering_also_from_the_tenth_on(self, entered: Store):
        for number in range(4, 12):
            assert await entered.run(lambda c, n=number: archive.enter(c, "1-1", f"user-{n}", Career()))
        state = await state_of(entered)
        assert [each.player for each in state.entrants] == [f"entrant-{number}" for number in range(1, 13)]
        assert [each.career.titles for each in state.entrants][:4] == [0, 1, 2, 3]

    async def test_entering_twice_is_entering_once(self, entered: Store):
        assert not await entered.run(lambda c: archive.enter(c, "1-1", "user-1", Career(titles=9)))
        state = await state_of(entered)
        assert len(state.entrants) == 4
        assert state.entrants[1].career == Career(titles=9), "what they bring is that of the last time"

    async def test_who_withdrew_may_come_back_under_the_same_name(self, entered: Store):
        assert await entered.run(lambda c: archive.withdraw(c, "1-1", "user-1"))
        assert not await entered.run(lambda c: archive.withdraw(c, "1-1", "user-1"))
        assert not await entered.run(lambda c: archive.withdraw(c, "1-1", "a stranger"))
        assert [each.withdrawn for each in (await state_of(entered)).entrants] == [False, True, False, False]
        assert await entered.run(lambda c: archive.enter(c, "1-1", "user-1", Career()))
        assert not any(each.withdrawn for each in (await state_of(entered)).entrants)
        assert await entered.run(lambda c: archive.entered_by(c, "user-1")) == [("1-1", "entrant-2")]

    async def test_a_forgotten_one_keeps_the_place_and_loses_the_name(self, entered: Store):
        assert await entered.run(lambda c: archive.forget_user(c, "user-1")) == 1
        assert await entered.run(lambda c: archive.forget_user(c, "user-1")) == 0
        assert (await entered.run(lambda c: archive.users(c, "1-1")))["entrant-2"] is None
        assert [each.withdrawn for each in (await state_of(entered)).entrants] == [False, True, False, False]
        assert await entered.run(lambda c: archive.enter(c, "1-1", "user-1", Career())), "and may enter as a newcomer"
        assert (await entered.run(lambda c: archive.users(c, "1-1")))["entrant-5"] == "user-1"


class TestRounds:
    async def test_a_round_is_seated_once_whatever_comes_again(self, entered: Store):
        for tables in (TABLES, tuple(reversed(TABLES))):
            await entered.run(lambda c, tables=tables: archive.seat_round(c, "1-1", 1, tables))
        state = await state_of(entered)
        assert [(seat.table, seat.seat, seat.player) for seat in state.seated(1)] == [
            (1, 1, "entrant-2"), (1, 2, "entrant-1"), (2, 1, "entrant-3"), (2, 2, "entrant-4"),
        ]  # fmt: skip
        assert [table.world_id for table in await entered.run(lambda c: archive.tables(c, "1-1", 1))] == [
            "table-1-1-1-1", "table-1-1-1-2",
        ]  # fmt: skip
        assert state.tables == (), "none is founded yet"

    async def test_nobody_can_be_seated_at_two_tables_of_a_round(self, entered: Store):
        twice = (("entrant-2", "entrant-1"), ("entrant-3", "entrant-2"))
        with pytest.raises(IntegrityError):
            await entered.run(lambda c: archive.seat_round(c, "1-1", 1, twice))
        assert (await state_of(entered)).seats == (), "and nothing of it is stored"

    async def test_a_table_knows_its_tournament(self, entered: Store):
        await entered.run(lambda c: archive.seat_round(c, "1-1", 1, TABLES))
        await entered.run(lambda c: archive.set_table(c, "1-1", FIRST, channel_id=77, founded=1))
        stored = FIRST.model_copy(update={"channel_id": 77, "founded": True})
        assert await entered.run(lambda c: archive.table_of(c, FIRST.world_id)) == ("1-1", stored)
        assert await entered.run(lambda c: archive.table_of(c, "season-1-1")) is None
        assert [(table.round, table.table) for table in (await state_of(entered)).tables] == [(1, 1)]

    async def test_a_settled_table_keeps_what_every_seat_ended_with(self, entered: Store):
        await entered.run(lambda c: archive.seat_round(c, "1-1", 1, TABLES))
        await entered.run(lambda c: archive.set_seat(c, "1-1", FIRST, 1, player="player-1"))
        assert await entered.run(lambda c: archive.seats(c, "1-1", FIRST)) == [
            Taken(1, "entrant-2", "player-1"), Taken(2, "entrant-1", None),
        ]  # fmt: skip
        ended = {"player-1": (140, True), "player-9": (999, True)}
        for _ in range(2):
            await entered.run(lambda c: archive.settle(c, "1-1", FIRST, ended))
        seats = (await state_of(entered)).seated(1)
        assert [(seat.net_worth, seat.played) for seat in seats] == [
            (140, True),
            (0, False),
            (None, False),
            (None, False),
        ]

    async def test_the_beat_is_read_back(self, entered: Store):
        beat = Beat(round=1, turn=2, due=datetime(2026, 1, 1, 1, tzinfo=UTC))
        for _ in range(2):
            await entered.run(lambda c: archive.set_beat(c, "1-1", beat))
        assert (await state_of(entered)).beat == beat


async def test_which_are_open_and_which_are_to_be_drawn(store: Store):
    for _ in range(4):
        await store.run(lambda c: archive.add_tournament(c, 1, 5, plan()))
    await store.run(lambda c: archive.set_tournament(c, "1-2", over=1))
    await store.run(lambda c: archive.set_tournament(c, "1-3", over=1, shown="over"))
    await store.run(lambda c: archive.set_tournament(c, "1-4", over=1, shown="round 2"))

    async def ids(function, shards: Shards) -> list[str]:
        return await store.run(lambda c: function(c, shards))

    assert await ids(archive.open_tournaments, ALL) == ["1-1"]
    assert await ids(archive.undrawn_tournaments, ALL) == ["1-1", "1-2", "1-4"]
    others = next(Shards(2, (one,)) for one in (0, 1) if not Shards(2, (one,)).holds(1))
    assert await ids(archive.open_tournaments, others) == [], "those of other processes are theirs"
