"""The percentiles of waits are of waits that were waited."""

import pytest

from benchmarks.waits import median_and_p99


def test_of_one_wait_both_are_that_one() -> None:
    assert median_and_p99([0.3]) == (0.3, 0.3)


@pytest.mark.parametrize("waits", [[1.0, 0.0], [0.2, 0.9, 0.1], [5.0] * 7])
def test_of_few_waits_none_is_longer_than_the_longest(waits: list[float]) -> None:
    median, long = median_and_p99(waits)
    assert min(waits) <= median <= long <= max(waits)


def test_of_many_waits_one_in_a_hundred_is_longer() -> None:
    assert median_and_p99([float(wait) for wait in range(101)]) == (50.0, 99.0)
