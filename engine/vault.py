"""What no prompt may hold: deck order, the truth of tips, forecasts, positions and who is who.

A secret is a `Secret[T]`. Its text, iteration and serialisation raise, so that it cannot slip into a
message by an f-string or a dump; `reveal` is the one way to the value, and only the engine's own
modules may name it (a test holds them to that). The vault is saved in a table of its own.
"""

import copy
import json
from typing import Any, Final, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from engine.views import Favour, Hearsay, LoanTerms
from engine.vocabulary import Direction, Good, Stance

T = TypeVar("T")


class SecretLeak(RuntimeError):  # noqa: N818 - it names what happened
    """Something tried to print, compare, walk or serialise a secret."""


class Secret(Generic[T]):
    """A value that cannot be shown by accident."""

    __slots__ = ("__value",)

    def __init__(self, value: T) -> None:
        self.__value = value

    def reveal(self) -> T:
        """Return the value. Callers are the engine's own, and never build a creature's view from it."""
        return self.__value

    def replace(self, value: T) -> None:
        """Put another value in place of this one."""
        self.__value = value

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret[T]":
        return Secret(copy.deepcopy(self.__value, memo))

    def _leak(self, *_: object) -> NoReturn:
        raise SecretLeak("a secret was about to be shown; reveal() it inside the engine or leave it out")

    __str__ = __repr__ = __format__ = __iter__ = __len__ = __bool__ = __reduce__ = _leak  # pyright: ignore
    __reduce_ex__ = __getstate__ = __eq__ = __hash__ = __lt__ = __contains__ = __getitem__ = _leak  # pyright: ignore


class Tip(BaseModel):
    """A whisper as the vault knows it, heard at the opening of `turn`.

    `canary` marks it: text with its shape outside the vault is a leak.
    """

    model_config = ConfigDict(frozen=True)

    mask: str
    creature: str
    claim: Hearsay
    true: bool
    turn: int
    canary: str


class Forecast(BaseModel):
    """The true forecast of a legend as sold to one Patron; `turn` is when it falls by itself."""

    model_config = ConfigDict(frozen=True)

    legend: str
    good: Good
    direction: Direction
    turn: int
    canary: str


class Position(BaseModel):
    """A contract for difference on a good's settlement price.

    `entry` and `marked` are settlement prices in pebbles; the margin lies in the ledger, on
    `ledger.margin_account(mask, number)`. `paid_in` is the margin first posted.
    """

    model_config = ConfigDict(frozen=True)

    mask: str
    number: int
    stance: Stance
    good: Good
    quantity: int
    entry: int
    marked: int
    paid_in: int
    opened: int
    canary: str


class Offer(BaseModel):
    """What a Patron offers a creature in its next turn, and nobody knows before it listens: a favour's pay, or a loan.

    The pebbles lie in the ledger meanwhile, on `ledger.offer_account(mask, creature)`.
    """

    model_config = ConfigDict(frozen=True)

    mask: str
    creature: str
    terms: Favour | LoanTerms
    canary: str

    @property
    def pebbles(self) -> int:
        """The pebbles put aside for it."""
        return self.terms.pebbles if isinstance(self.terms, Favour) else self.terms.principal


class Evidence(BaseModel):
    """A suspicious win: the pebbles a Patron won on a good in `turn`, knowing the legend that fell on it."""

    model_config = ConfigDict(frozen=True)

    turn: int
    legend: str
    good: Good
    won: int


class Suspicion(BaseModel):
    """What the magistrate thinks of one Patron: points of heat, why, and how many verdicts there were."""

    model_config = ConfigDict(frozen=True)

    heat: int = 0
    evidence: tuple[Evidence, ...] = ()
    verdicts: int = 0


class Standing(BaseModel):
    """A Patron's net worth in pebbles as the last turn settled."""

    model_config = ConfigDict(frozen=True)

    mask: str
    net_worth: int


class Letter(BaseModel):
    """A private line to one Patron about `turn`."""

    model_config = ConfigDict(frozen=True)

    mask: str
    turn: int
    text: str


LETTERS_KEPT: Final = 12
"""Letters kept for a Patron; older ones are in the store."""


