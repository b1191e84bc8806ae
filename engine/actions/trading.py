"""Shorting, going long, and closing: contracts for difference against the exchange."""

from typing import Literal

from engine import contracts
from engine import ledger as books
from engine.actions.base import Action, NotEnoughPebbles, Receipt, Refusal, mask_of, purse_holds
from engine.cast import GROWER
from engine.effects import Effects
from engine.feelings import stir
from engine.phrases import say, together, words
from engine.streams import canary
from engine.vault import Position
from engine.vocabulary import PEBBLES, Good, Nudge, Stance, counted
from engine.world import Release, Wood


class OpenContract(Action):
    """Open a contract on `quantity` units of a good at its settlement price, posting margin."""

    kind: Literal["open"] = "open"
    stance: Stance
    good: Good
    quantity: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse sizes out of bounds, too many contracts, a purse too light, and bets the exchange cannot cover."""
        rules, mask = wood.world.rules, mask_of(wood, user)
        most = rules.patron.most_quantity
        if not 1 <= self.quantity <= most:
            raise Refusal(say("A contract is for 1 to {most:int} units. Choose a quantity in between.", most=most))
        if len(contracts.of_patron(wood, mask)) >= rules.patron.most_positions:
            raise Refusal(
                say(
                    "You hold {most:int} contracts, the most allowed. Close one first.",
                    most=rules.patron.most_positions,
                )
            )
        margin = contracts.initial_margin(rules.patron, self.quantity, wood.world.quotes[self.good].settlement)
        held = wood.ledger.balance(books.patron_account(mask))
        if margin > held:
            raise NotEnoughPebbles(
                words(
                    "The margin for a {stance:stance} of {goods:goods} takes {needed:int} pebbles and your purse holds "
                    "{held:int}. Choose less, or close a contract."
                ),
                stance=self.stance,
                goods=counted(self.quantity, self.good),
                needed=margin,
                held=held,
            )
        price = wood.world.quotes[self.good].settlement
        owed = contracts.exposed(wood) + contracts.exposure(rules, self.stance, self.quantity, price)
        if owed > wood.ledger.balance(books.EXCHANGE):
            raise Refusal(
                words("The exchange cannot cover more contracts now. Try again when others have closed theirs.")
            )

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:
        """Post the margin, note the contract in the vault, and let a shorted crop's grower know."""
        world, mask = wood.world, mask_of(wood, user)
        price = world.quotes[self.good].settlement
        margin = contracts.initial_margin(world.rules.patron, self.quantity, price)
        counts = wood.vault.contracts.reveal()
        number = counts.get(mask, 0) + 1
        wood.vault.contracts.replace({**counts, mask: number})
        purse = books.patron_account(mask)
        memo = say(
            "margin of #{number:int}, {stance:stance} {goods:goods} at {price:int}",
            number=number,
            stance=self.stance,
            goods=counted(self.quantity, self.good),
            price=price,
        )
        wood.ledger.move(world.turn, PEBBLES, margin, purse, books.margin_account(mask, number), memo)
        position = Position(
            mask=mask,
            number=number,
            stance=self.stance,
            good=self.good,
            quantity=self.quantity,
            entry=price,
            marked=price,
            paid_in=margin,
            opened=world.turn,
            canary=canary(wood.vault.seed.reveal(), "position", mask, number),
        )
        wood.vault.positions.replace([*wood.vault.positions.reveal(), position])
        if self.stance is Stance.SHORT:
            _let_grower_know(wood, mask, self.good, effects)
        left = wood.ledger.balance(purse)
        text = say(
            "Contract #{number:int}: {stance:stance} {goods:goods} at {price:int}. "
            "{margin:int} pebbles posted as margin, {left:int} left in your purse. It settles every turn.",
            number=number,
            stance=self.stance,
            goods=counted(self.quantity, self.good),
            price=price,
            margin=margin,
            left=left,
        )
        return Receipt(text=text, figures={"number": number, "price": price, "margin": margin, "purse": left})


class CloseContract(Action):
    """Close a contract at the last settlement price; what its margin account holds comes back."""

    kind: Literal["close"] = "close"
    number: int

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a contract that is not open."""
        self._find(wood, mask_of(wood, user))

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - nothing becomes public
        """Pay the margin account out to the purse."""
        mask = mask_of(wood, user)
        position = self._find(wood, mask)
        paid = contracts.pay_out(wood, position, say("closed #{number:int}", number=self.number))
        result = paid - position.paid_in
        purse = wood.ledger.balance(books.patron_account(mask))
        text = together(_closed(position, result), purse_holds(purse))
        return Receipt(text=text, figures={"number": self.number, "paid": paid, "result": result, "purse": purse})

    def _find(self, wood: Wood, mask: str) -> Position:
        mine = contracts.of_patron(wood, mask)
        for position in mine:
            if position.number == self.number:
                return position
        if 1 <= self.number <= wood.vault.contracts.reveal().get(mask, 0):
            raise Refusal(
                say("Your contract #{number:int} is closed already. /ledger shows what it came to.", number=self.number)
            )
        if not mine:
            raise Refusal(say("You hold no contract #{number:int}. Open ones: none.", number=self.number))
        raise Refusal(
            say(
                "You hold no contract #{number:int}. Open ones: {numbers:numbers}.",
                number=self.number,
                numbers=", ".join(f"#{position.number}" for position in mine),
            )
        )


def _closed(position: Position, result: int) -> str:
    """Return the sentence that says what a contract came to, `result` being signed pebbles."""
    number, price, entry = position.number, position.marked, position.entry
    if result > 0:
        return say(
            "Contract #{number:int} closed at {price:int} (opened at {entry:int}): it won {sum:int} pebbles.",
            number=number,
            price=price,
            entry=entry,
            sum=result,
        )
    if result < 0:
        return say(
            "Contract #{number:int} closed at {price:int} (opened at {entry:int}): it lost {sum:int} pebbles.",
            number=number,
            price=price,
            entry=entry,
            sum=-result,
        )
    return say(
        "Contract #{number:int} closed at {price:int} (opened at {entry:int}): it came to 0 pebbles.",
        number=number,
        price=price,
        entry=entry,
    )


def _let_grower_know(wood: Wood, mask: str, good: Good, effects: Effects) -> None:
    grower = GROWER[good]
    stir(wood.world, grower, mask, Nudge.SHORTED_CROP)
    effects.releases.append(Release(kind="shorted_crop", turn=wood.world.turn, to=grower, fact=f"{mask}: {good}"))
