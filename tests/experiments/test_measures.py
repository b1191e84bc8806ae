"""The measures of a simulation."""

import pytest

from engine.turn import found
from experiments.measures import gini, wealth


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5, 5, 5, 5], 0.0), ([0, 0, 0, 0], 0.0), ([0, 0, 0, 12], 0.75), ([1, 3], 0.25)],
)
def test_gini_of_known_distributions(values: list[int], expected: float) -> None:
    assert gini(values) == pytest.approx(expected)


def test_gini_does_not_depend_on_order() -> None:
    assert gini([9, 1, 4, 2]) == gini([1, 2, 4, 9])


def test_wealth_counts_purse_and_store_at_reference_prices() -> None:
    wood = found("w", "1")
    rules = wood.world.rules
    reference = rules.market.opening_reference
    oona = rules.opening.pebbles + rules.opening.own_crop * reference["honey"]
    oona += rules.opening.other_goods * sum(reference[food] for food in ("acorns", "berries", "mushrooms"))
    oona += rules.opening.firewood * reference["firewood"]
    assert wealth(wood)["Oona"] == oona
