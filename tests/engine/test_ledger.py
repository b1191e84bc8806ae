"""Double entry: sums never change, nothing is overdrawn, and books survive a round trip."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine import ledger as books
from engine.ledger import Ledger, LedgerError, Posting
from engine.vocabulary import GOODS, PEBBLES, Good

PURSES = [books.creature_account(name) for name in "abc"] + [books.patron_account("m"), books.margin_account("m", 1)]
ACCOUNTS = [books.TREASURY, books.EXCHANGE, books.COMMONS, *PURSES, *sorted(books.MINTS), *sorted(books.BURNS)]
ASSETS = [PEBBLES, *GOODS]


class BooksMachine(RuleBasedStateMachine):
    """The ledger beside a plain model of it: a dictionary of balances."""

    @initialize(struck=st.integers(0, 1_000))
    def strike(self, struck: int) -> None:
        self.struck = struck
        self.ledger = Ledger(struck)
        self.model: dict[tuple[str, str], int] = {(books.TREASURY, PEBBLES): struck}
        self.undrained: list[tuple[str, int, str, str]] = []

    def held(self, account: str, asset: str) -> int:
        return self.model.get((account, asset), 0)

    def note(self, asset: str, quantity: int, source: str, target: str) -> None:
        if quantity:
            self.model[source, asset] = self.held(source, asset) - quantity
            self.model[target, asset] = self.held(target, asset) + quantity
            self.undrained.append((asset, quantity, source, target))

    @rule(
        asset=st.sampled_from(ASSETS),
        quantity=st.integers(-3, 60),
        source=st.sampled_from(ACCOUNTS),
        into=st.sampled_from(ACCOUNTS),
    )
    def move(self, asset: str, quantity: int, source: str, into: str) -> None:
        mints = asset != PEBBLES and source in books.MINTS
        if quantity < 0 or source == into or (not mints and quantity > self.held(source, asset)):
            with pytest.raises(LedgerError):
                self.ledger.move(1, asset, quantity, source, into, "test")
        else:
            self.ledger.move(1, asset, quantity, source, into, "test")
            self.note(asset, quantity, source, into)

    @rule(
        asset=st.sampled_from(ASSETS),
        quantity=st.integers(0, 60),
        source=st.sampled_from(PURSES),
        into=st.sampled_from([books.TREASURY, books.HEARTH]),
    )
    def move_up_to(self, asset: str, quantity: int, source: str, into: str) -> None:
        could = min(quantity, self.held(source, asset))
        assert self.ledger.move_up_to(1, asset, quantity, source, into, "test") == could
        self.note(asset, could, source, into)

    @rule()
    def remember(self) -> None:
        self.earlier, self.model_earlier = self.ledger.fork(), dict(self.model)

    @precondition(lambda self: hasattr(self, "earlier"))
    @rule()
    def turn_back(self) -> None:
        before = dict(self.model)
        self.ledger.turn_back(1, self.earlier, "voided")
        cells = [(account, asset) for account in ACCOUNTS for asset in ASSETS]
        self.model = {cell: self.model_earlier.get(cell, 0) for cell in cells}
        gained = {cell: before.get(cell, 0) - self.model[cell] for cell in sorted(cells)}
        self.undrained += [(asset, n, account, books.VOIDED) for (account, asset), n in _in_order(gained) if n > 0]
        self.undrained += [(asset, -n, books.VOIDED, account) for (account, asset), n in _in_order(gained) if n < 0]
        assert not any(self.ledger.holdings(books.VOIDED).values())

    @rule()
    def drain(self) -> None:
        drained = [(p.asset, p.quantity, p.source, p.target) for p in self.ledger.drain()]
        assert drained == self.undrained
        assert self.ledger.drain() == []
        self.undrained = []

    @rule()
    def round_trip(self) -> None:
        self.drain()
        again = Ledger.restore(**self.ledger.dump())  # pyright: ignore
        assert again.dump() == self.ledger.dump()
        self.ledger = again

    @rule()
    def go_on_with_a_fork(self) -> None:
        original = self.ledger
        before = original.dump()
        self.ledger = original.fork()
        self.ledger.move(1, Good.HONEY, 1, books.HARVEST, PURSES[0], "test")
        self.note(Good.HONEY, 1, books.HARVEST, PURSES[0])
        assert original.dump() == before
        assert len(self.ledger.drain()) == len(original.drain()) + 1
        self.undrained = []

    @invariant()
    def nothing_was_made_or_lost(self) -> None:
        self.ledger.check()
        assert self.ledger.pebbles_total() == self.struck
        for asset in ASSETS:
            assert sum(self.ledger.balance(account, asset) for account in ACCOUNTS) == (
                self.struck if asset == PEBBLES else 0
            )

    @invariant()
    def balances_are_the_models(self) -> None:
        for account in ACCOUNTS:
            for asset in ASSETS:
                assert self.ledger.balance(account, asset) == self.held(account, asset)
                if asset == PEBBLES or account not in books.MINTS:
                    assert self.ledger.balance(account, asset) >= 0


def _in_order(gained: dict[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    """Return what cells gained, account by account, the assets in the game's own order."""
    return sorted(gained.items(), key=lambda cell: (cell[0][0], ASSETS.index(cell[0][1])))


