"""What the stand-in says: short thoughts about its own orders, and gossip in character."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from engine.views import CreatureView, Hearsay
from engine.vocabulary import Direction, Side
from inference.shape import GOSSIP_LENGTH

_THOUGHT_LENGTH: Final = 90

_GOSSIP: Final[dict[str, tuple[str, ...]]] = {
    "tortoise": (
        "A slow bargain is still a bargain.",
        "I have seen dearer autumns than this.",
        "Let the young ones run after prices.",
        "Acorns were here before us all.",
    ),
    "owl": (
        "My vault is in no hurry.",
        "Honey keeps, and so do I.",
        "Those who sell cheap weep in winter.",
        "Count twice, sell once.",
    ),
    "beaver": (
        "Somebody has to cut the wood, and it is me.",
        "The nights grow cold, neighbours. Bring pebbles.",
        "No log falls by itself.",
        "My saw is sharp and so is my price.",
    ),
    "fox": (
        "Fear is cheap today, I am buying.",
        "I would not hold that if I were you.",
        "Everybody sells too early but me.",
        "A rumour is worth more than a berry.",
    ),
    "hedgehog": (
        "Oh dear, have you heard what they say?",
        "I am sure something is about to happen.",
        "They say the winter will be dreadful.",
        "Do not tell anyone, but I am worried.",
    ),
}
_ANY: Final = ("A fair day for trading.", "Prices are what they are.")


def thought(view: CreatureView, orders: Sequence[Mapping[str, str | int]], dice: random.Random) -> str:
    """Return one private sentence or two about what the creature needs and does."""
    buys = [str(order["good"]) for order in orders if order["side"] == Side.BUY]
    sells = [str(order["good"]) for order in orders if order["side"] == Side.SELL]
    short = [str(stock.good) for stock in view.short_of]
    if not orders:
        return dice.choice(
            (
                f"Short of {_and(short)}, but I cannot pay for it." if short else "I have what I need, so I wait.",
                "Nothing to spare and little to spend. I wait.",
            )
        )
    parts = {
        (True, True): (
            f"Short of {_and(buys)}; {_and(sells)} to spare.",
            f"I need {_and(buys)} and can sell {_and(sells)}.",
            f"I sell {_and(sells)} to pay for {_and(buys)}.",
        ),
        (True, False): (f"I need {_and(buys)} and have pebbles.", f"Better buy {_and(buys)} now than go without."),
        (False, True): (f"I lack nothing and have {_and(sells)} to spare.", f"I sell {_and(sells)} and keep the rest."),
    }
    said = dice.choice(parts[bool(buys), bool(sells)]).replace(";", ",")
    if view.heard and str(view.heard[-1].good) in (*buys, *sells):
        said = f"They say {_claim(view.heard[-1])}. {said}"
    if len(said) > _THOUGHT_LENGTH:
        said = f"I buy {_and(buys)}." if buys else f"I sell {_and(sells)}."
    return said[:_THOUGHT_LENGTH]


def gossip(view: CreatureView, dice: random.Random) -> str:
    """Return one public sentence in character, now and then what was heard or what is dear."""
    if view.heard and (view.species == "hedgehog" or dice.random() < 0.3):
        opening = dice.choice(("They say", "I hear", "Everybody knows"))
        return f"{opening} {_claim(view.heard[-1])}."[:GOSSIP_LENGTH]
    if view.short_of and dice.random() < 0.3:
        good = dice.choice(view.short_of).good
        return dice.choice((f"Has anybody {good} to sell?", f"There is never enough {good}."))
    return dice.choice(_GOSSIP.get(view.species, _ANY))


def _claim(heard: Hearsay) -> str:
    verb = "will rise" if heard.direction is Direction.RISE else "will fall"
    return f"{heard.good} {verb} {heard.strength}"


def _and(words: Sequence[str]) -> str:
    unique = list(dict.fromkeys(words))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"
