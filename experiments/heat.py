"""Do two clean wins on what one knew open an inquiry, and nothing less?

A Patron buys each forecast, bets on it, springs it and collects, twice. Beside it another bets alike
without having bought anything.
"""

from typing import Any

from engine import deck
from engine.actions import BuyForecast, CloseContract, Join, OpenContract, Spring
from engine.vocabulary import Sentence, Stance
from experiments.simulate import WORLD
from experiments.table import QUIET, Claim, Councils, Done, Table, table
from inference.council import MindCouncil

INSIDER, LUCKY = "the insider", "the lucky"


async def run(councils: Councils, seeds: list[int], done: Done = lambda: None) -> dict[str, Any]:
    """Win twice on every council and seed and wait for the verdict; return the JSON of `wood experiment heat`."""
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        opened = Claim(name, "two clean wins on the true forecast open an inquiry, and one does not")
        blind = Claim(name, "as many wins without a forecast open none")
        judged = Claim(name, "the inquiry ends in a fine")
        for seed in seeds:
            cases = await _cases(council, seed)
            opened.add(seed, held=not cases["after one"] and cases["after two"], **cases)
            blind.add(seed, held=not cases["lucky"])
            judged.add(seed, held=cases["fined"])
            done()
        rows += [opened.row(), blind.row(), judged.row()]
    return {"rows": rows}


async def _cases(council: MindCouncil, seed: int) -> dict[str, bool]:
    """Return before whom the magistrate had a case after one win, after two, and after the verdict."""
    async with table(council, seed) as wood:
        await wood.turns(QUIET)
        for player in (INSIDER, LUCKY):
            await wood.act(player, Join())
        insider, lucky = (wood.keeper.mask(WORLD, player) for player in (INSIDER, LUCKY))
        seen: list[set[str]] = []
        for number in (1, 2):
            await _win(wood, number)
            seen.append(set(wood.wood.world.cases))
        await wood.turns(wood.wood.world.rules.law.inquiry_turns)
        verdicts = [event.text for event in wood.wood.world.news if event.kind == "verdict"]
        return {
            "after one": insider in seen[0],
            "after two": insider in seen[1],
            "lucky": any(lucky in cases for cases in seen),
            "fined": any(f"{insider} is {Sentence.FINE}d".lower() in text.lower() for text in verdicts),
        }


async def _win(wood: Table, number: int) -> None:
    """Let both Patrons win their `number`-th contract on the next legend, which the insider springs."""
    legend = deck.upcoming(wood.wood)
    stance = Stance.on(legend.direction)
    await wood.act(INSIDER, BuyForecast(), OpenContract(stance=stance, good=legend.good, quantity=2), Spring())
    await wood.act(LUCKY, OpenContract(stance=stance, good=legend.good, quantity=2))
    await wood.turns()
    for player in (INSIDER, LUCKY):
        if wood.keeper.contracts_of(WORLD, player):
            await wood.act(player, CloseContract(number=number))
