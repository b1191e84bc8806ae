"""The evening of a turn: diet, fuel, spoilage and moods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import hearth
from engine import ledger as books
from engine.cast import NAMES
from engine.effects import Effects
from engine.rules import DEFAULT_RULES
from engine.vocabulary import FOODS, GOODS, Good
from engine.weather import fuel_need
from engine.world import Wood
from tests.engine.helpers import stock, store, wood

HEARTH = DEFAULT_RULES.hearth


def evening(name: str, holds: dict[Good, int], mood: int = 70) -> tuple[Wood, Wood, Effects]:
    """Let one evening pass over a creature with this store; return the wood before and after."""
    before = wood()
    before.world.turn = 1
    stock(before, name, {good: holds.get(good, 0) for good in GOODS})
    before.world.creatures[name].mood = mood
    now, effects = before.fork(), Effects()
    now.ledger.drain()
    hearth.keep_house(now, effects)
    now.ledger.check()
    return before, now, effects


def eaten(of: Wood, name: str) -> dict[str, int]:
    account = books.creature_account(name)
    return {p.asset: p.quantity for p in of.ledger.drain() if (p.source, p.memo) == (account, "eaten")}


class TestDiet:
    def test_one_unit_each_of_two_foods_is_eaten(self):
        _, now, effects = evening("Oona", dict.fromkeys(GOODS, 9))
        meal = eaten(now, "Oona")
        assert len(meal) == 2
        assert set(meal.values()) == {1}
        assert not [event for event in effects.events if event.kind == "hungry" and "Oona" in event.text]

    @pytest.mark.parametrize("food", FOODS)
    def test_plenty_of_a_single_food_is_no_meal(self, food: Good):
        _, now, effects = evening("Oona", {food: 20, Good.FIREWOOD: 9})
        assert eaten(now, "Oona") == {food: 1}
        assert [event for event in effects.events if event.kind == "hungry" and "Oona" in event.text]

    def test_firewood_is_no_food(self):
        _, now, _ = evening("Oona", {Good.FIREWOOD: 20})
        assert eaten(now, "Oona") == {}


class TestFuel:
    def test_every_creature_burns_what_the_night_needs(self):
        before, now, _ = evening("Oona", {Good.FIREWOOD: 9})
        for name in NAMES:
            assert store(before, name, Good.FIREWOOD) - store(now, name, Good.FIREWOOD) == fuel_need(before.world)

    def test_a_hearth_without_enough_burns_what_there_is_and_goes_cold(self):
        one = wood()
        one.world.turn = 25
        need = fuel_need(one.world)
        stock(one, "Oona", {Good.FIREWOOD: need - 1})
        effects = Effects()
        hearth.keep_house(one, effects)
        assert store(one, "Oona", Good.FIREWOOD) == 0
        assert [event.text for event in effects.events if event.kind == "cold" and "Oona" in event.text]


class TestSpoilage:
    def test_perishables_rot_at_different_rates_and_the_rest_keeps(self):
        rates = [HEARTH.spoilage_percent[good] for good in (Good.ACORNS, Good.BERRIES, Good.MUSHROOMS)]
        assert len(set(rates)) == 3
        assert all(0 < rate < 100 for rate in rates)
        before, now, _ = evening("Oona", dict.fromkeys(GOODS, 100))
        meal = eaten(now, "Oona")
        for good, rate in HEARTH.spoilage_percent.items():
            left = 100 - meal.get(good, 0)
            assert store(now, "Oona", good) == left - left * rate // 100
        assert store(now, "Oona", Good.HONEY) == 100 - meal.get(Good.HONEY, 0)
        assert store(now, "Oona", Good.FIREWOOD) == 100 - fuel_need(before.world)


class TestMood:
    FULL = dict.fromkeys(GOODS, 9)

    @pytest.mark.parametrize("mood", [HEARTH.mood_floor, 30, HEARTH.mood_base - 1, HEARTH.mood_base, 90, 100])
    def test_returns_to_its_base_when_fed_and_warm(self, mood: int):
        _, now, _ = evening("Oona", self.FULL, mood)
        new = now.world.creatures["Oona"].mood
        assert abs(new - HEARTH.mood_base) == max(0, abs(mood - HEARTH.mood_base) - HEARTH.mood_recovery)

    def test_hunger_and_cold_lower_it_apart_and_together(self):
        _, hungry, _ = evening("Oona", {Good.FIREWOOD: 9})
        _, cold, _ = evening("Oona", {Good.HONEY: 9, Good.BERRIES: 9})
        _, both, _ = evening("Oona", {})
        moods = [one.world.creatures["Oona"].mood for one in (hungry, cold, both)]
        assert moods == [70 - HEARTH.mood_loss, 70 - HEARTH.mood_loss, 70 - 2 * HEARTH.mood_loss]

    @given(st.lists(st.dictionaries(st.sampled_from(Good), st.integers(0, 5)), max_size=12))
    def test_never_reaches_zero_whatever_it_lacks(self, evenings: list[dict[Good, int]]):
        one = wood()
        for holds in evenings:
            for name in NAMES:
                stock(one, name, {good: holds.get(good, 0) for good in GOODS})
            hearth.keep_house(one, Effects())
            assert all(0 < creature.mood <= 100 for creature in one.world.creatures.values())
            assert list(one.world.creatures) == list(NAMES)


class TestNeeds:
    def test_a_creature_is_short_of_what_its_pantry_lacks_and_never_of_its_own_crop(self):
        one = wood()
        for name in NAMES:
            stock(one, name, dict.fromkeys(GOODS, 0))
        for name, own in (("Oona", Good.HONEY), ("Bracken", Good.FIREWOOD)):
            short = dict(hearth.shortages(one, name))
            assert own not in short
            assert all(short[food] == HEARTH.pantry for food in FOODS if food is not own)
        assert hearth.shortages(one, "Oona")[0] == (Good.FIREWOOD, fuel_need(one.world) + HEARTH.fuel_reserve)

    def test_a_full_store_lacks_nothing_and_an_empty_one_spares_nothing(self):
        one = wood()
        stock(one, "Oona", dict.fromkeys(GOODS, 50))
        assert hearth.shortages(one, "Oona") == []
        assert hearth.surplus(one, "Oona")[0][0] is Good.HONEY
        stock(one, "Oona", dict.fromkeys(GOODS, 0))
        assert hearth.surplus(one, "Oona") == []

    @given(st.sampled_from(NAMES), st.lists(st.integers(0, 30), min_size=5, max_size=5))
    def test_nothing_is_short_and_spare_at_once_and_spares_are_in_store(self, name: str, amounts: list[int]):
        one = wood()
        stock(one, name, dict(zip(GOODS, amounts, strict=True)))
        short, spare = dict(hearth.shortages(one, name)), dict(hearth.surplus(one, name))
        assert not short.keys() & spare.keys()
        assert all(0 < units <= store(one, name, good) for good, units in spare.items())
        assert all(units > 0 for units in short.values())
