"""The standings: every Patron's net worth as the last turn settled, for players and never for creatures."""

from engine import contracts, credit, offers
from engine import ledger as books
from engine.vault import Standing
from engine.world import Wood


def net_worth(wood: Wood, mask: str) -> int:
    """Return in pebbles what a Patron owns as last settled: purse, what lies aside for offers, margins and loans."""
    margins = sum(contracts.equity(wood, position) for position in contracts.of_patron(wood, mask))
    owned = credit.claims(wood).get(mask, 0) + offers.aside(wood).get(mask, 0)
    return wood.ledger.balance(books.patron_account(mask)) + margins + owned


def rank(wood: Wood) -> None:
    """Rank all Patrons by net worth, equal ones by their masks.

    What they do until the next settlement does not move the ranking, so it tells nothing of it.
    """
    worths = {mask: wood.ledger.balance(books.patron_account(mask)) for mask in wood.world.patrons}
    for position in wood.vault.positions.reveal():
        worths[position.mask] += contracts.equity(wood, position)
    for owned in (credit.claims(wood), offers.aside(wood)):
        for mask in worths.keys() & owned.keys():  # who left may still have lent
            worths[mask] += owned[mask]
    ranking = sorted(worths.items(), key=lambda worth: (-worth[1], worth[0]))
    wood.vault.standings.replace([Standing(mask=mask, net_worth=pebbles) for mask, pebbles in ranking])


def latest(wood: Wood) -> list[Standing]:
    """Return the ranking of the last settlement, the richest first; who joined since is not in it."""
    return wood.vault.standings.reveal()
