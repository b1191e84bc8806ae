"""Whole woods under arbitrary play: the invariants that hold after every step, whatever is done.

Two machines share them: one plays the pure engine, one the Keeper with its store, where inputs come twice and the
process is started again. In the deep profile they take a million steps and some ten thousand:
`HYPOTHESIS_PROFILE=deep uv run pytest -n 0 --timeout 0 tests/engine/test_play.py`.
"""

import asyncio
import json
import os
import tempfile
from collections import deque
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine import contracts, credit, heat, offers
from engine import ledger as books
from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Leave,
    Lend,
    OpenContract,
    PokeWood,
    Receipt,
    Refusal,
    Spring,
    Whisper,
    act,
)
from engine.cast import NAMES
from engine.journal import JournalRow
from engine.keeper import Keeper
from engine.legends import DECK
from engine.patronage import patron_books
from engine.ports import Decision, Deliberation, TurnRequest
from engine.releases import RELEASES, public_view
from engine.replay import apply_row, replay_wood
from engine.rules import DEFAULT_RULES
from engine.turn import TurnError, close_turn, open_turn
from engine.views import LoanTerms
from engine.vocabulary import GOODS, Direction, Good, LegendMode, Phase, Poke, Sentence, Stance, Task
from engine.voiding import void_turn
from engine.world import Wood
from prompts.render import creature_messages
from tests.engine.helpers import ALICE, BOB, CAROL, STRUCK, FixedClock, Script, decisions, is_sentence, scripted, wood

T = TypeVar("T")

LONGEST_PROMPT = 2_400
"""Characters: some 600 tokens, which leaves an answer its 180 within the thousand."""

USERS = (ALICE, BOB, CAROL)

actions = st.one_of(
    st.builds(Join),
    st.builds(Leave),
    st.builds(OpenContract, stance=st.sampled_from(Stance), good=st.sampled_from(Good), quantity=st.integers(-1, 55)),
    st.builds(CloseContract, number=st.integers(0, 6)),
    st.builds(BuyForecast),
    st.builds(
        Whisper,
        creature=st.sampled_from([*NAMES, "Nobody"]),
        good=st.sampled_from(Good),
        direction=st.sampled_from(Direction),
    ),
    st.builds(Spring),
    st.builds(BribeMagistrate, pebbles=st.integers(-1, 60)),
    st.builds(
        BribeCreature,
        creature=st.sampled_from(NAMES),
        task=st.sampled_from(Task),
        whom=st.none() | st.sampled_from(NAMES),
        pebbles=st.integers(-1, 60),
    ),
    st.builds(
        Lend,
        creature=st.sampled_from(NAMES),
        principal=st.integers(-1, 62),
        interest=st.integers(-1, 12),
        turns=st.integers(0, 9),
        good=st.none() | st.sampled_from(Good),
    ),
    st.builds(Ally, one=st.sampled_from(NAMES), other=st.sampled_from(NAMES)),
    st.builds(
        PokeWood,
        poke=st.sampled_from(Poke),
        good=st.none() | st.sampled_from(Good),
        direction=st.none() | st.sampled_from(Direction),
    ),
)


