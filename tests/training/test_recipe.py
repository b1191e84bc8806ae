import pytest

from training.base import FIELD_WEIGHTS, weight_at
from training.train import Recipe, Row, _batches, common_prefix


def test_the_common_prefix_is_what_every_ask_begins_with():
    assert common_prefix([[1, 2, 3, 4], [1, 2, 5], [1, 2, 3, 9]]) == [1, 2]
    assert common_prefix([[1, 2], [1, 2, 3]]) == [1, 2]
    assert common_prefix([[1], [2]]) == []


def test_the_rate_warms_up_and_decays():
    recipe = Recipe(learning_rate=1.0, warmup=0.1)
    assert recipe.rate(0.0) < recipe.rate(0.05) < recipe.rate(0.1) == pytest.approx(1.0)
    assert recipe.rate(0.1) > recipe.rate(0.5) > recipe.rate(1.0) == pytest.approx(0.05)
    assert recipe.rate(2.0) == pytest.approx(0.05)


def rows() -> list[Row]:
    return [Row(creature, [0] * length, [1], [1.0]) for creature in ("Oona", "Sable") for length in range(10, 26)]


def test_a_batch_is_of_one_creature_and_the_creatures_take_turns():
    batches = _batches(rows(), Recipe(batch=4, seed=3), skip=0)
    epoch = [next(batches) for _ in range(8)]
    assert [batch[0].creature for batch in epoch] == ["Oona", "Sable"] * 4
    assert all(len({row.creature for row in batch}) == 1 for batch in epoch)
    assert sorted(id(row) for batch in epoch for row in batch) == sorted({id(row) for batch in epoch for row in batch})


def test_a_resumed_training_goes_on_with_the_batch_after_the_last():
    lessons = rows()
    whole, rest = _batches(lessons, Recipe(batch=4), skip=0), _batches(lessons, Recipe(batch=4), skip=5)
    batches = [next(whole) for _ in range(12)]
    assert [next(rest) for _ in range(7)] == batches[5:]


def test_the_plan_counts_more_than_the_orders_and_small_talk_least():
    target = '{"thought":"I wait.","orders":[],"gossip":"Good day."}'
    weights = [weight_at(target, target.index(word)) for word in ("{", "I wait", "[]", "Good", "}")]
    assert weights == [1.0, FIELD_WEIGHTS["thought"], FIELD_WEIGHTS["orders"]] + [FIELD_WEIGHTS["gossip"]] * 2
    assert weights[1] > weights[2] > 1.0 > weights[3]
