"""Does a fall of its pledge ruin a borrower, and does the wood outlive that?

Two Patrons lend a creature as much as its store of one good can secure, one after the other, and spring the legend that
halves that good: the loans are called as it falls, and a turn later the creature has restored its pledges or is
banished. One that has is struck by a second fall. The vault-keeper borrows on its crop; the woodcutter on the few
acorns it eats from, so that a wood without an axe is seen as well.

A run in which the borrower restored its pledges twice, or never borrowed, says nothing of what a default does: its
figures are reported, and it does not count.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from engine import credit
from engine.actions import Join, Lend, Spring
from engine.banishment import absent
from engine.hearth import held
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Good
from engine.world import World
from experiments.table import QUIET, Claim, Councils, Done, Table, table
from inference.council import MindCouncil

LENDERS: Final = ("the lender", "the partner")
FALLS: Final = {
    ("Oona", Good.HONEY): ("run-on-oonas-hoard", "honeyguide-swindle"),
    ("Bracken", Good.ACORNS): ("black-moonday", "bundled-burrows"),
}
"""Who is lent to on what, and the legends that halve it."""

BORROWERS: Final = tuple(borrower for borrower, _ in FALLS)

_RULES: Final = DEFAULT_RULES.with_legends(gap=(48, 48))
"""No legend falls unless it is sprung."""

_INTEREST: Final = 8
"""Per cent of the principal: one for each turn of the term, which a wary creature pays too."""

_OFFERS: Final = 3
"""Turns in which a loan is offered again to a creature that says no."""


@dataclass
class Ruin:
    """What became of one borrower: `lent` in pebbles, `trades` of each turn in which it was away."""

    wood: Table
    borrower: str
    good: Good
    lent: int = 0
    called: bool = False
    defaulted: bool = False
    banished: bool = False
    returned: bool = False
    trades: list[int] = field(default_factory=list[int])

    @property
    def world(self) -> World:
        """The public world as it is now."""
        return self.wood.wood.world

    async def turn(self) -> None:
        """Let a turn pass and note what it did to the borrower."""
        was_away = absent(self.world, self.borrower)
        await self.wood.turns()
        back = self.world.banished.get(self.borrower, 0)
        if was_away and back:
            self.trades.append(len(self.world.trades))
        self.called |= any(loan.called for loan in credit.of_creature(self.world, self.borrower))
        self.defaulted |= any(event.kind == "default" for event in self.world.news)
        self.banished |= back > self.world.turn and (back - 1) % self.world.rules.time.turns_a_chapter == 0
        self.returned |= was_away and not back

    async def lend(self, lender: str) -> None:
        """Let a Patron offer the largest loan that the borrower's store can secure until it takes one."""
        await self.wood.act(lender, Join())
        for _ in range(_OFFERS):
            offer = None if self.banished else _largest(self.wood, self.borrower, self.good)
            before = len(self.world.loans)
            if offer is not None:
                await self.wood.act(lender, offer)
            if not self.banished:
                await self.turn()
            if offer is not None and len(self.world.loans) > before:
                self.lent += offer.principal
                return

    async def fall(self) -> None:
        """Spring the next legend, and give the borrower its turn to restore the pledges."""
        await self.wood.act(LENDERS[0], Spring())
        await self.turn()
        await self.turn()

    def figures(self) -> dict[str, Any]:
        """Return the figures of this run for its row."""
        return {name: getattr(self, name) for name in ("lent", "called", "defaulted", "banished", "returned", "trades")}


async def run(
    councils: Councils, seeds: list[int], done: Done = lambda: None, borrowers: Collection[str] = BORROWERS
) -> dict[str, Any]:
    """Try to ruin each of `borrowers` on every council and seed; return the JSON of `wood experiment ruin`.

    Each row also holds `spared`, the figures of the runs without a default.
    """
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        for borrower, good in [loan for loan in FALLS if loan[0] in borrowers]:
            ruined = Claim(name, f"a called and defaulted loan banishes {borrower} until the next chapter")
            outlived = Claim(name, f"{borrower} returns, and the wood was never silent for two turns without it")
            spared: list[dict[str, Any]] = []
            for seed in seeds:
                seen = await _ruin(council, seed, borrower, good)
                if seen.defaulted:
                    ruined.add(seed, held=seen.called and seen.banished, **seen.figures())
                    outlived.add(seed, held=seen.returned and all(map(any, pairwise(seen.trades))))
                else:
                    spared.append({"seed": seed, **seen.figures()})
                done()
            rows += [{**claim.row(), "spared": spared} for claim in (ruined, outlived)]
    return {"rows": rows}


async def _ruin(council: MindCouncil, seed: int, borrower: str, good: Good) -> Ruin:
    """Lend, let the crop fall, and wait for the borrower's return."""
    legends = FALLS[borrower, good]
    async with table(council, seed, _RULES, legends) as wood:
        seen = Ruin(wood, borrower, good)
        await wood.turns(QUIET)
        for lender in LENDERS:
            await seen.lend(lender)
        for _ in legends:
            if not seen.banished:
                await seen.fall()
        while absent(seen.world, borrower):
            await seen.turn()
        return seen


def _largest(wood: Table, borrower: str, good: Good) -> Lend | None:
    state = wood.wood
    rules, price = state.world.rules.credit, state.world.quotes[good].settlement

    def secured(principal: int) -> bool:
        return credit.pledge_for(rules, principal + principal * _INTEREST // 100, price) <= held(state, borrower, good)

    principal = max(filter(secured, range(1, rules.most_principal + 1)), default=0)
    if not principal:
        return None
    terms = {"principal": principal, "interest": principal * _INTEREST // 100, "turns": rules.most_turns}
    return Lend.model_validate({"creature": borrower, "good": good, **terms})
