"""A tournament as a state machine: what is stored about it in, the next thing to do out.

The shell around it stores what a step says, reads all again and asks for the next step. It may be killed anywhere:
what was not stored is asked for again. `SeatRound`, `Schedule`, `ScoreRound`, `Finish` and `CallOff` are stored in one
transaction each; `Found`, `Move` and `Settle` table by table, and what they do to a table must be the same done twice
as done once. A table that cannot play on is settled early by the shell, and the others are not kept waiting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import AwareDatetime, Field

from engine.actions.base import Refusal
from engine.cadence import counted_anew, next_due
from engine.contests.matchpoints import (
    Result,
    Score,
    Standing,
    placed,
    podium,
    score_round,
    standing_after,
    standing_with_final,
)
from engine.contests.plan import TournamentPlan, check_field, round_seed
from engine.contests.seating import Career, opening_order, seat_round, survivors
from engine.ports import Frozen


class Entrant(Frozen):
    """A player who entered, with the career they had then. One who withdrew is seated in no later round."""

    player: str
    career: Career = Career()
    withdrawn: bool = False


class Seat(Frozen):
    """A player's seat in a round; `net_worth` is what they ended it with, None until their table is settled."""

    round: int = Field(ge=1)
    table: int = Field(ge=1)
    seat: int = Field(ge=1)
    player: str
    net_worth: int | None = None
    played: bool = False


class Table(Frozen):
    """A table whose wood is founded, and the last turn that it has closed."""

    round: int = Field(ge=1)
    table: int = Field(ge=1)
    turn: int = Field(default=0, ge=0)


class Beat(Frozen):
    """The turn that all tables of a round take next, and when it is due."""

    round: int = Field(ge=1)
    turn: int = Field(ge=1)
    due: AwareDatetime


class TournamentState(Frozen):
    """All that is stored on a tournament. `scored` counts the rounds scored; `over` means finished or called off."""

    plan: TournamentPlan
    entrants: tuple[Entrant, ...] = ()
    seats: tuple[Seat, ...] = ()
    tables: tuple[Table, ...] = ()
    beat: Beat | None = None
    scored: int = 0
    paused: bool = False
    over: bool = False

    @property
    def round(self) -> int:
        """The round that was seated last, 0 before the first."""
        return max((seat.round for seat in self.seats), default=0)

    def seated(self, round_number: int) -> list[Seat]:
        """Return the seats of a round by table and seat."""
        seats = (seat for seat in self.seats if seat.round == round_number)
        return sorted(seats, key=lambda seat: (seat.table, seat.seat))


@dataclass(frozen=True)
class Rest:
    """There is nothing to do: the tournament is over, or paused by its keeper."""


@dataclass(frozen=True)
class Wait:
    """Nothing is due before `until`."""

    until: datetime


@dataclass(frozen=True)
class CallOff:
    """The tournament cannot begin; `reason` is the sentence for everybody."""

    reason: str


