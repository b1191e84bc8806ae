"""How sure a figure is: 95% intervals of means and shares, the same for the same figures wherever they are reckoned."""

from collections.abc import Sequence
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
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    low, high = means[int(_TAIL * _RESAMPLES)], means[-int(_TAIL * _RESAMPLES) - 1]
    return {"mean": round(fmean(values), 4), "low": round(low, 4), "high": round(high, 4), "runs": len(values)}


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
