"""The end of a season: everything open is settled by the stated rules, nothing is lost, and nothing moves after it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import contracts, credit, heat, standings
from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    Join,
    Leave,
    Lend,
    PokeWood,
    Refusal,
    SeasonOver,
    Spring,
    Whisper,
    act,
)
from engine.ending import end_wood
from engine.ports import Decision
from engine.releases import public_view
from engine.rules import DEFAULT_RULES
from engine.turn import TurnError, close_turn, open_turn
from engine.vault import Suspicion
from engine.vocabulary import Direction, Good, Phase, Poke, Task
from engine.world import Wood
from tests.engine.helpers import (
    ALICE,
    BOB,
    CAROL,
    STRUCK,
    after,
    decisions,
    enrich,
    is_sentence,
    joined,
    long,
    pebbles,
    purse,
    refuse,
    short,
    store,
    turn,
    wood,
)
from tests.engine.test_play import actions

YES = Decision(loan=True)

Step = tuple[str, Action] | dict[str, Decision] | int
"""What a player does, a turn with what the creatures decided, or points of heat for the first Patron."""


def letters(of: Wood, mask: str) -> str:
    return " ".join(letter.text for letter in of.vault.letters.reveal() if letter.mask == mask)


def lent(creature: str = "Oona", principal: int = 20, interest: int = 1) -> Wood:
    """Return a wood in which Alice lent a creature some pebbles for eight turns."""
    offered = after(
        joined(wood(first=None), ALICE, BOB), Lend(creature=creature, principal=principal, interest=interest, turns=8)
    )
    return close_turn(open_turn(offered).wood, {creature: YES}).wood


def busy() -> Wood:
    """Return a wood in which everything is open that an end must settle, as it rests after turn 1."""
    one = act(lent(), BOB, long(Good.BERRIES, 3)).wood
    one = after(one, short(Good.HONEY, 4), BribeCreature(creature="Sable", task=Task.HOARD, pebbles=7))
    one = after(one, Ally(one="Mossback", other="Nettle"), user=BOB)
    return after(one, Whisper(creature="Sable", good=Good.HONEY, direction=Direction.RISE), user=BOB)


def held(of: Wood, kind: str) -> dict[str, int]:
    """Return the accounts of a kind, such as `margin`, that hold anything."""
    dumped = of.ledger.dump()["balances"]
    assert isinstance(dumped, dict)
    return {name: assets for name, assets in dumped.items() if name.startswith(f"{kind}:") and any(assets.values())}


def test_nothing_is_open_after_the_end():
    before = busy()
    assert all(held(before, kind) for kind in ("margin", "offer", "pledge")), "the test is of a wood that has them"
    ended = end_wood(before).wood
    assert not any(held(ended, kind) for kind in ("margin", "offer", "pledge"))
    assert (ended.world.loans, ended.world.pacts, ended.world.ears, ended.world.phase) == ([], [], {}, Phase.ENDED)
    vault = ended.vault
    assert (vault.positions.reveal(), vault.offers.reveal(), vault.tips.reveal()) == ([], [], [])


def test_an_offer_nobody_heard_goes_back_to_the_purse():
    before = after(joined(wood(first=None)), BribeCreature(creature="Sable", task=Task.HOARD, pebbles=7))
    ended = end_wood(before).wood
    mask = ended.world.patrons[0]
    assert (purse(before, mask), purse(ended, mask)) == (93, 100)
    assert "The season ended before Sable heard your offer. You have 7 pebbles back." in letters(ended, mask)


def test_a_contract_is_closed_at_the_last_settlement_price():
    settled = turn(after(joined(wood(first=None)), long(Good.HONEY, 4))).wood
    mask = settled.world.patrons[0]
    [position] = contracts.of_patron(settled, mask)
    equity = contracts.equity(settled, position)
    assert position.marked == settled.world.quotes[Good.HONEY].settlement
    ended = end_wood(settled).wood
    assert purse(ended, mask) == purse(settled, mask) + equity
    assert f"Your long of 4 honey was closed at {position.marked} as the season ended" in letters(ended, mask)


def test_a_loan_falls_due_and_is_paid_in_full_where_the_purse_reaches():
    before = lent()
    enrich(before, "Oona", 21)
    honey, mask = store(before, "Oona", Good.HONEY), before.world.patrons[0]
    pledge = credit.pledged(before, before.world.loans[0])
    ended = end_wood(before).wood
    assert purse(ended, mask) == purse(before, mask) + 21
    assert pebbles(ended, "Oona") == 0
    assert store(ended, "Oona", Good.HONEY) == honey + pledge, "the pledge goes home"


def test_a_loan_beyond_the_purse_is_covered_out_of_the_pledge_and_nobody_minds():
    before = lent()
    enrich(before, "Oona", 20)
    mask, price = before.world.patrons[0], before.world.quotes[Good.HONEY].settlement
    pledge, honey = credit.pledged(before, before.world.loans[0]), store(before, "Oona", Good.HONEY)
    ended = end_wood(before).wood
    units = -(-21 // price)
    assert pledge > units, "the test is of a pledge worth more than is owed"
    assert purse(ended, mask) == purse(before, mask) + 21
    assert pebbles(ended, "Oona") == 20, "a purse that does not reach is left alone"
    assert store(ended, "Oona", Good.HONEY) == honey + pledge - units
    assert ended.world.banished == {}
    assert {name: one.feelings for name, one in ended.world.creatures.items()} == {
        name: one.feelings for name, one in before.world.creatures.items()
    }
    assert "Oona could not pay 21 pebbles as the season ended" in letters(ended, mask)


def test_a_pledge_that_lost_its_worth_pays_what_it_fetches():
    before = lent()
    enrich(before, "Oona", 0)
    before.world.quotes[Good.HONEY].settlement = 2
    mask, pledge = before.world.patrons[0], credit.pledged(before, before.world.loans[0])
    assert pledge * 2 < 21
    assert purse(end_wood(before).wood, mask) == purse(before, mask) + pledge * 2


def test_inquiries_lapse_without_a_verdict():
    before = joined(wood(first=None))
    mask = before.world.patrons[0]
    heat.note(before, mask, Suspicion(heat=DEFAULT_RULES.law.line + DEFAULT_RULES.law.cooling))
    before = turn(before).wood
    assert before.world.cases[mask].sentence is None
    step = end_wood(before)
    assert step.wood.world.cases == {}
    assert purse(step.wood, mask) == purse(before, mask)
    assert [event.kind for event in step.effects.events] == ["season"]


def test_the_end_is_told_to_everybody_and_tells_no_figure():
    step = end_wood(busy())
    view = public_view(step.wood.world)
    assert view.headline == step.effects.events[0].text == view.news[-1]
    assert view.headline.startswith("The season is over.")
    assert not any(sign.isdigit() for sign in view.headline)
    assert step.effects.releases == []
    assert view.over
    assert not public_view(busy().world).over


def test_the_patrons_are_ranked_by_their_purses():
    ended = end_wood(busy()).wood
    ranking = standings.latest(ended)
    assert [(each.mask, each.net_worth) for each in ranking] == sorted(
        ((mask, purse(ended, mask)) for mask in ended.world.patrons), key=lambda worth: (-worth[1], worth[0])
    )


def test_an_end_leaves_the_wood_it_came_from_as_it_was():
    before = busy()
    state = before.state_hash()
    assert end_wood(before).wood.state_hash() == end_wood(before).wood.state_hash() != state
    assert before.state_hash() == state


@pytest.mark.parametrize("action", [Join(), long(Good.HONEY), Spring(), PokeWood(poke=Poke.FROST)])
def test_nothing_is_done_after_the_end(action: Action):
    ended = end_wood(joined(wood())).wood
    refuse(ended, action, "This season is over")
    with pytest.raises(SeasonOver) as refused:
        act(ended, "user-nobody", action)
    assert is_sentence(str(refused.value))


def test_one_can_still_leave():
    ended = end_wood(busy()).wood
    left = act(ended, ALICE, Leave()).wood
    left.ledger.check()
    assert left.vault.members.reveal().keys() == {BOB}
    assert [each.mask for each in standings.latest(left)] == left.world.patrons
    assert left.world.phase is Phase.ENDED


def test_a_season_ends_once_and_only_while_its_wood_rests():
    with pytest.raises(TurnError, match="rests"):
        end_wood(open_turn(wood()).wood)
    ended = end_wood(wood()).wood
    for step in (end_wood, open_turn):
        with pytest.raises(TurnError, match="ended"):
            step(ended)
    with pytest.raises(TurnError):
        close_turn(ended, {})


def test_who_lent_first_makes_no_difference():
    first = after(joined(wood(first=None), ALICE, BOB), Lend(creature="Oona", principal=12, interest=0, turns=8))
    first = close_turn(open_turn(first).wood, {"Oona": YES}).wood
    both = after(first, Lend(creature="Oona", principal=10, interest=0, turns=8), user=BOB)
    both = close_turn(open_turn(both).wood, {"Oona": YES}).wood
    assert len(both.world.loans) == 2
    enrich(both, "Oona", 12)
    other = both.fork()
    other.world.loans.reverse()
    ended, again = end_wood(both).wood, end_wood(other).wood
    assert ended.state_hash() == again.state_hash()


played = st.lists(
    st.one_of(st.tuples(st.sampled_from([ALICE, BOB, CAROL]), actions), decisions, st.integers(0, 200)), max_size=25
)


@given(st.sampled_from([busy, lent, wood]), played)
def test_whatever_was_played_the_end_settles_all_of_it(start: Callable[[], Wood], script: list[Step]):
    one = start()
    for step in script:
        if isinstance(step, tuple):
            try:
                one = act(one, *step).wood
            except Refusal:
                continue
        elif isinstance(step, int):
            for mask in one.world.patrons[:1]:
                heat.warm(one, mask, step)
        else:
            one = close_turn(open_turn(one).wood, step).wood
    before = {kind: held(one, kind) for kind in ("margin", "offer", "pledge")}
    worths = {mask: standings.net_worth(one, mask) for mask in one.world.patrons}
    ended = end_wood(one).wood
    ended.ledger.check()
    assert ended.ledger.pebbles_total() == STRUCK
    assert not any(held(ended, kind) for kind in before)
    assert ended.world.loans == ended.vault.positions.reveal() == ended.vault.offers.reveal() == []
    assert {each.mask: each.net_worth for each in standings.latest(ended)} == {
        mask: purse(ended, mask) for mask in ended.world.patrons
    }
    owed = {loan.lender: 0 for loan in one.world.loans}
    for loan in one.world.loans:
        owed[loan.lender] += loan.owed - min(loan.principal, credit.worth(one, loan))
    for mask, worth in worths.items():
        assert worth <= purse(ended, mask) <= worth + owed.get(mask, 0), (
            "no less than its books said, no more than owed"
        )
    assert [loan.borrower for loan in one.world.loans if loan.borrower in ended.world.banished] == []
    assert Wood.restore(ended.write().world, ended.write().sealed).state_hash() == ended.state_hash()