TestBooks = BooksMachine.TestCase


def test_pebbles_are_struck_into_the_treasury_and_nowhere_else():
    ledger = Ledger(100)
    assert ledger.balance(books.TREASURY) == 100
    assert ledger.pebbles_total() == 100


def test_an_account_that_nothing_was_posted_to_is_empty():
    ledger = Ledger(100)
    assert ledger.balance("creature:nobody") == 0
    assert ledger.holdings("creature:nobody") == {}
    assert not ledger.knows("creature:nobody")


@pytest.mark.parametrize("mint", sorted(books.MINTS))
def test_no_mint_makes_pebbles(mint: str):
    ledger = Ledger(100)
    with pytest.raises(LedgerError):
        ledger.move(1, PEBBLES, 1, mint, "patron:x", "forged")
    assert ledger.pebbles_total() == 100


@pytest.mark.parametrize("burn", sorted(books.BURNS))
def test_what_is_burned_does_not_come_back_beyond_what_it_holds(burn: str):
    ledger = Ledger(0)
    ledger.move(1, Good.BERRIES, 2, books.HARVEST, burn, "test")
    with pytest.raises(LedgerError):
        ledger.move(1, Good.BERRIES, 3, burn, "creature:x", "test")


def test_a_refused_posting_changes_nothing():
    ledger = Ledger(10)
    before = ledger.dump()
    for quantity, target, why in (
        (-1, "x", "-1 pebbles from treasury to x is no posting"),
        (1, "treasury", "1 pebbles from treasury to treasury is no posting"),
        (11, "x", r"treasury cannot pay 11 pebbles \(stake\)"),
    ):
        with pytest.raises(LedgerError, match=why):
            ledger.move(1, PEBBLES, quantity, "treasury", target, "stake")
    assert ledger.dump() == before
    assert ledger.drain() == []


def test_a_posting_says_what_moved_and_why():
    ledger = Ledger(10)
    ledger.move(3, PEBBLES, 4, books.TREASURY, "patron:x", "stake")
    ledger.move(3, PEBBLES, 0, books.TREASURY, "patron:x", "nothing")
    assert ledger.drain() == [
        Posting(turn=3, asset=PEBBLES, quantity=4, source=books.TREASURY, target="patron:x", memo="stake")
    ]


def test_turning_back_posts_the_opposite_through_one_account():
    ledger, ant = Ledger(100), books.creature_account("ant")
    ledger.move(1, PEBBLES, 30, books.TREASURY, "patron:x", "stake")
    earlier = ledger.fork()
    ledger.move(2, PEBBLES, 10, "patron:x", ant, "lent")
    ledger.move(2, Good.HONEY, 5, books.HARVEST, ant, "harvest")
    ledger.drain()
    ledger.turn_back(3, earlier, "turn 2 is void")
    assert ledger.drain() == [
        Posting(3, PEBBLES, 10, ant, books.VOIDED, "turn 2 is void"),
        Posting(3, Good.HONEY, 5, ant, books.VOIDED, "turn 2 is void"),
        Posting(3, Good.HONEY, 5, books.VOIDED, books.HARVEST, "turn 2 is void"),
        Posting(3, PEBBLES, 10, books.VOIDED, "patron:x", "turn 2 is void"),
    ]


@pytest.mark.parametrize(
    ("balances", "found"),
    [
        ({"treasury": {"pebbles": 99}}, "99 pebbles where 100 were struck"),
        ({"treasury": {"pebbles": 101}}, "101 pebbles where 100 were struck"),
        ({"treasury": {"pebbles": 110}, "patron:x": {"pebbles": -10}}, "patron:x holds -10 pebbles"),
        ({"treasury": {"pebbles": 100}, "creature:x": {"honey": 1}}, "1 honey came from nowhere"),
        (
            {"treasury": {"pebbles": 100}, "creature:x": {"honey": -1}, "creature:y": {"honey": 1}},
            "creature:x holds -1 honey",
        ),
        (
            {"treasury": {"pebbles": 90}, "harvest": {"pebbles": -10}, "patron:x": {"pebbles": 20}},
            "harvest holds -10 pebbles",
        ),
    ],
)
def test_check_finds_books_that_do_not_balance(balances: dict[str, dict[str, int]], found: str):
    with pytest.raises(LedgerError, match=found):
        Ledger.restore(100, balances).check()


def test_the_books_show_nothing_of_themselves():
    assert repr(Ledger(12345)) == "<Ledger>"
