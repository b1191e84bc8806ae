"""A process that plays one tournament in a file, with players who go by a script, and that may be killed anywhere.

    python -m experiments.contest FILE COUNCIL TERMS [record|replay RECORDING]

It says `turn` on a line for every turn that a table has taken. Begun again on the same file, it goes on.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from engine.actions import Action, CloseContract, OpenContract, Refusal, Whisper
from engine.cast import NAMES
from engine.contests.plan import planned
from engine.contests.seating import Career
from engine.contests.tournament import Step, Wait, next_step
from engine.keeper import Keeper
from engine.ports import Frozen
from engine.shards import ALL
from engine.staging import archive
from engine.staging.archive import StoredTable, Tournament
from engine.staging.director import Director
from engine.store import sqlite_url
from engine.streams import derive
from engine.vocabulary import Direction, Good, Stance
from experiments.source import Source
from inference.council import MindCouncil

GUILD: Final = 1
CADENCE: Final = 60
START: Final = datetime(2026, 1, 1, tzinfo=UTC)

_GOODS: Final = tuple(Good)


class Terms(Frozen):
    """What is played: so many players, seats a table, rounds, and turns a round, all dealt from `seed`."""

    players: int
    table: int
    rounds: int
    turns: int
    seed: int


class Jumping:
    """A clock that its owner moves on to whatever is waited for."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        """Return the time it was moved to last."""
        return self.time


class Nowhere:
    """A host without a place: tables have numbers for channels, and nothing is shown."""

    def __init__(self, keeper: Keeper, told: Callable[[], None]) -> None:
        self._keeper = keeper
        self._told = told

    async def open_table(self, tournament: Tournament, table: StoredTable, users: list[str]) -> int:  # noqa: ARG002
        """Return a number that no other table has."""
        return table.round * 1_000 + table.number

    async def take_turn(self, world_id: str) -> None:
        """Take a turn, and tell that it was taken."""
        await self._keeper.advance(world_id)
        self._told()

    async def show(self, tournament: Tournament, step: Step) -> None:
        """Show it to nobody."""


def user_of(number: int) -> str:
    """Return the outside id of a player by number, from 0."""
    return f"player-{number}"


def deeds(user: str, turn: int) -> Iterator[Action]:
    """Yield what a player does once a turn has closed.

    Nothing before the first, so that the creatures of all tables are asked alike in it. Player 0 never does anything.
    The others bet on a good each, long or short, and close what they opened a turn later; one in four whispers.
    """
    number = int(user.removeprefix("player-"))
    if number == 0 or turn == 0:
        return
    good = _GOODS[(number + turn) % len(_GOODS)]
    if turn % 2:
        stance = Stance.SHORT if number % 2 else Stance.LONG
        yield OpenContract(stance=stance, good=good, quantity=1 + number % 4)
    else:
        yield CloseContract(number=turn // 2)
    if number % 4 == 2:
        direction = Direction.FALL if turn % 2 else Direction.RISE
        yield Whisper(creature=NAMES[turn % len(NAMES)], good=good, direction=direction)


async def act(keeper: Keeper, world_id: str, user: str) -> None:
    """Let a player do in a resting wood what the script has for it now; the same done twice is done once."""
    turn = keeper.wood(world_id).world.turn
    for number, action in enumerate(deeds(user, turn)):
        try:
            await keeper.act(world_id, user, action, f"{world_id}:{turn}:{user}:{number}")
        except Refusal:
            continue  # what the rules refuse depends on the minds


async def play(file: Path, council: MindCouncil, terms: Terms, told: Callable[[], None] = lambda: None) -> None:
    """Play the tournament in `file` to its end, from wherever it stands, and call `told` after every turn."""
    clock = Jumping()
    keeper = await Keeper.open(sqlite_url(file), lambda _: council, clock)
    try:
        director = Director(keeper, clock, Nowhere(keeper, told))
        entered = await keeper.store.run(lambda c: _entered(c, terms))
        while not (tournament := await director.run(entered)).state.over:
            await _act_everywhere(keeper, tournament)
            step = next_step(tournament.state, clock.now())
            assert isinstance(step, Wait)
            clock.time = step.until
    finally:
        await keeper.close()


def _entered(connection: sa.Connection, terms: Terms) -> str:
    """Return the tournament of the store, entered with all its players unless it was before."""
    there = archive.open_tournaments(connection, ALL)
    if there:
        return there[0]
    plan = planned(
        "Experiment",
        table_size=terms.table,
        rounds=terms.rounds,
        turns=terms.turns,
        cadence_seconds=CADENCE,
        council="experiment",
        starts_at=START,
        seed=derive(str(terms.seed), "experiment"),
        now=START,
    )
    tournament = archive.add_tournament(connection, GUILD, 1, plan)
    for number in range(terms.players):
        archive.enter(connection, tournament.tournament_id, user_of(number), Career())
    return tournament.tournament_id


async def _act_everywhere(keeper: Keeper, tournament: Tournament) -> None:
    """Let everybody at every table that rests act, by seat."""
    tid, run = tournament.tournament_id, keeper.store.run
    users = await run(lambda c: archive.users(c, tid))
    for table in await run(lambda c: archive.tables(c, tid, tournament.state.round)):
        if keeper.keeps(table.world_id) and not keeper.public(table.world_id).thinking:
            for taken in await run(lambda c, table=table: archive.seats(c, tid, table)):
                await act(keeper, table.world_id, users[taken.entrant] or "")


def main() -> None:
    """Play what the command line says."""
    file, council, terms, *recording = sys.argv[1:]

    async def played() -> None:
        with Source.of(recording) as source:

            def told() -> None:
                # Before the line by which somebody may kill this process, so that no gap of a recording is passed over.
                source.check()
                print("turn", flush=True)  # noqa: T201

            minds = source.council(council)
            try:
                await play(Path(file), minds, Terms.model_validate_json(terms), told)
            finally:
                await minds.aclose()

    asyncio.run(played())


if __name__ == "__main__":
    main()
