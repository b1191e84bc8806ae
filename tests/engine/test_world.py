"""Whole woods under arbitrary play: the invariants that hold after every step, whatever is done."""

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine import contracts, credit, heat, magistrate, offers
from engine import ledger as books
from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Refusal,
    Spring,
    Whisper,
    act,
)
from engine.cast import NAMES
from engine.legends import DECK
from engine.patronage import patron_books
from engine.ports import Decision
from engine.releases import RELEASES, public_view
from engine.replay import apply_row
from engine.rules import DEFAULT_RULES
from engine.store import JournalRow
from engine.turn import TurnError, close_turn, open_turn
from engine.views import LoanTerms
from engine.vocabulary import GOODS, Direction, Good, LegendMode, Phase, Poke, Sentence, Stance, Task
from engine.world import Wood
from prompts.render import creature_messages
from tests.engine.helpers import ALICE, BOB, CAROL, STRUCK, decisions, is_sentence, joined, turn, wood

LONGEST_PROMPT = 2_400
"""Characters: some 600 tokens, which leaves an answer its 180 within the thousand."""

USERS = (ALICE, BOB, CAROL)

actions = st.one_of(
    st.builds(Join),
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


class Woods(RuleBasedStateMachine):
    """One wood, played by three users and a careless council."""

    @initialize(
        seed=st.text(max_size=6),
        mode=st.sampled_from(LegendMode),
        first=st.none() | st.sampled_from([legend.key for legend in DECK]),
    )
    def found(self, seed: str, mode: LegendMode, first: str | None) -> None:
        self.wood = wood(seed, first, mode)

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
        assert not self.restrained(before, user) or isinstance(action, PokeWood), "the exiled and frozen only watch"
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

    def patron_worth(self, of: Wood, mask: str) -> tuple[int, int, int]:
        margins = sum(contracts.equity(of, position) for position in contracts.of_patron(of, mask))
        return of.ledger.balance(books.patron_account(mask)), margins, credit.claims(of).get(mask, 0)

    def restrained(self, of: Wood, user: str) -> bool:
        mask = of.vault.members.reveal().get(user)
        return mask is not None and magistrate.restrained(of, mask) is not None

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
        public, private = self.wood.dump()
        again = Wood.restore(public, private)
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
        rules = self.wood.world.rules.patron
        assert all(len(waiting) <= rules.whispers_waiting for waiting in self.wood.world.ears.values())
        assert all(offers.waiting(self.wood, name) <= rules.offers_waiting for name in NAMES)
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


def _payload(user: str, action: Action) -> str:
    return json.dumps({"user": user, "action": action.model_dump(mode="json")})


TestWoods = Woods.TestCase


def test_time_is_counted_from_one():
    one = wood()
    assert (one.world.season_turn, one.world.chapter, one.world.coming_turn) == (0, 1, 1)
    opened = open_turn(one).wood
    assert (opened.world.season_turn, opened.world.chapter, opened.world.coming_turn) == (1, 1, 1)
    assert turn(one).wood.world.coming_turn == 2


def test_a_fork_is_independent():
    one = joined(wood())
    before = one.state_hash()
    other = one.fork()
    other.world.creatures["Oona"].mood = 5
    other.world.quotes[Good.HONEY].settlement = 1
    other.ledger.move(0, "pebbles", 1, books.TREASURY, books.EXCHANGE, "test")
    other.vault.deck.reveal().clear()
    other.vault.members.reveal()["somebody"] = "else"
    assert one.state_hash() == before


def test_the_hash_covers_the_secrets_and_the_public_hash_does_not():
    one, other = wood(), wood()
    assert one.state_hash() == other.state_hash()
    other.vault.due.replace(99)
    assert one.state_hash() != other.state_hash()
    assert one.public_hash() == other.public_hash()


def test_the_public_half_of_a_dump_holds_no_secret():
    one = joined(wood())
    public, private = one.dump()
    for secret in (one.vault.canary.reveal(), one.vault.seed.reveal(), ALICE, "run-on-oonas-hoard"):
        assert secret not in public
        assert secret in private