class Invariants(RuleBasedStateMachine):
    """What holds of `self.wood` after every step."""

    wood: Wood

    def patron_worth(self, of: Wood, mask: str) -> tuple[int, int, int, int]:
        margins = sum(contracts.equity(of, position) for position in contracts.of_patron(of, mask))
        return (
            of.ledger.balance(books.patron_account(mask)),
            margins,
            credit.claims(of).get(mask, 0),
            offers.aside(of).get(mask, 0),
        )

    def restrained(self, of: Wood, user: str) -> bool:
        mask = of.vault.members.reveal().get(user)
        return mask is not None and of.world.restrained(mask) is not None

    @invariant()
    def every_pebble_is_accounted_for(self) -> None:
        self.wood.ledger.check()
        assert self.wood.ledger.pebbles_total() == STRUCK

    @invariant()
    def no_purse_and_no_store_is_negative(self) -> None:
        for name in NAMES:
            account = books.creature_account(name)
            assert self.wood.ledger.balance(account) >= 0
            assert all(self.wood.ledger.balance(account, good) >= 0 for good in GOODS)
        for mask in self.wood.world.patrons:
            assert min(self.patron_worth(self.wood, mask)) >= 0

    @invariant()
    def margins_are_those_of_open_contracts(self) -> None:
        dumped = self.wood.ledger.dump()["balances"]
        assert isinstance(dumped, dict)
        held = {name for name, assets in dumped.items() if name.startswith("margin:") and assets.get("pebbles")}
        positions = self.wood.vault.positions.reveal()
        assert held == {books.margin_account(p.mask, p.number) for p in positions}

    @invariant()
    def prices_and_moods_are_in_bounds(self) -> None:
        market, hearth = DEFAULT_RULES.market, DEFAULT_RULES.hearth
        for quote in self.wood.world.quotes.values():
            assert market.lowest_price <= quote.reference <= market.highest_reference
            assert quote.settlement >= 1
        for creature in self.wood.world.creatures.values():
            assert hearth.mood_floor <= creature.mood <= 100

    @invariant()
    def what_waits_for_a_creature_is_bounded(self) -> None:
        for creature in self.wood.world.creatures.values():
            assert len(creature.notes) <= DEFAULT_RULES.feelings.notes_kept

    @invariant()
    def pebbles_put_aside_are_those_of_waiting_offers(self) -> None:
        dumped = self.wood.ledger.dump()["balances"]
        assert isinstance(dumped, dict)
        held = {name: assets["pebbles"] for name, assets in dumped.items() if name.startswith("offer:")}
        waiting = {
            books.offer_account(offer.mask, offer.creature): offer.pebbles for offer in self.wood.vault.offers.reveal()
        }
        waiting |= {
            books.offer_account(terms.lender, name): terms.principal
            for name, terms in self.wood.world.offered.items()
            if isinstance(terms, LoanTerms)
        }
        assert {name: pebbles for name, pebbles in held.items() if pebbles} == waiting

    @invariant()
    def goods_pledged_are_those_of_loans(self) -> None:
        dumped = self.wood.ledger.dump()["balances"]
        assert isinstance(dumped, dict)
        held = {name for name, assets in dumped.items() if name.startswith("pledge:") and any(assets.values())}
        loans = self.wood.world.loans
        assert held == {books.pledge_account(loan.lender, loan.borrower) for loan in loans}
        assert len({(loan.lender, loan.borrower) for loan in loans}) == len(loans)
        for name in NAMES:
            assert len(credit.of_creature(self.wood.world, name)) <= self.wood.world.rules.credit.loans_a_creature
        for loan in loans:
            assert loan.due > self.wood.world.turn or self.wood.world.phase is Phase.THINKING

    @invariant()
    def the_banished_are_away_and_owe_nothing(self) -> None:
        world = self.wood.world
        asked = [view.name for view in world.asked]
        for name, back in world.banished.items():
            assert back > world.turn
            assert name not in asked
            assert credit.of_creature(world, name) == []
            assert not any(name in pact.pair for pact in world.pacts)

    @invariant()
    def prompts_are_bounded(self) -> None:
        for view in self.wood.world.asked:
            assert sum(len(message["content"]) for message in creature_messages(view)) < LONGEST_PROMPT

    @invariant()
    def pacts_are_of_two_and_one_a_creature(self) -> None:
        paired = [name for pact in self.wood.world.pacts for name in pact.pair]
        assert len(paired) == len(set(paired))

    @invariant()
    def the_exiled_hold_no_contract(self) -> None:
        for mask, case in self.wood.world.cases.items():
            if case.sentence is Sentence.EXILE:
                assert contracts.of_patron(self.wood, mask) == []

    @invariant()
    def books_add_up_for_every_patron(self) -> None:
        for user, mask in self.wood.vault.members.reveal().items():
            mine = patron_books(self.wood, user)
            assert mine.mask == mask
            assert mine.net_worth == sum(self.patron_worth(self.wood, mask))

    @invariant()
    def the_public_view_can_be_made_of_the_public_world_alone(self) -> None:
        text = public_view(self.wood.world).model_dump_json()
        assert not any(user in text for user in USERS)


