"""The teacher: what a creature of each temper answers, as the text a mind should learn.

It is a pure function of a view and a seed, and reads the view alone, like a mind. `training.selection` looks for
something better around it.
"""

import json
from random import Random

from engine.ports import Decision, Order
from engine.views import CreatureView
from training.plan import Plan, make_plan
from training.speech import gossip, thought
from training.tempers import Stance, draw_stance


def teach(view: CreatureView, seed: int) -> str:
    """Return the answer to learn for `view`: compact JSON of the asked shape, always legal."""
    stance = stance_for(view, seed)
    return answer(view, stance, make_plan(view, stance), seed)


def taught_decision(view: CreatureView, seed: int) -> Decision:
    """Return what `teach` answers as the decision it is."""
    stance = stance_for(view, seed)
    plan = make_plan(view, stance)
    return Decision(
        thought=thought(view, stance, plan),
        orders=tuple(plan.orders),
        loan=stance.loan,
        gossip=_gossip(view, stance, plan, seed),
    )


def stance_for(view: CreatureView, seed: int) -> Stance:
    """Return what the creature of `view` acts on under this seed."""
    return draw_stance(view, Random(f"stance/{seed}/{view.name}"))


def answer(view: CreatureView, stance: Stance, plan: Plan, seed: int) -> str:
    """Return a plan as an answer, with the words that belong to it."""
    said = {
        "thought": thought(view, stance, plan),
        "orders": [_plain(order) for order in plan.orders],
        **({} if stance.loan is None else {"loan": "yes" if stance.loan else "no"}),
        "gossip": _gossip(view, stance, plan, seed),
    }
    return json.dumps(said, separators=(",", ":"))


def _gossip(view: CreatureView, stance: Stance, plan: Plan, seed: int) -> str:
    return gossip(view, stance, plan, Random(f"gossip/{seed}/{view.name}"))


def _plain(order: Order) -> dict[str, str | int]:
    return {"side": str(order.side), "good": str(order.good), "quantity": order.quantity, "price": order.price}
