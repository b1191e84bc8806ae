"""Plant a store with seasons and a tournament: the woods of `plant.py`, and beside them, left as a bot leaves them,

* `season-51-1`, a season of one chapter that has ended, with results, a story and a crown;
* `season-51-2`, the season that followed it, whose second turn was voided;
* `61-1`, a tournament of six players in the middle of its first round, one of whom has withdrawn and one is forgotten.
"""

import asyncio
import sys
from pathlib import Path

from plant import FAVOUR, LIE, LOAN, LONG, SHORT, Minds, StoppedClock, plant

from engine.actions import Action, Join
from engine.contests.plan import TournamentPlan
from engine.contests.season import Season, SeasonPlan
from engine.contests.seating import Career
from engine.contests.tournament import Step
from engine.keeper import Keeper, Told
from engine.records import WoodRecord
from engine.staging import archive, hall
from engine.staging.archive import StoredTable, Tournament
from engine.staging.director import Director
from engine.staging.steward import Steward
from engine.store import sqlite_url
from inference.council import load_council

CADENCE = 3600
SEASON: list[list[tuple[str, Action]]] = [
    [("hazel", Join()), ("rowan", Join()), ("birch", Join())],
    [("hazel", SHORT), ("rowan", LONG), ("birch", LOAN)],
    [("rowan", LIE), ("ash", Join())],
    [("ash", SHORT)],
    [], [], [], [],
]  # fmt: skip


class Company:
    """Who shows nothing and takes the turns of tables."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper

    async def welcome(self, wood: WoodRecord) -> None:
        """Show it to nobody."""

    async def crown(self, season: Season, winners: list[str]) -> None:
        """Give nothing to anybody."""

    async def open_table(self, tournament: Tournament, table: StoredTable, users: list[str]) -> int:
        return 620 + table.number

    async def take_turn(self, world_id: str) -> None:
        await self.keeper.advance(world_id)

    async def show(self, tournament: Tournament, step: Step) -> None:
        """Show it to nobody."""


async def plant_contests(file: Path) -> None:
    """Write the store into `file`, which must not be there yet."""
    await plant(file)
    minds, clock = Minds(load_council("standin")), StoppedClock()
    keeper = await Keeper.open(sqlite_url(file), lambda _: minds, clock)
    company = Company(keeper)
    await _seasons(keeper, minds, clock, Steward(keeper, clock, company))
    await _tournament(keeper, clock, Director(keeper, clock, company))
    await keeper.close()


async def _seasons(keeper: Keeper, minds: Minds, clock: StoppedClock, steward: Steward) -> None:
    """Play a season to its end and the next one into its third turn, most of it with silent minds, to keep it small."""

    async def play(world_id: str, chapter: list[list[tuple[str, Action]]]) -> None:
        for number, actions in enumerate(chapter):
            minds.silent = number > 1
            for order, (user, action) in enumerate(actions):
                await keeper.act(world_id, user, action, f"{number}-{order}")
            clock.time = keeper.record(world_id).next_turn_at or clock.time
            await keeper.advance(world_id)
        minds.silent = False

    begins, terms = int(clock.time.timestamp()), SeasonPlan(chapters=1, council="standin", role_id=7, repeats=True)
    await keeper.store.run(lambda c: hall.plan_season(c, 51, 52, begins, terms))
    await steward.look()
    await play("season-51-1", SEASON)
    await steward.look()
    await steward.look()
    await play("season-51-2", SEASON[:2])
    await keeper.void("season-51-2")
    await keeper.extend("season-51-2", 8, Told("longer", "The keeper lets the season last a chapter longer."))
    await keeper.act("season-51-2", "hazel", FAVOUR, "unheard")


async def _tournament(keeper: Keeper, clock: StoppedClock, director: Director) -> None:
    """Play a tournament into the middle of its first round."""
    terms = TournamentPlan(
        name="Spring Cup",
        table_size=3,
        rounds=2,
        turns=2,
        cadence_seconds=CADENCE,
        council="standin",
        starts_at=clock.time,
        seed="61" * 32,
    )
    await keeper.store.run(lambda c: archive.add_tournament(c, 61, 62, terms))
    for user in ("hazel", "rowan", "birch", "ash", "elder", "willow"):
        await keeper.store.run(lambda c, user=user: archive.enter(c, "61-1", user, Career()))
    tournament = await director.run("61-1")
    for table in await keeper.store.run(lambda c: archive.tables(c, "61-1", 1)):
        for user in ("hazel", "rowan", "birch", "ash", "elder"):
            if keeper.mask(table.world_id, user):
                await keeper.act(table.world_id, user, SHORT if user == "hazel" else LONG, f"0-{user}")
    assert tournament.state.beat is not None
    clock.time = tournament.state.beat.due
    await director.run("61-1")
    await keeper.store.run(lambda c: archive.withdraw(c, "61-1", "ash"))
    await keeper.forget("elder", "forget")


if __name__ == "__main__":
    asyncio.run(plant_contests(Path(sys.argv[1])))
