"""The weather-god's hand: drought, frost, windfall, rumour."""

import pytest

from engine import deck
from engine.actions import PokeWood, Refusal, act
from engine.cast import CAST, GROWER
from engine.rules import DEFAULT_RULES
from engine.turn import open_turn
from engine.vocabulary import FOODS, Direction, Good, Poke
from engine.weather import fuel_need
from engine.world import Wood
from tests.engine.helpers import ALICE, after, is_sentence, store, wood

HARVEST = DEFAULT_RULES.harvest


def grown(one: Wood) -> dict[Good, int]:
    opened = open_turn(one).wood
    return {m.grows: store(opened, m.name, m.grows) - store(one, m.name, m.grows) for m in CAST}


def test_a_drought_thins_the_next_harvest_of_every_food():
    ordinary = grown(wood())
    dry = grown(after(wood(), PokeWood(poke=Poke.DROUGHT)))
    for good in Good:
        share = HARVEST.drought_percent if good in FOODS else 100
        assert dry[good] == ordinary[good] * share // 100


def test_a_frost_burns_more_for_one_turn():
    frosty = open_turn(after(wood(), PokeWood(poke=Poke.FROST))).wood
    ordinary = open_turn(wood()).wood
    assert fuel_need(frosty.world) == fuel_need(ordinary.world) + HARVEST.frost_fuel


@pytest.mark.parametrize("good", list(Good))
def test_a_windfall_drops_into_the_growers_store(good: Good):
    before = wood()
    now = after(before, PokeWood(poke=Poke.WINDFALL, good=good))
    assert store(now, GROWER[good], good) == store(before, GROWER[good], good) + HARVEST.windfall_units


def test_a_rumour_moves_nothing_but_talk():
    before = wood()
    now = after(before, PokeWood(poke=Poke.RUMOUR, good=Good.HONEY, direction=Direction.RISE))
    assert now.world.quotes == before.world.quotes
    assert now.world.ahead == before.world.ahead
    assert now.ledger.dump() == before.ledger.dump()
    assert deck.upcoming(now) == deck.upcoming(before)
    assert "honey will rise" in now.world.news[-1].text


@pytest.mark.parametrize("poke", list(Poke))
def test_a_poke_is_public(poke: Poke):
    acted = act(wood(), ALICE, PokeWood(poke=poke, good=Good.HONEY, direction=Direction.FALL))
    assert [event.kind for event in acted.effects.events] == ["poke"]
    assert acted.effects.events[0].text == acted.receipt.text


@pytest.mark.parametrize(
    "poke",
    [
        PokeWood(poke=Poke.WINDFALL),
        PokeWood(poke=Poke.RUMOUR),
        PokeWood(poke=Poke.RUMOUR, good=Good.HONEY),
        PokeWood(poke=Poke.RUMOUR, direction=Direction.FALL),
    ],
)
def test_half_a_poke_is_refused(poke: PokeWood):
    one = wood()
    before = one.state_hash()
    with pytest.raises(Refusal) as refused:
        act(one, ALICE, poke)
    assert is_sentence(str(refused.value))
    assert one.state_hash() == before
