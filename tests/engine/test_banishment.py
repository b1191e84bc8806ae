"""Banishment: who is away is not asked, harvests nothing, and returns with a later chapter."""

import pytest

from engine.actions import Ally, BribeCreature, Refusal, Whisper, act
from engine.banishment import banish, present
from engine.cast import NAMES
from engine.effects import Effects
from engine.pacts import make
from engine.releases import public_view
from engine.turn import close_turn, open_turn
from engine.vocabulary import Direction, Good, Task
from engine.world import Wood
from tests.engine.helpers import ALICE, after, joined, pebbles, store, turn, wood


def away(name: str = "Bracken", at: int = 0) -> Wood:
    one = joined(wood(first=None))
    one.world.turn = at
    banish(one, name, Effects())
    return one


@pytest.mark.parametrize(("turn_now", "back"), [(0, 9), (3, 9), (6, 9), (7, 9), (8, 17), (9, 17), (15, 17), (16, 25)])
def test_it_returns_as_the_next_chapter_opens_after_missing_at_least_one_turn(turn_now: int, back: int):
    assert away(at=turn_now).world.banished == {"Bracken": back}


def test_the_banished_is_not_asked_and_its_household_stands_still():
    one = away()
    before = {good: store(one, "Bracken", good) for good in (Good.FIREWOOD, Good.HONEY)}
    opened = open_turn(one).wood
    assert [view.name for view in opened.world.asked] == [name for name in NAMES if name != "Bracken"]
    closed = close_turn(opened, {}).wood
    assert {good: store(closed, "Bracken", good) for good in before} == before
    assert pebbles(closed, "Bracken") == 40
    assert closed.world.creatures["Bracken"].silent == ""


def test_a_winter_without_an_axe_passes_and_the_woodcutter_returns():
    one = away()
    for _ in range(8):
        one = turn(one).wood
    opened = open_turn(one)
    assert [event.kind for event in opened.effects.events if event.kind == "returned"] == ["returned"]
    assert [release.kind for release in opened.effects.releases] == ["returned"]
    assert opened.wood.world.banished == {}
    assert [view.name for view in opened.wood.world.asked] == list(NAMES)
    assert store(opened.wood, "Bracken", Good.FIREWOOD) > 0


def test_everybody_can_see_who_is_away_and_until_when():
    faces = {face.name: face.back for face in public_view(away().world).creatures}
    assert faces == {name: 9 if name == "Bracken" else 0 for name in NAMES}


def test_its_pact_ends_with_it():
    one = joined(wood(first=None))
    make(one, one.world.patrons[0], "Bracken", "Sable", Effects())
    banish(one, "Bracken", Effects())
    assert one.world.pacts == []


@pytest.mark.parametrize(
    "action",
    [
        Whisper(creature="Bracken", good=Good.HONEY, direction=Direction.FALL),
        BribeCreature(creature="Bracken", task=Task.HOARD, pebbles=9),
        Ally(one="Sable", other="Bracken"),
    ],
)
def test_nobody_can_reach_it(action):
    with pytest.raises(Refusal, match=r"^Bracken is banished until turn 9\. Choose another creature\.$"):
        act(away(), ALICE, action)


def test_what_waits_for_it_comes_back_and_what_was_whispered_is_lost():
    one = after(
        joined(wood(first=None)),
        BribeCreature(creature="Bracken", task=Task.HOARD, pebbles=9),
        Whisper(creature="Bracken", good=Good.HONEY, direction=Direction.FALL),
    )
    banish(one, "Bracken", Effects())
    opened = open_turn(one).wood
    assert opened.ledger.balance(f"patron:{one.world.patrons[0]}") == 99
    assert opened.vault.tips.reveal() == []
    letters = " ".join(letter.text for letter in opened.vault.letters.reveal())
    assert "banished and heard nothing of your offer" in letters


def test_present_are_all_but_the_banished():
    assert [member.name for member in present(away("Oona").world)] == [name for name in NAMES if name != "Oona"]
