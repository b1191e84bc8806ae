"""Do different minds make a different market?

Two ways to look. **The same question:** the first turn of a seed asks every council the same, word for word. Each is
asked it several times with other sampling seeds; if the minds of two councils order less alike than each of them does
with itself, they are different minds and not the same mind with other luck. **The same wood:** the seed is played for
fifteen turns (the wood of `experiments.sandbox`), and prices are compared turn by turn: between two councils on the
same seed, and within one council between seeds, where the weather differs and the minds do not.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product
from statistics import fmean
from typing import Any, Final

from engine.asking import turn_request
from engine.ports import AskRecord, Decision
from engine.turn import found, open_turn
from engine.vocabulary import GOODS, Good, Side
from experiments import intervals
from experiments.sandbox import TURNS, paths, played
from experiments.simulate import WORLD, Simulation
from experiments.table import Councils, Done
from inference.council import MindCouncil

REPEATS: Final = 3
"""How often each council is asked about the first turn, with other sampling seeds."""

CLAIM: Final = "asked the same, the minds of the two councils order less alike than each does with itself"

Answers = list[dict[str, Decision]]
"""What a council decided each time that it was asked about the same turn."""


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None, turns: int = TURNS) -> dict[str, Any]:
    """Ask and play every council on every seed; return the JSON of `wood experiment council`.

    A row for each council, and one for each two of them.
    """
    woods: dict[str, list[Simulation]] = {}
    answers: dict[str, list[Answers]] = {}
    for name, council in councils:
        answers[name] = [await _asked(council, seed) for seed in seeds]
        woods[name] = [await played(council, seed, turns, done) for seed in seeds]
    rows = [_of_council(name, council, seeds, woods[name], answers[name]) for name, council in councils]
    rows += [_of_two(one, other, seeds, woods, answers) for one, other in combinations(woods, 2)]
    return {"rows": rows}


async def _asked(council: MindCouncil, seed: int) -> Answers:
    """Ask a council about the first turn of a seed, the first time just as the wood itself does."""
    opened = open_turn(found(WORLD, str(seed))).wood
    request = turn_request(opened, opened.public_hash())
    return [
        (await council.deliberate(request.model_copy(update={"seed": request.seed + repeat}))).decisions
        for repeat in range(REPEATS)
    ]


def _of_council(
    name: str, council: MindCouncil, seeds: list[int], runs: Sequence[Simulation], answers: Sequence[Answers]
) -> dict[str, Any]:
    return {
        "council": name,
        "seeds": seeds,
        "turns": runs[0].turns,
        "trades_per_turn": intervals.mean([fmean(run.trades) for run in runs]),
        "alike_with_itself": intervals.mean([_alike_within(asked) for asked in answers]),
        "price_distance_between_seeds": intervals.mean_of_pairs(_between(runs)),
        "orders": {creature: _orders(mind, creature, runs) for creature, mind in council.config.seats.items()},
        "prices": paths(runs),
    }


def _of_two(
    one: str, other: str, seeds: list[int], woods: dict[str, list[Simulation]], answers: dict[str, list[Answers]]
) -> dict[str, Any]:
    asked = list(zip(answers[one], answers[other], strict=True))
    between = [_alike(product(first, second)) for first, second in asked]
    within = [fmean((_alike_within(first), _alike_within(second))) for first, second in asked]
    held = [across < alone for across, alone in zip(between, within, strict=True)]
    return {
        "council": f"{one} / {other}",
        "seeds": seeds,
        "claim": CLAIM,
        "held": sum(held),
        "of": len(held),
        "share": intervals.share(sum(held), len(held)),
        "alike_with_each_other": intervals.mean(between),
        "alike_with_itself": intervals.mean(within),
        "price_distance_on_one_seed": intervals.mean(
            [_apart(first, second) for first, second in zip(woods[one], woods[other], strict=True)]
        ),
    }


def _orders(mind: str, creature: str, runs: Sequence[Simulation]) -> dict[str, Any]:
    """Return how a creature ordered: how often at all, what, how much, and how far from the last price it went."""
    by_run = [[each for each in _with_prices(run) if each[0].creature == creature] for run in runs]
    asks = [each for run in by_run for each in run]
    orders = [(order, before[order.good]) for ask, before in asks for order in ask.decision.orders]

    def share(side: Side) -> dict[str, Any]:
        return intervals.share(sum(order.side is side for order, _ in orders), len(orders))

    def by_good(side: Side) -> dict[str, int]:
        return {good: sum(order.side is side and order.good is good for order, _ in orders) for good in GOODS}

    def price(side: Side) -> float | None:
        ratios = [order.price / last for order, last in orders if order.side is side]
        return round(fmean(ratios), 3) if ratios else None

    return {
        "mind": mind,
        "acting": intervals.share(sum(bool(ask.decision.orders) for ask, _ in asks), len(asks)),
        "buying": share(Side.BUY),
        "units": intervals.mean([fmean(units) for run in by_run if (units := list(_units(run)))]),
        "bought": by_good(Side.BUY),
        "sold": by_good(Side.SELL),
        "bid_to_last_price": price(Side.BUY),
        "ask_to_last_price": price(Side.SELL),
    }


def _units(asks: Iterable[tuple[AskRecord, dict[Good, int]]]) -> Iterator[int]:
    return (order.quantity for ask, _ in asks for order in ask.decision.orders)


def _with_prices(run: Simulation) -> Iterator[tuple[AskRecord, dict[Good, int]]]:
    """Yield each ask of a run with the prices that its creature saw: those of the turn before, or of the opening."""
    asks = iter(run.asks)
    seen = {good: quote.settlement for good, quote in found(WORLD, run.seed).world.quotes.items()}
    for turn, asked in enumerate(run.asked):
        for ask in islice(asks, asked):
            yield ask, seen
        seen = {good: run.prices[good][turn] for good in GOODS}


def _alike_within(asked: Answers) -> float:
    return _alike(combinations(asked, 2))


def _alike(pairs: Iterable[tuple[dict[str, Decision], dict[str, Decision]]]) -> float:
    """Return how alike creatures order, from 0 to 1: what both answers trade, of what either does; 1 for nothing."""
    found: list[float] = []
    for one, other in pairs:
        for creature in one:
            first, second = _traded(one[creature]), _traded(other[creature])
            found.append(len(first & second) / len(first | second) if first | second else 1.0)
    return fmean(found)


def _traded(decision: Decision) -> set[tuple[str, str]]:
    return {(order.side, order.good) for order in decision.orders}


def _between(runs: Sequence[Simulation]) -> dict[tuple[int, int], float]:
    """Return how far the prices of every two runs lie apart, by their places."""
    return {(i, j): _apart(runs[i], runs[j]) for i, j in combinations(range(len(runs)), 2)}


def _apart(one: Simulation, other: Simulation) -> float:
    """Return how far prices lie apart: the mean of |ln(p/q)| over goods and turns; 0.1 is about a tenth."""
    prices = ((p, q) for good in GOODS for p, q in zip(one.prices[good], other.prices[good], strict=True))
    return fmean(abs(math.log(p / q)) for p, q in prices)
