"""The gambit in three worlds: short honey, buy the forecast, whisper it, spring the Run, collect.

Under `settlement` the legend overwrites the price it is settled at, so the gambit pays whatever the
creatures do, and is collected as soon as the legend has fallen. Under `rumour` and `glut` it pays only when they act
on what they hear or own. A legend falls after the auction of its turn, so there the Patron waits for `HEARD` turns in
which creatures know of it, and collects then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any, Final

from engine import contracts
from engine.actions import Action, BuyForecast, CloseContract, Join, OpenContract, Spring, Whisper
from engine.legends import RUN_ON_OONA
from engine.rules import DEFAULT_RULES, PatronRules
from engine.vocabulary import Direction, Good, LegendMode, Stance
from experiments import intervals
from experiments.simulate import WORLD
from experiments.table import Councils, Done, Table, table
from inference.council import MindCouncil

PATRON: Final = "gambler"
OPENING_TURNS: Final = 2
HEARER: Final = "Sable"

HEARD: Final = 3
"""Turns that are played after the one in which the legend fell."""


@dataclass(frozen=True)
class GambitRun:
    """One gambit: the price of honey turn by turn, and the pebbles won, all costs taken off.

    `path` begins with the price at which honey was shorted, then come those after the turn in which the legend fell
    and the `HEARD` ones; `after` is the one of them at which the Patron collected.
    """

    seed: int
    path: tuple[int, ...]
    after: int
    pnl: int

    @property
    def before(self) -> int:
        """The price at which honey was shorted."""
        return self.path[0]


async def gambit(council: MindCouncil, mode: LegendMode, seed: int) -> GambitRun:
    """Play the gambit once in a wood of the given seed and return what it won."""
    rules, waits = DEFAULT_RULES.with_legends(mode=mode, gap=(6, 8)), waited(mode)
    async with table(council, seed, rules, (RUN_ON_OONA,)) as wood:
        await wood.turns(OPENING_TURNS)
        path = [_honey(wood)]
        await wood.act(PATRON, *_hand(wood.wood.world.rules.patron, path[0]))
        for turn in range(1 + HEARD):
            await wood.turns()
            path.append(_honey(wood))
            if turn == waits and wood.keeper.contracts_of(WORLD, PATRON):
                await wood.act(PATRON, CloseContract(number=1))
        books = await wood.keeper.books(WORLD, PATRON)
        return GambitRun(seed, tuple(path), path[1 + waits], books.purse - books.stake)


def waited(mode: LegendMode) -> int:
    """Return for how many turns after the fall the Patron waits before it collects."""
    return 0 if mode is LegendMode.SETTLEMENT else HEARD


def _honey(wood: Table) -> int:
    return wood.wood.world.quotes[Good.HONEY].settlement


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None) -> dict[str, Any]:
    """Play the gambit on every council, mechanism and seed, and return the JSON of `wood experiment gambit`."""
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        for mode in LegendMode:
            runs: list[GambitRun] = []
            for seed in seeds:
                runs.append(await gambit(council, mode, seed))
                done()
            rows.append(_row(name, mode, runs))
    return {"rows": rows}


def _hand(rules: PatronRules, price: int) -> list[Action]:
    """Return the moves of the gambit, the short as large as the stake allows after its costs."""
    costs = rules.insider_price + rules.spring_price + rules.whisper_price
    quantity = max(1, contracts.largest(rules, price, rules.stake - costs))
    return [
        Join(),
        OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=quantity),
        BuyForecast(),
        Whisper(creature=HEARER, good=Good.HONEY, direction=Direction.FALL),
        Spring(),
    ]


def _row(council: str, mode: LegendMode, runs: Sequence[GambitRun]) -> dict[str, Any]:
    won = [run.pnl for run in runs]
    return {
        "council": council,
        "mechanism": str(mode),
        "seeds": [run.seed for run in runs],
        "honey_before": round(mean(run.before for run in runs), 2),
        "honey_after": round(mean(run.after for run in runs), 2),
        "honey_path": [round(mean(prices), 2) for prices in zip(*(run.path for run in runs), strict=True)],
        "waited": waited(mode),
        "pnl": {**intervals.mean(won), "min": min(won), "max": max(won)},
        "wins": sum(pnl > 0 for pnl in won),
        "share": intervals.share(sum(pnl > 0 for pnl in won), len(won)),
        "by_seed": won,
    }
