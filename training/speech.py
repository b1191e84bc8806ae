"""The words of an answer: a thought that tells the plan, and gossip.

A small mind does what it has just said, so the thought says the purse, what the creature makes of the news, and the
plan: first what it does for the news, then the rest in the order of the orders.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

from engine.cast import BY_NAME, GROWER
from engine.views import CreatureView
from engine.vocabulary import FUEL, Direction, Good, Task
from inference.shape import THOUGHT_LENGTH
from training.plan import Plan, amounts, for_news
from training.tempers import SOUR, Stance, feelings_for, legends_told, purse_word


def thought(view: CreatureView, stance: Stance, plan: Plan) -> str:
    """Return the thought of a plan; with much to say it leaves out what matters least, to stay within its length."""
    deeds = [f"{verb} {_list(goods)}" for verb, goods in _deeds(view, stance, plan) if goods] or ["wait"]
    reasons = [
        reason for reason in (_bond(view, stance), _belief(view, stance, plan), _want(view, stance, plan)) if reason
    ]
    while True:
        said = ", ".join([f"Purse {purse_word(view.pebbles)}", *reasons])
        text = f"{said}, so I {_list(deeds)}."
        if len(text) <= THOUGHT_LENGTH or not reasons:
            return text
        reasons.pop()


def _deeds(view: CreatureView, stance: Stance, plan: Plan) -> list[tuple[str, list[str]]]:
    """Return what a plan does, what is done for news first and each with a word of its own.

    A small mind does what the last words before its orders say: what is done because honey may fall is not said as on
    any other day, stands right behind that, and says how much.
    """
    crop = view.grows
    told = {order.good: _units_of(order.quantity, order.good) for order in plan.orders if for_news(view, stance, order)}
    held = stance.task is Task.HOARD or stance.expects(crop, Direction.RISE)
    waits = [good for good in plan.lacking if stance.expects(good, Direction.FALL) and good not in plan.bought]
    return [
        ("stock up on", [told[good] for good in plan.bought if good in told]),
        ("wait for", [*waits]),
        ("hold", [crop] if held and crop not in plan.sold else []),
        ("dump", [told[good] for good in plan.sold if good in told]),
        ("buy", [good for good in plan.bought if good not in told]),
        ("sell", [good for good in plan.sold if good not in told]),
    ]


def _bond(view: CreatureView, stance: Stance) -> str:
    """Return what the creature makes of a favour and a loan."""
    said: list[str] = []
    if view.favour is not None:
        whom = view.favour.whom
        said.append(
            {
                None: "I owe no favour",
                Task.HOARD: "I keep my word to hoard",
                Task.DUMP: "I keep my word to dump",
                Task.SNUB: f"I snub {whom} and shun {BY_NAME[whom].grows if whom else ''}",
            }[stance.task]
        )
    if stance.loan is not None:
        said.append("take the loan" if stance.loan else "want no loan")
    return " and ".join(said) if view.favour is not None or not said else f"I {said[0]}"


def _belief(view: CreatureView, stance: Stance, plan: Plan) -> str:
    """Return what the creature makes of the one claim it acts on, or of the first that it lets pass.

    A claim that it can do nothing about is not spoken of: what is said is done. A legend's price always is, as what
    has happened and then as what is to come of it: a small mind that has said the one finds the other.
    """
    legends = {good: "crashed" if crashed else "soared" for good, crashed in legends_told(view)}
    if stance.good is None and stance.passed is not None:
        return f"the talk of {stance.passed} is wind"
    if stance.good is view.grows and stance.task in (Task.HOARD, Task.DUMP):
        return ""
    if stance.good is not None and _acts_on_claim(view, stance, plan):
        if stance.source == "legend":
            return f"{stance.good} {legends[stance.good]}, must {stance.direction}"
        return f"{stance.good} may {stance.direction}"
    return next((f"{good} {moved}, no matter" for good, moved in legends.items()), "")


def _acts_on_claim(view: CreatureView, stance: Stance, plan: Plan) -> bool:
    """Say whether a plan buys, sells, keeps or waits for what the creature was told of."""
    good = stance.good
    if any(order.good is good and for_news(view, stance, order) for order in plan.orders):
        return True
    if stance.direction is Direction.RISE:
        return good is view.grows and good not in plan.sold
    return good in plan.lacking and good not in plan.bought


def _want(view: CreatureView, stance: Stance, plan: Plan) -> str:
    """Return from whom it would rather buy or not, or why nothing is bought.

    A feeling is said with the name that the ask gives it, and then with the crop that follows from the name. That a
    crop is sought is said of one that is bought: what is said is done, and a dear one would be overspent on.
    """
    feelings = feelings_for(view)
    snubbed = view.favour.whom if view.favour is not None and stance.task is Task.SNUB else ""
    for verb, goods in (("shun", stance.shunned), ("seek", stance.sought)):
        for stock in view.short_of:
            grower = GROWER[stock.good]
            if stock.good in goods and grower != snubbed and (verb == "shun" or stock.good in plan.bought):
                return f"{feelings[grower]} {grower} I {verb} {stock.good}"
    if plan.dear and not plan.bought:
        return f"{plan.dear[0]} {_is(plan.dear[0])} too dear"
    return "" if plan.lacking else "I lack nothing"


def _is(good: Good) -> str:
    return "is" if good in (Good.HONEY, FUEL) else "are"


_UNITS: Final = ("one", "two", "three", "four", "five", "six")


def _units_of(units: int, good: Good) -> str:
    """Return `three acorns` for so many units; more than six are `many`. A thought has no digits."""
    return f"{_UNITS[units - 1] if units <= len(_UNITS) else 'many'} {good}"


def _list(parts: Sequence[str]) -> str:
    """Return `acorns, berries and honey` for those three words."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else str(last)


