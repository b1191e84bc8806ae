"""The closed vocabulary of the game: every word a player can choose and a prompt can hold."""

from enum import StrEnum
from typing import Any, Final, Literal, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Word(StrEnum):
    """A word of a closed list, written to JSON as the text it is.

    Pydantic would ask each member of an enumeration for its value, and a wood written down names hundreds.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the list: only its members are taken, and they are written as any text is."""
        schema = handler(source)
        schema["serialization"] = core_schema.simple_ser_schema("str")
        return schema


class Good(Word):
    """A tradable good of the wood."""

    ACORNS = "acorns"
    BERRIES = "berries"
    MUSHROOMS = "mushrooms"
    HONEY = "honey"
    FIREWOOD = "firewood"


def capital(text: str) -> str:
    """Return a text with its first letter large, as a sentence begins; the rest stays as it is."""
    return f"{text[:1].upper()}{text[1:]}"


_SINGULAR = {Good.ACORNS: "acorn", Good.BERRIES: "berry", Good.MUSHROOMS: "mushroom"}


def counted(quantity: int, good: Good) -> str:
    """Return a quantity of a good in words, such as `1 berry` or `3 berries`."""
    return f"{quantity} {_SINGULAR.get(good, good) if quantity == 1 else good}"


def pebbles(count: int) -> str:
    """Return a sum in words, such as `1 pebble` or `3 pebbles`."""
    return f"{count} pebble" if count == 1 else f"{count} pebbles"


def turns(count: int) -> str:
    """Return a time in words, such as `1 turn` or `3 turns`."""
    return f"{count} turn" if count == 1 else f"{count} turns"


class Side(Word):
    """The side of an order in the call auction."""

    BUY = "buy"
    SELL = "sell"


class Stance(Word):
    """The side of a contract for difference."""

    SHORT = "short"
    LONG = "long"

    @classmethod
    def on(cls, direction: "Direction") -> "Stance":
        """Return the stance that wins when a price goes in `direction`."""
        return cls.LONG if direction is Direction.RISE else cls.SHORT


class Direction(Word):
    """Where a price is said to go, or goes."""

    RISE = "rise"
    FALL = "fall"

    @property
    def opposite(self) -> "Direction":
        """The other direction."""
        return Direction.FALL if self is Direction.RISE else Direction.RISE


class Strength(Word):
    """How far a whispered claim says a price will go."""

    LITTLE = "a little"
    SHARPLY = "sharply"


class Flavour(Word):
    """The source a Patron gives for a whispered claim."""

    TRAVELLER = "a traveller told it"
    LEDGER = "it stands in a ledger"
    RAVENS = "the ravens say so"
    WITNESS = "seen with own eyes"


class LegendMode(Word):
    """What a legend does to the wood when it falls.

    `SETTLEMENT` overwrites the settlement price of its good; `RUMOUR` is only told;
    `GLUT` puts a windfall of the good into every store, or takes it out.
    """

    SETTLEMENT = "settlement"
    RUMOUR = "rumour"
    GLUT = "glut"


class LateStake(Word):
    """What a Patron is lent who joins when others have played already.

    `SAME` is what everybody was lent; `MEDIAN` what the Patron in the middle of the ranking is worth, within bounds.
    """

    SAME = "same"
    MEDIAN = "median"


class Poke(Word):
    """What the weather-god's hand of a wood's keeper can do."""

    DROUGHT = "drought"
    FROST = "frost"
    WINDFALL = "windfall"
    RUMOUR = "rumour"


class Nudge(Word):
    """What moves a feeling; `engine.rules.FeelingRules` holds the points of each under the same name."""

    TRADED = "traded"
    SHORTED_CROP = "shorted_crop"
    TIP_TRUE = "tip_true"
    TIP_FALSE = "tip_false"
    FAVOUR_PAID = "favour_paid"
    ALLIED = "allied"
    PACT_BROKERED = "pact_brokered"
    RIVAL_STRENGTHENED = "rival_strengthened"
    SLANDERED = "slandered"
    LENT = "lent"
    REPAID = "repaid"
    MARGIN_CALLED = "margin_called"
    RUINED = "ruined"


class Task(Word):
    """What a Patron may pay a creature to do in its next turn."""

    HOARD = "hoard"
    DUMP = "dump"
    SNUB = "snub"


class Sentence(Word):
    """What the magistrate may do to a Patron found guilty."""

    FINE = "fine"
    FREEZE = "freeze"
    EXILE = "exile"


class Failure(Word):
    """Why a creature did nothing, as everybody reads it."""

    NO_ANSWER = "Its mind gave no answer."
    AWAY = "Its mind is away."
    TOO_SLOW = "It thought for too long."
    HELD_BACK = "The question was held back."
    SAID_NOTHING = "It said nothing."
    NO_ORDERS = "Its answer held no orders."
    UNREADABLE = "None of its orders could be read."
    SEVERAL_ANSWERS = "It gave several answers at once."
    CUT_BEFORE_ORDERS = "Its words ran out before it gave an order."
    CUT_WHILE_THINKING = "It was still thinking when its words ran out."
    MISSING = "its mind gave no answer"
    """For a creature of which the council told nothing at all; it is worded as old journals have it."""


class Phase(Word):
    """Whether a wood rests between turns, its creatures are thinking, or its season has ended for good."""

    RESTING = "resting"
    THINKING = "thinking"
    ENDED = "ended"


CreatureName = Literal["Mossback", "Oona", "Bracken", "Sable", "Nettle"]
"""The name of one of the creatures; `engine.cast` says who they are."""

CREATURES: Final[tuple[str, ...]] = get_args(CreatureName)

PEBBLES: Final = "pebbles"
"""The name of the currency as a ledger asset."""

GOODS: Final[tuple[Good, ...]] = tuple(Good)
FOODS: Final[tuple[Good, ...]] = (Good.ACORNS, Good.BERRIES, Good.MUSHROOMS, Good.HONEY)
FUEL: Final[Good] = Good.FIREWOOD
