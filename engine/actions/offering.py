"""What Patrons offer creatures for their next turn: pay for a favour, and loans."""

from typing import Final, Literal

from engine import credit, offers
from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal, mask_of, purse_holds, require_in_wood, require_pebbles
from engine.cast import BY_NAME, CreatureName
from engine.effects import Effects
from engine.feelings import hostile
from engine.phrases import say, together, words
from engine.views import Favour, LoanTerms
from engine.vocabulary import Good, Task, counted, pebbles, turns
from engine.world import Wood

_NO_FAVOUR: Final = words(
    "Such a favour takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)
_NO_LOAN: Final = words(
    "Such a loan takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)


class BribeCreature(Action):
    """Pay a creature to hoard or dump its crop, or to snub another, in its next turn; it may do as it likes."""

    kind: Literal["bribe"] = "bribe"
    creature: CreatureName
    task: Task
    whom: CreatureName | None = None
    pebbles: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a snub of nobody, a hostile creature, a sum out of bounds, and too many offers."""
        world, mask, rules, name = wood.world, mask_of(wood, user), wood.world.rules.patron, self.creature
        if self.task is Task.SNUB and self.whom in (None, name):
            raise Refusal(
                say("A snub is for another creature than {name:creature}. Choose whom it shall snub.", name=name)
            )
        if self.task is not Task.SNUB and self.whom is not None:
            raise Refusal(
                say(
                    "Only a snub names another creature. "
                    "Leave it out to have {name:creature} {task:task} its own crop.",
                    name=name,
                    task=self.task,
                )
            )
        require_in_wood(world, name)
        if hostile(world, name, mask):
            raise Refusal(say("{name:creature} is bitter at you and takes nothing. Try another creature.", name=name))
        least = offers.favour_price(world, name, mask)
        if not least <= self.pebbles <= rules.most_favour:
            raise Refusal(
                say(
                    "{name:creature} takes {least:int} to {most:int} pebbles from you. Offer a sum in between.",
                    name=name,
                    least=least,
                    most=rules.most_favour,
                )
            )
        _require_ear(wood, mask, name)
        require_pebbles(wood, mask, self.pebbles, _NO_FAVOUR)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - told when it is taken
        """Put the pebbles aside and let the offer wait."""
        mask = mask_of(wood, user)
        favour = Favour(payer=mask, task=self.task, whom=self.whom or "", pebbles=self.pebbles)
        offers.make(wood, mask, self.creature, favour)
        purse = wood.ledger.balance(books.patron_account(mask))
        back = words("If it listens to another's offer, they come back.")
        return Receipt(text=together(self._asked(), back, purse_holds(purse)), figures={"purse": purse})

    def _asked(self) -> str:
        """Return the sentence that says what the creature is asked to do for how much."""
        if self.whom:
            return say(
                "{sum:pebbles} put aside for {name:creature}: it is asked to snub {whom:creature} next turn.",
                sum=pebbles(self.pebbles),
                name=self.creature,
                whom=self.whom,
            )
        return say(
            "{sum:pebbles} put aside for {name:creature}: it is asked to {task:task} its {good:good} next turn.",
            sum=pebbles(self.pebbles),
            name=self.creature,
            task=self.task,
            good=BY_NAME[self.creature].grows,
        )


class Lend(Action):
    """Offer a creature a loan for its next turn, secured on goods of its own: its crop, if `good` names no other.

    `principal` and `interest` are in pebbles, the interest for the whole term of `turns` turns.
    """

    kind: Literal["lend"] = "lend"
    creature: CreatureName
    principal: int
    interest: int
    turns: int
    good: Good | None = None

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse the hostile and the banished, terms out of bounds, what cannot be secured, and too many offers."""
        world, mask, rules, name = wood.world, mask_of(wood, user), wood.world.rules.credit, self.creature
        require_in_wood(world, name)
        if hostile(world, name, mask):
            raise Refusal(together(credit.bitter(name), words("Lend to another creature.")))
        if not 1 <= self.principal <= rules.most_principal:
            raise Refusal(
                say("A loan is of 1 to {most:int} pebbles. Choose a sum in between.", most=rules.most_principal)
            )
        if not 1 <= self.turns <= rules.most_turns:
            raise Refusal(
                say("A loan runs for 1 to {most:int} turns. Choose a term in between.", most=rules.most_turns)
            )
        most = credit.most_interest(world, name, mask, self.principal, self.turns)
        if not 0 <= self.interest <= most:
            raise Refusal(
                say(
                    "{name:creature} pays you 0 to {most:int} of interest for {sum:pebbles} over {term:turns}. "
                    "Choose a figure in between.",
                    name=name,
                    most=most,
                    sum=pebbles(self.principal),
                    term=turns(self.turns),
                )
            )
        if any(loan.borrower == name for loan in credit.of_patron(world, mask)):
            raise Refusal(
                say("{name:creature} owes you a loan already. Wait until it is paid, or lend to another.", name=name)
            )
        _require_ear(wood, mask, name)
        require_pebbles(wood, mask, self.principal, _NO_LOAN)
        hindrance = credit.hindrance(wood, name, self._terms(wood, mask))
        if hindrance:
            raise Refusal(together(hindrance, words("Lend less, on another good, or to another creature.")))

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - told when it is heard
        """Put the principal aside and let the offer wait."""
        mask = mask_of(wood, user)
        terms = self._terms(wood, mask)
        offers.make(wood, mask, self.creature, terms)
        purse = wood.ledger.balance(books.patron_account(mask))
        text = together(
            say(
                "{name:creature} is asked next turn: {sum:pebbles} now for {owed:int} back in {term:turns}, "
                "on a pledge of {goods:goods}.",
                name=self.creature,
                sum=pebbles(terms.principal),
                owed=terms.owed,
                term=turns(terms.turns),
                goods=counted(terms.pledge.amount, terms.pledge.good),
            ),
            words("Your pebbles lie aside and come back if it says no."),
            purse_holds(purse),
        )
        return Receipt(text=text, figures={"purse": purse, "owed": terms.owed, "pledge": terms.pledge.amount})

    def _terms(self, wood: Wood, mask: str) -> LoanTerms:
        good = self.good or BY_NAME[self.creature].grows
        return credit.terms(wood.world, mask, self.principal, self.interest, self.turns, good)


def _require_ear(wood: Wood, mask: str, name: str) -> None:
    """Refuse a second offer to a creature, and one beyond what a Patron may make in a turn."""
    rules, mine = wood.world.rules.patron, [offer.creature for offer in offers.of_patron(wood, mask)]
    if name in mine or offers.considered(wood.world, mask, name):
        raise Refusal(say("{name:creature} has an offer of yours already. Wait for the next turn.", name=name))
    if len(mine) >= rules.most_offers:
        raise Refusal(
            say(
                "You have made {most:int} offers this turn, the most allowed. Wait for the next.",
                most=rules.most_offers,
            )
        )
