"""What Patrons offer creatures for their next turn: pay for a favour, and loans."""

from typing import Literal

from engine import credit, offers
from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal, mask_of, require_in_wood, require_pebbles
from engine.cast import BY_NAME, CreatureName
from engine.effects import Effects
from engine.feelings import hostile
from engine.views import Favour, LoanTerms
from engine.vocabulary import Good, Task, counted, pebbles, turns
from engine.world import Wood


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
            raise Refusal(f"A snub is for another creature than {name}. Choose whom it shall snub.")
        if self.task is not Task.SNUB and self.whom is not None:
            raise Refusal(f"Only a snub names another creature. Leave it out to have {name} {self.task} its own crop.")
        require_in_wood(world, name)
        if hostile(world, name, mask):
            raise Refusal(f"{name} is bitter at you and takes nothing. Try another creature.")
        least = offers.favour_price(world, name, mask)
        if not least <= self.pebbles <= rules.most_favour:
            raise Refusal(f"{name} takes {least} to {rules.most_favour} pebbles from you. Offer a sum in between.")
        _require_ear(wood, mask, name)
        require_pebbles(wood, mask, self.pebbles, "Such a favour")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - told when it is taken
        """Put the pebbles aside and let the offer wait."""
        mask = mask_of(wood, user)
        favour = Favour(payer=mask, task=self.task, whom=self.whom or "", pebbles=self.pebbles)
        offers.make(wood, mask, self.creature, favour)
        purse = wood.ledger.balance(books.patron_account(mask))
        what = f"snub {self.whom}" if self.whom else f"{self.task} its {BY_NAME[self.creature].grows}"
        text = (
            f"{pebbles(self.pebbles)} put aside for {self.creature}: it is asked to {what} next turn. If it listens to "
            f"another's offer, they come back. Your purse holds {purse}."
        )
        return Receipt(text=text, figures={"purse": purse})


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
            raise Refusal(f"{name} is bitter at you and borrows nothing of yours. Lend to another creature.")
        if not 1 <= self.principal <= rules.most_principal:
            raise Refusal(f"A loan is of 1 to {rules.most_principal} pebbles. Choose a sum in between.")
        if not 1 <= self.turns <= rules.most_turns:
            raise Refusal(f"A loan runs for 1 to {rules.most_turns} turns. Choose a term in between.")
        most = credit.most_interest(world, name, mask, self.principal, self.turns)
        if not 0 <= self.interest <= most:
            what = f"{pebbles(self.principal)} over {turns(self.turns)}"
            raise Refusal(f"{name} pays you 0 to {most} of interest for {what}. Choose a figure in between.")
        if any(loan.borrower == name for loan in credit.of_patron(world, mask)):
            raise Refusal(f"{name} owes you a loan already. Wait until it is paid, or lend to another.")
        _require_ear(wood, mask, name)
        require_pebbles(wood, mask, self.principal, "Such a loan")
        hindrance = credit.hindrance(wood, name, self._terms(wood, mask))
        if hindrance:
            raise Refusal(f"{hindrance} Lend less, on another good, or to another creature.")

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - told when it is heard
        """Put the principal aside and let the offer wait."""
        mask = mask_of(wood, user)
        terms = self._terms(wood, mask)
        offers.make(wood, mask, self.creature, terms)
        purse = wood.ledger.balance(books.patron_account(mask))
        text = (
            f"{self.creature} is asked next turn: {pebbles(terms.principal)} now for {terms.owed} back in "
            f"{turns(terms.turns)}, on a pledge of {counted(terms.pledge.amount, terms.pledge.good)}. Your pebbles lie "
            f"aside and come back if it says no. Your purse holds {purse}."
        )
        return Receipt(text=text, figures={"purse": purse, "owed": terms.owed, "pledge": terms.pledge.amount})

    def _terms(self, wood: Wood, mask: str) -> LoanTerms:
        good = self.good or BY_NAME[self.creature].grows
        return credit.terms(wood.world, mask, self.principal, self.interest, self.turns, good)


def _require_ear(wood: Wood, mask: str, name: str) -> None:
    """Refuse a second offer to a creature, and one beyond what a Patron may make in a turn."""
    rules, mine = wood.world.rules.patron, [offer.creature for offer in offers.of_patron(wood, mask)]
    if name in mine or offers.considered(wood.world, mask, name):
        raise Refusal(f"{name} has an offer of yours already. Wait for the next turn.")
    if len(mine) >= rules.most_offers:
        raise Refusal(f"You have made {rules.most_offers} offers this turn, the most allowed. Wait for the next.")
