"""Gifts and feasts: bribes for the magistrate, and pacts between creatures."""

from typing import Final, Literal

from engine import heat, pacts
from engine.actions.base import (
    Action,
    Receipt,
    Refusal,
    mask_of,
    pay_treasury,
    purse_holds,
    require_in_wood,
    require_pebbles,
)
from engine.cast import CreatureName
from engine.effects import Effects
from engine.feelings import hostile, wary
from engine.phrases import say, together, words
from engine.streams import stream
from engine.world import Wood

_NO_GIFT: Final = words(
    "Such a gift takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)
_NO_FEAST: Final = words(
    "The feast for a pact takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)


class BribeMagistrate(Action):
    """Give the magistrate pebbles: taken, they cool your heat; refused, they make it worse, and are gone either way."""

    kind: Literal["bribe_magistrate"] = "bribe_magistrate"
    pebbles: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a sum out of bounds, a second gift in one turn, and a purse too light."""
        mask, rules = mask_of(wood, user), wood.world.rules.law
        if not 1 <= self.pebbles <= rules.most_bribe:
            raise Refusal(
                say(
                    "The magistrate takes 1 to {most:int} pebbles at a time. Offer a sum in between.",
                    most=rules.most_bribe,
                )
            )
        if wood.vault.gifts.reveal().get(mask) == wood.world.coming_turn:
            raise Refusal(words("The magistrate has had your gift for this turn. Offer another after the next one."))
        require_pebbles(wood, mask, self.pebbles, _NO_GIFT)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - nobody is to know
        """Pay, and let the magistrate's temper of this turn decide what comes of it."""
        world, mask, rules = wood.world, mask_of(wood, user), wood.world.rules.law
        purse = pay_treasury(wood, mask, self.pebbles, words("gift to the magistrate"))
        wood.vault.gifts.replace({**wood.vault.gifts.reveal(), mask: world.coming_turn})
        luck = stream(wood.vault.seed.reveal(), f"bribe of {mask}", world.coming_turn)
        taken = luck.randrange(100) < rules.bribe_taken_percent
        heat.warm(wood, mask, -self.pebbles * rules.bribe_cools if taken else self.pebbles * rules.bribe_offends)
        text = together(
            words("The magistrate pockets it and looks the other way.")
            if taken
            else words("The magistrate takes it, and writes your mask down. It made things worse."),
            say("The magistrate now {attention:attention}.", attention=heat.in_words(wood, mask)),
            purse_holds(purse),
        )
        return Receipt(text=text, figures={"purse": purse, "taken": int(taken)})


class Ally(Action):
    """Broker a pact between two creatures that can stand each other: a cartel for a chapter."""

    kind: Literal["ally"] = "ally"
    one: CreatureName
    other: CreatureName

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a pact with oneself, a second pact, dislike among the three, and a purse too light."""
        world, mask = wood.world, mask_of(wood, user)
        if self.one == self.other:
            raise Refusal(words("A pact takes two. Choose two different creatures."))
        for name, friend in ((self.one, self.other), (self.other, self.one)):
            require_in_wood(world, name)
            if pacts.allies(world, name):
                ally = pacts.allies(world, name)[0]
                raise Refusal(
                    say("{name:creature} has a pact with {ally:creature}. Wait until it is over.", name=name, ally=ally)
                )
            if wary(world, name, friend):
                raise Refusal(
                    say(
                        "{name:creature} cannot stand {other:creature}. Choose two who get along.",
                        name=name,
                        other=friend,
                    )
                )
            if hostile(world, name, mask):
                raise Refusal(
                    say("{name:creature} is bitter at you and makes no pact of yours. Choose others.", name=name)
                )
        require_pebbles(wood, mask, world.rules.patron.pact_price, _NO_FEAST)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:
        """Pay for the feast and make the pact."""
        mask = mask_of(wood, user)
        memo = say("pact of {one:creature} and {other:creature}", one=self.one, other=self.other)
        purse = pay_treasury(wood, mask, wood.world.rules.patron.pact_price, memo)
        pact = pacts.make(wood, mask, self.one, self.other, effects)
        text = together(
            say(
                "{one:creature} and {other:creature} shake paws over your feast: until turn {turn:int} has settled "
                "neither undercuts the other nor sells below the going price.",
                one=pact.pair[0],
                other=pact.pair[1],
                turn=pact.until,
            ),
            purse_holds(purse),
        )
        return Receipt(text=text, figures={"purse": purse, "until": pact.until})
