"""The public world, and the wood that holds it together with its books and its vault."""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field

from engine.ledger import Ledger
from engine.ports import Decision
from engine.rules import Rules
from engine.vault import Vault, seal, unseal
from engine.views import CreatureView, Favour, Hearsay, LoanTerms
from engine.vocabulary import Good, Phase, Sentence


class Quote(BaseModel):
    """The three prices of a good, in pebbles, and its last turn's trade.

    `reference` anchors the auction and drifts with what is left unfilled; `last_clear` is the price of
    the last auction that traded; `settlement` is what contracts are marked to.
    """

    reference: int
    settlement: int
    previous: int
    last_clear: int | None = None
    traded: int = 0


class Creature(BaseModel):
    """The public state of a creature; its purse and store lie in the ledger.

    `feelings` are signed points towards masks and creatures, `notes` what moved them last, for the traces
    alone. `said` is its last gossip, `silent` why
    it had no decision in the last turn, or empty.
    """

    name: str
    mood: int
    feelings: dict[str, int] = Field(default_factory=dict[str, int])
    notes: list[str] = Field(default_factory=list[str])
    said: str = ""
    silent: str = ""


class Case(BaseModel):
    """A Patron before the magistrate: under inquiry while `sentence` is None, else serving one.

    It ends as turn `until` is settled.
    """

    until: int
    sentence: Sentence | None = None


class Pact(BaseModel):
    """Two creatures, in the cast's order, that neither undercut each other nor sell below the reference.

    It ends as turn `until` is settled.
    """

    pair: tuple[str, str]
    until: int


class Loan(BaseModel):
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


class Ahead(BaseModel):
    """What the next turn holds beyond the ordinary, made by pokes and legends."""

    harvest_percent: dict[Good, int] = Field(default_factory=dict[Good, int])
    extra_fuel: int = 0


class Event(BaseModel):
    """A public event, worded from the project's own templates."""

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
    headline: str = "A new wood wakes. Its creatures open their stores and look at one another."

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


@dataclass
class Wood:
    """The whole state of one wood: the public world, the books and the vault."""

    world: World
    ledger: Ledger
    vault: Vault

    def fork(self) -> "Wood":
        """Return an independent copy; the engine's functions work on one, so theirs stay pure."""
        return Wood(self.world.model_copy(deep=True), self.ledger.fork(), copy.deepcopy(self.vault))

    def state_hash(self) -> str:
        """Return the SHA-256 of the whole state, secrets included; equal states have equal hashes."""
        parts = [self.world.model_dump_json(), json.dumps(self.ledger.dump(), sort_keys=True), seal(self.vault)]
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()

    def public_hash(self) -> str:
        """Return the SHA-256 of the public world alone; it is safe to show."""
        return hashlib.sha256(self.world.model_dump_json().encode()).hexdigest()

    def dump(self) -> tuple[str, str]:
        """Return the wood as two JSON texts: the public world, and the books with the vault."""
        private = json.dumps({"ledger": self.ledger.dump(), "vault": seal(self.vault)}, sort_keys=True)
        return self.world.model_dump_json(), private

    @classmethod
    def restore(cls, public: str, private: str) -> "Wood":
        """Return the wood that `dump` wrote."""
        plain = json.loads(private)
        return cls(World.model_validate_json(public), Ledger.restore(**plain["ledger"]), unseal(plain["vault"]))


Decisions = Mapping[str, Decision]
