"""Intervals: known values of Wilson's, and a bootstrap that is the same wherever it is reckoned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import intervals


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilsons_interval_is_the_books(part: int, whole: int, low: float, high: float) -> None:
    found = intervals.share(part, whole)
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert found["share"] == part / whole


def test_a_share_of_nothing_is_none() -> None:
    assert intervals.share(0, 0) == {"share": None, "low": None, "high": None, "part": 0, "of": 0}


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12))
def test_the_mean_lies_in_its_interval_and_the_interval_among_the_runs(values: list[float]) -> None:
    found = intervals.mean(values)
    assert min(values) - 1e-3 <= found["low"] <= found["mean"] + 1e-3
    assert found["mean"] - 1e-3 <= found["high"] <= max(values) + 1e-3
    assert found == intervals.mean(values)


def test_more_runs_make_a_narrower_interval() -> None:
    few, many = intervals.mean([1, 2, 3, 4]), intervals.mean([1, 2, 3, 4] * 8)
    assert many["high"] - many["low"] < few["high"] - few["low"]


def test_the_bootstrap_is_near_the_normal_interval_of_many_runs() -> None:
    found = intervals.mean([0, 1] * 200)
    assert found["low"] == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.006)
    assert found["high"] == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.006)


def test_one_run_has_no_interval() -> None:
    assert intervals.mean([7]) == {"mean": 7, "low": None, "high": None, "runs": 1}
    assert intervals.mean([])["mean"] is None


def test_the_interval_of_pairs_is_over_runs_of_which_each_is_in_many() -> None:
    place = [0.0, 1.0, 2.0, 4.0, 7.0, 11.0, 12.0, 20.0]
    apart = {(i, j): place[j] - place[i] for i in range(8) for j in range(i + 1, 8)}
    found, as_if_apart = intervals.mean_of_pairs(apart), intervals.mean(list(apart.values()))
    assert found == intervals.mean_of_pairs(apart)
    assert (found["mean"], found["runs"]) == (as_if_apart["mean"], 8)
    assert found["low"] < as_if_apart["low"]
    assert found["high"] > as_if_apart["high"]


@pytest.mark.parametrize(("apart", "mean", "runs"), [({}, None, 0), ({(0, 1): 3.0}, 3.0, 2)])
def test_pairs_of_fewer_than_three_runs_have_no_interval(apart, mean, runs) -> None:
    assert intervals.mean_of_pairs(apart) == {"mean": mean, "low": None, "high": None, "runs": runs}
