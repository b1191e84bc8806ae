"""What the tests of the engine share: short ways to say an order, a wood and a turn, and strategies."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from engine import ledger as books
from engine.actions import Action, Join, OpenContract, Refusal, act
from engine.cast import NAMES
from engine.ledger import Posting
from engine.legends import DECK, RUN_ON_OONA
from engine.market import Bid
from engine.ports import (
    MAX_ORDERS,
    MAX_PRICE,
    MAX_QUANTITY,
    Decision,
    Deliberation,
    Narration,
    NarrationRequest,
    Order,
    TurnRequest,
)
from engine.rules import Rules
from engine.turn import Step, close_turn, found, open_turn
from engine.vocabulary import PEBBLES, Direction, Good, LegendMode, Side, Stance
from engine.world import Wood

STRUCK = 1_000_000
"""Pebbles struck once into every wood's treasury."""

ALICE, BOB, CAROL = "user-alice", "user-bob", "user-carol"

FALL_OF = {legend.good: legend.key for legend in DECK if legend.direction is Direction.FALL}
RISE_OF = {legend.good: legend.key for legend in DECK if legend.direction is Direction.RISE}


def buy(good: Good, quantity: int, price: int) -> Order:
    return Order(side=Side.BUY, good=good, quantity=quantity, price=price)


def sell(good: Good, quantity: int, price: int) -> Order:
    return Order(side=Side.SELL, good=good, quantity=quantity, price=price)


def decide(*orders: Order, gossip: str = "") -> Decision:
    return Decision(orders=orders, gossip=gossip)


def posting(quantity: int) -> Posting:
    return Posting(turn=0, asset="pebbles", quantity=quantity, source="treasury", target="patron:x", memo="m")


def buyer(name: str, quantity: int, limit: int) -> Bid:
    return Bid(name, Side.BUY, quantity, limit)


def seller(name: str, quantity: int, limit: int) -> Bid:
    return Bid(name, Side.SELL, quantity, limit)


def wood(seed: str = "seed", first: str | None = RUN_ON_OONA, mode: LegendMode = LegendMode.SETTLEMENT) -> Wood:
    return found("wood", seed, Rules().with_legends(mode=mode), legends=() if first is None else (first,))


def joined(before: Wood, *users: str) -> Wood:
    for user in users or (ALICE,):
        before = act(before, user, Join()).wood
    return before


def after(before: Wood, *actions: Action, user: str = ALICE) -> Wood:
    for action in actions:
        before = act(before, user, action).wood
    return before


def short(good: Good, quantity: int = 5) -> OpenContract:
    return OpenContract(stance=Stance.SHORT, good=good, quantity=quantity)


def long(good: Good, quantity: int = 5) -> OpenContract:
    return OpenContract(stance=Stance.LONG, good=good, quantity=quantity)


def turn(before: Wood, decisions: Mapping[str, Decision] | None = None) -> Step:
    """Open and close one turn."""
    return close_turn(open_turn(before).wood, decisions or {})


def turns(before: Wood, count: int) -> Wood:
    for _ in range(count):
        before = turn(before).wood
    return before


def purse(of: Wood, mask: str) -> int:
    return of.ledger.balance(books.patron_account(mask))


def pebbles(of: Wood, creature: str) -> int:
    return of.ledger.balance(books.creature_account(creature))


def store(of: Wood, creature: str, good: Good) -> int:
    return of.ledger.balance(books.creature_account(creature), good)


def stock(of: Wood, creature: str, amounts: Mapping[Good, int]) -> None:
    """Make a creature's store hold exactly these amounts, by balanced postings."""
    account = books.creature_account(creature)
    for good, amount in amounts.items():
        of.ledger.move_up_to(0, good, store(of, creature, good), account, books.BLIGHT, "test")
        of.ledger.move(0, good, amount, books.WINDFALL, account, "test")


def enrich(of: Wood, creature: str, amount: int) -> None:
    """Make a creature's purse hold exactly `amount` pebbles, by balanced postings with the treasury."""
    account = books.creature_account(creature)
    of.ledger.move_up_to(0, PEBBLES, pebbles(of, creature), account, books.TREASURY, "test")
    of.ledger.move(0, PEBBLES, amount, books.TREASURY, account, "test")


def refuse(before: Wood, action: Action, sentence: str, user: str = ALICE) -> None:
    """Check that an action is refused in one sentence that holds `sentence`, and changes nothing."""
    state = before.state_hash()
    with pytest.raises(Refusal, match=sentence) as refused:
        act(before, user, action)
    assert is_sentence(str(refused.value))
    assert before.state_hash() == state


def is_sentence(text: str) -> bool:
    """Say whether a refusal reads as the player should read it: short, one line, ended by a period."""
    return text.endswith(".") and len(text) < 200 and "\n" not in text and text == text.strip() and text[0].isupper()


orders = st.builds(
    Order,
    side=st.sampled_from(Side),
    good=st.sampled_from(Good),
    quantity=st.integers(1, MAX_QUANTITY),
    price=st.integers(1, MAX_PRICE),
)

decisions = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(
        Decision,
        orders=st.lists(orders, max_size=MAX_ORDERS).map(tuple),
        loan=st.sampled_from([None, True, True, False]),
        gossip=st.text(max_size=120),
        failure=st.sampled_from(["", "", "it overslept"]),
    ),
)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def skip(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)


class Script:
    """A council that answers by a pure function of the request, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[TurnRequest] = []
        self.narrations: list[NarrationRequest] = []
        self.headline = ""

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        self.requests.append(request)
        return Deliberation(decisions=scripted(request))

    async def narrate(self, request: NarrationRequest) -> Narration:
        self.narrations.append(request)
        return Narration(headline=self.headline)


def scripted(request: TurnRequest) -> dict[str, Decision]:
    """Every creature sells a little of what it grows and buys the first two things it lacks."""
    answers: dict[str, Decision] = {}
    for number, view in enumerate(request.views):
        price = {line.good: line.amount for line in view.prices}
        wanted = [buy(line.good, 2, price[line.good] + 1) for line in view.short_of[:2]]
        offered = sell(view.grows, 2 + (request.seed + number) % 3, max(1, price[view.grows] - 1))
        answers[view.name] = decide(offered, *wanted, gossip=f"the {view.grows} are fine")
    return answers
