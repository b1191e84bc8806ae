"""Results as pictures: prices, orders and ends of each cast, what the gambit won, and what may be relied on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engine.cast import NAMES
from engine.vocabulary import GOODS
from experiments.charts import GOOD_COLOURS, save
from experiments.report.results import Results, Row

_PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def prices(results: Results, file: Path) -> bool:
    """Draw the mean prices of honey and firewood by cast; return whether there was anything to draw."""
    rows = results.rows.get("sandbox", [])
    if not rows:
        return False
    colours = _colours(results)
    figure = Figure(figsize=(10, 4.2), dpi=110)
    for axes, good in zip(figure.subplots(1, 2), ("honey", "firewood"), strict=True):
        for row in rows:
            path, cast = row["prices"][good], row["council"]
            axes.plot(range(1, len(path) + 1), path, color=colours[cast], label=cast, **_line(row["evidence"]))
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
    colours = _colours(results)
    for place, row in enumerate(rows):
        colour = colours[row["council"]]
        axes.scatter([place] * len(row["by_seed"]), row["by_seed"], color=colour, alpha=0.5, s=18)
        axes.scatter([place], [row["pnl"]["mean"]], color=colour, marker="_", s=400)
    axes.axhline(0, color="grey", linewidth=0.8)
    axes.set_xticks(range(len(rows)), [f"{row['council']}\n{row['mechanism']}" for row in rows], fontsize=8)
    axes.set(ylabel="won (pebbles)", title="The gambit: every seed a dot, the mean a bar")
    save(figure, file)
    return True


def honey(results: Results, file: Path) -> bool:
    """Draw the mean price of honey around the legend's fall, by mechanism and cast; return whether it could."""
    rows = results.rows.get("gambit", [])
    if not rows:
        return False
    colours = _colours(results)
    mechanisms = list(dict.fromkeys(row["mechanism"] for row in rows))
    figure = Figure(figsize=(10, 3.8), dpi=110)
    panels = figure.subplots(1, len(mechanisms), sharey=True, squeeze=False)[0]
    for axes, mechanism in zip(panels, mechanisms, strict=True):
        for row in rows:
            if row["mechanism"] == mechanism:
                path, cast = row["honey_path"], row["council"]
                axes.plot(range(-1, len(path) - 1), path, color=colours[cast], label=cast, **_line(row["evidence"]))
        axes.axvline(0, color="grey", linewidth=0.8)
        axes.set(xlabel="turns since the legend fell", title=mechanism)
        axes.set_xticks(range(-1, len(rows[0]["honey_path"]) - 1))
    panels[0].set(ylabel="honey (pebbles), mean of the seeds")
    panels[-1].legend(frameon=False, fontsize=8)
    save(figure, file)
    return True


