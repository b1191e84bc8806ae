"""What a Patron can do, one module a family of actions; each is validated, then applied."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from engine.actions.base import Action, Receipt, Refusal, SeasonOver, mask_worn
from engine.actions.gifts import Ally, BribeMagistrate
from engine.actions.intrigue import BuyForecast, Spring, Whisper
from engine.actions.keeping import PokeWood
from engine.actions.membership import Join, Leave
from engine.actions.offering import BribeCreature, Lend
from engine.actions.trading import CloseContract, OpenContract
from engine.effects import Effects
from engine.phrases import say
from engine.vocabulary import Phase, Sentence
from engine.world import Wood

AnyAction = Annotated[
    Join
    | Leave
    | OpenContract
    | CloseContract
    | BuyForecast
    | Whisper
    | Spring
    | BribeMagistrate
    | BribeCreature
    | Lend
    | Ally
    | PokeWood,
    Field(discriminator="kind"),
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
        SeasonOver: If the season has ended, after which one can only leave.
    """
    if before.world.phase is Phase.ENDED and not isinstance(action, Leave):
        raise SeasonOver
    _require_liberty(before, user, action)
    action.validate_in(before, user)
    wood, effects = before.fork(), Effects()
    receipt = action.apply(wood, user, effects)
    wood.ledger.check()
    return Acted(wood, effects, receipt)


def _require_liberty(wood: Wood, user: str, action: Action) -> None:
    """Refuse what a Patron would do while it is frozen or exiled, but to leave; keepers poke as they like."""
    mask = mask_worn(wood, user)
    if mask is None or isinstance(action, PokeWood | Leave):
        return
    case = wood.world.restrained(mask)
    if case is None:
        return
    if case.sentence is Sentence.FREEZE:
        raise Refusal(
            say(
                "Your assets are frozen until turn {turn:int} has settled. Until then you can only watch.",
                turn=case.until,
            )
        )
    raise Refusal(
        say("You are exiled until turn {turn:int} has settled. Until then you can only watch.", turn=case.until)
    )


__all__ = [
    "ACTION",
    "Acted",
    "Action",
    "Ally",
    "AnyAction",
    "BribeCreature",
    "BribeMagistrate",
    "BuyForecast",
    "CloseContract",
    "Join",
    "Leave",
    "Lend",
    "OpenContract",
    "PokeWood",
    "Receipt",
    "Refusal",
    "SeasonOver",
    "Spring",
    "Whisper",
    "act",
]
