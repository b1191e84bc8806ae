"""The Wood at the same work, in a process of its own like the peers: `python -m benchmarks.peers.wood_market ROUNDS`.

A decision is all of it but the model and the disk: the opening, the view, the prompt and its scan, the council's asking
under a deadline, the reading of the raw answer, the trace, the auction, the narrator's headline and the closing of the
turn with its snapshot, hashes and journal rows. With `kept` after the rounds the Keeper plays them into a file, every
turn committed. With `unwritten` nothing is hashed or written down, as the peers write nothing down either; all else is
done. The narrator has no counterpart in the peers; its asks are counted with those of the creatures.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.peers.peak import peak_kib
from benchmarks.whole_turn import unwritten_turn, whole_turn
from engine.cast import CAST
from engine.keeper import Keeper
from engine.store import sqlite_url
from engine.turn import Step, found
from engine.views import NarratorView
from engine.vocabulary import GOODS
from engine.world import Wood
from experiments.provenance import versions
from experiments.simulate import WORLD, SimulationClock
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil
from inference.mind import Answer, MindRequest

SEED: Final = "7"
WARM: Final = 2
"""Turns before the clock is looked at."""

Turn = Callable[[Wood, MindCouncil], Awaitable[Step]]
"""Plays the next turn of a wood; returns its closing."""


class Instant:
    """A mind that answers at once: it sells what it grows, bids for the good after that, and tells the first news."""

    def __init__(self) -> None:
        self.calls = 0
        self.chars = 0
        self._answers = {member.name: _answer(GOODS.index(member.grows)) for member in CAST}

    async def answer(self, request: MindRequest) -> Answer:
        """Answer as raw text, which is read like any model's."""
        self.calls += 1
        self.chars += sum(len(message.content) for message in request.messages)
        if isinstance(request.view, NarratorView):
            return Answer(text=json.dumps({"headline": request.view.lines[0]}))
        return Answer(text=self._answers[request.creature])

    async def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to give back."""


def council_of(mind: Instant) -> MindCouncil:
    """Return the real council with an instant mind in every seat, the narrator's included."""
    config = CouncilConfig(
        minds={"instant": MindConfig(kind="standin", model="instant")},
        seats=dict.fromkeys(CREATURES, "instant"),
        narrator="instant",
    )
    return MindCouncil(config, {"instant": mind})


async def played(rounds: int) -> dict[str, Any]:
    """Play turns without a disk, the first few untimed, and return what they took."""
    return await _timed(rounds, _written_turn)


async def unwritten(rounds: int) -> dict[str, Any]:
    """Play the same turns with nothing hashed or written down, and return what they took."""
    return await _timed(rounds, unwritten_turn)


async def _timed(rounds: int, turn: Turn) -> dict[str, Any]:
    mind, imported = Instant(), peak_kib()
    council, wood, trades = council_of(mind), found(WORLD, SEED), 0
    for _ in range(WARM):
        wood = (await turn(wood, council)).wood
    mind.calls = mind.chars = 0
    began = time.process_time()
    for _ in range(rounds):
        closed = await turn(wood, council)
        wood, trades = closed.wood, trades + len(closed.effects.trades)
    return _told(rounds, time.process_time() - began, mind, trades, imported)


async def kept(rounds: int) -> dict[str, Any]:
    """Play turns into a file through the Keeper, every one committed, and return what they took."""
    mind, imported = Instant(), peak_kib()
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        keeper = await Keeper.open(sqlite_url(Path(folder) / "wood.db"), lambda _: council_of(mind), SimulationClock())
        try:
            await keeper.found(WORLD, 0, 0, council="instant", seed=SEED, on_clock=False)
            for _ in range(WARM):
                await keeper.advance(WORLD)
            mind.calls = mind.chars = 0
            began = time.process_time()
            trades = sum([(await keeper.advance(WORLD)).trades for _ in range(rounds)])
            return _told(rounds, time.process_time() - began, mind, trades, imported)
        finally:
            await keeper.close()


async def _written_turn(wood: Wood, council: MindCouncil) -> Step:
    """Do a whole turn as the Keeper does but for the commit; return its closing."""
    return (await whole_turn(wood, council)).closed


def _answer(grows: int) -> str:
    orders = [
        {"side": "sell", "good": GOODS[grows], "quantity": 1, "price": 4},
        {"side": "buy", "good": GOODS[(grows + 1) % len(GOODS)], "quantity": 1, "price": 7},
    ]
    return json.dumps({"thought": "I sell what I grow.", "orders": orders, "gossip": "Fair goods, friends."})


def _told(rounds: int, seconds: float, mind: Instant, trades: int, imported: int | None) -> dict[str, Any]:
    return {
        "version": versions()["package"],
        "decisions": rounds * len(CREATURES),
        "seconds": seconds,
        "calls": mind.calls,
        "chars": mind.chars,
        "trades": trades,
        "memory_kib": peak_kib(),
        "imported_kib": imported,
    }


def main() -> None:
    """Play what the command line says, and print what it took as one line of JSON."""
    play = {"": played, "kept": kept, "unwritten": unwritten}["".join(sys.argv[2:])]
    print(json.dumps(asyncio.run(play(int(sys.argv[1])))))  # noqa: T201


if __name__ == "__main__":
    main()
