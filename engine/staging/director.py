"""The director: takes tournaments from one step to the next, and may be killed anywhere.

What is to be done next follows from what is stored (`engine.contests.tournament`). Each step is stored once it is done,
and done again when a kill came between; done twice it has one effect.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa

from engine.actions.base import Refusal
from engine.cadence import counted_anew
from engine.contests.tournament import (
    CallOff,
    Deal,
    Finish,
    Found,
    Move,
    Rest,
    Schedule,
    ScoreRound,
    SeatRound,
    Settle,
    Step,
    Wait,
    next_step,
)
from engine.keeper import Keeper
from engine.phrases import words
from engine.ports import Clock
from engine.rests import Rests
from engine.rules import DEFAULT_RULES
from engine.staging import archive, hall
from engine.staging.archive import StoredTable, Tournament
from engine.vocabulary import Phase
from engine.woods import NotHere

T = TypeVar("T")
log = logging.getLogger(__name__)

_ABANDONED: Final = "abandoned tables"
_TABLES_AT_ONCE: Final = 64
"""Tables of one tournament that think at once."""


class Host(Protocol):
    """Where a tournament is played: a Discord server, or nowhere."""

    async def open_table(self, tournament: Tournament, table: StoredTable, users: list[str]) -> int:
        """Return the channel or thread for a table's cards; asked again after a kill, it finds the same one."""
        ...

    async def take_turn(self, world_id: str) -> None:
        """Let a table's wood take its next turn, or go on with one that was left open."""
        ...

    async def show(self, tournament: Tournament, step: Step) -> None:
        """Show where a tournament stands, after a step was stored; what fails here fails no tournament."""
        ...