class Woods(Invariants):
    """One wood, played by three users and a careless council."""

    @initialize(
        seed=st.text(max_size=6),
        mode=st.sampled_from(LegendMode),
        first=st.none() | st.sampled_from([legend.key for legend in DECK]),
    )
    def found(self, seed: str, mode: LegendMode, first: str | None) -> None:
        self.wood = wood(seed, first, mode)
        self.rests = deque([self.wood.fork()], maxlen=2)

    def step(self, before: Wood, now: Wood, hash_before: str) -> None:
        """Take a pure step: the wood it came from is as it was."""
        assert before.state_hash() == hash_before
        assert now is not before
        self.wood = now

    @rule(user=st.sampled_from(USERS), action=actions)
    def somebody_acts(self, user: str, action: Action) -> None:
        before, hash_before = self.wood, self.wood.state_hash()
        try:
            acted = act(before, user, action)
        except Refusal as refusal:
            assert is_sentence(str(refusal)), str(refusal)  # noqa: PT017 - it may be refused or not
            assert before.state_hash() == hash_before
            return
        assert 0 < len(acted.receipt.text) < 300
        free = isinstance(action, PokeWood | Leave) or not self.restrained(before, user)
        assert free, "the exiled and frozen only watch, or leave"
        assert {release.kind for release in acted.effects.releases} <= RELEASES
        self.step(before, acted.wood, hash_before)

    @precondition(lambda self: self.wood.world.phase is Phase.RESTING)
    @rule()
    def a_turn_opens(self) -> None:
        before, hash_before = self.wood, self.wood.state_hash()
        opened = open_turn(before)
        assert len(opened.wood.world.asked) == len(NAMES) - len(opened.wood.world.banished)
        assert all(len(view.heard) <= 2 and len(view.feelings) <= 3 for view in opened.wood.world.asked)
        with pytest.raises(TurnError):
            open_turn(opened.wood)
        self.step(before, opened.wood, hash_before)

    @precondition(lambda self: self.wood.world.phase is Phase.THINKING)
    @rule(decided=decisions)
    def a_turn_closes(self, decided: dict[str, Decision]) -> None:
        before, hash_before = self.wood, self.wood.state_hash()
        purses = {mask: self.patron_worth(before, mask) for mask in before.world.patrons}
        closed = close_turn(before, decided)
        assert {release.kind for release in closed.effects.releases} <= RELEASES
        with pytest.raises(TurnError):
            close_turn(closed.wood, decided)
        # A settlement takes no more from a Patron than the margins it posted; a fine takes from the purse.
        fined = {event.text.split("! T")[-1] for event in closed.effects.events if "is fined" in event.text}
        for mask, (purse, *_) in purses.items():
            if not any(line.startswith(f"{mask[1:]} is") for line in fined):
                assert self.patron_worth(closed.wood, mask)[0] >= purse
        self.step(before, closed.wood, hash_before)
        self.rests.append(closed.wood.fork())

    @precondition(lambda self: self.wood.world.phase is Phase.RESTING and len(self.rests) == 2)
    @rule()
    def the_keeper_voids_the_turn(self) -> None:
        before, hash_before = self.wood, self.wood.state_hash()
        try:
            voided = void_turn(before, self.rests[0])
        except Refusal as refusal:
            assert "void already" in str(refusal)  # noqa: PT017 - it may be refused or not
            return
        assert voided.wood.world.turn == before.world.turn
        assert set(voided.wood.vault.members.reveal()) <= set(before.vault.members.reveal())
        self.step(before, voided.wood, hash_before)
        self.rests.append(voided.wood.fork())

    @precondition(lambda self: self.wood.world.patrons)
    @rule(points=st.integers(-200, 200), verdicts=st.integers(0, 3), data=st.data())
    def the_magistrate_hears_something(self, points: int, verdicts: int, data: st.DataObject) -> None:
        """Reach inquiries and sentences more often than wins alone would."""
        mask = data.draw(st.sampled_from(self.wood.world.patrons))
        heat.warm(self.wood, mask, points)
        heat.note(self.wood, mask, heat.of(self.wood, mask).model_copy(update={"verdicts": verdicts}))

    @precondition(lambda self: self.wood.world.patrons)
    @rule(points=st.integers(-100, 100), name=st.sampled_from(NAMES), data=st.data())
    def a_creature_changes_its_mind(self, points: int, name: str, data: st.DataObject) -> None:
        whom = data.draw(st.sampled_from([*self.wood.world.patrons, *(other for other in NAMES if other != name)]))
        self.wood.world.creatures[name].feelings[whom] = points

    @rule()
    def dumped_and_restored(self) -> None:
        written = self.wood.write()
        again = Wood.restore(written.world, written.sealed)
        assert again.state_hash() == self.wood.state_hash()
        assert again.public_hash() == self.wood.public_hash()
        self.wood = again

    @rule(user=st.sampled_from(USERS), action=actions)
    def a_journalled_action_replays(self, user: str, action: Action) -> None:
        before = self.wood
        try:
            acted = act(before, user, action)
        except Refusal:
            return
        payload = JournalRow(1, "i", "act", 1, _payload(user, action), "", 0)
        assert apply_row(before.fork(), payload).state_hash() == acted.wood.state_hash()


