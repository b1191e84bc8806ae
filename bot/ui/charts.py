"""The price chart as a picture: dark, direct labels, colours that every eye tells apart."""

import asyncio
import io
from collections.abc import Sequence
from functools import lru_cache
from statistics import mean
from threading import Lock
from typing import Final

import discord

from bot.ui.faces import GOOD_COLOUR, arrow
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Good

FILE_NAME: Final = "prices.png"

_BACKGROUND, _GRID, _INK = "#1e1f22", "#3a3c42", "#dbdee1"
_SIZE_INCHES, _DPI = (6.4, 3.7), 160
_LABEL_GAP = 0.1
"""The least distance between two labels, as a share of the height of the axes."""

_BESIDE: Final = 0.008
"""How far lines of equal prices are drawn apart, as a share of the height of the axes."""

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
    prices = ", ".join(f"{quote.good} {quote.settlement} ({arrow(quote.change)})" for quote in in_order(view))
    return f"Line chart of settlement prices in pebbles up to turn {closed_turn(view)}: {prices}."


def in_order(view: PublicView) -> list[GoodQuote]:
    """Return the quotes in the game's own order of goods, in which everything is shown."""
    return sorted(view.quotes, key=lambda quote: GOODS.index(quote.good))


def _draw_once(series: _Series, turn: int, good: Good | None) -> bytes:
    with _drawing:
        return _draw(series, turn, good)


@lru_cache(maxsize=64)
def _draw(series: _Series, turn: int, forward: Good | None) -> bytes:
    """Return the chart as PNG. What it shows is its key, so a turn of a wood is drawn once."""
    # Imported here because it takes a second, and a bot shall answer before that.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, MaxNLocator

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor=_BACKGROUND)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.085, 0.155, 0.61, 0.715), facecolor=_BACKGROUND)
    top = 1.12 * max(max(prices) for _, prices in series)
    longest = max(len(prices) for _, prices in series)
    labels = _spread([prices[-1] / top for _, prices in series])
    for place, ((name, prices), label) in enumerate(zip(series, labels, strict=True)):
        faded = forward is not None and name is not forward
        turns = range(turn - len(prices) + 1, turn + 1)
        # Goods that cost the same lie side by side rather than one above the other.
        beside = (place - 2) * _BESIDE * top
        heights = [price + beside for price in prices]
        colour, alpha, layer = GOOD_COLOUR[name], 0.4 if faded else 1.0, 2 if faded else 3
        axes.plot(turns, heights, color=colour, linewidth=2.8, alpha=alpha, zorder=layer, solid_capstyle="round")
        axes.plot(turn, heights[-1], "o", color=colour, markersize=6, alpha=alpha, zorder=4, clip_on=False)
        axes.text(
            1.04,
            label,
            f"{name} {prices[-1]}",
            transform=axes.transAxes,
            color=colour,
            alpha=0.55 if faded else 1.0,
            fontsize=14.5,
            fontweight="bold",
            va="center",
        )
    axes.set_xlim(turn - max(longest - 1, 1), turn + 0.02 * longest)
    axes.set_ylim(0, top)
    axes.xaxis.set_major_locator(FixedLocator([turn]) if longest == 1 else MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.tick_params(colors=_INK, labelsize=13, length=0)
    axes.set_title("Settlement prices, in pebbles a unit", color=_INK, fontsize=14, loc="left", pad=10)
    axes.set_xlabel("turn", color=_INK, fontsize=13)
    for side in axes.spines.values():
        side.set_visible(False)

    buffer = io.BytesIO()
    canvas.print_png(buffer)
    return buffer.getvalue()


def _spread(heights: Sequence[float]) -> list[float]:
    """Move labels apart until none covers another, each as near to its line as the others allow.

    Neighbours that would touch become one block about their mean, as in isotonic regression.
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([heights[index] - rank * _LABEL_GAP])
        while len(blocks) > 1 and mean(blocks[-2]) > mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [mean(block) for block in blocks for _ in block]
    by_index = dict(zip(order, placed, strict=True))
    return [by_index[index] + order.index(index) * _LABEL_GAP for index in range(len(heights))]
