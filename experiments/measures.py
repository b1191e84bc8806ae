"""What a simulation measures."""

from collections.abc import Mapping, Sequence

from engine import ledger as books
from engine.vocabulary import GOODS, Good
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
    return _worth(wood, {good: quote.reference for good, quote in wood.world.quotes.items()})


def wealth_at_last_trade(wood: Wood) -> dict[str, int]:
    """Return the same with the store at the prices at which each good last changed hands, however long ago.

    Who offers nothing sees the reference price of its crop climb on unmet bids, and a legend's price stays where
    nobody trades; the price of the last trade is what a thin market has really paid. A good that never traded stands
    at its reference.
    """
    return _worth(
        wood,
        {
            good: quote.reference if quote.last_clear is None else quote.last_clear
            for good, quote in wood.world.quotes.items()
        },
    )


def _worth(wood: Wood, prices: Mapping[Good, int]) -> dict[str, int]:
    def store(name: str) -> int:
        account = books.creature_account(name)
        return sum(wood.ledger.balance(account, good) * prices[good] for good in GOODS)

    return {name: purse + store(name) for name, purse in purses(wood).items()}
