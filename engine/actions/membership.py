"""Becoming a Patron."""

from typing import Literal

from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal, mask_worn
from engine.effects import Effects
from engine.masks import mask_for
from engine.vocabulary import PEBBLES
from engine.world import Wood


class Join(Action):
    """Join the wood under a mask, with a stake out of the treasury."""

    kind: Literal["join"] = "join"

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a second mask, and a thousand-and-first Patron."""
        mask = mask_worn(wood, user)
        if mask is not None:
            raise Refusal(f"You are in this wood already, as {mask}. /ledger shows your books.")
        if len(wood.world.patrons) >= wood.world.rules.patron.most_patrons:
            raise Refusal("Every mask of this wood is worn. Join the next one when it opens.")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - the count of Patrons tells
        """Hand out the next mask and the stake."""
        world, stake = wood.world, wood.world.rules.patron.stake
        mask = mask_for(world.seed, len(world.patrons))
        world.patrons.append(mask)
        wood.vault.members.replace({**wood.vault.members.reveal(), user: mask})
        wood.ledger.move(world.turn, PEBBLES, stake, books.TREASURY, books.patron_account(mask), "stake")
        text = f"You are now {mask}. Your stake is {stake} pebbles. Nobody here knows your other name."
        return Receipt(text=text, figures={"purse": stake})
