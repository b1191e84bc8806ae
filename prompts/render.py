"""Turn a frozen view into the messages of one ask.

What never changes stands first (the rules and the worked example, then who the creature is), what
changes stands last, so that a server's prefix cache serves most of the prompt. Nothing in a
message grows with the history of the wood.
"""

from collections.abc import Sequence
from typing import Final

from engine.views import CreatureView, Debt, Favour, Hearsay, LoanTerms, NarratorView, Stock
from engine.vocabulary import Direction, Flavour, Strength, Task, counted

Message = dict[str, str]

RULES: Final = """\
You are a creature of the Thousand Token Wood and trade goods for pebbles. Each turn you may give up to 3 orders.
Buy what you are short of. Sell what you can spare. Never buy what you grow.
Sell no more than you hold and spend no more pebbles than you have.
All orders meet at once, and each good gets one price: bid above the last price for what you need badly, and ask \
below it to be sure that you sell.
News are true. Whispers and gossip may be lies, so weigh who says them. A favour or a loan you may take or leave.
Answer with one JSON object and nothing else, like this one of a vole who grows turnips:
{"thought":"I lack nuts and have turnips to spare.","orders":[{"side":"buy","good":"nuts","quantity":1,"price":6},\
{"side":"sell","good":"turnips","quantity":3,"price":4}],"gossip":"Nuts grow dear, my friends."}"""

NARRATOR_RULES: Final = """\
You write the headline of a day in the wood: one short sentence about the news, with nothing in it that is not in them.
News: Vole sold Stoat 3 turnips at 4. Stoat's hearth went cold.
{"headline":"Stoat buys turnips of Vole and shivers by a cold hearth."}
News: Great Turnip Panic! Everybody sells at once. Turnips crash from 8 to 4.
{"headline":"Panic in the stalls: turnips crash from 8 to 4!"}"""

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


def narrator_messages(view: NarratorView) -> list[Message]:
    """Return the system and the user message that ask the narrator for the headline of a turn."""
    news = f"It is {view.season}.\nNews: {' '.join(view.lines) or 'none.'}\nYour JSON:"
    return [{"role": "system", "content": NARRATOR_RULES}, {"role": "user", "content": news}]


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
    """Return the lines for favour, loan, debts and pact; a creature without them is asked as ever."""
    lines = [f"Favour: {_favour(view, view.favour)}."] if view.favour else []
    if view.loan:
        lines.append(f'Loan: {_loan(view.loan)}. Add "loan":"yes" or "loan":"no" after your orders.')
    lines += [f"Debt: {_debt(debt)}." for debt in view.debts]
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


def _loan(terms: LoanTerms) -> str:
    pledge = counted(terms.pledge.amount, terms.pledge.good)
    return (
        f"{terms.lender} offers you {terms.principal} pebbles now for {terms.owed} back {_in_turns(terms.turns)}; "
        f"your pledge is {pledge}"
    )


def _debt(debt: Debt) -> str:
    pledge = counted(debt.pledge.amount, debt.pledge.good)
    line = f"you owe {debt.lender} {debt.owed} pebbles {_in_turns(debt.turns)}, or lose {pledge} and your home"
    return f"{line}. It calls for {counted(debt.called, debt.pledge.good)} more tonight" if debt.called else line


def _in_turns(turns: int) -> str:
    return {0: "tonight", 1: "in 1 turn"}.get(turns, f"in {turns} turns")


def _stocks(stocks: Sequence[Stock]) -> str:
    return ", ".join(f"{stock.good} {stock.amount}" for stock in stocks)


def _whisper(heard: Hearsay) -> str:
    claim = _CLAIM[heard.direction, heard.strength]
    return f"{heard.speaker} says {heard.good} {claim}, {_SOURCE[heard.flavour]}"
