"""Plant a store for the tests: what a bot leaves behind that was killed in the middle of a turn.

Four woods: `gambit`, in which a turn was left open, with acts after it opened; `lenders`, where a creature owes;
`mute`, in whose one turn no mind gave an answer; and `seedling`, planted and never moved. There are open contracts, an
offer nobody has heard yet, and posts sent and unsent.

The day is fixed and the minds are the stand-in, so the same version of the game plants the same woods.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Spring,
    Whisper,
)
from engine.keeper import Keeper
from engine.legends import RUN_ON_OONA
from engine.ports import Deliberation, Narration, NarrationRequest, TurnRequest
from engine.store import sqlite_url
from engine.vocabulary import Direction, Good, Poke, Stance, Task
from inference.council import MindCouncil, load_council

SHORT = OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=6)
LONG = OpenContract(stance=Stance.LONG, good=Good.BERRIES, quantity=3)
LIE = Whisper(creature="Sable", good=Good.HONEY, direction=Direction.RISE)
LOAN = Lend(creature="Bracken", principal=20, interest=2, turns=8)
FAVOUR = BribeCreature(creature="Nettle", task=Task.HOARD, pebbles=9)
PACT = Ally(one="Oona", other="Nettle")

GAMBIT: list[list[tuple[str, Action]]] = [
    [("hazel", Join()), ("rowan", Join())],
    [("hazel", BuyForecast()), ("hazel", SHORT), ("rowan", LIE)],
    [("hazel", Spring()), ("ash", PokeWood(poke=Poke.DROUGHT))],
    [("hazel", CloseContract(number=1)), ("rowan", LONG)],
    [("hazel", SHORT), ("rowan", BribeMagistrate(pebbles=10))],
]
LENDERS: list[list[tuple[str, Action]]] = [
    [("hazel", Join()), ("birch", Join()), ("birch", LOAN)],
    [("hazel", FAVOUR), ("birch", PACT)],
    [("birch", SHORT)],
]


class StoppedClock:
    """A clock that its owner moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class KilledError(Exception):
    """The creatures were thinking when the process ended."""


class Minds:
    """The stand-in council, which can fall silent, or be killed in mid-thought."""

    def __init__(self, minds: MindCouncil) -> None:
        self.minds, self.silent, self.killed = minds, False, False

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        if self.killed:
            raise KilledError
        if self.silent:
            return Deliberation(decisions={})
        return await self.minds.deliberate(request)

    async def narrate(self, request: NarrationRequest) -> Narration:
        if self.silent:
            return Narration()
        return await self.minds.narrate(request)


async def plant(file: Path) -> None:
    """Write the store into `file`, which must not be there yet."""
    minds, clock = Minds(load_council("standin")), StoppedClock()
    keeper = await Keeper.open(sqlite_url(file), lambda _: minds, clock)

    async def play(world_id: str, chapters: list[list[tuple[str, Action]]]) -> None:
        for number, actions in enumerate(chapters):
            for order, (user, action) in enumerate(actions):
                await keeper.act(world_id, user, action, f"{number}-{order}")
            clock.time += timedelta(hours=1)
            await keeper.advance(world_id)

    await keeper.found("gambit", 11, 12, council="standin", seed="gambit", legends=(RUN_ON_OONA,))
    await keeper.found("lenders", 21, 22, council="standin", seed="lenders")
    await keeper.found("mute", 41, 42, council="standin", seed="mute")
    await keeper.found("seedling", 31, 32, council="standin", seed="seedling", on_clock=False)
    await play("gambit", GAMBIT)
    await play("lenders", LENDERS)
    minds.silent = True
    await keeper.advance("mute")
    minds.silent = False
    for post in (await keeper.outbox.pending())[:4]:
        await keeper.outbox.mark(post.post_id, 1_000_000 + post.post_id)
    await keeper.configure("lenders", paused=True)
    await keeper.act("lenders", "hazel", FAVOUR, "unheard")
    await keeper.act("gambit", "rowan", LIE, "before")
    minds.killed = True
    try:
        await keeper.advance("gambit")
    except KilledError:
        await keeper.act("gambit", "hazel", LONG, "meanwhile")
    await keeper.close()


if __name__ == "__main__":
    asyncio.run(plant(Path(sys.argv[1])))