_BOAST: Final[dict[str, tuple[str, ...]]] = {
    "tortoise": ("Acorns keep, friends.", "Slow and steady fills the store.", "I trust no loud talk."),
    "owl": ("My honey is worth its price.", "The vault is full and safe.", "Honey keeps when all else rots."),
    "beaver": ("No wood but mine this winter.", "Cold paws pay well.", "Whoever wants a fire comes to me."),
    "fox": ("Berries are sweet, friends.", "Somebody always sells too soon.", "Buy low, my dears."),
    "hedgehog": ("Nobody tells me anything!", "I fear for my mushrooms.", "Something is coming, I feel it."),
}


def gossip(view: CreatureView, stance: Stance, plan: Plan, luck: Random) -> str:
    """Return one line of what a creature says to the others: what it heard, what it needs, or what it is proud of."""
    if view.species == "hedgehog" and stance.source in ("whisper", "gossip"):
        return f"They say {stance.good} will {stance.direction}!"
    choices = list(_BOAST[view.species])
    if view.species == "fox" and stance.source == "whisper" and stance.direction is Direction.RISE:
        choices.append(f"A bird says {stance.good} will rise.")
    if stance.passed is not None:
        choices = [f"Talk of {stance.passed} is only talk."]
    if stance.source == "legend":
        choices.append(f"Who saw the {stance.good} coming?")
    if plan.lacking:
        choices.append(f"Who has {plan.lacking[0]} for me?")
    if plan.dear:
        choices.append(f"{plan.dear[0].capitalize()} {_is(plan.dear[0])} too dear.")
    if amounts(view.prices)[FUEL] >= 8 and view.grows is not FUEL:
        choices.append("Firewood costs the fur off my back.")
    if plan.sold:
        choices.append(f"Good {plan.sold[0]}, fair price!")
    for whom, manner in list(feelings_for(view).items())[:1]:
        sour = manner in SOUR
        choices.append(f"Do not trust {whom}." if sour else f"I like {whom}.")
    return luck.choice(choices)
