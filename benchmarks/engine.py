"""How many full turns a second the engine does on one core when its minds answer at once.

A full turn is all that the Keeper does for one but for the store: the opening, what the council and the narrator are
asked, the closing, its snapshot, the hashes and the rows of both inputs. What the creatures decide, and what Patrons
do between the turns, was found out before by playing the same wood with the stand-in, and is not timed.
"""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any, Final, TypeVar

from benchmarks.instant import InstantCouncil
from benchmarks.whole_turn import whole_turn
from engine.actions import Join, OpenContract, Refusal, act
from engine.actions.base import mask_worn
from engine.asking import turn_request
from engine.patronage import contract_lines
from engine.ports import Decision
from engine.turn import found, open_turn
from engine.vocabulary import GOODS, Stance
from engine.world import Wood
from inference.council import load_council

SEED: Final = "7"
PATRONS: Final = 8
ROUNDS: Final = 5

T = TypeVar("T")

_Move = tuple[str, Join | OpenContract]


@dataclass(frozen=True)
class Played:
    """A turn as it was played: what Patrons did before it opened, what was decided, and the state hash after it."""

    moves: tuple[_Move, ...]
    decisions: dict[str, Decision]
    state_hash: str
    contracts: int


@dataclass
class Timed:
    """So many rounds of the same turns: the processor's seconds of each turn, and whether all hashes were as played."""

    patrons: int
    turns: int
    contracts: float
    identical: bool = True
    seconds: list[list[float]] = field(default_factory=list[list[float]])

    def report(self) -> dict[str, Any]:
        """Return it as JSON: the median rate of the rounds, with the slowest and the fastest.

        `undisturbed` is the rate with every turn as quick as in its best round: what a machine gives on which nothing
        else runs, as far as one can tell from a busy one.
        """
        rates = sorted(self.turns / sum(seconds) for seconds in self.seconds)
        best = sum(min(rounds) for rounds in zip(*self.seconds, strict=True))
        return {
            "turns_per_s": round(median(rates)),
            "slowest": round(rates[0]),
            "fastest": round(rates[-1]),
            "undisturbed": round(self.turns / best),
            "patrons": self.patrons,
            "open_contracts": round(self.contracts, 1),
            "turns": self.turns,
            "rounds": len(rates),
            "identical": self.identical,
        }


async def run(turns: int = 500, done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Return the `engine` part of `wood bench --json`: a wood without Patrons, and one with a handful."""
    alone, crowded = [await timed(turns, patrons, done) for patrons in (0, PATRONS)]
    return {**alone.report(), "with_patrons": crowded.report()}


async def timed(turns: int, patrons: int, done: Callable[[], None] = lambda: None) -> Timed:
    """Play so many turns once, and time them in `ROUNDS` rounds."""
    played = await play(turns, patrons)
    result = Timed(patrons, turns, mean(turn.contracts for turn in played))
    for _ in range(ROUNDS):
        wood, seconds = found("bench", SEED), list[float]()
        for turn in played:
            for user, action in turn.moves:
                wood = act(wood, user, action).wood
            wood.ledger.drain()
            began = time.process_time()
            wood, state_hash = full_turn(wood, turn.decisions)
            seconds.append(time.process_time() - began)
            result.identical &= state_hash == turn.state_hash
        result.seconds.append(seconds)
        done()
    return result


def full_turn(wood: Wood, decisions: dict[str, Decision]) -> tuple[Wood, str]:
    """Do what the Keeper does for a turn whose decisions are given; return the wood and its state hash."""
    turn = _at_once(whole_turn(wood, InstantCouncil([decisions], wood.world.turn + 1)))
    return turn.closed.wood, turn.written.state_hash


async def play(turns: int, patrons: int) -> list[Played]:
    """Play a wood with the stand-in; each Patron keeps a small contract open for as long as its purse allows."""
    standin, wood = load_council("standin"), found("bench", SEED)
    played: list[Played] = []
    for _ in range(turns):
        wood, moves = _move(wood, patrons)
        opened = open_turn(wood).wood
        decisions = (await standin.deliberate(turn_request(opened, opened.public_hash()))).decisions
        wood, state_hash = full_turn(wood, decisions)
        contracts = sum(len(contract_lines(wood, mask)) for mask in wood.world.patrons)
        played.append(Played(moves, decisions, state_hash, contracts))
    return played


def _at_once(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that waits for nothing, so that no event loop is timed with it."""
    try:
        work.send(None)
    except StopIteration as ended:
        return ended.value
    work.close()
    raise RuntimeError("An instant council made a turn wait.")


def _move(wood: Wood, patrons: int) -> tuple[Wood, tuple[_Move, ...]]:
    """Let every Patron join, and open a contract if it holds none and can pay; return the wood, and what was done."""
    done: list[_Move] = []
    for number in range(patrons):
        user, mask = f"patron-{number}", mask_worn(wood, f"patron-{number}")
        stance = Stance.LONG if number % 2 else Stance.SHORT
        wanted = OpenContract(stance=stance, good=GOODS[number % len(GOODS)], quantity=1) if mask else Join()
        if mask and contract_lines(wood, mask):
            continue
        try:
            wood = act(wood, user, wanted).wood
        except Refusal:
            continue
        done.append((user, wanted))
    wood.ledger.drain()
    return wood, tuple(done)
