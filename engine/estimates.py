"""What a deed would cost a player, told before it is done. Nothing here changes a wood."""

from engine import contracts, credit, offers
from engine import ledger as books
from engine.actions.base import mask_worn
from engine.cast import BY_NAME
from engine.views import LoanTerms
from engine.vocabulary import Good
from engine.world import Wood


def purse(wood: Wood, user: str) -> int | None:
    """Return the pebbles in a player's purse, or None for a stranger."""
    mask = mask_worn(wood, user)
    return None if mask is None else wood.ledger.balance(books.patron_account(mask))


def margin(wood: Wood, good: Good, quantity: int) -> int:
    """Return the pebbles that a contract on `quantity` units would post as margin now."""
    return contracts.initial_margin(wood.world.rules.patron, quantity, wood.world.quotes[good].settlement)


def largest_contract(wood: Wood, good: Good, pebbles: int) -> int:
    """Return the most units of one contract whose margin `pebbles` can post now."""
    return contracts.largest(wood.world.rules.patron, wood.world.quotes[good].settlement, pebbles)


def favour(wood: Wood, user: str, creature: str) -> tuple[int, int]:
    """Return the fewest and the most pebbles that a creature takes from a player for a favour."""
    least = offers.favour_price(wood.world, creature, mask_worn(wood, user) or "")
    return least, wood.world.rules.patron.most_favour


def most_interest(wood: Wood, user: str, creature: str, principal: int, turns: int) -> int:
    """Return the most pebbles of interest that a creature pays a player on a loan of so many turns."""
    return credit.most_interest(wood.world, creature, mask_worn(wood, user) or "", principal, turns)


def loan(wood: Wood, user: str, creature: str, principal: int, interest: int, good: Good | None) -> LoanTerms:
    """Return the terms of a loan as they would be offered now, on a creature's crop if `good` is None."""
    lender = mask_worn(wood, user) or ""
    return credit.terms(wood.world, lender, principal, interest, 1, good or BY_NAME[creature].grows)
