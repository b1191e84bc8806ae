"""The door of the firewall: the frozen views, which are all that prompts and posts are made of.

The types stand here alone, importing nothing that holds a secret; `engine.releases` fills them.
Every text in a view comes from the project's own templates or lists, or is a creature's own
cleaned speech; none of it was typed by a player.
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from engine.vocabulary import Direction, Flavour, Good, Strength, Task


class View(BaseModel):
    """A frozen, hashable piece of what somebody may know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self  # frozen: a copied wood may share it


class Hearsay(View):
    """A whispered claim as its hearer knows it: who spoke and what was claimed, never whether it is true."""

    speaker: str
    good: Good
    direction: Direction
    strength: Strength
    flavour: Flavour


class Favour(View):
    """A favour a Patron pays a creature for, in pebbles: to hoard or dump its crop, or to snub `whom`."""

    payer: str
    task: Task
    whom: str = ""
    pebbles: int


class Stock(View):
    """A quantity (units) or a price (pebbles) of one good."""

    good: Good
    amount: int


class LoanTerms(View):
    """A loan as it is offered: `principal` pebbles now, `owed` pebbles back after `turns` turns, on a pledge."""

    lender: str
    principal: int
    owed: int
    turns: int
    pledge: Stock


class Debt(View):
    """What a creature owes as it knows it: `owed` pebbles, due when `turns` more turns have settled, 0 being tonight.

    `called` is the units of the pledged good that its lender calls for by tonight, or 0.
    """

    lender: str
    owed: int
    turns: int
    pledge: Stock
    called: int = 0


class CreatureView(View):
    """What one creature may know when it is asked for its orders of a turn.

    `store`, `short_of` and `spare` are in units, `prices` and `pebbles` in pebbles. `store` and
    `prices` name every good in the fixed order of `Good`. `feelings` holds at most three bucketed
    feelings, `heard` at most two whispers, `favour` one that it was paid for or `loan` one that it is
    offered, `debts` what it owes, `allies` the creatures it has a pact with, `news` a few public lines.
    """

    name: str
    species: str
    temper: str
    grows: Good
    season: str
    mood: str
    pebbles: int
    store: tuple[Stock, ...]
    prices: tuple[Stock, ...]
    short_of: tuple[Stock, ...]
    spare: tuple[Stock, ...]
    feelings: tuple[str, ...]
    heard: tuple[Hearsay, ...]
    favour: Favour | None = None
    loan: LoanTerms | None = None
    debts: tuple[Debt, ...] = ()
    allies: tuple[str, ...] = ()
    news: tuple[str, ...]
    gossip: str


class GoodQuote(View):
    """The public quotation of one good; prices in pebbles, `traded` in units of the last turn."""

    good: Good
    reference: int
    last_clear: int | None
    settlement: int
    change: int
    traded: int


class CreatureFace(View):
    """The public face of one creature: what anybody in the wood can see of it.

    `back` is the turn in which a banished creature returns, or 0 for one that is in the wood.
    """

    name: str
    species: str
    grows: Good
    mood: str
    said: str
    silent: str
    back: int = 0


class NarratorView(View):
    """What the narrator may know: the public events of the turn just closed, as plain lines."""

    season: str
    turn: int
    lines: tuple[str, ...]


class PublicView(View):
    """What every player and spectator may know of a wood.

    `over` says that its season has ended; a view of one that goes on is written down without it, as it always was.
    """

    season_number: int
    chapter: int
    turn: int
    thinking: bool
    season: str
    fuel_need: int
    headline: str
    quotes: tuple[GoodQuote, ...]
    creatures: tuple[CreatureFace, ...]
    trades: tuple[str, ...]
    news: tuple[str, ...]
    history: dict[Good, tuple[int, ...]]
    patrons: int
    over: bool = Field(default=False, exclude_if=lambda over: not over)
