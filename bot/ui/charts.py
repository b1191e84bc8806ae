"""The price chart as a picture: dark, direct labels, colours that every eye tells apart."""

import asyncio
import io
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Final

import discord

from bot.ui.faces import GOOD_COLOUR, arrow
from engine.views import PublicView
from engine.vocabulary import GOODS, Good

FILE_NAME: Final = "prices.png"

_BACKGROUND, _GRID, _INK = "#1e1f22", "#3a3c42", "#dbdee1"
_SIZE_INCHES, _DPI = (6.4, 3.7), 160
_LABEL_GAP = 0.085
"""The least distance between two labels, as a share of the height of the axes."""

_drawing = Lock()
"""Matplotlib's caches of fonts are shared by all threads."""

_Series = tuple[tuple[Good, tuple[int, ...]], ...]


async def price_chart(view: PublicView, good: Good | None = None) -> discord.File:
    """Return the chart of a wood's settlement prices, drawn off the event loop, as a file to send.

    Args:
        view: The wood as everybody sees it.
        good: The good to bring forward, or None for all alike.
    """
    series: _Series = tuple((name, view.history[name]) for name in GOODS if name in view.history)
    picture = await asyncio.to_thread(_draw_once, series, closed_turn(view), good)
    return discord.File(io.BytesIO(picture), FILE_NAME, description=describe(view))


def closed_turn(view: PublicView) -> int:
    """Return the last closed turn, which the prices of a view belong to."""
    return view.turn - 1 if view.thinking else view.turn


def describe(view: PublicView) -> str:
    """Return the chart in words, for those who do not see it."""
    prices = ", ".join(f"{quote.good} {quote.settlement} ({arrow(quote.change)})" for quote in view.quotes)
    return f"Line chart of settlement prices in pebbles up to turn {closed_turn(view)}: {prices}."


def _draw_once(series: _Series, turn: int, good: Good | None) -> bytes:
    with _drawing:
        return _draw(series, turn, good)


@lru_cache(maxsize=64)
def _draw(series: _Series, turn: int, forward: Good | None) -> bytes:
    """Return the chart as PNG. What it shows is its key, so a turn of a wood is drawn once."""
    # Imported here because it takes a second, and a bot shall answer before that.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor=_BACKGROUND)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.075, 0.12, 0.68, 0.77), facecolor=_BACKGROUND)
    for name, prices in series:
        faded = forward is not None and name is not forward
        turns = range(turn - len(prices) + 1, turn + 1)
        axes.plot(
            turns,
            prices,
            color=GOOD_COLOUR[name],
            linewidth=1.6 if faded else 3.2,
            alpha=0.35 if faded else 1.0,
            zorder=2 if faded else 3,
            solid_capstyle="round",
        )
        axes.plot(turn, prices[-1], "o", color=GOOD_COLOUR[name], markersize=6, alpha=0.35 if faded else 1.0, zorder=4)

    longest = max(len(prices) for _, prices in series)
    axes.set_xlim(turn - max(longest - 1, 4), turn + 0.25)
    highest = max(max(prices) for _, prices in series)
    axes.set_ylim(0, highest * 1.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.tick_params(colors=_INK, labelsize=11, length=0)
    axes.set_title("Settlement prices, in pebbles a unit", color=_INK, fontsize=12, loc="left", pad=10)
    for side in axes.spines.values():
        side.set_visible(False)

    last = [(name, prices[-1]) for name, prices in series]
    for (name, price), height in zip(last, _spread([price / (highest * 1.12) for _, price in last]), strict=True):
        faded = forward is not None and name is not forward
        axes.text(
            1.035,
            height,
            f"{name} {price}",
            transform=axes.transAxes,
            color=GOOD_COLOUR[name],
            alpha=0.5 if faded else 1.0,
            fontsize=12.5,
            fontweight="bold",
            va="center",
        )
    figure.text(0.415, 0.012, "turn", color=_INK, fontsize=11, ha="center")

    buffer = io.BytesIO()
    canvas.print_png(buffer)
    return buffer.getvalue()


def _spread(heights: Sequence[float]) -> list[float]:
    """Move labels apart until none covers another, keeping their order and staying near their lines."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for below, above in zip(order, order[1:], strict=False):
        placed[above] = max(placed[above], placed[below] + _LABEL_GAP)
    overflow = max(0.0, placed[order[-1]] - 1.0) if order else 0.0
    return [height - overflow for height in placed]
