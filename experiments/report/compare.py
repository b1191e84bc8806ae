"""Two runs of the same experiments: whether what the second found lies within the first one's intervals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from experiments.report.results import ReportError, Results, Row

_KEYS: Final = ("council", "mechanism", "mind", "claim")
"""What tells the rows of one experiment apart."""

_VALUES: Final = ("mean", "share")


@dataclass(frozen=True)
class Figure:
    """A mean or a share with its 95% interval, as both runs found it; `path` leads to it in its row."""

    experiment: str
    row: tuple[str, ...]
    path: tuple[str, ...]
    first: tuple[float, float, float]
    again: tuple[float, float, float]

    @property
    def within(self) -> bool:
        """Whether the second run's value lies within the first one's interval."""
        _, low, high = self.first
        return low <= self.again[0] <= high

    @property
    def apart(self) -> bool:
        """Whether the two intervals do not even meet."""
        return self.again[1] > self.first[2] or self.again[2] < self.first[1]

    def plain(self) -> dict[str, object]:
        """Return it as plain data: where it stands, and value, low and high of both runs."""
        return {
            "experiment": self.experiment,
            "row": list(self.row),
            "figure": " ".join(self.path),
            "first": list(self.first),
            "again": list(self.again),
            "within": self.within,
            "apart": self.apart,
        }


def compare(first: Results, again: Results) -> list[Figure]:
    """Return every figure with an interval that both results hold, in the order of the first.

    Raises:
        ReportError: If they hold none in common, or one of them was run on other seeds.
    """
    figures: list[Figure] = []
    for experiment, rows in first.rows.items():
        for row in rows:
            others = dict(_figures(_same(again, experiment, row)))
            found = ((path, figure) for path, figure in _figures(row) if path in others)
            figures += [Figure(experiment, _key(row), path, figure, others[path]) for path, figure in found]
    if not figures:
        raise ReportError("The two folders have no experiment on one council in common. Run one on the other's.")
    return figures


def _same(results: Results, experiment: str, row: Row) -> Row:
    """Return the row of the other run that is about the same thing; an empty one if there is none."""
    found = next((each for each in results.rows.get(experiment, []) if _key(each) == _key(row)), {})
    if found and found.get("seeds") != row.get("seeds"):
        raise ReportError(
            f"{experiment} on {row['council']} was run on other seeds the second time. Run it on the same ones."
        )
    return found


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEYS if name in row)


def _figures(part: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the figures in a row that have an interval, each with its path, as value, low and high."""
    for name, inner in part.items():
        if not isinstance(inner, Mapping):
            continue
        value = next((inner[each] for each in _VALUES if each in inner), None)
        if value is not None and inner.get("low") is not None:
            yield (*path, name), (value, inner["low"], inner["high"])
        else:
            yield from _figures(inner, (*path, name))
