"""Does a true tip pay, and a planted one not?

Two Patrons bet on the same legend, each with a contract of `QUANTITY` units: one bought the true forecast, the
other believed a planted claim, which says the opposite. Both positions are settled as the legend falls.
"""

from typing import Any

from engine import deck
from engine.actions import BuyForecast, Join, OpenContract, Spring
from engine.vocabulary import Good, Stance
from experiments.simulate import WORLD
from experiments.table import QUIET, Claim, Councils, Done, Table, table
from inference.council import MindCouncil

TRUE, PLANTED = "the forewarned", "the misled"
QUANTITY = 5
"""Units of the legend's good in each of the two contracts."""


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None) -> dict[str, Any]:
    """Settle a true and a planted tip on every council and seed; return the JSON of `wood experiment edge`."""
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        pays = Claim(name, "a position on the true forecast settles positive")
        fails = Claim(name, "a position on a planted tip does not")
        for seed in seeds:
            good, true, planted = await _settled(council, seed)
            pays.add(seed, held=true > 0, good=str(good), pnl=true)
            fails.add(seed, held=planted <= 0, good=str(good), pnl=planted)
            done()
        rows += [pays.row(), fails.row()]
    return {"rows": rows}


async def _settled(council: MindCouncil, seed: int) -> tuple[Good, int, int]:
    """Return the good of the legend, and what the true and the planted position won, in pebbles."""
    async with table(council, seed) as wood:
        await wood.turns(QUIET)
        legend = deck.upcoming(wood.wood)
        for player, direction in ((TRUE, legend.direction), (PLANTED, legend.direction.opposite)):
            stance = Stance.on(direction)
            await wood.act(player, Join(), OpenContract(stance=stance, good=legend.good, quantity=QUANTITY))
        await wood.act(TRUE, BuyForecast(), Spring())
        await wood.turns()
        rules = wood.wood.world.rules.patron
        costs = rules.insider_price + rules.spring_price
        return legend.good, await _gained(wood, TRUE) + costs, await _gained(wood, PLANTED)


async def _gained(wood: Table, player: str) -> int:
    """Return what a Patron is worth beyond its stake, in pebbles."""
    books = await wood.keeper.books(WORLD, player)
    return books.net_worth - books.stake
