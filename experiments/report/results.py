"""The results in a folder, as one body: by experiment, each council once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

Result = Mapping[str, Any]
"""A whole file: what was run, by which command and versions, on what councils, and the rows."""


class ReportError(Exception):
    """The report cannot be made; the text says what to do."""


@dataclass
class Results:
    """What was run: the rows of every experiment, and of every file the command and versions that made it."""

    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    made: dict[str, list[Result]] = field(default_factory=dict[str, list[Result]])

    @property
    def evidence(self) -> dict[str, bool]:
        """Of each council that anything was run on, whether it is evidence; by name, those that are none last."""
        real: dict[str, bool] = {}
        for made in self.made.values():
            for result in made:
                for council in result["councils"]:
                    real[council] = True
        for rows in self.rows.values():
            for row in rows:
                if row["council"] in real:
                    real[row["council"]] &= row["evidence"]
        return {name: real[name] for name in sorted(real, key=lambda name: (not real[name], name))}

    @property
    def casts(self) -> list[str]:
        """The councils that anything was run on, by name, those that are no evidence last."""
        return list(self.evidence)

    def of(self, experiment: str, council: str) -> Iterator[Row]:
        """Yield the rows of an experiment about one council."""
        return (row for row in self.rows.get(experiment, []) if row["council"] == council)


def read(folder: Path) -> Results:
    """Return the results of every JSON file in `folder` and the folders in it.

    Raises:
        ReportError: If there is none, a file is no result, or two are about the same experiment and council.
    """
    results, seen = Results(), dict[tuple[str, str], Path]()
    for file in sorted(folder.rglob("*.json")):
        result = _result(file)
        name = result["experiment"]
        for council in result["councils"]:
            other = seen.setdefault((name, council), file)
            if other is not file:
                both = f"{other.relative_to(folder)} and {file.relative_to(folder)}"
                raise ReportError(f"{both} both hold {name} on {council}. Leave one of them out.")
        results.rows.setdefault(name, []).extend(result["rows"])
        results.made.setdefault(name, []).append(result)
    if not results.rows:
        raise ReportError(f"{folder} holds no results. Make some with wood experiment NAME --out {folder}.")
    return results


def _result(file: Path) -> dict[str, Any]:
    try:
        result = json.loads(file.read_text(encoding="utf-8"))
        if result.keys() >= {"experiment", "command", "versions", "councils", "rows"}:
            return result
    except (OSError, ValueError, AttributeError):
        pass
    raise ReportError(f"{file} is no result of wood experiment --out. Leave it out of the folder.")
