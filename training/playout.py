"""What orders come to when the engine plays on: a few turns in which everybody else does as the teacher says."""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.ports import Decision, Order
from engine.turn import close_turn, open_turn
from engine.vocabulary import Phase
from engine.world import Wood
from experiments.measures import wealth
from training.seasons import Ask, answer_seed
from training.teacher import taught_decision

TURNS: Final = 3
"""How many turns are played, the one of the ask included."""

COMFORT: Final = 0.3
"""Pebbles that a point of mood is worth: a missed meal costs 12 points, nearly four pebbles."""


def worth(ask: Ask, orders: Sequence[Order], others: Mapping[str, Decision], turns: int = TURNS) -> float:
    """Return in pebbles how the creature of an ask stands after so many turns, if it gives these orders now.

    That is its purse, its store at reference prices, and its mood. The loan is left out of it on purpose: whether a
    creature borrows is a matter of temper.

    Args:
        ask: The ask, with the opened wood.
        orders: What the creature orders now; later it does as the teacher says.
        others: What the other creatures decide now, as `others_now` gives it: the same for all orders compared.
        turns: How many turns are closed.
    """
    name = ask.view.name
    wood = close_turn(ask.wood, {**others, name: Decision(orders=tuple(orders))}).wood
    for _ in range(turns - 1):
        if wood.world.phase is not Phase.RESTING:
            break
        wood = open_turn(wood).wood
        wood = close_turn(wood, taught(wood, ask.season_seed)).wood
    return wealth(wood)[name] + COMFORT * wood.world.creatures[name].mood


def others_now(ask: Ask) -> dict[str, Decision]:
    """Return what the other creatures of an opened wood decide by their teacher."""
    return {name: decision for name, decision in taught(ask.wood, ask.season_seed).items() if name != ask.view.name}


def taught(wood: Wood, season_seed: int) -> dict[str, Decision]:
    """Return the teacher's decisions for every creature that is asked in an opened wood."""
    return {
        view.name: taught_decision(view, answer_seed(season_seed, wood.world.turn, view.name))
        for view in wood.world.asked
    }
