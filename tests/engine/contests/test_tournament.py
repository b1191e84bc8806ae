"""The machine that says what is next: step by step, and under a shell that is killed anywhere."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contests.plan import TournamentPlan, round_seed
from engine.contests.seating import Career, seat_round
from engine.contests.tournament import (
    Beat,
    CallOff,
    Deal,
    Entrant,
    Finish,
    Found,
    Move,
    Rest,
    Schedule,
    ScoreRound,
    Seat,
    SeatRound,
    Settle,
    Step,
    Table,
    TournamentState,
    Wait,
    next_step,
)

START = datetime(2026, 11, 21, 18, tzinfo=UTC)
SEED = "5eed" * 16


def plan(table_size: int = 4, rounds: int = 2, turns: int = 2, cadence: int = 600) -> TournamentPlan:
    return TournamentPlan(
        name="The Acorn Cup", table_size=table_size, rounds=rounds, turns=turns, cadence_seconds=cadence,
        council="standin", starts_at=START, seed=SEED,
    )  # fmt: skip


def entrants(count: int) -> tuple[Entrant, ...]:
    return tuple(Entrant(player=f"p{number}") for number in range(count))


@dataclass
class Wood:
    """What a wood is to the machine: whose it is, how far it is, and whether it has ended."""

    seed: str
    players: tuple[str, ...]
    turn: int = 0
    ended: bool = False


def worth(wood: Wood, seat: int, table: int) -> int:
    """Return what a seat ends with: by chance, and the same whenever it is asked for."""
    return int(sha256(f"{wood.seed} {wood.players[seat - 1]} {table}".encode()).hexdigest()[:3], 16)


@dataclass
class Shell:
    """A shell around the machine, which yields after everything it has written, so that it can be killed there."""

    state: TournamentState
    now: datetime = START
    woods: dict[tuple[int, int], Wood] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    shown: list[Step] = field(default_factory=list)

    def write(self, **changed: object) -> None:
        self.state = TournamentState.model_validate({**dict(self.state), **changed})
        self.check()

    def step(self) -> Iterator[None]:
        """Do the next step, in pieces."""
        step = next_step(self.state, self.now)
        match step:
            case Wait(until):
                assert until > self.now
                self.now = until
            case SeatRound(number, tables):
                self.write(seats=(*self.state.seats, *(
                    Seat(round=number, table=table, seat=seat, player=player)
                    for table, players in enumerate(tables, start=1)
                    for seat, player in enumerate(players, start=1)
                )))  # fmt: skip
                yield
            case Found(number, seed, tables):
                for deal in tables:
                    wood = self.woods.setdefault((number, deal.table), Wood(seed, deal.players))
                    assert wood == Wood(seed, deal.players), "a wood founded before is the one asked for"
                    yield
                    self.write(tables=(*self.state.tables, Table(round=number, table=deal.table)))
                    yield
            case Schedule(beat):
                assert beat.due > self.now
                self.write(beat=beat)
                yield
            case Move(number, turn, tables):
                for table in tables:
                    wood = self.woods[number, table]
                    assert wood.turn == turn - 1, "a table takes each turn once"
                    wood.turn = turn
                    self.read_turns()
                    yield
            case Settle(number, tables):
                for table in tables:
                    yield from self.settle(number, table)
            case ScoreRound(number, _, _):
                assert number == self.state.scored + 1
                self.shown.append(step)
                self.write(scored=number)
                yield
            case Finish() | CallOff():
                self.shown.append(step)
                self.write(over=True)
                yield
            case Rest():
                pass

    def settle(self, number: int, table: int) -> Iterator[None]:
        """End a wood, then store the results of its seats, all in one write."""
        wood = self.woods[number, table]
        wood.ended = True
        yield
        self.write(seats=tuple(
            seat
            if (seat.round, seat.table) != (number, table)
            else seat.model_copy(
                update={"net_worth": worth(wood, seat.seat, table), "played": seat.player not in self.absent}
            )
            for seat in self.state.seats
        ))  # fmt: skip
        yield

    def read_turns(self) -> None:
        """Look up in the woods how far each table is."""
        self.write(tables=tuple(
            row.model_copy(update={"turn": self.woods[row.round, row.table].turn}) for row in self.state.tables
        ))  # fmt: skip

    def check(self) -> None:
        """What must hold whatever happens."""
        seated = Counter((seat.round, seat.player) for seat in self.state.seats)
        assert all(times == 1 for times in seated.values()), "nobody sits twice in a round"
        chairs = Counter((seat.round, seat.table, seat.seat) for seat in self.state.seats)
        assert all(times == 1 for times in chairs.values()), "no seat is given twice"
        rows = Counter((table.round, table.table) for table in self.state.tables)
        assert all(times == 1 for times in rows.values()), "no table is founded twice"
        for number in range(1, self.state.round + 1):
            turns = [wood.turn for (of_round, _), wood in self.woods.items() if of_round == number and not wood.ended]
            assert not turns or max(turns) - min(turns) <= 1, "no table runs ahead"
            assert all(turn <= self.state.plan.turns for turn in turns)
            seeds = {wood.seed for (of_round, _), wood in self.woods.items() if of_round == number}
            assert seeds <= {round_seed(SEED, number)}, "all tables of a round are dealt alike"

    def run(self) -> Finish | CallOff:
        """Run undisturbed to the end."""
        self.run_until(lambda: self.state.over)
        return self.ended()

    def run_until(self, done: Callable[[], bool]) -> None:
        """Run undisturbed until something is so."""
        for _ in range(10_000):
            if done():
                return
            for _ in self.step():
                pass
        raise AssertionError("it never came about")

    def ended(self) -> Finish | CallOff:
        assert self.state.over
        assert isinstance(next_step(self.state, self.now), Rest)
        last = self.shown[-1]
        assert isinstance(last, Finish | CallOff)
        return last


class TestStepByStep:
    def test_before_its_time_it_waits(self) -> None:
        state = TournamentState(plan=plan(), entrants=entrants(8))
        assert next_step(state, START - timedelta(hours=1)) == Wait(START)

    def test_too_few_players_call_it_off(self) -> None:
        withdrawn = Entrant(player="gone", withdrawn=True)
        state = TournamentState(plan=plan(), entrants=(*entrants(3), withdrawn))
        step = next_step(state, START)
        assert step == CallOff("A tournament takes at least 4 players, and there are 3.")

    def test_the_better_careers_are_seeded_first(self) -> None:
        champions = tuple(Entrant(player=f"c{number}", career=Career(titles=number)) for number in (2, 1))
        step = next_step(TournamentState(plan=plan(), entrants=(*entrants(6), *champions)), START)
        assert isinstance(step, SeatRound)
        assert ["c2" in step.tables[0], "c1" in step.tables[1]] == [True, True]

    def test_a_tournament_from_its_seating_to_its_podium(self) -> None:
        shell = Shell(TournamentState(plan=plan(), entrants=entrants(8)))
        steps: list[str] = []
        while not shell.state.over and len(steps) < 100:
            steps.append(type(next_step(shell.state, shell.now)).__name__)
            for _ in shell.step():
                pass
        turn = ["Schedule", "Wait", "Move"]
        a_round = ["SeatRound", "Found", *turn, *turn, "Settle", "ScoreRound"]
        assert steps == [*a_round, *a_round, "Finish"]
        assert [(seat.round, seat.table) for seat in shell.state.seats] == [*[(1, 1)] * 4, *[(1, 2)] * 4, *[(2, 1)] * 4]
        finish = shell.ended()
        assert isinstance(finish, Finish)
        final = sorted(shell.state.seated(2), key=lambda seat: -(seat.net_worth or 0))
        assert list(finish.podium) == [seat.player for seat in final[:3]]
        scored = shell.shown[0]
        assert isinstance(scored, ScoreRound)
        better_half = {standing.player for standing in scored.standings[:4]}
        assert {seat.player for seat in final} == better_half

    def test_one_round_is_decided_by_its_scores(self) -> None:
        shell = Shell(TournamentState(plan=plan(rounds=1), entrants=entrants(8)))
        finish = shell.run()
        assert isinstance(finish, Finish)
        scored = shell.shown[0]
        assert isinstance(scored, ScoreRound)
        assert finish.standings == scored.standings
        assert [s.total for s in finish.standings] == sorted((s.score for s in scored.scores), reverse=True)

    def test_only_the_tables_behind_are_moved(self) -> None:
        state = _at(turns=(1, 0), beat=Beat(round=1, turn=1, due=START))
        assert next_step(state, START) == Move(1, 1, (2,))

    def test_nobody_takes_the_next_turn_while_one_lacks_this(self) -> None:
        state = _at(turns=(1, 0), beat=Beat(round=1, turn=1, due=START))
        assert next_step(state, START + timedelta(days=1)) == Move(1, 1, (2,))

    def test_a_turn_is_not_taken_before_it_is_due(self) -> None:
        due = START + timedelta(minutes=10)
        state = _at(turns=(0, 0), beat=Beat(round=1, turn=1, due=due))
        assert next_step(state, due - timedelta(seconds=1)) == Wait(due)
        assert next_step(state, due) == Move(1, 1, (1, 2))

    def test_beats_keep_their_phase_and_never_come_in_a_burst(self) -> None:
        state = _at(turns=(1, 1), beat=Beat(round=1, turn=1, due=START))
        punctual = next_step(state, START + timedelta(seconds=20))
        assert punctual == Schedule(Beat(round=1, turn=2, due=START + timedelta(seconds=600)))
        late = next_step(state, START + timedelta(seconds=400))
        assert late == Schedule(Beat(round=1, turn=2, due=START + timedelta(seconds=1200)))

    def test_the_beats_of_a_round_are_counted_from_its_seating(self) -> None:
        stale = Beat(round=2, turn=1, due=START)
        now = START + timedelta(hours=3)
        step = next_step(_at(turns=(0, 0), beat=stale), now)
        assert step == Schedule(Beat(round=1, turn=1, due=now + timedelta(seconds=600)))

    def test_a_table_settled_early_keeps_nobody_waiting(self) -> None:
        state = _at(turns=(2, 0), beat=Beat(round=1, turn=2, due=START), settled={2})
        assert next_step(state, START) == Settle(1, (1,))

    def test_a_table_that_could_not_be_founded_is_not_asked_for_again(self) -> None:
        state = _at(turns=(2, 0), settled={2})
        alone = state.model_copy(update={"tables": state.tables[:1]})
        assert next_step(alone, START) == Settle(1, (1,))
        assert next_step(_at(turns=(0, 0)).model_copy(update={"tables": state.tables[:1]}), START) == Found(
            1, round_seed(SEED, 1), (Deal(2, ("2 1", "2 2")),)
        )

    def test_paused_and_over_it_rests(self) -> None:
        state = _at(turns=(0, 0))
        assert next_step(state.model_copy(update={"paused": True}), START) == Rest()
        assert next_step(state.model_copy(update={"over": True}), START) == Rest()

    @pytest.mark.parametrize("leavers", [7, 8])
    def test_when_all_leave_whoever_stayed_has_won(self, leavers: int) -> None:
        shell = Shell(TournamentState(plan=plan(), entrants=entrants(8)))
        shell.run_until(lambda: isinstance(next_step(shell.state, shell.now), ScoreRound))
        best_first = next_step(shell.state, shell.now)
        assert isinstance(best_first, ScoreRound)
        leaving = {standing.player for standing in best_first.standings[:leavers]}
        shell.write(entrants=tuple(
            one.model_copy(update={"withdrawn": one.player in leaving}) for one in shell.state.entrants
        ))  # fmt: skip
        finish = shell.run()
        assert isinstance(finish, Finish)
        assert finish.podium[0] == best_first.standings[7 if leavers == 7 else 0].player
        assert [standing.place for standing in finish.standings] == list(range(1, 9))

    def test_the_place_of_one_who_left_goes_to_the_next_best(self) -> None:
        shell = Shell(TournamentState(plan=plan(), entrants=entrants(8)))
        shell.run_until(lambda: shell.state.scored == 1)
        scored = shell.shown[0]
        assert isinstance(scored, ScoreRound)
        best = scored.standings[0].player
        shell.write(entrants=tuple(
            one.model_copy(update={"withdrawn": one.player == best}) for one in shell.state.entrants
        ))  # fmt: skip
        step = next_step(shell.state, shell.now)
        assert isinstance(step, SeatRound)
        assert set(step.tables[0]) == {standing.player for standing in scored.standings[1:5]}

    def test_each_round_turns_the_seats(self) -> None:
        shell = Shell(TournamentState(plan=plan(rounds=3), entrants=entrants(8)))
        shell.run_until(lambda: shell.state.scored == 1)
        scored, step = shell.shown[0], next_step(shell.state, shell.now)
        assert isinstance(scored, ScoreRound)
        order = [standing.player for standing in scored.standings]
        assert step == SeatRound(2, seat_round(order, 4, 2))


def _at(turns: tuple[int, int], beat: Beat | None = None, settled: Collection[int] = ()) -> TournamentState:
    """Return a tournament of two tables in its first round, so many turns along."""
    return TournamentState(
        plan=plan(),
        entrants=entrants(4),
        seats=tuple(
            Seat(round=1, table=table, seat=seat, player=f"{table} {seat}", net_worth=9 if table in settled else None)
            for table in (1, 2)
            for seat in (1, 2)
        ),
        tables=tuple(Table(round=1, table=table, turn=turn) for table, turn in enumerate(turns, start=1)),
        beat=beat,
    )


plans = st.builds(plan, st.integers(3, 8), st.integers(1, 5), st.integers(2, 4), st.sampled_from([10, 600, 86_400]))


class TestKills:
    @given(terms=plans, count=st.integers(4, 40), seed=st.integers(0), often=st.integers(2, 12))
    def test_a_shell_killed_anywhere_comes_to_the_same_podium(
        self, terms: TournamentPlan, count: int, seed: int, often: int
    ) -> None:
        chance = Random(seed)
        absent = frozenset(chance.sample([f"p{number}" for number in range(count)], chance.randrange(count)))
        state = TournamentState(plan=terms, entrants=entrants(count))
        undisturbed = Shell(state, absent=absent).run()
        shell = Shell(state, absent=absent)
        self._run_killed(shell, chance, often)
        finish = shell.ended()
        assert isinstance(finish, Finish)
        assert finish == undisturbed
        assert [type(step) for step in shell.shown] == [ScoreRound] * shell.state.round + [Finish]

    def test_sixty_four_players_in_three_rounds(self) -> None:
        shell = Shell(TournamentState(plan=plan(rounds=3), entrants=entrants(64)))
        self._run_killed(shell, Random(64), often=5)
        assert [len({seat.table for seat in shell.state.seated(number)}) for number in (1, 2, 3)] == [16, 8, 1]
        assert [len(shell.state.seated(number)) for number in (1, 2, 3)] == [64, 32, 4]
        finish = shell.ended()
        assert isinstance(finish, Finish)
        assert len(finish.standings) == 64

    @given(terms=plans, count=st.integers(4, 40), seed=st.integers(0), often=st.integers(2, 12))
    def test_leavers_and_lost_tables_end_no_tournament(
        self, terms: TournamentPlan, count: int, seed: int, often: int
    ) -> None:
        chance = Random(seed)
        shell = Shell(TournamentState(plan=terms, entrants=entrants(count)))
        self._run_killed(shell, chance, often, self._trouble)
        assert isinstance(shell.ended(), Finish | CallOff)
        last = shell.state.seated(shell.state.round)
        if shell.state.round == terms.rounds > 1:
            assert {seat.table for seat in last} == {1}
            assert 2 <= len(last) <= terms.table_size

    @staticmethod
    def _run_killed(
        shell: Shell, chance: Random, often: int, trouble: Callable[[Shell, Random], None] | None = None
    ) -> None:
        for _ in range(20_000):
            if shell.state.over:
                return
            if trouble is not None:
                trouble(shell, chance)
            for _ in shell.step():
                if chance.randrange(often) == 0:
                    shell.now += timedelta(seconds=chance.choice([1, 100, 100_000]))
                    break

    @staticmethod
    def _trouble(shell: Shell, chance: Random) -> None:
        """Now and then somebody leaves for good, or a table is lost and settled early."""
        if chance.randrange(6) == 0:
            leaver = chance.choice(shell.state.entrants).player
            shell.write(entrants=tuple(
                one.model_copy(update={"withdrawn": one.withdrawn or one.player == leaver})
                for one in shell.state.entrants
            ))  # fmt: skip
        playing = [
            (row.round, row.table)
            for row in shell.state.tables
            if any(
                (seat.round, seat.table, seat.net_worth) == (row.round, row.table, None) for seat in shell.state.seats
            )
        ]
        if playing and chance.randrange(10) == 0:
            for _ in shell.settle(*chance.choice(playing)):
                pass
