"""What every action shares: its shape, its refusals and its receipt."""

from abc import ABC, abstractmethod

from pydantic import BaseModel, ConfigDict, Field

from engine import ledger as books
from engine.banishment import absent
from engine.effects import Effects
from engine.phrases import say, words
from engine.vocabulary import PEBBLES
from engine.world import Wood, World


class Refusal(Exception):  # noqa: N818 - the sentence is for the player
    """An action the rules do not allow; its text is the one sentence the player reads."""


class NotAPatron(Refusal):
    """The player has not joined this wood."""

    def __init__(self) -> None:
        super().__init__(words("You are no Patron of this wood yet. Use /join first."))


class NotEnoughPebbles(Refusal):
    """The player's purse is too light."""

    def __init__(self, poor: str, /, **places: object) -> None:
        """Say so in the words of `poor`, a template, with what is in its places."""
        super().__init__(say(poor, **places))


class SeasonOver(Refusal):
    """The season of this wood has ended."""

    def __init__(self) -> None:
        super().__init__(words("This season is over. /season history tells how it ended."))


class Receipt(BaseModel):
    """What the actor is told, privately: a sentence, and the figures in it by name."""

    model_config = ConfigDict(frozen=True)

    text: str
    figures: dict[str, int] = Field(default_factory=dict[str, int])


class Action(BaseModel, ABC):
    """Something a player does. Every kind of action has a literal `kind`, which names it in the journal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def validate_in(self, wood: Wood, user: str) -> None:
        """Check the action against the rules; change nothing.

        Raises:
            Refusal: With the sentence for the player, if the action is not allowed now.
        """

    @abstractmethod
    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:
        """Change `wood`, tell `effects` what became public or was released, and return the receipt."""


def wearers(wood: Wood) -> dict[str, str]:
    """Return the players of a wood by the masks they wear."""
    return {mask: player for player, mask in wood.vault.members.reveal().items()}


def mask_worn(wood: Wood, user: str) -> str | None:
    """Return the mask a player wears in this wood, or None for a stranger."""
    return wood.vault.members.reveal().get(user)


def mask_of(wood: Wood, user: str) -> str:
    """Return the mask a player wears in this wood.

    Raises:
        NotAPatron: If the player has not joined.
    """
    mask = mask_worn(wood, user)
    if mask is None:
        raise NotAPatron
    return mask


def require_in_wood(world: World, name: str) -> None:
    """Check that a creature is not banished.

    Raises:
        Refusal: If it is.
    """
    if absent(world, name):
        raise Refusal(
            say(
                "{name:creature} is banished until turn {turn:int}. Choose another creature.",
                name=name,
                turn=world.banished[name],
            )
        )


def require_pebbles(wood: Wood, mask: str, needed: int, poor: str) -> None:
    """Check that a Patron's purse holds `needed` pebbles.

    Raises:
        NotEnoughPebbles: If it does not, in the words of `poor`, a template that has places for what is `needed` and
            `held`.
    """
    held = wood.ledger.balance(books.patron_account(mask))
    if held < needed:
        raise NotEnoughPebbles(poor, needed=needed, held=held)


def purse_holds(pebbles: int) -> str:
    """Return the sentence that ends most receipts: what is left."""
    return say("Your purse holds {pebbles:int}.", pebbles=pebbles)


def pay_treasury(wood: Wood, mask: str, pebbles: int, memo: str) -> int:
    """Move a price from a Patron's purse to the treasury and return what is left in the purse."""
    account = books.patron_account(mask)
    wood.ledger.move(wood.world.turn, PEBBLES, pebbles, account, books.TREASURY, memo)
    return wood.ledger.balance(account)
