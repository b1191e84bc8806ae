"""The wood of the first field note: fifteen turns, a drought, a rumour of winter, and nobody but the creatures.

What is wanted is what the note told of one run, over several seeds and casts: whether minds answer as asked, whether
goods change hands, what honey and firewood cost on the way, how unequal the creatures end, who ends rich and who broke.
Whoever plays the same seed and cast for another experiment plays this very wood, so that one recording serves them all.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from engine.vocabulary import GOODS, Good
from experiments import intervals
from experiments.script import load_script
from experiments.simulate import Simulation, simulate
from experiments.table import Councils, Done
from inference.council import MindCouncil

TURNS: Final = 15
RUMOUR: Final = 9
"""The turn in which the script tells that firewood will rise."""

_SCRIPT: Final = Path(__file__).parent / "scripts" / "sandbox.toml"


async def played(council: MindCouncil, seed: int, turns: int, done: Done) -> Simulation:
    """Play the wood once; `done` is called after every turn."""
    return await simulate(council, turns=turns, seed=str(seed), script=load_script(_SCRIPT), on_turn=lambda _: done())


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None, turns: int = TURNS) -> dict[str, Any]:
    """Play the wood on every council and seed; return the JSON of `wood experiment sandbox`, a row a council."""
    rows = [
        _row(name, seeds, [await played(council, seed, turns, done) for seed in seeds]) for name, council in councils
    ]
    return {"rows": rows}


def paths(runs: Sequence[Simulation]) -> dict[str, list[float]]:
    """Return the mean settlement price of each good after each turn."""
    return {good: [round(fmean(prices), 2) for prices in zip(*(run.prices[good] for run in runs), strict=True)]
            for good in GOODS}  # fmt: skip


def _row(council: str, seeds: list[int], runs: Sequence[Simulation]) -> dict[str, Any]:
    asks = [ask for run in runs for ask in run.asks]
    each = [_figures(seed, run) for seed, run in zip(seeds, runs, strict=True)]

    def mean(name: str) -> dict[str, Any]:
        return intervals.mean([figures[name] for figures in each])

    return {
        "council": council,
        "seeds": seeds,
        "turns": runs[0].turns,
        "valid_json": intervals.share(sum(ask.parse.valid_json for ask in asks), len(asks)),
        "answered": intervals.share(sum(not ask.error for ask in asks), len(asks)),
        "trades_per_turn": mean("trades_per_turn"),
        "silent_turns": mean("silent_turns"),
        "honey": {name: mean(f"honey_{name}") for name in ("first", "highest", "last")},
        "firewood": {name: mean(f"firewood_{name}") for name in ("first", "highest_after_rumour", "last")},
        "gini": {name: mean(f"gini_{name}") for name in ("first", "last")},
        "richest": Counter(figures["richest"] for figures in each),
        "poorest": Counter(figures["poorest"] for figures in each),
        "broke": Counter(name for figures in each for name in figures["broke"]),
        "prices": paths(runs),
        "runs": each,
    }


def _figures(seed: int, run: Simulation) -> dict[str, Any]:
    """Return what one run came to. Broke is who could not pay one unit of the cheapest good at the end."""
    wealth, purses = run.wealth[-1], run.purses[-1]
    honey, firewood = run.prices[Good.HONEY], run.prices[Good.FIREWOOD]
    cheapest = min(run.prices[good][-1] for good in GOODS)
    return {
        "seed": seed,
        "trades_per_turn": fmean(run.trades),
        "silent_turns": run.trades.count(0),
        "honey_first": honey[0],
        "honey_highest": max(honey),
        "honey_last": honey[-1],
        "firewood_first": firewood[0],
        "firewood_highest_after_rumour": max(firewood[RUMOUR - 1 :], default=firewood[-1]),
        "firewood_last": firewood[-1],
        "gini_first": round(run.gini[0], 3),
        "gini_last": round(run.gini[-1], 3),
        "richest": max(wealth, key=wealth.__getitem__),
        "poorest": min(wealth, key=wealth.__getitem__),
        "broke": sorted(name for name, pebbles in purses.items() if pebbles < cheapest),
        "events": [event["text"] for event in run.events],
        "state_hash": run.state_hash,
    }