class Vault:
    """The secrets of one wood.

    `seed` feeds the secret streams alone; `deck` holds legend keys, the next to fall first; `due` is
    the turn in which it falls, `springers` the Patrons who paid to bring it now; `members` maps a
    player's pseudonym to a mask; `contracts` counts the contracts a Patron ever opened, so that
    their numbers never repeat. `suspicions` is what the magistrate knows of each mask, `gifts` the turn
    for which each last bribed it, `offers` what waits for creatures to listen, and `standings` ranks the
    Patrons as the last turn settled.
    """

    def __init__(
        self,
        seed: str,
        deck: list[str],
        due: int,
        tips: list[Tip] | None = None,
        forecasts: dict[str, Forecast] | None = None,
        positions: list[Position] | None = None,
        members: dict[str, str] | None = None,
        contracts: dict[str, int] | None = None,
        letters: list[Letter] | None = None,
        springers: list[str] | None = None,
        suspicions: dict[str, Suspicion] | None = None,
        gifts: dict[str, int] | None = None,
        offers: list[Offer] | None = None,
        standings: list[Standing] | None = None,
        canary: str = "",
    ) -> None:
        self.seed = Secret(seed)
        self.deck = Secret(deck)
        self.due = Secret(due)
        self.tips: Secret[list[Tip]] = Secret(tips or [])
        self.forecasts: Secret[dict[str, Forecast]] = Secret(forecasts or {})
        self.positions: Secret[list[Position]] = Secret(positions or [])
        self.members: Secret[dict[str, str]] = Secret(members or {})
        self.contracts: Secret[dict[str, int]] = Secret(contracts or {})
        self.letters: Secret[list[Letter]] = Secret(letters or [])
        self.springers: Secret[list[str]] = Secret(springers or [])
        self.suspicions: Secret[dict[str, Suspicion]] = Secret(suspicions or {})
        self.gifts: Secret[dict[str, int]] = Secret(gifts or {})
        self.offers: Secret[list[Offer]] = Secret(offers or [])
        self.standings: Secret[list[Standing]] = Secret(standings or [])
        self.canary = Secret(canary)

    def __repr__(self) -> str:
        return "<Vault>"

    def fork(self) -> "Vault":
        """Return an independent copy; what its lists and tables hold is frozen and shared."""
        return Vault(**{name: _shallow_copy(getattr(self, name).reveal()) for name in _TYPES})

    def post_letter(self, mask: str, turn: int, text: str) -> None:
        """Put a private line into a Patron's letters, dropping that Patron's oldest beyond those kept.

        Nothing is written to a mask that nobody wears any more.
        """
        if mask not in self.members.reveal().values():
            return
        letters = [*self.letters.reveal(), Letter(mask=mask, turn=turn, text=text)]
        theirs = [letter for letter in letters if letter.mask == mask]
        if len(theirs) > LETTERS_KEPT:
            letters.remove(theirs[0])
        self.letters.replace(letters)


_TYPES: Final[dict[str, TypeAdapter[Any]]] = {
    "seed": TypeAdapter(str),
    "deck": TypeAdapter(list[str]),
    "due": TypeAdapter(int),
    "tips": TypeAdapter(list[Tip]),
    "forecasts": TypeAdapter(dict[str, Forecast]),
    "positions": TypeAdapter(list[Position]),
    "members": TypeAdapter(dict[str, str]),
    "contracts": TypeAdapter(dict[str, int]),
    "letters": TypeAdapter(list[Letter]),
    "springers": TypeAdapter(list[str]),
    "suspicions": TypeAdapter(dict[str, Suspicion]),
    "gifts": TypeAdapter(dict[str, int]),
    "offers": TypeAdapter(list[Offer]),
    "standings": TypeAdapter(list[Standing]),
    "canary": TypeAdapter(str),
}

_HOLDERS: Final = frozenset({list, dict})
"""What the vault's values are beside texts and numbers; copies have their own."""

_COMPACT: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def seal(vault: Vault) -> str:
    """Return the vault as JSON for its own table, keys sorted. Only the store and the state hash read it."""
    plain = {name: _plain(kind, getattr(vault, name).reveal()) for name, kind in _TYPES.items()}
    return _COMPACT.encode(plain)


def _plain(kind: TypeAdapter[Any], value: object) -> object:
    """Return a value as plain data; most are, since most lists and tables of a wood are empty most of the time."""
    return kind.dump_python(value, mode="json") if value and type(value) in _HOLDERS else value


def _shallow_copy(value: Any) -> Any:
    return value.copy() if type(value) in _HOLDERS else value


def unseal(text: str) -> Vault:
    """Return the vault that `seal` wrote."""
    plain = json.loads(text)
    return Vault(**{name: kind.validate_python(plain[name]) for name, kind in _TYPES.items()})
