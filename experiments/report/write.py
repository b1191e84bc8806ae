"""The template of the field report, filled in: the only text that is written by hand, and not one figure in it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from experiments.report import tables
from experiments.report.notes import notes
from experiments.report.plots import PLOTS
from experiments.report.results import Results

TEMPLATE: Final = Path(__file__).with_name("template.md")

_TABLES: Final[dict[str, Callable[[Results], str]]] = {
    "sandbox": tables.sandbox,
    "council": tables.council,
    "gambit": tables.gambit,
    "reliability": tables.reliability,
    "notes": notes,
    "robustness": tables.robustness,
    "commands": tables.commands,
    **{name: tables.claims(name) for name in ("edge", "heat", "ruin", "firewall", "tournament")},
}

_MARK: Final = re.compile(r"^<!-- (table|plot): (\w+) -->$", re.MULTILINE)


def write(results: Results, target: Path, template: str) -> list[Path]:
    """Write the report of `results` to `target`, its plots into `images` beside it; return the files written.

    The template names tables and plots on lines of their own, like `<!-- table: gambit -->`.
    """
    images = target.parent / "images"
    written = [target]

    def filled(mark: re.Match[str]) -> str:
        kind, name = mark.groups()
        if kind == "table":
            return _TABLES[name](results)
        images.mkdir(parents=True, exist_ok=True)
        file = images / f"{target.stem}-{name}.png"
        if not PLOTS[name](results, file):
            return f"*{tables.NOT_RUN.capitalize()}.*"
        written.append(file)
        return f"![{name}](images/{file.name})"

    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_MARK.sub(filled, template), encoding="utf-8")
    return written
