"""Becoming a Patron, and ceasing to be one."""

from statistics import median_low
from typing import Literal

from engine import contracts, offers, standings
from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal, mask_of, mask_worn
from engine.effects import Effects
from engine.masks import mask_for
from engine.phrases import say, together, words
from engine.rules import PatronRules
from engine.vocabulary import PEBBLES, LateStake, pebbles
from engine.world import Wood


class Join(Action):
    """Join the wood under a mask, with a stake out of the treasury.

    What a latecomer is lent goes by `PatronRules.late_stake`.
    """

    kind: Literal["join"] = "join"

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a second mask, and a thousand-and-first Patron."""
        mask = mask_worn(wood, user)
        if mask is not None:
            raise Refusal(say("You are in this wood already, as {mask:mask}. /ledger shows your books.", mask=mask))
        if _next_mask(wood) is None:
            raise Refusal(words("Every mask of this wood is worn. Join the next one when it opens."))

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - the count of Patrons tells
        """Hand out the next mask and the stake."""
        world, stake, rules = wood.world, _stake(wood), wood.world.rules.patron
        mask = _next_mask(wood)
        assert mask is not None
        world.patrons.append(mask)
        wood.vault.members.replace({**wood.vault.members.reveal(), user: mask})
        wood.ledger.move(world.turn, PEBBLES, stake, books.TREASURY, books.patron_account(mask), words("stake"))
        welcome = say(
            "You are now {mask:mask}. Your stake is {stake:int} pebbles. Nobody here knows your other name.",
            mask=mask,
            stake=stake,
        )
        why = ""
        if rules.late_stake is LateStake.MEDIAN and standings.latest(wood):
            why = say(
                "You join late, so you are lent what the Patron in the middle of the last ranking is worth, though no "
                "less than {least:int} and no more than {most:int} pebbles.",
                least=_least(rules),
                most=_most(rules),
            )
        return Receipt(text=together(welcome, why), figures={"purse": stake})


class Leave(Action):
    """Leave the wood for good: the mask is laid down, and nobody wears it again.

    Contracts are closed at the last settlement price, offers nobody listened to are withdrawn, and all pebbles go to
    the treasury. What creatures owe runs on under the mask, since they know it as their lender: what they still pay
    lies in a purse that nobody opens. Of the Patron's secrets none is kept.
    """

    kind: Literal["leave"] = "leave"

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a stranger."""
        mask_of(wood, user)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - nobody is told
        """Close, withdraw and hand over all that the Patron holds, and take its mask off."""
        world, vault, mask = wood.world, wood.vault, mask_of(wood, user)
        for position in contracts.of_patron(wood, mask):
            memo = say("closed #{number:int}, leaving", number=position.number)
            contracts.pay_out(wood, position, memo)
        offers.withdraw(wood, mask)
        purse = books.patron_account(mask)
        left = wood.ledger.move_up_to(
            world.turn, PEBBLES, wood.ledger.balance(purse), purse, books.TREASURY, words("left the wood")
        )
        world.patrons.remove(mask)
        vault.members.replace({who: worn for who, worn in vault.members.reveal().items() if who != user})
        for notes in (vault.forecasts, vault.contracts, vault.suspicions, vault.gifts):
            notes.reveal().pop(mask, None)
        vault.letters.replace([letter for letter in vault.letters.reveal() if letter.mask != mask])
        vault.springers.replace([springer for springer in vault.springers.reveal() if springer != mask])
        vault.standings.replace([standing for standing in vault.standings.reveal() if standing.mask != mask])
        farewell = say(
            "You are {mask:mask} no longer. {left:pebbles} went to the treasury.", mask=mask, left=pebbles(left)
        )
        return Receipt(text=farewell, figures={"left": left})


def _stake(wood: Wood) -> int:
    """Return the pebbles lent to who joins now.

    By the median rule that is the net worth of the Patron in the middle of the last ranking, the poorer one of two, but
    no less than half of the ordinary stake (rounded up) and no more than its double.
    """
    rules, ranked = wood.world.rules.patron, standings.latest(wood)
    if rules.late_stake is LateStake.SAME or not ranked:
        return rules.stake
    middle = median_low(standing.net_worth for standing in ranked)
    return max(_least(rules), min(_most(rules), middle))


def _least(rules: PatronRules) -> int:
    return -(-rules.stake // 2)


def _most(rules: PatronRules) -> int:
    return 2 * rules.stake


def _next_mask(wood: Wood) -> str | None:
    """Return the next mask that nobody wears or ever wore, or None when none is left."""
    world = wood.world
    for number in range(len(world.patrons), world.rules.patron.most_patrons):
        mask = mask_for(world.seed, number)
        if not wood.ledger.knows(books.patron_account(mask)):
            return mask
    return None