class Director:
    """Takes every tournament of the Keeper's shards through its steps."""

    def __init__(self, keeper: Keeper, clock: Clock, host: Host) -> None:
        """Direct the tournaments in the store of `keeper`, played at `host`."""
        self._keeper = keeper
        self._clock = clock
        self._host = host
        self._rests = Rests(clock)
        self._at_work: dict[str, asyncio.Task[None]] = {}

    async def look(self) -> None:
        """Let every tournament that is not over, and not at work already, take the steps that are due now.

        The woods of one that was called off are ended once they rest.
        """
        abandoned = await self._archive(lambda c: archive.abandoned_tables(c, self._keeper.store.shards))
        if abandoned:
            self._begin(_ABANDONED, self._end_all(abandoned))
        for tournament_id in await self._archive(lambda c: archive.open_tournaments(c, self._keeper.store.shards)):
            if not self._rests.resting(tournament_id):
                self._begin(tournament_id, self._work(tournament_id))

    async def settle(self) -> None:
        """Wait until every tournament has taken the steps that were due."""
        while self._at_work:
            await asyncio.wait(list(self._at_work.values()))

    async def stop(self) -> None:
        """Break off what is under way; the next start goes on with it."""
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self, tournament_id: str) -> Tournament:
        """Take a tournament's steps until it waits, rests or is over, and return it as it is then."""
        while True:
            tournament = await self.read(tournament_id)
            step = next_step(tournament.state, self._clock.now())
            if isinstance(step, Rest | Wait):
                return tournament
            await self._take(tournament, step)
            if not isinstance(step, Schedule):
                await self._show(await self.read(tournament_id), step)

    async def read(self, tournament_id: str) -> Tournament:
        """Return a tournament as it stands, with the turns that its tables have closed."""
        tournament = await self._archive(lambda c: archive.tournament(c, tournament_id))
        state = tournament.state
        turns = {
            table.number: self._turns_closed(table, state.plan.turns)
            for table in await self._archive(lambda c: archive.tables(c, tournament_id, state.round))
        }
        tables = tuple(
            table.model_copy(update={"turn": turns[table.table]}) if table.round == state.round else table
            for table in state.tables
        )
        return tournament.model_copy(update={"state": state.model_copy(update={"tables": tables})})

    async def pause(self, tournament_id: str) -> None:
        """Let no further step of a tournament be taken; a turn that is under way still closes.

        Raises:
            Refusal: If it is over or paused.
        """

        def paused(connection: sa.Connection) -> None:
            state = _going(connection, tournament_id).state
            if state.paused:
                raise Refusal(words("The tournament is paused already. Let it go on with /tournament resume."))
            archive.set_tournament(connection, tournament_id, paused=1)

        await self._archive(paused)

    async def resume(self, tournament_id: str) -> None:
        """Let a paused tournament go on; the turn that was to come is due a whole cadence from now.

        Raises:
            Refusal: If it is over, or not paused.
        """
        state = (await self.read(tournament_id)).state
        slowest = min((table.turn for table in state.tables if table.round == state.round), default=0)
        due = datetime.fromtimestamp(counted_anew(int(self._clock.now().timestamp()), state.plan.cadence_seconds), UTC)

        def resumed(connection: sa.Connection) -> None:
            state = _going(connection, tournament_id).state
            if not state.paused:
                raise Refusal(words("The tournament is not paused."))
            if state.beat is not None and state.beat.round == state.round and state.beat.turn > slowest:
                archive.set_beat(connection, tournament_id, state.beat.model_copy(update={"due": due}))
            archive.set_tournament(connection, tournament_id, paused=0)

        await self._archive(resumed)
        self._begin(tournament_id, self._work(tournament_id))

    async def call_off(self, tournament_id: str, reason: str) -> None:
        """End a tournament without a podium; `reason` is the sentence for everybody. The next look ends its woods.

        Raises:
            Refusal: If it is over.
        """

        def called_off(connection: sa.Connection) -> None:
            _going(connection, tournament_id)
            archive.set_tournament(connection, tournament_id, over=1, reason=reason)

        await self._archive(called_off)

    async def _end_all(self, world_ids: Sequence[str]) -> None:
        """End woods that rest; the others are ended at a later look."""
        for world_id in world_ids:
            if self._keeper.keeps(world_id):
                try:
                    await self._keeper.end(world_id)
                except Refusal as refusal:
                    log.info("%s is not ended yet: %s", world_id, refusal)

    def _turns_closed(self, table: StoredTable, all_turns: int) -> int:
        if not self._keeper.keeps(table.world_id):
            return all_turns  # it has ended
        world = self._keeper.wood(table.world_id).world
        return world.turn - (world.phase is Phase.THINKING)

    def _begin(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        """Let some work go on in the background, unless the same is under way."""
        if what in self._at_work:
            work.close()
            return
        task = asyncio.create_task(work, name=f"tournament {what}")
        self._at_work[what] = task
        task.add_done_callback(lambda _: self._at_work.pop(what))

    async def _work(self, tournament_id: str) -> None:
        try:
            await self.run(tournament_id)
        except Exception:
            log.exception("Tournament %s failed a step, which is tried again after a rest", tournament_id)
            self._rests.begin(tournament_id)

    async def _take(self, tournament: Tournament, step: Step) -> None:
        """Do a step and store it."""
        match step:
            case Found():
                await self._found_all(tournament, step)
            case Move():
                await self._move(tournament, step)
            case Settle():
                await self._settle_all(tournament, step)
            case _:
                await self._archive(lambda c: _note(c, tournament.tournament_id, step))

    async def _found_all(self, tournament: Tournament, step: Found) -> None:
        known = {table.number: table for table in await self._tables(tournament.tournament_id, step.round)}
        for deal in step.tables:
            await self._found(tournament, known[deal.table], deal, step.seed)

    async def _found(self, tournament: Tournament, table: StoredTable, deal: Deal, seed: str) -> None:
        """Open a table's thread, found its wood and seat its players, each unless that was done."""
        tid, state = tournament.tournament_id, tournament.state
        if table.channel_id is None:
            users = await self._archive(lambda c: archive.users(c, tid))
            invited = [user for player in deal.players if (user := users[player])]
            channel = await self._host.open_table(tournament, table, invited)
            await self._archive(lambda c: archive.set_table(c, tid, table, channel_id=channel))
            table = table.model_copy(update={"channel_id": channel})
        assert table.channel_id is not None
        if not self._keeper.keeps(table.world_id):
            guild_id, channel_id = tournament.guild_id, tournament.channel_id
            manner = await self._archive(lambda c: hall.manner_in(c, guild_id, channel_id))
            await self._keeper.found(
                table.world_id,
                guild_id,
                table.channel_id,
                council=state.plan.council,
                cadence_seconds=state.plan.cadence_seconds,
                seed=seed,
                rules=DEFAULT_RULES,
                on_clock=False,
                last_turn=state.plan.turns,
                invited=True,
                language=manner.language,
                theme=manner.theme,
            )
        for seat, entrant in enumerate(deal.players, 1):
            user = (await self._archive(lambda c: archive.users(c, tid)))[entrant]
            if user is None:  # forgotten, perhaps while the thread was opened
                continue
            player = await self._seated(table.world_id, user, f"{tid}:{table.round}:{table.number}:{seat}")
            await self._archive(
                lambda c, seat=seat, player=player: archive.set_seat(c, tid, table, seat, player=player)
            )
        await self._archive(lambda c: archive.set_table(c, tid, table, founded=1))

    async def _seated(self, world_id: str, user: str, input_id: str) -> str:
        """Seat a player and return its pseudonym in the wood."""
        await self._keeper.seat(world_id, user, input_id)
        return self._keeper.player(world_id, user)

    async def _move(self, tournament: Tournament, step: Move) -> None:
        """Let tables take a turn side by side; one that fails is tried again at the next look.

        Raises:
            ExceptionGroup: If some failed, once all have ended.
        """
        room = asyncio.Semaphore(_TABLES_AT_ONCE)

        async def move(table: StoredTable) -> None:
            async with room:
                await self._host.take_turn(table.world_id)

        tables = await self._tables(tournament.tournament_id, step.round)
        moving = [table for table in tables if table.number in step.tables]
        ended = await asyncio.gather(*map(move, moving), return_exceptions=True)
        failed = [each for each in ended if isinstance(each, Exception)]
        if failed:
            raise ExceptionGroup(f"tables of {tournament.tournament_id} did not take turn {step.turn}", failed)

    async def _settle_all(self, tournament: Tournament, step: Settle) -> None:
        for table in await self._tables(tournament.tournament_id, step.round):
            if table.number in step.tables:
                await self._settle(tournament.tournament_id, table)

    async def _settle(self, tournament_id: str, table: StoredTable) -> None:
        """End a table's wood, unless that was done, and note how it ended for everybody."""
        if self._keeper.keeps(table.world_id):
            await self._keeper.end(table.world_id)
        if not await self._archive(lambda c: hall.has_ended(c, table.world_id)):
            raise NotHere  # another process keeps it just now
        results = await self._archive(lambda c: hall.results(c, table.world_id))
        ended = {result.player: (result.net_worth, result.deeds > 0) for result in results}
        await self._archive(lambda c: archive.settle(c, tournament_id, table, ended))

    async def _show(self, tournament: Tournament, step: Step) -> None:
        try:
            await self._host.show(tournament, step)
        except Exception:
            log.exception("Where tournament %s stands could not be shown", tournament.tournament_id)

    async def _tables(self, tournament_id: str, number: int) -> list[StoredTable]:
        return await self._archive(lambda c: archive.tables(c, tournament_id, number))

    async def _archive(self, work: Callable[[sa.Connection], T]) -> T:
        return await self._keeper.store.run(work)


def _going(connection: sa.Connection, tournament_id: str) -> Tournament:
    found = archive.tournament(connection, tournament_id)
    if found.state.over:
        raise Refusal(words("The tournament is over."))
    return found


def _note(connection: sa.Connection, tournament_id: str, step: Step) -> None:
    """Store a step that is wholly done by being stored."""
    match step:
        case CallOff(reason):
            archive.set_tournament(connection, tournament_id, over=1, reason=reason)
        case SeatRound(number, tables):
            archive.seat_round(connection, tournament_id, number, tables)
        case Schedule(beat):
            archive.set_beat(connection, tournament_id, beat)
        case ScoreRound(number):
            archive.set_tournament(connection, tournament_id, scored=number)
        case Finish():
            archive.set_tournament(connection, tournament_id, over=1)
        case _:
            raise AssertionError(f"{step} is more than a note")
