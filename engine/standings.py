"""The standings: every Patron's net worth as the last turn settled, for players and never for creatures."""

from engine import contracts, credit
from engine import ledger as books
from engine.vault import Standing
from engine.world import Wood


def net_worth(wood: Wood, mask: str) -> int:
    """Return a Patron's purse, margins and loans out, marked to the last settlement, in pebbles."""
    margins = sum(contracts.equity(wood, position) for position in contracts.of_patron(wood, mask))
    return wood.ledger.balance(books.patron_account(mask)) + margins + credit.claims(wood).get(mask, 0)


def rank(wood: Wood) -> None:
    """Rank all Patrons by net worth, equal ones by their masks.

    What they do until the next settlement does not move the ranking, so it tells nothing of it.
    """
    worths = {mask: wood.ledger.balance(books.patron_account(mask)) for mask in wood.world.patrons}
    for position in wood.vault.positions.reveal():
        worths[position.mask] += contracts.equity(wood, position)
    for mask, pebbles in credit.claims(wood).items():
        worths[mask] += pebbles
    ranking = sorted(worths.items(), key=lambda worth: (-worth[1], worth[0]))
    wood.vault.standings.replace([Standing(mask=mask, net_worth=pebbles) for mask, pebbles in ranking])


def latest(wood: Wood) -> list[Standing]:
    """Return the ranking of the last settlement, the richest first; who joined since is not in it."""
    return wood.vault.standings.reveal()
