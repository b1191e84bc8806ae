"""The director: whatever kills its process, every tournament gets to the podium it would have had anyway."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import pytest

from engine.actions import Join, Refusal
from engine.audit import audit
from engine.contests.plan import round_seed
from engine.contests.tournament import CallOff, Finish, Found, Move, ScoreRound, SeatRound, Settle, Step, next_step
from engine.ports import Deliberation, TurnRequest
from engine.replay import replay_wood
from engine.staging import archive
from engine.staging.archive import StoredTable, Tournament
from engine.staging.director import Director
from engine.store import Store, sqlite_url
from engine.turn import found
from tests.engine.helpers import Script
from tests.engine.staging.stage import CADENCE, GUILD, Company, KilledError, finish_of, left_behind, plan

PLAYERS: Final = 6


def lifespans(seed: int, shortest: int, longest: int) -> Callable[[], tuple[int, bool]]:
    """Return how long the processes of one run live, and whether their last write still happens."""
    rng = Random(seed)
    return lambda: (rng.randint(shortest, longest), rng.random() < 0.5)


async def require_sound(file: Path) -> None:
    """Check that every table of a finished tournament replays, and that the audit finds nothing."""
    assert audit(file).faults == []
    store = await Store.open(sqlite_url(file))
    try:
        tournament, woods = await left_behind(file)
        for wood in woods:
            report = await replay_wood(store, wood["world_id"])
            assert (report.turns, report.differing) == (tournament.state.plan.turns, ())
            assert wood["ended_at"] is not None
    finally:
        await store.close()
    require_fair_seats(tournament)


def require_fair_seats(tournament: Tournament) -> None:
    """Check that nobody sat at two tables of a round, and that nobody sat anywhere who was not in the round before."""
    before: set[str] | None = None
    for number in range(1, tournament.state.round + 1):
        seated = [seat.player for seat in tournament.state.seated(number)]
        assert len(set(seated)) == len(seated)
        assert before is None or set(seated) <= before
        before = set(seated)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Finish:
    """How the tournament of these tests ends when nothing happens to it."""
    return asyncio.run(Company(tmp_path_factory.mktemp("undisturbed") / "wood.db", plan(), PLAYERS).play())


class Dying(Script):
    """A council in whose thinking the process is killed."""

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        raise KilledError


class TestKilled:
    @pytest.mark.parametrize("seed", range(6))
    async def test_it_gets_to_the_same_podium(self, seed: int, undisturbed: Finish, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        assert await company.play(lifespans(seed, 4, 50)) == undisturbed
        assert company.lives > 2
        await require_sound(company.file)

    async def test_each_turn_of_each_table_is_taken_once(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        await company.play(lifespans(9, 4, 40))
        closed: dict[str, list[int]] = {}
        store = await Store.open(sqlite_url(company.file))
        for wood in await store.woods():
            rows = await store.journal_since(wood["world_id"], 0)
            closed[wood["world_id"]] = [row.turn for row in rows if row.kind == "close"]
        await store.close()
        assert closed == {f"table-1-1-{table}": [1, 2] for table in ("1-1", "1-2", "2-1")}
        assert set(company.host.threads) == set(closed), "every table has one thread, and is asked for the same again"

    async def test_a_table_left_in_mid_turn_goes_on_with_it(self, tmp_path: Path, undisturbed: Finish):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=0)
        await keeper.close()
        company.clock.skip(CADENCE)
        company.council = Dying()
        keeper = await company.opened()
        with pytest.raises(ExceptionGroup, match="did not take turn 1"):
            await company.directing(keeper).run("1-1")
        await keeper.close()
        company.council = Script()
        keeper = await company.opened()
        assert keeper.unfinished() == ["table-1-1-1-1", "table-1-1-1-2"]
        tournament = await company.directing(keeper).run("1-1")
        assert [table.turn for table in tournament.state.tables] == [1, 1]
        assert await company.live(keeper) == undisturbed
        await keeper.close()
        await require_sound(company.file)


class Repeating(Director):
    """A director that does every step twice, as one that was killed before it could note that it had done it."""

    async def _take(self, tournament: Tournament, step: Step) -> None:
        await super()._take(tournament, step)
        if not isinstance(step, Move):  # which turn a table takes next is known to its wood alone
            await super()._take(tournament, step)


async def test_every_step_done_twice_is_done_once(undisturbed: Finish, tmp_path: Path):
    company = Company(tmp_path / "wood.db", plan(), PLAYERS, director=Repeating)
    assert await company.play() == undisturbed
    await require_sound(company.file)


class TestRounds:
    async def test_the_tables_of_a_round_are_dealt_alike_and_those_of_two_rounds_are_not(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=0)
        first, second = (keeper.wood(wood.world_id) for wood in keeper.of_guild(GUILD))
        dealt = [found("w", round_seed(company.plan.seed, number)).world.seed for number in (1, 2)]
        assert first.world.seed == second.world.seed == dealt[0] != dealt[1]
        assert first.vault.deck.reveal() == second.vault.deck.reveal()
        assert first.world.patrons == second.world.patrons, "seats of one number wear the same mask"
        await keeper.close()

    async def test_the_tables_move_together_and_wait_for_one_that_is_broken(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(turns=3), PLAYERS)
        keeper = await company.opened()
        director = company.directing(keeper)
        await company.live(keeper, beats=0)
        company.host.broken.add("table-1-1-1-2")
        company.clock.skip(CADENCE)
        for _ in range(3):
            with pytest.raises(ExceptionGroup, match="did not take turn 1"):
                await director.run("1-1")
            company.clock.skip(CADENCE)
        assert company.host.taken == [("table-1-1-1-1", 1)], "it took no second turn without the other"
        company.host.broken.clear()
        tournament = await director.run("1-1")
        assert company.host.taken == [("table-1-1-1-1", 1), ("table-1-1-1-2", 1)]
        assert [table.turn for table in tournament.state.tables] == [1, 1]
        await keeper.close()

    async def test_a_table_that_ended_early_is_settled_as_it_stands_and_not_waited_for(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(turns=3), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=1)
        await keeper.end("table-1-1-1-2")
        finish = await company.live(keeper)
        assert len(finish.podium) == 3
        closed = [turn for world_id, turn in company.host.taken if world_id == "table-1-1-1-2"]
        assert closed == [1]
        await keeper.close()
        assert audit(company.file).faults == []

    @pytest.mark.parametrize("beats_missed", [1, 7, 1000])
    async def test_downtime_of_many_beats_is_one_turn_and_the_beats_keep_their_phase(
        self, beats_missed: int, tmp_path: Path
    ):
        company = Company(tmp_path / "wood.db", plan(turns=4), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=0)
        due = (await company.directing(keeper).read("1-1")).state.beat
        assert due is not None
        await keeper.close()
        company.clock.time = due.due
        company.clock.skip(beats_missed * CADENCE + 100)
        keeper = await company.opened()
        tournament = await company.directing(keeper).run("1-1")
        assert [table.turn for table in tournament.state.tables] == [1, 1]
        following = tournament.state.beat
        assert following is not None
        assert following.turn == 2
        assert following.due > company.clock.now()
        assert (following.due - due.due).total_seconds() % CADENCE == 0
        await company.directing(keeper).run("1-1")
        assert len(company.host.taken) == 2, "nothing more is due"
        await keeper.close()

    async def test_every_step_is_shown_once_and_in_order(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        finish = await company.play()
        steps = (SeatRound, Found, Settle, ScoreRound, Finish)  # what happens every turn may be shown otherwise
        shown = [step for step in company.host.shown if isinstance(step, steps)]
        assert [type(step) for step in shown] == [*steps[:-1], *steps[:-1], Finish]
        assert shown[-1] == finish

    async def test_what_cannot_be_shown_stops_nothing(self, tmp_path: Path, undisturbed: Finish):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)

        async def show(tournament: Tournament, step: Step) -> None:
            raise OSError("Discord is away")

        company.host.show = show  # type: ignore[method-assign]
        assert await company.play() == undisturbed


async def test_tables_speak_and_look_as_the_woods_of_their_server_do(tmp_path: Path):
    company = Company(tmp_path / "wood.db", plan(), PLAYERS)
    keeper = await company.opened()
    await keeper.found("guild-1", GUILD, 77, council="script", language="ja", theme="light", on_clock=False)
    await company.live(keeper, beats=0)
    tables = [wood for wood in keeper.of_guild(GUILD) if wood.invited]
    assert {(table.language, table.theme) for table in tables} == {("ja", "light")}
    await keeper.close()


class TestPlayers:
    async def test_too_few_are_told_so_and_nothing_is_founded(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), 3)
        keeper = await company.opened()
        await keeper.store.run(company.enter)
        tournament = await company.directing(keeper).run("1-1")
        assert (tournament.state.over, keeper.woods()) == (True, [])
        assert tournament.reason == "A tournament takes at least 4 players, and there are 3."
        assert [type(step) for step in company.host.shown] == [CallOff]
        await keeper.close()

    async def test_a_paused_one_rests_until_it_is_taken_up_again(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=0)
        company.clock.skip(CADENCE)
        await keeper.store.run(lambda c: archive.set_tournament(c, "1-1", paused=1))
        await company.directing(keeper).run("1-1")
        assert company.host.taken == []
        await keeper.store.run(lambda c: archive.set_tournament(c, "1-1", paused=0))
        await company.directing(keeper).run("1-1")
        assert len(company.host.taken) == 2
        await keeper.close()

    @pytest.mark.parametrize("how", ["leaver", "forgotten"])
    async def test_one_who_goes_in_the_middle_scores_nothing_and_stops_nobody(self, how: str, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS, **{how: 4})
        finish = await company.play()
        assert await Company(tmp_path / "killed.db", plan(), PLAYERS, **{how: 4}).play(lifespans(3, 5, 40)) == finish
        await require_sound(company.file)
        await require_sound(tmp_path / "killed.db")
        tournament, _ = await left_behind(company.file)
        gone = [seat for seat in tournament.state.seats if seat.player == "entrant-5"]
        assert [(seat.round, seat.played, seat.net_worth) for seat in gone] == [(1, False, 0)]
        assert "entrant-5" not in finish.podium
        assert len(finish.podium) == 3

    async def test_of_a_forgotten_player_no_id_is_left(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS, forgotten=4)
        await company.play()
        content = everything_in(tmp_path)
        assert b"user-5" in content
        assert b"user-4" not in content

    async def test_one_forgotten_before_the_tables_stand_is_not_seated(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await keeper.store.run(company.enter)
        step = next_step((await company.directing(keeper).read("1-1")).state, company.clock.now())
        assert isinstance(step, SeatRound)
        await keeper.store.run(lambda c: archive.seat_round(c, "1-1", 1, step.tables))
        assert await keeper.forget("user-4", "forget") == 1
        finish = await company.live(keeper)
        assert len(finish.podium) == 3
        await keeper.close()
        await require_sound(company.file)
        tournament, _ = await left_behind(company.file)
        assert [seat.net_worth for seat in tournament.state.seats if seat.player == "entrant-5"] == [0]

    async def test_one_forgotten_while_the_thread_is_opened_is_not_known_again(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        opening = company.host.open_table

        async def open_table(tournament: Tournament, table: StoredTable, users: list[str]) -> int:
            if "user-4" in users:
                await keeper.forget("user-4", "forget")
            return await opening(tournament, table, users)

        company.host.open_table = open_table  # type: ignore[method-assign]
        await company.live(keeper, beats=0)
        assert keeper.known_in("user-4") == []
        assert keeper.known_in("user-5") != []
        await keeper.close()

    async def test_strangers_cannot_join_a_table(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await company.live(keeper, beats=0)
        with pytest.raises(Refusal, match="given by its tournament"):
            await keeper.act("table-1-1-1-1", "a stranger", Join(), "join")
        await keeper.close()


class TestManyAtOnce:
    async def test_two_tournaments_go_on_side_by_side_and_the_trouble_of_one_is_its_own(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(turns=2), PLAYERS)
        keeper = await company.opened()

        def second(connection: object) -> str:
            other = Company(company.file, plan(), 4)
            tournament = archive.add_tournament(connection, GUILD, 6, other.plan)  # type: ignore[arg-type]
            for number in range(10, 14):
                archive.enter(connection, tournament.tournament_id, f"user-{number}", archive.Career())  # type: ignore[arg-type]
            return tournament.tournament_id

        await keeper.store.run(company.enter)
        assert await keeper.store.run(second) == "1-2"
        director = company.directing(keeper)
        company.host.broken.add("table-1-1-1-1")
        for _ in range(8):
            await director.look()
            await director.look()
            await director.settle()
            company.clock.skip(CADENCE)
        first, other = await director.read("1-1"), await director.read("1-2")
        assert (first.state.over, other.state.over) == (False, True)
        company.host.broken.clear()
        for _ in range(8):
            await director.look()
            await director.settle()
            company.clock.skip(CADENCE)
        assert finish_of(await director.read("1-1")).standings[-1].player == "entrant-1", "who never acted comes last"
        await keeper.close()
        assert audit(company.file).faults == []

    async def test_a_tournament_that_failed_is_tried_again_after_a_minute(self, tmp_path: Path):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await keeper.store.run(company.enter)
        director = company.directing(keeper)
        company.host.broken.add("table-1-1-1-1")
        for seconds, tries in ((CADENCE, 0), (59, 1), (1, 1), (59, 2), (1, 2)):
            await director.look()
            await director.settle()
            assert company.host.tried.count("table-1-1-1-1") == tries
            company.clock.skip(seconds)
        await keeper.close()

    async def test_a_director_that_is_stopped_leaves_its_work_to_the_next(self, tmp_path: Path, undisturbed: Finish):
        company = Company(tmp_path / "wood.db", plan(), PLAYERS)
        keeper = await company.opened()
        await keeper.store.run(company.enter)
        director = company.directing(keeper)
        await director.look()
        await director.stop()
        await keeper.close()
        assert await company.play() == undisturbed
        await require_sound(company.file)


async def test_sixty_four_players_get_to_their_podium_over_closed_and_opened_stores(tmp_path: Path):
    company = Company(tmp_path / "wood.db", plan(table_size=4, rounds=3, turns=2), 64, leaver=5, forgotten=6)
    finish = await company.play(lifespans(1, 150, 400))
    assert company.lives > 3
    assert len(finish.podium) == 3
    assert len(finish.standings) == 64
    assert {standing.player for standing in finish.standings if not standing.played} >= {"entrant-1"}
    tournament, woods = await left_behind(company.file)
    assert [len(tournament.state.seated(number)) for number in (1, 2, 3)] == [64, 32, 4]
    assert len(woods) == 16 + 8 + 1
    await require_sound(company.file)