def reliability(results: Results, file: Path) -> bool:
    """Draw each mind's share of valid offers with its interval; return whether there was anything to draw."""
    rows = [row for row in results.rows.get("reliability", []) if row["valid_offers"]["of"]]
    if not rows:
        return False
    figure = Figure(figsize=(10, 0.5 * len(rows) + 1.6), dpi=110)
    axes = figure.subplots()
    middle, reach = _with_reach([row["valid_offers"] for row in rows])
    axes.barh(range(len(rows)), middle, xerr=reach, color=_PALETTE[0], alpha=0.8, error_kw={"linewidth": 1})
    axes.set_yticks(range(len(rows)), [f"{row['mind']} in {row['council']}" for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of offers that were affordable, in stock and no self-buy")
    save(figure, file)
    return True


def orders(results: Results, file: Path) -> bool:
    """Draw what each creature buys and sells in each cast, as shares of its orders; return whether it could."""
    rows = [row for row in results.rows.get("council", []) if "orders" in row]
    if not rows:
        return False
    figure = Figure(figsize=(3.2 * len(rows) + 1.4, 3.6), dpi=110)
    panels = figure.subplots(1, len(rows), squeeze=False)[0]  # each has labels of its own: who sits where differs
    for axes, row in zip(panels, rows, strict=True):
        _trades_of(axes, row)
        axes.invert_yaxis()
        axes.set(xlim=(-1, 1), xlabel="share of orders: sales left, bids right", title=row["council"])
        axes.set_xticks((-1, -0.5, 0, 0.5, 1), ("1", "0.5", "0", "0.5", "1"))
    handles, labels = panels[0].get_legend_handles_labels()
    panels[-1].legend(handles, labels, frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    save(figure, file)
    return True


def _trades_of(axes: Axes, row: Row) -> None:
    """Draw one bar a creature: what it sells to the left of the middle, and what it bids for to the right."""
    told = [row["orders"][name] for name in NAMES]
    totals = [max(1, sum(each["bought"].values()) + sum(each["sold"].values())) for each in told]
    for side, sign in (("bought", 1), ("sold", -1)):
        reached = [0.0] * len(told)
        for good in GOODS:
            widths = [sign * each[side][good] / total for each, total in zip(told, totals, strict=True)]
            label = str(good) if sign > 0 else None
            axes.barh(range(len(told)), widths, left=reached, color=GOOD_COLOURS[good], label=label)
            reached = [end + width for end, width in zip(reached, widths, strict=True)]
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(NAMES)), [f"{name}\n{each['mind']}" for name, each in zip(NAMES, told, strict=True)])
    axes.tick_params(axis="y", labelsize=8, labelleft=True)


def ends(results: Results, file: Path) -> bool:
    """Draw who ended richest and who broke in each cast; return whether there was anything to draw."""
    rows = results.rows.get("sandbox", [])
    if not rows:
        return False
    colours = _colours(results)
    figure = Figure(figsize=(10, 3.6), dpi=110)
    width = 0.8 / len(rows)
    for axes, what in zip(figure.subplots(1, 2, sharey=True), ("richest", "broke"), strict=True):
        for place, row in enumerate(rows):
            shares = [row[what].get(name, 0) / len(row["seeds"]) for name in NAMES]
            at = [number - 0.4 + (place + 0.5) * width for number in range(len(NAMES))]
            hatch = None if row["evidence"] else "//"
            cast = row["council"]
            axes.bar(at, shares, width=width, color=colours[cast], label=cast, hatch=hatch, edgecolor="white")
        axes.set_xticks(range(len(NAMES)), NAMES)
        axes.set(title=f"ends {what}", ylim=(0, 1))
    axes = figure.axes[0]
    axes.set(ylabel="share of seeds")
    axes.legend(frameon=False, fontsize=8)
    save(figure, file)
    return True


_CLAIMED: Final = ("edge", "heat", "ruin")


def claims(results: Results, file: Path) -> bool:
    """Draw on what share of the seeds each claim held in each cast, with intervals; return whether there was any."""
    casts = results.casts
    found = {
        (row["claim"], cast): row["share"]
        for experiment in _CLAIMED
        for cast in casts
        for row in results.of(experiment, cast)
        if row["of"]
    }
    told = list(dict.fromkeys(claim for claim, _ in found))
    if not told:
        return False
    figure = Figure(figsize=(10, 0.62 * len(told) + 1.6), dpi=110)
    axes = figure.subplots()
    step = 0.7 / len(casts)
    for place, (cast, colour) in enumerate(_colours(results).items()):
        rows = [(number, found[claim, cast]) for number, claim in enumerate(told) if (claim, cast) in found]
        if not rows:
            continue
        middle, reach = _with_reach([share for _, share in rows])
        at = [number - 0.35 + (place + 0.5) * step for number, _ in rows]
        axes.errorbar(middle, at, xerr=reach, fmt="o", color=colour, label=cast, markersize=4, linewidth=1)
    axes.set_yticks(range(len(told)), [fill(claim, 58) for claim in told], fontsize=8)
    axes.invert_yaxis()
    axes.set(xlim=(-0.02, 1.02), xlabel="share of the seeds on which it held")
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    save(figure, file)
    return True


PLOTS: Final[dict[str, Callable[[Results, Path], bool]]] = {
    "prices": prices,
    "gambit": gambit,
    "honey": honey,
    "reliability": reliability,
    "orders": orders,
    "ends": ends,
    "claims": claims,
}


def _with_reach(shares: Sequence[Row]) -> tuple[list[float], list[list[float]]]:
    """Return the shares, and how far their intervals reach below and above them."""
    middle = [share["share"] for share in shares]
    below = [share["share"] - share["low"] for share in shares]
    return middle, [below, [share["high"] - share["share"] for share in shares]]


def _colours(results: Results) -> dict[str, str]:
    """Return the colour of each cast, the same in every picture of a report."""
    return {cast: _PALETTE[number % len(_PALETTE)] for number, cast in enumerate(results.casts)}


def _line(evidence: bool) -> dict[str, Any]:
    """Return how a line is drawn: that of a stand-in is broken, for it is no evidence."""
    return {"linewidth": 2, "linestyle": "-" if evidence else ":"}
