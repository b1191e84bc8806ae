"""What a simulation measures."""

from collections.abc import Sequence

from engine import ledger as books
from engine.vocabulary import GOODS
from engine.world import Wood


def gini(values: Sequence[int]) -> float:
    """Return the Gini coefficient of non-negative values: 0 when all are equal, near 1 when one has all."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    count = len(ordered)
    weighted = sum((2 * rank - count + 1) * value for rank, value in enumerate(ordered))
    return weighted / (count * total)


def purses(wood: Wood) -> dict[str, int]:
    """Return the pebbles in every creature's purse."""
    return {name: wood.ledger.balance(books.creature_account(name)) for name in wood.world.creatures}


def wealth(wood: Wood) -> dict[str, int]:
    """Return the wealth of every creature in pebbles: its purse, and its store at reference prices."""
    quotes = wood.world.quotes
    return {
        name: wood.ledger.balance(books.creature_account(name))
        + sum(wood.ledger.balance(books.creature_account(name), good) * quotes[good].reference for good in GOODS)
        for name in wood.world.creatures
    }