def _payload(user: str, action: Action) -> str:
    return json.dumps({"user": user, "action": action.model_dump(mode="json")})


class KeptWoods(Invariants):
    """A wood behind the Keeper: inputs arrive again and again, also while the creatures think and after a restart."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.council = Busy()
        self.done: list[tuple[str, Action, str, Receipt]] = []
        self.inputs = 0

    @property
    def wood(self) -> Wood:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.keeper.wood("w")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def open(self) -> Keeper:
        url = f"sqlite+aiosqlite:///{self.folder.name}/wood.db"
        return await Keeper.open(url, lambda _: self.council, FixedClock())

    @initialize(seed=st.text(max_size=6), first=st.sampled_from([legend.key for legend in DECK]))
    def found(self, seed: str, first: str) -> None:
        self.keeper = self.run(self.open())
        self.run(self.keeper.found("w", 1, 2, council="busy", seed=seed or "s", legends=(first,), on_clock=False))

    async def put(self, user: str, action: Action) -> None:
        """Put an action to the Keeper twice under one id: one effect, one receipt."""
        self.inputs += 1
        name, before = f"input {self.inputs}", self.wood.state_hash()
        try:
            receipt = await self.keeper.act("w", user, action, name)
        except Refusal as refusal:
            assert is_sentence(str(refusal)), str(refusal)  # noqa: PT017 - it may be refused or not
            assert self.wood.state_hash() == before
            return
        after = self.wood.state_hash()
        assert await self.keeper.act("w", user, action, name) == receipt
        assert self.wood.state_hash() == after
        self.done.append((user, action, name, receipt))

    @rule(user=st.sampled_from(USERS), action=actions)
    def somebody_acts(self, user: str, action: Action) -> None:
        self.run(self.put(user, action))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def an_old_input_comes_again(self, data: st.DataObject) -> None:
        user, action, name, receipt = data.draw(st.sampled_from(self.done))
        before = self.wood.state_hash()
        assert self.run(self.keeper.act("w", user, action, name)) == receipt
        assert self.wood.state_hash() == before

    @rule(user=st.sampled_from(USERS))
    def somebody_is_forgotten(self, user: str) -> None:
        self.inputs += 1
        self.run(self.keeper.forget(user, f"input {self.inputs}"))
        assert self.keeper.mask("w", user) is None
        assert self.keeper.known_in(user) == []

    @rule(meanwhile=st.lists(st.tuples(st.sampled_from(USERS), actions), max_size=3))
    def a_turn_passes(self, meanwhile: list[tuple[str, Action]]) -> None:
        turn = self.wood.world.turn
        self.council.meanwhile = [self.put(user, action) for user, action in meanwhile]
        report = self.run(self.keeper.advance("w"))
        assert report.turn == self.wood.world.turn == turn + 1
        assert report.state_hash == self.wood.state_hash()

    @rule()
    def the_process_starts_again(self) -> None:
        before = self.wood.state_hash()
        self.run(self.keeper.close())
        self.keeper = self.run(self.open())
        assert self.wood.state_hash() == before

    def teardown(self) -> None:
        if "keeper" in vars(self):
            replayed = self.run(replay_wood(self.keeper.store, "w"))
            assert replayed.identical
            assert replayed.turns == self.wood.world.turn
            self.run(self.keeper.close())
        self.loop.close()
        self.folder.cleanup()


class Busy(Script):
    """A council that takes every loan, and during whose thinking Patrons act."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Coroutine[Any, Any, None]] = []

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        while self.meanwhile:
            await self.meanwhile.pop(0)
        answers = scripted(request)
        return Deliberation(decisions={name: each.model_copy(update={"loan": True}) for name, each in answers.items()})


TestWoods = Woods.TestCase
TestKeptWoods = KeptWoods.TestCase
TestKeptWoods.settings = settings(max_examples=10)  # it writes every step to a disk
if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
    TestWoods.settings = settings(max_examples=10_000, stateful_step_count=100)
    TestKeptWoods.settings = settings(max_examples=200, stateful_step_count=60)
