"""A wood set up for an experiment: in memory, without a clock, played by hand through the real Keeper."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from engine.actions import Action, Receipt
from engine.keeper import Keeper
from engine.rules import DEFAULT_RULES, Rules
from engine.store import MEMORY
from engine.world import Wood
from experiments import intervals
from experiments.simulate import WORLD, SimulationClock
from inference.council import MindCouncil

Councils = Sequence[tuple[str, MindCouncil]]
"""The councils that an experiment is run on, by name."""

Done = Callable[[], None]
"""Called after each run, for a progress bar."""


@dataclass
class Table:
    """A wood at which players sit by plain names; every action has an id of its own."""

    keeper: Keeper
    acted: int = 0

    @property
    def wood(self) -> Wood:
        """The wood as it is now."""
        return self.keeper.wood(WORLD)

    async def act(self, player: str, *actions: Action) -> list[Receipt]:
        """Let a player act, and return the receipts.

        Raises:
            Refusal: If the rules do not allow one of the actions.
        """
        receipts: list[Receipt] = []
        for action in actions:
            self.acted += 1
            receipts.append(await self.keeper.act(WORLD, player, action, f"table:{self.acted}"))
        return receipts

    async def turns(self, count: int = 1) -> None:
        """Run so many turns."""
        for _ in range(count):
            await self.keeper.advance(WORLD)


@asynccontextmanager
async def table(
    council: MindCouncil, seed: int, rules: Rules = DEFAULT_RULES, legends: Sequence[str] = ()
) -> AsyncGenerator[Table, None]:
    """Found a wood of the given seed, and close its Keeper at the end; the council stays open."""
    keeper = await Keeper.open(MEMORY, lambda _: council, SimulationClock())
    try:
        await keeper.found(WORLD, 0, 0, council="table", seed=str(seed), rules=rules, legends=legends, on_clock=False)
        yield Table(keeper)
    finally:
        await keeper.close()


@dataclass
class Claim:
    """One claim about the game on one council: on which seeds it held, with the figures of every run."""

    council: str
    claim: str
    held: list[int] = field(default_factory=list[int])
    runs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def add(self, seed: int, *, held: bool, **figures: object) -> None:
        """Add one run."""
        self.runs.append({"seed": seed, "held": held, **figures})
        if held:
            self.held.append(seed)

    def row(self) -> dict[str, Any]:
        """Return the claim as a row of `wood experiment --json`."""
        return {
            "council": self.council,
            "seeds": [run["seed"] for run in self.runs],
            "claim": self.claim,
            "held": len(self.held),
            "of": len(self.runs),
            "share": intervals.share(len(self.held), len(self.runs)),
            "runs": self.runs,
        }


QUIET: Final = 1
"""Turns that a wood is let run before an experiment begins, so that prices are its creatures' own."""
