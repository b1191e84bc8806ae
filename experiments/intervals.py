"""How sure a figure is: 95% intervals of means and shares, the same for the same figures wherever they are reckoned."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from statistics import fmean
from typing import Any, Final

_RESAMPLES: Final = 2_000
_TAIL: Final = 0.025
_Z: Final = 1.959964
"""Standard deviations of the normal distribution that hold 95% of it between them."""


def mean(values: Sequence[float]) -> dict[str, Any]:
    """Return the mean of runs with its bootstrap interval (percentiles, fixed seed): `mean`, `low`, `high`, `runs`.

    One run, or none, has no interval: its ends are None.
    """
    if len(values) < 2:
        only = round(values[0], 4) if values else None
        return {"mean": only, "low": None, "high": None, "runs": len(values)}
    chance = Random(len(values))
    low, high = _middle([fmean(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES)])
    return {"mean": round(fmean(values), 4), "low": low, "high": high, "runs": len(values)}


def mean_of_pairs(apart: Mapping[tuple[int, int], float]) -> dict[str, Any]:
    """Return the mean of a figure that every two of several runs have between them, with its bootstrap interval.

    Runs are drawn anew and not pairs, since a run is in many of them; a run that is drawn twice is no pair. Fewer
    than three runs have no interval.

    Args:
        apart: The figure of every two runs, by their numbers, the lower one first.
    """
    runs = sorted({number for pair in apart for number in pair})
    found = round(fmean(apart.values()), 4) if apart else None
    if len(runs) < 3:
        return {"mean": found, "low": None, "high": None, "runs": len(runs)}
    chance, means = Random(len(runs)), list[float]()
    while len(means) < _RESAMPLES:
        drawn = combinations(sorted(chance.choices(runs, k=len(runs))), 2)
        if values := [apart[pair] for pair in drawn if pair[0] != pair[1]]:
            means.append(fmean(values))
    low, high = _middle(means)
    return {"mean": found, "low": low, "high": high, "runs": len(runs)}


def _middle(means: list[float]) -> tuple[float, float]:
    """Return the ends between which 95% of the means lie."""
    ordered = sorted(means)
    return round(ordered[int(_TAIL * _RESAMPLES)], 4), round(ordered[-int(_TAIL * _RESAMPLES) - 1], 4)


def share(part: int, whole: int) -> dict[str, Any]:
    """Return a share with Wilson's score interval: `share`, `low`, `high`, `part`, `of`; of nothing, all are None.

    The interval takes the cases for independent, which the asks of one wood are not quite.
    """
    if not whole:
        return {"share": None, "low": None, "high": None, "part": part, "of": whole}
    found, weight = part / whole, _Z**2 / whole
    middle = (found + weight / 2) / (1 + weight)
    half = _Z * (found * (1 - found) / whole + weight / (4 * whole)) ** 0.5 / (1 + weight)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {"share": round(found, 4), "low": round(low, 4), "high": round(high, 4), "part": part, "of": whole}
