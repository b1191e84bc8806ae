"""Charts of a simulation, as PNG files."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.simulate import Simulation

GOOD_COLOURS = {
    "acorns": "#E69F00",
    "berries": "#CC79A7",
    "mushrooms": "#56B4E9",
    "honey": "#F0E442",
    "firewood": "#D55E00",
}


def draw(simulation: Simulation, folder: Path) -> list[Path]:
    """Draw prices, trades and the wealth gap of a simulation into `folder`, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    turns = range(1, simulation.turns + 1)
    figure = Figure(figsize=(9, 5), dpi=110)
    axes = figure.subplots()
    for good, prices in simulation.prices.items():
        axes.plot(turns, prices, color=GOOD_COLOURS[good], linewidth=2)
        axes.annotate(good, (simulation.turns, prices[-1]), xytext=(5, 0), textcoords="offset points", va="center")
    axes.set(xlabel="turn", ylabel="settlement price (pebbles)", title=f"Prices, seed {simulation.seed}")
    prices_file = save(figure, folder / "prices.png")
    figure = Figure(figsize=(9, 5), dpi=110)
    above, below = figure.subplots(2, 1, sharex=True)
    above.bar(turns, simulation.trades, color="#009E73")
    above.set(ylabel="trades", title=f"Trades and the wealth gap, seed {simulation.seed}")
    below.plot(turns, simulation.gini, color="#0072B2", linewidth=2)
    below.set(xlabel="turn", ylabel="Gini of creatures' wealth", ylim=(0, 0.7))
    return [prices_file, save(figure, folder / "trades-and-gini.png")]


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG in this project's manner, and return the file."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    figure.tight_layout()
    FigureCanvasAgg(figure).print_png(str(path))
    return path
