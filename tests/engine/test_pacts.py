"""Pacts: who can make one, what it holds whatever a mind says, and whom it offends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import pacts
from engine.actions import Ally, act
from engine.cast import NAMES
from engine.market import Bid
from engine.releases import RELEASES
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Good, Side
from engine.world import Pact, Wood
from tests.engine.helpers import ALICE, BOB, buy, decide, joined, purse, refuse, sell, turn, turns, wood

FEELINGS, PATRON = DEFAULT_RULES.feelings, DEFAULT_RULES.patron


def allied() -> Wood:
    return act(joined(wood(), ALICE, BOB), ALICE, Ally(one="Sable", other="Bracken")).wood


def test_a_pact_is_public_and_told_with_its_broker_to_the_two_and_their_rivals():
    before = joined(wood(), ALICE)
    before.world.creatures["Nettle"].feelings["Sable"] = -FEELINGS.mild
    acted = act(before, ALICE, Ally(one="Sable", other="Bracken"))
    [pact] = acted.wood.world.pacts
    assert pact == Pact(pair=("Bracken", "Sable"), until=PATRON.pact_turns)
    mask = before.world.patrons[0]
    [public] = [release for release in acted.effects.releases if release.to == "all"]
    assert mask not in public.fact
    told = {release.to for release in acted.effects.releases if release.kind == "pact_brokered"}
    assert told == {"Sable", "Bracken", "Nettle"}
    assert {release.kind for release in acted.effects.releases} <= RELEASES
    assert acted.wood.world.creatures["Nettle"].feelings[mask] == FEELINGS.rival_strengthened
    assert acted.wood.world.creatures["Sable"].feelings == {"Bracken": FEELINGS.allied, mask: FEELINGS.pact_brokered}
    assert mask not in acted.wood.world.creatures["Oona"].feelings
    assert purse(acted.wood, mask) == 100 - PATRON.pact_price


def test_an_ally_does_not_sell_below_the_reference():
    one = turn(allied(), {"Bracken": decide(sell(Good.FIREWOOD, 2, 1)), "Oona": decide()}).wood
    assert one.world.quotes[Good.FIREWOOD].traded == 0
    cheap = {"Bracken": decide(sell(Good.FIREWOOD, 2, 1)), "Nettle": decide(buy(Good.FIREWOOD, 2, 3))}
    assert turn(one, cheap).wood.world.quotes[Good.FIREWOOD].traded == 0
    assert turn(joined(wood(), ALICE), cheap).wood.world.quotes[Good.FIREWOOD].traded == 2


@given(
    st.lists(
        st.builds(
            Bid,
            creature=st.sampled_from(NAMES),
            side=st.sampled_from(Side),
            quantity=st.integers(1, 5),
            limit=st.integers(1, 20),
        ),
        max_size=8,
    )
)
def test_whatever_they_ask_allies_hold_together_and_nobody_else_is_moved(bids: list[Bid]):
    world = allied().world
    held = pacts.hold(world, Good.HONEY, bids)
    pair, reference = ("Sable", "Bracken"), world.quotes[Good.HONEY].reference
    for before, after in zip(bids, held, strict=True):
        assert (after.creature, after.side, after.quantity) == (before.creature, before.side, before.quantity)
        if before.creature in pair and before.side is Side.SELL:
            assert after.limit >= max(before.limit, reference)
        else:
            assert after.limit == before.limit
    lowest = {name: [b.limit for b in held if b.creature == name and b.side is Side.SELL] for name in pair}
    if all(lowest.values()):
        assert min(lowest["Sable"]) >= max(b.limit for b in bids if b.creature == "Bracken" and b.side is Side.SELL)


def test_a_pact_ends_after_its_chapter_in_public():
    one = turns(allied(), PATRON.pact_turns - 1)
    assert one.world.pacts
    over = turn(one)
    assert over.wood.world.pacts == []
    assert any(event.kind == "pact" and "is over" in event.text for event in over.effects.events)


def _hate(of: Wood, name: str, whom: str, points: int) -> Wood:
    of.world.creatures[name].feelings[whom] = points
    return of


@pytest.mark.parametrize(
    ("spoil", "action", "sentence"),
    [
        (lambda one: one, Ally(one="Oona", other="Oona"), "A pact takes two"),
        (lambda _: allied(), Ally(one="Oona", other="Sable"), "Sable has a pact with Bracken"),
        (lambda one: _hate(one, "Oona", "Sable", -FEELINGS.mild), Ally(one="Sable", other="Oona"), "cannot stand"),
        (
            lambda one: _hate(one, "Oona", one.world.patrons[0], -FEELINGS.strong),
            Ally(one="Sable", other="Oona"),
            "bitter at you",
        ),
    ],
    ids=["with itself", "a second", "they dislike each other", "one hates the Patron"],
)
def test_what_cannot_be_a_pact_is_refused(spoil, action: Ally, sentence: str):
    one = spoil(joined(wood(), ALICE))
    refuse(one, action, sentence)
