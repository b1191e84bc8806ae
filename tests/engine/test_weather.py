"""Weather: the turning year, the rising need for fuel, and the harvest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ledger as books
from engine.cast import CAST
from engine.effects import Effects
from engine.rules import DEFAULT_RULES
from engine.turn import open_turn
from engine.vocabulary import Good
from engine.weather import fuel_need, gather, season_name, thin_harvest
from tests.engine.helpers import store, turn, wood

HARVEST = DEFAULT_RULES.harvest


def test_a_season_turns_towards_winter():
    one = wood()
    names: list[str] = []
    needs: list[int] = []
    for number in range(1, 49):
        one.world.turn = number
        names.append(season_name(one.world))
        needs.append(fuel_need(one.world))
    assert names[0] == "early autumn"
    assert [names.count(name) for name in dict.fromkeys(names)] == [8] * 6
    assert "winter" in names[8 * 3]
    assert needs[0] == min(needs) >= 1
    # The need rises until winter is deep, without falling back on the way.
    deepest = needs.index(max(needs))
    assert max(needs) > needs[0]
    assert needs[: deepest + 1] == sorted(needs[: deepest + 1])


def test_a_frost_is_added_to_the_need():
    one = wood()
    one.world.turn = 1
    before = fuel_need(one.world)
    one.world.ahead.extra_fuel = 2
    assert fuel_need(one.world) == before + 2


@pytest.mark.parametrize("rested", [0, 3, 4, 7, 8, 16, 24, 32, 40, 47, 48])
def test_the_need_told_at_rest_is_the_coming_turns(rested: int):
    one = wood(first=None)
    one.world.turn = rested
    one.vault.due.replace(1_000)
    assert fuel_need(one.world) == fuel_need(open_turn(one).wood.world)


def test_a_harvest_is_the_base_moved_by_at_most_the_swing():
    for seed in range(10):
        one = wood(str(seed))
        now = open_turn(one).wood
        for member in CAST:
            grown = store(now, member.name, member.grows) - store(one, member.name, member.grows)
            assert abs(grown - HARVEST.base[member.grows]) <= HARVEST.swing


def test_the_weather_is_not_always_the_same():
    grown = {store(open_turn(wood(str(seed))).wood, "Sable", Good.BERRIES) for seed in range(10)}
    assert len(grown) > 1


def test_only_growers_gather():
    one = wood()
    before = one.fork()
    gather(one, Effects())
    for member in CAST:
        for good in set(Good) - {member.grows}:
            assert store(one, member.name, good) == store(before, member.name, good)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=3), st.sampled_from(Good))
def test_thin_harvests_multiply_and_pass(percents: list[int], good: Good):
    full = open_turn(wood()).wood
    one = wood()
    for percent in percents:
        thin_harvest(one.world, good, percent)
    thinned = open_turn(one).wood
    for member in CAST:
        grown = store(thinned, member.name, member.grows) - store(one, member.name, member.grows)
        ordinary = store(full, member.name, member.grows) - store(one, member.name, member.grows)
        if member.grows is not good:
            assert grown == ordinary
        else:
            left = 100
            for percent in percents:
                left = left * percent // 100
            assert grown == ordinary * left // 100
    assert thinned.world.ahead.harvest_percent == {}


def test_a_thin_harvest_is_told():
    one = wood()
    thin_harvest(one.world, Good.BERRIES, 50)
    told = [event for event in turn(one).wood.world.news if event.kind == "harvest"]
    assert [event.good for event in told] == [Good.BERRIES]


def test_goods_come_from_the_harvest_account():
    one = wood()
    one.ledger.drain()
    gathered = open_turn(one).wood.ledger.drain()
    assert {posting.source for posting in gathered} == {books.HARVEST}
