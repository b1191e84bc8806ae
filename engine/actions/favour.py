"""Gifts and feasts: bribes for the magistrate and for creatures, and pacts between these."""

from typing import Literal

from engine import favours, heat, pacts
from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal, mask_of, pay_treasury, require_pebbles
from engine.cast import BY_NAME, CreatureName
from engine.effects import Effects
from engine.feelings import hostile, wary
from engine.streams import stream
from engine.views import Favour
from engine.vocabulary import Task
from engine.world import Wood


class BribeMagistrate(Action):
    """Give the magistrate pebbles: taken, they cool your heat; refused, they make it worse, and are gone either way."""

    kind: Literal["bribe_magistrate"] = "bribe_magistrate"
    pebbles: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a sum out of bounds, a second gift in one turn, and a purse too light."""
        mask, rules = mask_of(wood, user), wood.world.rules.law
        if not 1 <= self.pebbles <= rules.most_bribe:
            raise Refusal(f"The magistrate takes 1 to {rules.most_bribe} pebbles at a time. Offer a sum in between.")
        if wood.vault.gifts.reveal().get(mask) == wood.world.coming_turn:
            raise Refusal("The magistrate has had your gift for this turn. Offer another after the next one.")
        require_pebbles(wood, mask, self.pebbles, "Such a gift")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - nobody is to know
        """Pay, and let the magistrate's temper of this turn decide what comes of it."""
        world, mask, rules = wood.world, mask_of(wood, user), wood.world.rules.law
        purse = pay_treasury(wood, mask, self.pebbles, "gift to the magistrate")
        wood.vault.gifts.replace({**wood.vault.gifts.reveal(), mask: world.coming_turn})
        luck = stream(wood.vault.seed.reveal(), f"bribe of {mask}", world.coming_turn)
        taken = luck.randrange(100) < rules.bribe_taken_percent
        heat.warm(wood, mask, -self.pebbles * rules.bribe_cools if taken else self.pebbles * rules.bribe_offends)
        text = (
            "The magistrate pockets it and looks the other way."
            if taken
            else "The magistrate takes it, and writes your mask down. It made things worse."
        )
        text += f" The magistrate now {heat.in_words(wood, mask)}. Your purse holds {purse}."
        return Receipt(text=text, figures={"purse": purse, "taken": int(taken)})


class BribeCreature(Action):
    """Pay a creature to hoard or dump its crop, or to snub another, in its next turn; it may do as it likes."""

    kind: Literal["bribe"] = "bribe"
    creature: CreatureName
    task: Task
    whom: CreatureName | None = None
    pebbles: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a snub of nobody, a hostile or full creature, a sum out of bounds, and too many offers."""
        world, mask, rules, name = wood.world, mask_of(wood, user), wood.world.rules.patron, self.creature
        if self.task is Task.SNUB and self.whom in (None, name):
            raise Refusal(f"A snub is for another creature than {name}. Choose whom it shall snub.")
        if self.task is not Task.SNUB and self.whom is not None:
            raise Refusal(f"Only a snub names another creature. Leave it out to have {name} {self.task} its own crop.")
        if hostile(world, name, mask):
            raise Refusal(f"{name} is bitter at you and takes nothing. Try another creature.")
        least = favours.price(world, name, mask)
        if not least <= self.pebbles <= rules.most_favour:
            raise Refusal(f"{name} takes {least} to {rules.most_favour} pebbles from you. Offer a sum in between.")
        asked = favours.waiting_of(world, mask)
        if name in asked:
            raise Refusal(f"{name} has an offer of yours already. Wait for the next turn.")
        if len(asked) >= rules.most_favours:
            raise Refusal(f"You have made {rules.most_favours} offers this turn, the most allowed. Wait for the next.")
        if len(world.favours.get(name, [])) >= rules.favours_waiting:
            raise Refusal(f"{name} has heard offers enough for one turn. Try again after the next one.")
        require_pebbles(wood, mask, self.pebbles, "Such a favour")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - told when it is taken
        """Put the pebbles aside and let the offer wait."""
        mask = mask_of(wood, user)
        favours.offer(
            wood,
            self.creature,
            Favour(payer=mask, task=self.task, whom=self.whom or "", pebbles=self.pebbles),
        )
        purse = wood.ledger.balance(books.patron_account(mask))
        what = f"snub {self.whom}" if self.whom else f"{self.task} its {BY_NAME[self.creature].grows}"
        text = (
            f"{self.pebbles} pebbles wait for {self.creature}: it is asked to {what} next turn. If it listens to "
            f"another's offer, they come back. Your purse holds {purse}."
        )
        return Receipt(text=text, figures={"purse": purse})


class Ally(Action):
    """Broker a pact between two creatures that can stand each other: a cartel for a chapter."""

    kind: Literal["ally"] = "ally"
    one: CreatureName
    other: CreatureName

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a pact with oneself, a second pact, dislike among the three, and a purse too light."""
        world, mask = wood.world, mask_of(wood, user)
        if self.one == self.other:
            raise Refusal("A pact takes two. Choose two different creatures.")
        for name, friend in ((self.one, self.other), (self.other, self.one)):
            if pacts.allies(world, name):
                raise Refusal(f"{name} has a pact with {pacts.allies(world, name)[0]}. Wait until it is over.")
            if wary(world, name, friend):
                raise Refusal(f"{name} cannot stand {friend}. Choose two who get along.")
            if hostile(world, name, mask):
                raise Refusal(f"{name} is bitter at you and makes no pact of yours. Choose others.")
        require_pebbles(wood, mask, world.rules.patron.pact_price, "The feast for a pact")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:
        """Pay for the feast and make the pact."""
        mask = mask_of(wood, user)
        purse = pay_treasury(wood, mask, wood.world.rules.patron.pact_price, f"pact of {self.one} and {self.other}")
        pact = pacts.make(wood, mask, self.one, self.other, effects)
        text = (
            f"{pact.pair[0]} and {pact.pair[1]} shake paws over your feast: until turn {pact.until} has settled "
            f"neither undercuts the other nor sells below the going price. Your purse holds {purse}."
        )
        return Receipt(text=text, figures={"purse": purse, "until": pact.until})
