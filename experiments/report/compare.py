"""Two runs of the same experiments: whether what the second found lies within the first one's intervals.

What they were run on is read off the commands that made them. A row's own seeds may be fewer, and others with live
minds: those of ruin are the seeds on which somebody defaulted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from experiments.report.results import ReportError, Result, Results, Row
from experiments.seeds import seeds_in

_KEYS: Final = ("council", "mechanism", "mind", "claim")
"""What tells the rows of one experiment apart."""

_VALUES: Final = ("mean", "share")

_CHOOSE_ROWS: Final = ("council", "borrower")
"""Options that say which rows are made, and change nothing in any of them."""


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

    Only results with a council in common are compared, so that the rows of the firewall's proof are not taken from
    the run of another one.

    Raises:
        ReportError: If they hold none in common, or one was run on other seeds or with other options.
    """
    figures: list[Figure] = []
    for experiment, results in first.made.items():
        for result in results:
            others = [each for each in again.made.get(experiment, []) if each["councils"].keys() & result["councils"]]
            for row in result["rows"]:
                figures += _compared(result, row, others)
    if not figures:
        raise ReportError("The two folders have no experiment on one council in common. Run one on the other's.")
    return figures


def _compared(result: Result, row: Row, others: Iterable[Result]) -> Iterator[Figure]:
    """Yield the figures of a row that the first row about the same thing in `others` holds too."""
    same = ((other, each) for other in others for each in other["rows"] if _key(each) == _key(row))
    pair = next(same, None)
    if pair is None:
        return
    other, twin = pair
    experiment = result["experiment"]
    asked, asked_again = _asked_for(result["command"]), _asked_for(other["command"])
    if asked != asked_again:
        raise ReportError(
            f"{experiment} on {row['council']} was run with {_told(asked)} first and with {_told(asked_again)} the "
            "second time. Run it alike."
        )
    found = dict(_figures(twin))
    for path, figure in _figures(row):
        if path in found:
            yield Figure(experiment, _key(row), path, figure, found[path])


def _asked_for(command: str) -> dict[str, str]:
    """Return the options of a command that bear on its figures, with the seeds written out one by one."""
    options = (option.partition(" ") for option in command.split(" --")[1:])
    asked = {name: value for name, _, value in options if name not in _CHOOSE_ROWS}
    return {name: _written_out(value) if name == "seeds" else value for name, value in asked.items()}


def _written_out(seeds: str) -> str:
    """Return seeds such as `1-3,5` as `1,2,3,5`, in order, so that the same ones are the same however typed."""
    return ",".join(map(str, sorted(seeds_in(seeds))))


def _told(asked: Mapping[str, str]) -> str:
    return " ".join(f"--{name} {value}" for name, value in asked.items()) or "no options"


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
