"""Results as pictures: the prices of each cast, what the gambit won, and how far each mind can be relied on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from matplotlib.figure import Figure

from experiments.charts import save
from experiments.report.results import Results

_PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def prices(results: Results, file: Path) -> bool:
    """Draw the mean prices of honey and firewood by cast; return whether there was anything to draw."""
    rows = results.rows.get("sandbox", [])
    if not rows:
        return False
    figure = Figure(figsize=(10, 4.2), dpi=110)
    for axes, good in zip(figure.subplots(1, 2), ("honey", "firewood"), strict=True):
        for row, colour in zip(rows, _cycle(len(rows)), strict=True):
            path = row["prices"][good]
            axes.plot(range(1, len(path) + 1), path, color=colour, label=row["council"], **_line(row["evidence"]))
        axes.set(
            xlabel="turn", ylabel="settlement price (pebbles)", title=f"{good}, mean of {len(rows[0]['seeds'])} seeds"
        )
        axes.legend(frameon=False, fontsize=8)
    save(figure, file)
    return True


def gambit(results: Results, file: Path) -> bool:
    """Draw what every gambit won, by mechanism and cast; return whether there was anything to draw."""
    rows = results.rows.get("gambit", [])
    if not rows:
        return False
    figure = Figure(figsize=(10, 4.2), dpi=110)
    axes = figure.subplots()
    for place, (row, colour) in enumerate(zip(rows, _cycle(len(rows)), strict=True)):
        axes.scatter([place] * len(row["by_seed"]), row["by_seed"], color=colour, alpha=0.5, s=18)
        axes.scatter([place], [row["pnl"]["mean"]], color=colour, marker="_", s=400)
    axes.axhline(0, color="grey", linewidth=0.8)
    axes.set_xticks(range(len(rows)), [f"{row['council']}\n{row['mechanism']}" for row in rows], fontsize=8)
    axes.set(ylabel="won (pebbles)", title="The gambit: every seed a dot, the mean a bar")
    save(figure, file)
    return True


def reliability(results: Results, file: Path) -> bool:
    """Draw each mind's share of valid offers with its interval; return whether there was anything to draw."""
    rows = [row for row in results.rows.get("reliability", []) if row["valid_offers"]["of"]]
    if not rows:
        return False
    figure = Figure(figsize=(10, 0.5 * len(rows) + 1.6), dpi=110)
    axes = figure.subplots()
    shares = [row["valid_offers"] for row in rows]
    middle = [share["share"] for share in shares]
    ends = [[s["share"] - s["low"] for s in shares], [s["high"] - s["share"] for s in shares]]
    axes.barh(range(len(rows)), middle, xerr=ends, color=_PALETTE[0], alpha=0.8, error_kw={"linewidth": 1})
    axes.set_yticks(range(len(rows)), [f"{row['mind']} in {row['council']}" for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of offers that were affordable, in stock and no self-buy")
    save(figure, file)
    return True


PLOTS: Final[dict[str, Callable[[Results, Path], bool]]] = {
    "prices": prices,
    "gambit": gambit,
    "reliability": reliability,
}


def _cycle(count: int) -> list[str]:
    return [_PALETTE[number % len(_PALETTE)] for number in range(count)]


def _line(evidence: bool) -> dict[str, Any]:
    """Return how a line is drawn: that of a stand-in is broken, for it is no evidence."""
    return {"linewidth": 2, "linestyle": "-" if evidence else ":"}
