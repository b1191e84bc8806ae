"""How far each mind can be relied on, over whole played woods: does it answer as asked, and offer what it can keep?

The wood is that of `experiments.sandbox`. A mind meets there what its own deeds have led to, an empty purse and an
empty store among them, which questions put one by one to fresh creatures (`wood finetune evaluate`) do not show.
"""

from collections.abc import Sequence
from typing import Any

from experiments import intervals
from experiments.sandbox import TURNS, played
from experiments.simulate import Simulation
from experiments.table import Councils, Done
from inference.council import MindCouncil


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None, turns: int = TURNS) -> dict[str, Any]:
    """Play every council and seed; return the JSON of `wood experiment reliability`, a row a council and mind."""
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        runs = [await played(council, seed, turns, done) for seed in seeds]
        rows += [_row(name, council, mind, seeds, runs) for mind in dict.fromkeys(council.config.seats.values())]
    return {"rows": rows}


def _row(council: str, minds: MindCouncil, mind: str, seeds: list[int], runs: Sequence[Simulation]) -> dict[str, Any]:
    """Return how one mind did in all its seats; a creature's offers count for the mind that has its seat."""
    config = minds.config.minds[mind]
    seats = [creature for creature, seated in minds.config.seats.items() if seated == mind]
    asks = [ask for run in runs for ask in run.asks if ask.mind == mind and ask.creature in seats]
    offers = [(valid, refused) for run in runs for who, valid, refused in run.verdicts if who in seats]
    refusals = [refused for _, refused in offers if refused]
    return {
        "council": council,
        "mind": mind,
        "model": config.model,
        "adapted": bool(config.adapter),
        "creatures": seats,
        "seeds": seeds,
        "valid_json": intervals.share(sum(ask.parse.valid_json for ask in asks), len(asks)),
        "acting": intervals.share(sum(bool(ask.decision.orders) for ask in asks), len(asks)),
        "valid_offers": intervals.share(sum(valid for valid, _ in offers), len(offers)),
        "self_buys": intervals.share(refusals.count("self_buy"), len(offers)),
        "refused": {reason: refusals.count(reason) for reason in sorted(set(refusals))},
    }
