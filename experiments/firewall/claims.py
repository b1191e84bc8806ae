"""The firewall as an experiment: what minds are sent is scanned, and beside it the proof of `wood firewall` is run.

On every council and seed the gambit's wood is played, in which a Patron buys a forecast, whispers, and springs what it
knows: each prompt passes the scan that production has, which counts what it holds back. Whether minds are real makes no
difference to what they are sent, but for what they themselves said. That secrets make no difference either is what the
pairs of woods prove, on a mind whose every answer is a function of the whole request.
"""

from pathlib import Path
from typing import Any, Final

from experiments import intervals
from experiments.firewall.mutants import hunt
from experiments.firewall.pairs import compare
from experiments.firewall.plans import random_pair
from experiments.firewall.planted import MUTANTS
from experiments.firewall.report import PAIRS_A_MUTANT, planned_failures_unlogged
from experiments.script import load_script
from experiments.simulate import simulate
from experiments.table import Claim, Councils, Done

TURNS: Final = 3
PROVED_ON: Final = "a function of the request"

_SCRIPT: Final = Path(__file__).parents[1] / "scripts" / "gambit.toml"


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None, pairs: int = 100) -> dict[str, Any]:
    """Scan every council and seed, and run the proof on `pairs` pairs; return `wood experiment firewall`'s JSON."""
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        scanned = Claim(name, "no prompt of a played wood holds anything secret")
        for seed in seeds:
            seen = await simulate(council, turns=TURNS, seed=str(seed), script=load_script(_SCRIPT))
            scanned.add(seed, held=seen.prompts_scanned > 0 and not seen.leaks, prompts=seen.prompts_scanned)
            done()
        rows.append(scanned.row())
    return {"rows": [*rows, *await _proof(pairs, done)]}


async def _proof(pairs: int, done: Done) -> list[dict[str, Any]]:
    with planned_failures_unlogged():
        clean = 0
        for number in range(pairs):
            clean += (await compare(random_pair(number))).clean
            done()
        caught = [(await hunt(mutant, PAIRS_A_MUTANT)).caught for mutant in MUTANTS]
    return [
        _row("woods that differ in secrets alone show the same bytes", clean, pairs),
        _row("every planted leak is found", sum(caught), len(caught)),
    ]


def _row(claim: str, held: int, of: int) -> dict[str, Any]:
    return {"council": PROVED_ON, "claim": claim, "held": held, "of": of, "share": intervals.share(held, of)}
