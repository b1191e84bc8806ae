"""`wood firewall`: the tally of scans, pairs and planted leaks."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from experiments.firewall.mutants import Caught, hunt
from experiments.firewall.pairs import compare
from experiments.firewall.plans import random_pair
from experiments.firewall.planted import MUTANTS

PAIRS_A_MUTANT: Final = 30
"""Pairs within which a planted leak must be found; most are found by the first."""


@dataclass
class FirewallReport:
    """The tally. `divergent` counts pairs whose woods told themselves apart, `leaks` findings of the scan.

    `turns` counts the turns compared, and `telling` the pairs in which at least two turns were compared
    and a whisper was true in one wood alone, or the magistrate knew different things in both, so that the
    proof can be seen not to be empty.
    """

    prompts: int = 0
    leaks: int = 0
    pairs: int = 0
    divergent: int = 0
    turns: int = 0
    telling: int = 0
    findings: list[str] = field(default_factory=list[str])
    hunted: list[Caught] = field(default_factory=list[Caught])

    @property
    def faults(self) -> list[str]:
        """What turns the proof red, a line each: every finding, and every planted leak that was not found."""
        missed = [f"not caught: {hunted.description}" for hunted in self.hunted if not hunted.caught]
        return [*self.findings, *missed]

    def as_json(self) -> dict[str, int]:
        """Return the fields of `wood firewall --json`."""
        return {
            "prompts": self.prompts,
            "leaks": self.leaks,
            "pairs": self.pairs,
            "divergent": self.divergent,
            "mutants": len(self.hunted),
            "caught": sum(hunted.caught for hunted in self.hunted),
            "turns": self.turns,
            "telling": self.telling,
        }


def run(worlds: int, progress: Callable[[], object] = lambda: None) -> FirewallReport:
    """Compare `worlds` pairs of woods, then hunt every planted leak; deterministic.

    Args:
        worlds: How many pairs to compare.
        progress: Called after each pair.
    """
    with planned_failures_unlogged():
        return asyncio.run(_run(worlds, progress))


@contextmanager
def planned_failures_unlogged() -> Iterator[None]:
    """Keep the council from logging the failures of a mind that is made to fail."""
    logger = logging.getLogger("inference.council")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


async def _run(worlds: int, progress: Callable[[], object]) -> FirewallReport:
    report = FirewallReport()
    for number in range(worlds):
        pair = await compare(random_pair(number))
        report.pairs += 1
        report.prompts += pair.prompts
        report.turns += pair.turns
        report.leaks += len(pair.leaks)
        report.divergent += bool(pair.divergences)
        report.telling += pair.turns >= 2 and pair.told + pair.suspected > 0 and pair.secrets_differ
        report.findings += [f"pair {number}: {finding}" for finding in (*pair.leaks, *pair.divergences)]
        progress()
    report.hunted = [await hunt(mutant, PAIRS_A_MUTANT) for mutant in MUTANTS]
    return report
