"""What a Patron can do, one module a family of actions; each is validated, then applied."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from engine.actions.base import Action, Receipt, Refusal
from engine.actions.intrigue import BuyForecast, Spring, Whisper
from engine.actions.keeping import PokeWood
from engine.actions.membership import Join
from engine.actions.trading import CloseContract, OpenContract
from engine.effects import Effects
from engine.world import Wood

AnyAction = Annotated[
    Join | OpenContract | CloseContract | BuyForecast | Whisper | Spring | PokeWood, Field(discriminator="kind")
]
ACTION: TypeAdapter[AnyAction] = TypeAdapter(AnyAction)
"""Reads an action back from the journal."""


@dataclass(frozen=True)
class Acted:
    """A new wood, the effects of an action, and what its actor is told."""

    wood: Wood
    effects: Effects
    receipt: Receipt


def act(before: Wood, user: str, action: Action) -> Acted:
    """Apply a player's action to a wood and return the new one; pure, like the turn itself.

    Args:
        before: The wood as it is; it is left as it was.
        user: The player's outside id.
        action: What the player wants.

    Raises:
        Refusal: If the rules do not allow it; nothing has changed then.
    """
    action.validate_in(before, user)
    wood, effects = before.fork(), Effects()
    receipt = action.apply(wood, user, effects)
    wood.ledger.check()
    return Acted(wood, effects, receipt)


__all__ = [
    "ACTION",
    "Acted",
    "Action",
    "AnyAction",
    "BuyForecast",
    "CloseContract",
    "Join",
    "OpenContract",
    "PokeWood",
    "Receipt",
    "Refusal",
    "Spring",
    "Whisper",
    "act",
]
