"""Turn a frozen view into the messages of one ask.

What never changes stands first (the rules and the worked example, then who the creature is), what
changes stands last, so that a server's prefix cache serves most of the prompt. Nothing in a
message grows with the history of the wood.
"""

from collections.abc import Sequence
from typing import Final

from engine.views import CreatureView, Favour, Hearsay, Stock
from engine.vocabulary import Direction, Flavour, Strength, Task

Message = dict[str, str]

RULES: Final = """\
You are a creature of the Thousand Token Wood and trade goods for pebbles. Each turn you may give up to 3 orders.
Buy what you are short of. Sell what you can spare. Never buy what you grow.
Sell no more than you hold and spend no more pebbles than you have.
Answer with one JSON object and nothing else, like this one of a vole who grows turnips:
{"thought":"I lack nuts and have turnips to spare.","orders":[{"side":"buy","good":"nuts","quantity":1,"price":6},\
{"side":"sell","good":"turnips","quantity":3,"price":4}],"gossip":"Nuts grow dear, my friends."}"""

_CLAIM: Final[dict[tuple[Direction, Strength], str]] = {
    (Direction.RISE, Strength.LITTLE): "will rise a little",
    (Direction.RISE, Strength.SHARPLY): "will rise sharply",
    (Direction.FALL, Strength.LITTLE): "will fall a little",
    (Direction.FALL, Strength.SHARPLY): "will fall sharply",
}

_SOURCE: Final[dict[Flavour, str]] = {
    Flavour.TRAVELLER: "a traveller told it",
    Flavour.LEDGER: "it stands in a ledger",
    Flavour.RAVENS: "the ravens say so",
    Flavour.WITNESS: "seen with own eyes",
}


def creature_messages(view: CreatureView) -> list[Message]:
    """Return the system and the user message that ask the creature of `view` for its orders."""
    return [
        {"role": "system", "content": RULES},
        {"role": "user", "content": _situation(view)},
    ]


def _situation(view: CreatureView) -> str:
    lines = [
        f"You are {view.name} the {view.species}. {view.temper} You grow {view.grows}. Never buy {view.grows}.",
        f"It is {view.season}. You are {view.mood}.",
        f"Prices: {_stocks(view.prices)}.",
        f"You hold: {_stocks(view.store)}. Pebbles: {view.pebbles}.",
        f"You are short of: {_stocks(view.short_of) or 'nothing'}.",
        f"You can spare: {_stocks(view.spare) or 'nothing'}.",
        f"You feel: {', '.join(view.feelings) or 'calm'}.",
        f"Whispers: {'; '.join(map(_whisper, view.heard)) or 'none'}.",
        *_bonds(view),
        f"News: {' '.join(view.news) or 'none.'}",
        f"Gossip: {view.gossip or 'none.'}",
        "Your JSON:",
    ]
    return "\n".join(lines)


def _bonds(view: CreatureView) -> list[str]:
    """Return a line for a favour and one for a pact; a creature without them is asked as ever."""
    lines = [f"Favour: {_favour(view, view.favour)}."] if view.favour else []
    if view.allies:
        lines.append(f"Pact: you and {' and '.join(view.allies)} never undercut each other nor sell below the price.")
    return lines


def _favour(view: CreatureView, favour: Favour) -> str:
    wish = {
        Task.HOARD: f"to sell no {view.grows}",
        Task.DUMP: f"to sell all the {view.grows} you can spare, cheaply",
        Task.SNUB: f"to buy nothing that {favour.whom} grows",
    }[favour.task]
    return f"{favour.payer} paid you {favour.pebbles} pebbles {wish} this turn"


def _stocks(stocks: Sequence[Stock]) -> str:
    return ", ".join(f"{stock.good} {stock.amount}" for stock in stocks)


def _whisper(heard: Hearsay) -> str:
    claim = _CLAIM[heard.direction, heard.strength]
    return f"{heard.speaker} says {heard.good} {claim}, {_SOURCE[heard.flavour]}"
