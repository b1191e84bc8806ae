"""What is told of many waits: the usual one, and the long ones."""

from collections.abc import Sequence
from statistics import quantiles


def median_and_p99(waits: Sequence[float]) -> tuple[float, float]:
    """Return the median of one or more waits and what 99 of 100 of them keep within; neither exceeds the longest."""
    if len(waits) == 1:
        return waits[0], waits[0]
    # Inclusive, for of few waits the other method makes up a percentile beyond the longest.
    percentiles = quantiles(waits, n=100, method="inclusive")
    return percentiles[49], percentiles[98]
