"""Double entry: the only code that moves a pebble or a good.

Every movement is a posting from one named account to another, so the sum of an asset over all
accounts never changes. Goods come out of and go back into source accounts, which may be negative
(`HARVEST`, `WINDFALL`, `OPENING` and `PEDDLER_STALL` mint, `HEARTH`, `SPOILAGE` and `BLIGHT` burn);
pebbles are struck once, into the treasury, and no account of pebbles is ever negative.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.vocabulary import GOODS, PEBBLES

TREASURY: Final = "treasury"
EXCHANGE: Final = "exchange"
COMMONS: Final = "commons"
HARVEST: Final = "harvest"
OPENING: Final = "opening"
WINDFALL: Final = "windfall"
BLIGHT: Final = "blight"
SPOILAGE: Final = "spoilage"
HEARTH: Final = "hearth"
PEDDLER_STALL: Final = "peddler"

MINTS: Final = frozenset({HARVEST, OPENING, WINDFALL})
"""Accounts from which goods enter the wood; their balances of goods are negative."""

BURNS: Final = frozenset({HEARTH, SPOILAGE, BLIGHT, PEDDLER_STALL})
"""Accounts into which goods leave the wood."""


VOIDED: Final = "voided"
"""The account through which the opposite postings of a voided turn pass; it holds nothing before and after."""


def creature_account(name: str) -> str:
    """Return the account of a creature's purse and store."""
    return f"creature:{name}"


def patron_account(mask: str) -> str:
    """Return the account of a Patron's purse."""
    return f"patron:{mask}"


def margin_account(mask: str, number: int) -> str:
    """Return the account that holds the margin of a Patron's contract."""
    return f"margin:{mask}#{number}"


def offer_account(mask: str, creature: str) -> str:
    """Return the account that holds what a Patron offers a creature, for a favour or as a loan, until it answers."""
    return f"offer:{mask}:{creature}"


def pledge_account(mask: str, creature: str) -> str:
    """Return the account that holds the goods a creature pledged for a Patron's loan."""
    return f"pledge:{mask}:{creature}"


class LedgerError(Exception):
    """A posting that would overdraw an account, or is no posting. It is a bug, never a player's fault."""


class Posting(NamedTuple):
    """One movement of `quantity` of `asset` (pebbles, or units of a good) between two accounts."""

    turn: int
    asset: str
    quantity: int
    source: str
    target: str
    memo: str


class Ledger:
    """The balances of every account, and the postings made since they were last drained."""

    __slots__ = ("_balances", "_postings", "_struck")

    def __init__(self, struck: int) -> None:
        """Open the books with `struck` pebbles in the treasury."""
        self._balances: dict[str, dict[str, int]] = {TREASURY: {PEBBLES: struck}}
        self._postings: list[Posting] = []
        self._struck = struck

    def __repr__(self) -> str:
        # A balance is a secret: not even the number of accounts is told.
        return "<Ledger>"

    def knows(self, account: str) -> bool:
        """Say whether anything was ever posted to or from `account`."""
        return account in self._balances

    def balance(self, account: str, asset: str = PEBBLES) -> int:
        """Return what `account` holds of `asset`."""
        return self._balances.get(account, {}).get(asset, 0)

    def holdings(self, account: str) -> Mapping[str, int]:
        """Return what `account` holds of every asset that ever passed through it."""
        return self._balances.get(account, {})

    def move(self, turn: int, asset: str, quantity: int, source: str, target: str, memo: str) -> None:
        """Post `quantity` of `asset` from `source` to `target`; nothing is posted for a quantity of 0.

        Raises:
            LedgerError: If the quantity is negative, the accounts are the same, or `source` would be
                overdrawn and is no mint of goods.
        """
        if quantity < 0 or source == target:
            raise LedgerError(f"{quantity} {asset} from {source} to {target} is no posting")
        if quantity == 0:
            return
        mints = asset != PEBBLES and source in MINTS
        if not mints and self.balance(source, asset) < quantity:
            raise LedgerError(f"{source} cannot pay {quantity} {asset} ({memo})")
        for account, change in ((source, -quantity), (target, quantity)):
            assets = self._balances.setdefault(account, {})
            assets[asset] = assets.get(asset, 0) + change
        self._postings.append(Posting(turn, asset, quantity, source, target, memo))

    def move_up_to(self, turn: int, asset: str, quantity: int, source: str, target: str, memo: str) -> int:
        """Post as much of `quantity` as `source` holds, and return how much that was."""
        moved = max(0, min(quantity, self.balance(source, asset)))
        self.move(turn, asset, moved, source, target, memo)
        return moved

    def turn_back(self, turn: int, earlier: "Ledger", memo: str) -> None:
        """Post the opposite of all that moved since `earlier`, so that every account holds what it held then.

        There is one posting for each asset of an account that changed: what was gained goes to `VOIDED`, and what was
        lost comes from there. No account is ever struck out, so those of now are all.
        """
        gained = {
            (account, asset): self.balance(account, asset) - earlier.balance(account, asset)
            for account in sorted(self._balances.keys() - {VOIDED})
            for asset in (PEBBLES, *GOODS)
        }
        for (account, asset), change in gained.items():
            self.move(turn, asset, max(0, change), account, VOIDED, memo)
        for (account, asset), change in gained.items():
            self.move(turn, asset, max(0, -change), VOIDED, account, memo)

    def drain(self) -> list[Posting]:
        """Return the postings made since the last call, oldest first, and forget them here."""
        postings, self._postings = self._postings, []
        return postings

    def pebbles_total(self) -> int:
        """Return the sum of pebbles over every account."""
        return sum(assets.get(PEBBLES, 0) for assets in self._balances.values())

    def check(self) -> None:
        """Check that nothing was made or lost.

        Raises:
            LedgerError: If the pebbles of all accounts are not those struck, the units of a good do
                not sum to zero, or an account that is no mint is negative.
        """
        totals: dict[str, int] = dict.fromkeys((PEBBLES, *GOODS), 0)
        for account, assets in self._balances.items():
            for asset, amount in assets.items():
                totals[asset] += amount
                if amount < 0 and (asset == PEBBLES or account not in MINTS):
                    raise LedgerError(f"{account} holds {amount} {asset}")
        if totals[PEBBLES] != self._struck:
            raise LedgerError(f"{totals[PEBBLES]} pebbles where {self._struck} were struck")
        for good in GOODS:
            if totals[good]:
                raise LedgerError(f"{totals[good]} {good} came from nowhere")

    def dump(self) -> dict[str, object]:
        """Return the books as plain data; `restore` is the inverse. Postings not drained are left out."""
        return {"struck": self._struck, "balances": {name: dict(held) for name, held in self._balances.items()}}

    @classmethod
    def restore(cls, struck: int, balances: dict[str, dict[str, int]]) -> "Ledger":
        """Return the books that `dump` described."""
        ledger = cls(struck)
        ledger._balances = {name: dict(held) for name, held in balances.items()}
        return ledger

    def fork(self) -> "Ledger":
        """Return an independent copy, with the same postings still to be drained."""
        copy = Ledger.restore(self._struck, self._balances)
        copy._postings = list(self._postings)  # noqa: SLF001 - its own kind
        return copy
