"""The public world, and the wood that holds it together with its books and its vault."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from engine.ledger import Ledger
from engine.phrases import words
from engine.ports import Decision
from engine.rules import Rules
from engine.vault import Vault, seal, unseal
from engine.views import CreatureView, Favour, Hearsay, LoanTerms
from engine.vocabulary import Good, Phase, Sentence

_PLAIN: Final = frozenset({int, str, bool, type(None)})
"""What most of a world is made of; copies share it."""

_SORTED: Final = json.JSONEncoder(sort_keys=True)


@dataclass
class Piece:
    """A piece of the world that is changed in place. Whatever else stands in the world is frozen, and shared by copies.

    Its fields hold what is frozen, other pieces, and lists and tables of them; a list is all of one kind.
    """

    def fork(self) -> Self:
        """Return an independent copy."""
        copy = object.__new__(type(self))
        vars(copy).update(_forked_table(vars(self)))
        return copy


def _forked_table(table: dict[Any, Any]) -> dict[Any, Any]:
    forked = table.copy()
    for key, item in table.items():
        if type(item) not in _PLAIN:
            forked[key] = _forked(item)
    return forked


def _forked(value: Any) -> Any:
    kind = value.__class__
    if kind is dict:
        return _forked_table(value)
    if kind is list:
        return [item.fork() for item in value] if value and isinstance(value[0], Piece) else value.copy()
    return value.fork() if isinstance(value, Piece) else value


@dataclass
class Quote(Piece):
    """The three prices of a good, in pebbles, and its last turn's trade.

    `reference` anchors the auction and drifts with what is left unfilled; `last_clear` is the price of
    the last auction that traded; `settlement` is what contracts are marked to.
    """

    reference: int
    settlement: int
    previous: int
    last_clear: int | None = None
    traded: int = 0


@dataclass
class Creature(Piece):
    """The public state of a creature; its purse and store lie in the ledger.

    `feelings` are signed points towards masks and creatures, `notes` what moved them last, for the traces
    alone. `said` is its last gossip, `silent` why
    it had no decision in the last turn, or empty.
    """

    name: str
    mood: int
    feelings: dict[str, int] = field(default_factory=dict[str, int])
    notes: list[str] = field(default_factory=list[str])
    said: str = ""
    silent: str = ""


class Case(BaseModel):
    """A Patron before the magistrate: under inquiry while `sentence` is None, else serving one.

    It ends as turn `until` is settled.
    """

    model_config = ConfigDict(frozen=True)

    until: int
    sentence: Sentence | None = None


class Pact(BaseModel):
    """Two creatures, in the cast's order, that neither undercut each other nor sell below the reference.

    It ends as turn `until` is settled.
    """

    model_config = ConfigDict(frozen=True)

    pair: tuple[str, str]
    until: int


@dataclass
class Loan(Piece):
    """What a creature owes a Patron: `owed` pebbles as turn `due` is settled.

    The units of `good` it pledged lie in the ledger, on `ledger.pledge_account(lender, borrower)`. `called` is how many
    more its lender calls for by the next settlement, or 0.
    """

    lender: str
    borrower: str
    principal: int
    owed: int
    due: int
    good: Good
    called: int = 0


@dataclass
class Ahead(Piece):
    """What the next turn holds beyond the ordinary, made by pokes and legends."""

    harvest_percent: dict[Good, int] = field(default_factory=dict[Good, int])
    extra_fuel: int = 0


class Event(BaseModel):
    """A public event, worded from the project's own templates."""

    model_config = ConfigDict(frozen=True)

    kind: str
    turn: int
    text: str
    good: Good | None = None
    amount: int = 0


