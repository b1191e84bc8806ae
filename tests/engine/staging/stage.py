"""What surrounds a tournament and outlives every process that plays it: its players, its place and its time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from engine.actions import Action, BuyForecast, CloseContract, Leave, Lend, OpenContract, Refusal, Whisper
from engine.cast import NAMES
from engine.contests.plan import TournamentPlan
from engine.contests.seating import Career
from engine.contests.tournament import Finish, Step, Wait, next_step
from engine.keeper import Keeper
from engine.ports import Council
from engine.staging import archive
from engine.staging.archive import StoredTable, Tournament
from engine.staging.director import Director
from engine.store import Store, sqlite_url
from engine.streams import derive
from engine.vocabulary import Direction, Good, Stance
from tests.engine.helpers import FixedClock, Script

GUILD: Final = 1
CADENCE: Final = 600
START: Final = datetime(2026, 1, 1, tzinfo=UTC)


def plan(table_size: int = 3, rounds: int = 2, turns: int = 2, seed: str = "ab" * 32) -> TournamentPlan:
    return TournamentPlan(
        name="Spring Cup",
        table_size=table_size,
        rounds=rounds,
        turns=turns,
        cadence_seconds=CADENCE,
        council="script",
        starts_at=START,
        seed=seed,
    )


class KilledError(Exception):
    """The process ends here, as far as it knows."""


def mortal(store: Store, writes: int, *, late: bool) -> None:
    """Let a store be that of a process that is killed as it comes to its next so many transactions.

    `late` says that the last one is still written, and nobody hears of it. Afterwards nothing is written.
    """
    left = writes

    def ending(do: Callable[..., Any]) -> Callable[..., Any]:
        async def done(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0 or (left == 0 and not late):
                raise KilledError
            answer = await do(*given, **named)
            if left == 0:
                raise KilledError
            return answer

        return done

    for name in ("run", "commit", "add_wood", "update_wood"):
        setattr(store, name, ending(getattr(store, name)))


def was_killed(error: BaseException) -> bool:
    """Say whether a killed process is all that is wrong."""
    if isinstance(error, BaseExceptionGroup):
        return all(was_killed(each) for each in error.exceptions)
    return isinstance(error, KilledError)


def deeds(number: int, mask: str, turn: int) -> Iterator[Action]:
    """Yield what a player does once a turn has closed, by its number: 0 never acts, the others by mask and turn."""
    if number == 0:
        return
    draw = int(derive("deeds", mask, turn)[:8], 16)
    good, creature = list(Good)[draw % 5], NAMES[draw % len(NAMES)]
    yield OpenContract(stance=list(Stance)[(draw >> 4) % 2], good=good, quantity=1 + draw % 3)
    match number % 5:
        case 1:
            yield CloseContract(number=turn)
        case 2:
            yield Whisper(creature=creature, good=good, direction=list(Direction)[draw % 2])
        case 3:
            yield Lend(creature=creature, principal=5, interest=1, turns=2)
        case 4 if turn == 1:
            yield BuyForecast()
        case _:
            return


@dataclass
class Host:
    """Where tables are played; what is on it stays when a process is gone."""

    threads: dict[str, int] = field(default_factory=dict[str, int])
    tried: list[str] = field(default_factory=list[str])
    taken: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    shown: list[Step] = field(default_factory=list[Step])
    broken: set[str] = field(default_factory=set[str])
    keeper: Keeper | None = None

    async def open_table(self, tournament: Tournament, table: StoredTable, users: list[str]) -> int:
        return self.threads.setdefault(table.world_id, 1_000 + len(self.threads))

    async def take_turn(self, world_id: str) -> None:
        assert self.keeper is not None
        self.tried.append(world_id)
        if world_id in self.broken:
            raise OSError("the table is broken")
        turn = (await self.keeper.advance(world_id)).turn
        self.taken.append((world_id, turn))
        # Whoever has closed this turn has all others of its round at the turn before at least.
        beside = [w for w in self.keeper.of_guild(GUILD) if w.world_id.rsplit("-", 1)[0] == world_id.rsplit("-", 1)[0]]
        behind = [w.world_id for w in beside if self.keeper.wood(w.world_id).world.turn < turn - 1]
        assert not behind, f"{behind} had not closed turn {turn - 1} when {world_id} closed turn {turn}"

    async def show(self, tournament: Tournament, step: Step) -> None:
        self.shown.append(step)


@dataclass
class Company:
    """The players of one tournament. `leaver` and `forgotten` go after a turn of the first round.

    The ids of what they do begin with `prefix`; with another one than before it is done once more.
    """

    file: Path
    plan: TournamentPlan
    players: int
    leaver: int | None = None
    forgotten: int | None = None
    council: Council = field(default_factory=Script)
    clock: FixedClock = field(default_factory=FixedClock)
    host: Host = field(default_factory=Host)
    director: type[Director] = Director
    lives: int = 0
    prefix: str = ""

    def user(self, number: int) -> str:
        return f"user-{number}"

    async def opened(self) -> Keeper:
        """Begin a process."""
        self.lives += 1
        self.host.keeper = await Keeper.open(sqlite_url(self.file), lambda _: self.council, self.clock)
        return self.host.keeper

    def directing(self, keeper: Keeper) -> Director:
        return self.director(keeper, self.clock, self.host)

    async def play(self, lifespan: Callable[[], tuple[int, bool]] | None = None) -> Finish:
        """Play to the end, in processes that are killed after a `lifespan` each, and return how it ended."""
        while True:
            keeper = await self.opened()
            if lifespan is not None:
                writes, late = lifespan()
                mortal(keeper.store, writes, late=late)
            try:
                return await self.live(keeper)
            except (KilledError, ExceptionGroup) as error:
                if not was_killed(error):
                    raise
            finally:
                await keeper.close()

    async def live(self, keeper: Keeper, beats: int | None = None) -> Finish:
        """Play on in one process: to the end, or for so many beats."""
        director, entered = self.directing(keeper), await keeper.store.run(self.enter)
        while True:
            tournament = await director.run(entered)
            if tournament.state.over:
                return finish_of(tournament)
            await self.act(keeper, tournament)
            if beats == 0:
                return Finish((), ())
            beats = None if beats is None else beats - 1
            step = next_step(tournament.state, self.clock.now())
            assert isinstance(step, Wait)
            self.clock.time = max(self.clock.time, step.until)

    def enter(self, connection: sa.Connection) -> str:
        """Enter everybody, once, and return the tournament's id."""
        there = archive.tournaments_of(connection, GUILD)
        if there:
            return there[0].tournament_id
        tournament = archive.add_tournament(connection, GUILD, 5, self.plan)
        for number in range(self.players):
            archive.enter(connection, tournament.tournament_id, self.user(number), Career())
        return tournament.tournament_id

    async def act(self, keeper: Keeper, tournament: Tournament) -> None:
        """Let everybody act at the tables that rest; whatever was done before is done once."""
        tid, run = tournament.tournament_id, keeper.store.run
        users = await run(partial(archive.users, tournament_id=tid))
        for table in await run(lambda c: archive.tables(c, tid, tournament.state.round)):
            if not keeper.keeps(table.world_id) or keeper.public(table.world_id).thinking:
                continue
            for taken in await run(lambda c, table=table: archive.seats(c, tid, table)):
                if (user := users[taken.entrant]) is not None:
                    await self._act(keeper, tid, table, user)

    async def _act(self, keeper: Keeper, tournament_id: str, table: StoredTable, user: str) -> None:
        turn, mask = keeper.wood(table.world_id).world.turn, keeper.mask(table.world_id, user)
        number = int(user.removeprefix("user-"))
        if table.round == 1 and turn == 1 and number == self.forgotten:
            await keeper.forget(user, "forget")
            return
        if mask is None:
            return
        if table.round == 1 and turn == 1 and number == self.leaver:
            await keeper.store.run(lambda c: archive.withdraw(c, tournament_id, user))
            await keeper.act(table.world_id, user, Leave(), f"{table.world_id}:leave")
            return
        for count, action in enumerate(deeds(number, mask, turn)):
            input_id = f"{self.prefix}{table.round}:{table.number}:{turn}:{number}:{count}"
            try:
                await keeper.act(table.world_id, user, action, input_id)
            except Refusal:
                continue


def finish_of(tournament: Tournament) -> Finish:
    """Return how a tournament ended, worked out from its stored seats again."""
    step = next_step(tournament.state.model_copy(update={"over": False}), START)
    assert isinstance(step, Finish)
    return step


async def left_behind(file: Path) -> tuple[Tournament, list[dict[str, Any]]]:
    """Return the tournament of a store and its woods, as a reader finds them."""
    store = await Store.open(sqlite_url(file))
    try:
        (tournament,) = await store.run(lambda c: archive.tournaments_of(c, GUILD))
        return tournament, await store.woods()
    finally:
        await store.close()