@dataclass(frozen=True)
class SeatRound:
    """Store the seats of a round: its tables, each with its players by seat."""

    round: int
    tables: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Deal:
    """A table to be founded, and its players by seat; they join its wood in that order."""

    table: int
    players: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Found a wood for each of the tables, all from the same seed."""

    round: int
    seed: str
    tables: tuple[Deal, ...]


@dataclass(frozen=True)
class Schedule:
    """Store when the next turn of all tables is due."""

    beat: Beat


@dataclass(frozen=True)
class Move:
    """Let the tables take a turn, which the others of their round have taken already."""

    round: int
    turn: int
    tables: tuple[int, ...]


@dataclass(frozen=True)
class Settle:
    """End the woods of the tables and store what each seat ended with, and whether its player played."""

    round: int
    tables: tuple[int, ...]


@dataclass(frozen=True)
class ScoreRound:
    """Store that a round is scored, and show its scores and the standing after it."""

    round: int
    scores: tuple[Score, ...]
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Finish:
    """Store that the tournament is over, and show its last standing and its podium, the winner first."""

    standings: tuple[Standing, ...]
    podium: tuple[str, ...]


Step = Rest | Wait | CallOff | SeatRound | Found | Schedule | Move | Settle | ScoreRound | Finish
"""What is to be done next."""


def next_step(state: TournamentState, now: datetime) -> Step:
    """Return what a tournament needs next.

    A round is seated, founded, played turn by turn, settled and scored; then comes the next round, or the podium. No
    table takes a turn before all others of its round that still play have taken the one before.
    """
    if state.over or state.paused:
        return Rest()
    if not state.seats:
        return _beginning(state, now)
    unfounded = _unfounded(state)
    if unfounded:
        return Found(state.round, round_seed(state.plan.seed, state.round), unfounded)
    unsettled = sorted({seat.table for seat in state.seated(state.round) if seat.net_worth is None})
    if unsettled:
        return _playing(state, unsettled, now)
    if state.scored < state.round:
        rounds = _rounds(state)
        return ScoreRound(state.round, tuple(rounds[-1]), tuple(standing_after(rounds, _seeding(state))))
    return _going_on(state)


def scored_rounds(state: TournamentState) -> list[list[Score]]:
    """Return the scores of every round that is scored."""
    return _rounds(state)[: state.scored]


def finished(state: TournamentState) -> Finish | None:
    """Return how a tournament ended, worked out again from its seats, or None where rounds are left to play."""
    if not state.scored or state.scored < state.round:
        return None
    step = _going_on(state)
    return step if isinstance(step, Finish) else None


def standing(state: TournamentState) -> tuple[Standing, ...]:
    """Return the standing after the last round that is scored, that of the end where it was the last; else nothing."""
    ended = finished(state)
    if ended is not None:
        return ended.standings
    return tuple(standing_after(scored_rounds(state), _seeding(state))) if state.scored else ()


def titles(played: Iterable[tuple[str, TournamentState]]) -> list[str]:
    """Return the names of the tournaments that a player won, of those `played` as some entrant and over."""
    ended = ((entrant, state.plan.name, finished(state)) for entrant, state in played)
    return [name for entrant, name, end in ended if end is not None and end.podium[:1] == (entrant,)]


def career(played: Iterable[tuple[str, TournamentState]]) -> Career:
    """Return what a player brings from tournaments `played`: titles, and the scores of all rounds summed.

    One that did not get to its podium counts for nothing.
    """
    over = [(entrant, state) for entrant, state in played if finished(state) is not None]
    mine = (
        s.score for entrant, state in over for scores in scored_rounds(state) for s in scores if s.player == entrant
    )
    return Career(titles=len(titles(over)), points=sum(mine))


def _beginning(state: TournamentState, now: datetime) -> Step:
    plan = state.plan
    if now < plan.starts_at:
        return Wait(plan.starts_at)
    entrants = [entrant for entrant in state.entrants if not entrant.withdrawn]
    try:
        check_field(len(entrants))
    except Refusal as refusal:
        return CallOff(str(refusal))
    careers = {entrant.player: entrant.career for entrant in entrants}
    order = opening_order(list(careers), careers, plan.seed)
    return SeatRound(1, seat_round(order, plan.table_size, 1))


def _unfounded(state: TournamentState) -> tuple[Deal, ...]:
    founded = {table.table for table in state.tables if table.round == state.round}
    players: dict[int, list[str]] = {}
    for seat in state.seated(state.round):
        if seat.table not in founded and seat.net_worth is None:  # one that could not be founded is settled too
            players.setdefault(seat.table, []).append(seat.player)
    return tuple(Deal(table, tuple(names)) for table, names in players.items())


def _playing(state: TournamentState, unsettled: Sequence[int], now: datetime) -> Step:
    """Return the step of a round in which some tables are not settled; one settled early is not waited for."""
    turns = {table.table: table.turn for table in state.tables if table.round == state.round}
    slowest = min(turns[table] for table in unsettled)
    if slowest >= state.plan.turns:
        return Settle(state.round, tuple(unsettled))
    beat = state.beat if state.beat is not None and state.beat.round == state.round else None
    if beat is None or beat.turn <= slowest:
        return Schedule(Beat(round=state.round, turn=slowest + 1, due=_due(beat, now, state.plan.cadence_seconds)))
    if now < beat.due:
        return Wait(beat.due)
    return Move(state.round, beat.turn, tuple(table for table in unsettled if turns[table] < beat.turn))


def _due(last: Beat | None, now: datetime, cadence: int) -> datetime:
    """Return when the turn after `last` is due; beats keep their phase, and those of a round are counted anew."""
    moment = int(now.timestamp())
    if last is None:
        due = counted_anew(moment, cadence)
    else:
        # A turn whose creatures thought for long counts as late, which leaves Patrons half a cadence at least.
        due = next_due(int(last.due.timestamp()), moment, moment, cadence)
    return datetime.fromtimestamp(due, UTC)


def _going_on(state: TournamentState) -> Step:
    plan, rounds, seeding = state.plan, _rounds(state), _seeding(state)
    if state.round == plan.rounds:
        decided = standing_with_final if plan.rounds > 1 else standing_after
        return _finish(decided(rounds, seeding))
    seated = {seat.player for seat in state.seated(state.round)}
    gone = {entrant.player for entrant in state.entrants if entrant.withdrawn}
    standings = standing_after(rounds, seeding)
    staying = [s.player for s in standings if s.player in seated - gone]
    order = staying[: survivors(len(seated), plan.rounds, state.round, plan.table_size)]
    if len(order) < 2:  # all but one have left: nobody to play against, and the one who stayed has won
        return _finish(placed(sorted(standings, key=lambda s: s.player not in staying)))
    following = state.round + 1
    return SeatRound(following, seat_round(order, plan.table_size, following, final=following == plan.rounds))


def _finish(standings: Sequence[Standing]) -> Finish:
    return Finish(tuple(standings), podium(standings))


def _seeding(state: TournamentState) -> tuple[str, ...]:
    """Return the seeding of round 1: of those who were seated in it, whoever has left since."""
    careers = {entrant.player: entrant.career for entrant in state.entrants}
    return opening_order([seat.player for seat in state.seated(1)], careers, state.plan.seed)


def _rounds(state: TournamentState) -> list[list[Score]]:
    return [score_round(_results(state.seated(number))) for number in range(1, state.round + 1)]


def _results(seats: Sequence[Seat]) -> list[Result]:
    return [
        Result(table=seat.table, seat=seat.seat, player=seat.player, net_worth=seat.net_worth, played=seat.played)
        for seat in seats
        if seat.net_worth is not None
    ]