class World(BaseModel):
    """Everything about a wood that some prompt or post is made of, and no secret that nobody has been told.

    Not all of it is for everybody: what a creature is offered and owes is a declared release to that creature alone,
    and `engine.releases` shows it to no one else. No field was computed from a secret not yet released.

    `seed` feeds the public streams. `ears` holds the whispers waiting for each creature, `offered` the one offer
    that each listens to in the turn under way, `loans` what creatures owe, `pacts` what stands between them,
    `banished` the turn as which each of those away returns; `asked` the
    views frozen while the creatures think, `news` the public events of the last turn with the pokes
    made since, `opening_news` those of the opening under way. `cases` holds the Patrons before the magistrate.
    """

    world_id: str
    seed: str
    rules: Rules
    season: int = 1
    turn: int = 0
    phase: Phase = Phase.RESTING
    creatures: dict[str, Creature]
    quotes: dict[Good, Quote]
    history: dict[Good, list[int]]
    patrons: list[str] = Field(default_factory=list[str])
    cases: dict[str, Case] = Field(default_factory=dict[str, Case])
    ears: dict[str, list[Hearsay]] = Field(default_factory=dict[str, list[Hearsay]])
    offered: dict[str, Favour | LoanTerms] = Field(default_factory=dict[str, Favour | LoanTerms])
    loans: list[Loan] = Field(default_factory=list[Loan])
    banished: dict[str, int] = Field(default_factory=dict[str, int])
    pacts: list[Pact] = Field(default_factory=list[Pact])
    asked: list[CreatureView] = Field(default_factory=list[CreatureView])
    ahead: Ahead = Field(default_factory=Ahead)
    news: list[Event] = Field(default_factory=list[Event])
    opening_news: list[Event] = Field(default_factory=list[Event])
    trades: list[str] = Field(default_factory=list[str])
    headline: str = words("A new wood wakes. Its creatures open their stores and look at one another.")

    def fork(self) -> "World":
        """Return an independent copy."""
        return self.model_copy(update=_forked_table(vars(self)))

    def restrained(self, mask: str) -> Case | None:
        """Return the sentence that keeps a Patron from acting now, or None when it is free to."""
        case = self.cases.get(mask)
        return case if case is not None and case.sentence is not None else None

    @property
    def season_turn(self) -> int:
        """The turn within the season, from 1; 0 before the first turn."""
        length = self.rules.time.turns_a_chapter * self.rules.time.chapters_a_season
        return (self.turn - 1) % length + 1 if self.turn else 0

    @property
    def chapter(self) -> int:
        """The chapter of the season, from 1."""
        return (max(self.season_turn, 1) - 1) // self.rules.time.turns_a_chapter + 1

    @property
    def coming_turn(self) -> int:
        """The turn in which what a Patron does now will be settled."""
        return self.turn if self.phase is Phase.THINKING else self.turn + 1


class Release(BaseModel):
    """A declared release: a fact that stopped being secret, to whom, in which turn."""

    kind: str
    turn: int
    to: str
    fact: str


@dataclass(frozen=True, repr=False)
class Written:
    """A wood as JSON texts: what is hashed and what is saved, written once for both."""

    world: str
    ledger: str
    vault: str

    @property
    def state_hash(self) -> str:
        """The SHA-256 of the whole state, secrets included; equal states have equal hashes."""
        return hashlib.sha256("\x1e".join((self.world, self.ledger, self.vault)).encode()).hexdigest()

    @property
    def public_hash(self) -> str:
        """The SHA-256 of the public world alone; it is safe to show."""
        return hashlib.sha256(self.world.encode()).hexdigest()

    @property
    def sealed(self) -> str:
        """The books and the vault in one text, for the table of secrets; `Wood.restore` reads it."""
        return f'{{"ledger": {self.ledger}, "vault": {json.dumps(self.vault)}}}'


@dataclass
class Wood:
    """The whole state of one wood: the public world, the books and the vault."""

    world: World
    ledger: Ledger
    vault: Vault

    def fork(self) -> "Wood":
        """Return an independent copy; the engine's functions work on one, so theirs stay pure."""
        return Wood(self.world.fork(), self.ledger.fork(), self.vault.fork())

    def write(self) -> Written:
        """Return the wood written down, to be hashed and saved."""
        return Written(self.world.model_dump_json(), _SORTED.encode(self.ledger.dump()), seal(self.vault))

    def state_hash(self) -> str:
        """Return the `state_hash` of the wood as it is now."""
        return self.write().state_hash

    def public_hash(self) -> str:
        """Return the `public_hash` of the wood as it is now."""
        return hashlib.sha256(self.world.model_dump_json().encode()).hexdigest()

    @classmethod
    def restore(cls, public: str, private: str) -> "Wood":
        """Return the wood of which `Written.world` and `Written.sealed` are given."""
        plain = json.loads(private)
        return cls(World.model_validate_json(public), Ledger.restore(**plain["ledger"]), unseal(plain["vault"]))


Decisions = Mapping[str, Decision]
