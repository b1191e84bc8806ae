"""The price chart as a picture: dark, direct labels, colours that every eye tells apart."""

import asyncio
import io
from collections.abc import Sequence
from functools import lru_cache
from statistics import mean
from threading import Lock
from typing import Final, NamedTuple

import discord

from bot.ui.faces import GOOD_COLOUR, PATRON_COLOURS, arrow, short_mask
from engine.contests.honours import SeasonStory
from engine.views import GoodQuote, PublicView
from engine.vocabulary import GOODS, Good

FILE_NAME: Final = "prices.png"
SEASON_PRICES: Final = "season-prices.png"
SEASON_WORTHS: Final = "season-worths.png"

_BACKGROUND, _GRID, _INK = "#1e1f22", "#3a3c42", "#dbdee1"
_SIZE_INCHES, _DPI = (6.4, 3.7), 160
_LABEL_GAP = 0.1
"""The least distance between two labels, as a share of the height of the axes."""

_BESIDE: Final = 0.008
"""How far lines of equal prices are drawn apart, as a share of the height of the axes."""

_drawing = Lock()
"""Matplotlib's caches of fonts are shared by all threads."""

_Series = tuple[tuple[Good, tuple[int, ...]], ...]


class _Line(NamedTuple):
    """A line of a chart, labelled at its end: heights in pebbles over turns; a faded one stands back."""

    label: str
    colour: str
    turns: Sequence[int]
    heights: Sequence[int]
    faded: bool = False


class _Layout(NamedTuple):
    """How wide the axes are, as a share of the picture, how large the labels, and whether equal lines lie apart."""

    width: float
    label_size: float
    beside: bool


_SIDE_BY_SIDE: Final = _Layout(0.61, 14.5, beside=True)
_LONG_NAMES: Final = _Layout(0.48, 12.0, beside=False)


async def price_chart(view: PublicView, good: Good | None = None) -> discord.File:
    """Return the chart of a wood's settlement prices, drawn off the event loop, as a file to send.

    Args:
        view: The wood as everybody sees it.
        good: The good to bring forward, or None for all alike.
    """
    series: _Series = tuple((name, view.history[name]) for name in GOODS if name in view.history)
    picture = await asyncio.to_thread(_draw_once, series, closed_turn(view), good)
    return discord.File(io.BytesIO(picture), FILE_NAME, description=describe(view))


async def season_charts(story: SeasonStory) -> list[discord.File]:
    """Return the charts of an ended season, drawn off the event loop: all its prices, and what the best were worth.

    A season without a closed turn has none, and one without Patrons no second one.
    """
    if not story.turns:
        return []
    files = [await _season_chart(SEASON_PRICES, "Settlement prices, in pebbles a unit", _price_lines(story))]
    if worths := _worth_lines(story):
        files.append(await _season_chart(SEASON_WORTHS, "Net worth of the best, in pebbles", worths, _LONG_NAMES))
    return files


async def _season_chart(name: str, title: str, lines: Sequence[_Line], layout: _Layout = _SIDE_BY_SIDE) -> discord.File:
    def draw() -> bytes:
        with _drawing:
            return _picture(title, lines, layout)

    picture = await asyncio.to_thread(draw)
    told = ", ".join(line.label for line in lines)
    return discord.File(io.BytesIO(picture), name, description=f"Line chart. {title}, at the end: {told}.")


def _price_lines(story: SeasonStory) -> list[_Line]:
    turns = [line.turn for line in story.turns]
    prices = {good: [line.prices[good] for line in story.turns] for good in GOODS}
    return [_Line(f"{good} {prices[good][-1]}", GOOD_COLOUR[good], turns, prices[good]) for good in GOODS]


def _worth_lines(story: SeasonStory) -> list[_Line]:
    """Return the lines of the best Patrons, each from the first turn after which it was ranked to the end."""
    lines: list[_Line] = []
    for place, colour in zip(story.ranking, PATRON_COLOURS, strict=False):
        ranked = [line for line in story.turns if place.mask in line.worths]
        # The last point is the final result: what was open has been settled then.
        turns = [line.turn for line in ranked] or [story.turns[-1].turn]
        worths = [line.worths[place.mask] for line in ranked[:-1]] + [place.net_worth]
        lines.append(_Line(f"{short_mask(place.mask)} {place.net_worth}", colour, turns, worths))
    return lines


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
    lines = [
        _Line(
            f"{name} {prices[-1]}",
            GOOD_COLOUR[name],
            range(turn - len(prices) + 1, turn + 1),
            prices,
            faded=forward is not None and name is not forward,
        )
        for name, prices in series
    ]
    return _picture("Settlement prices, in pebbles a unit", lines, _SIDE_BY_SIDE)


def _picture(title: str, lines: Sequence[_Line], layout: _Layout) -> bytes:
    """Return a chart of lines over turns as PNG, each labelled at its end."""
    # Imported here because it takes a second, and a bot shall answer before that.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, MaxNLocator

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor=_BACKGROUND)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.085, 0.155, layout.width, 0.715), facecolor=_BACKGROUND)
    top = 1.12 * max(max(line.heights) for line in lines) or 1
    first, last = min(line.turns[0] for line in lines), max(line.turns[-1] for line in lines)
    labels = _spread([line.heights[-1] / top for line in lines])
    for place, (line, label) in enumerate(zip(lines, labels, strict=True)):
        # Lines of equal height lie side by side rather than one above the other.
        beside = (place - 2) * _BESIDE * top if layout.beside else 0.0
        heights = [height + beside for height in line.heights]
        alpha, layer = (0.4, 2) if line.faded else (1.0, 3)
        axes.plot(
            line.turns, heights, color=line.colour, linewidth=2.8, alpha=alpha, zorder=layer, solid_capstyle="round"
        )
        axes.plot(
            line.turns[-1], heights[-1], "o", color=line.colour, markersize=6, alpha=alpha, zorder=4, clip_on=False
        )
        axes.text(
            1.04,
            label,
            line.label,
            transform=axes.transAxes,
            color=line.colour,
            alpha=0.55 if line.faded else 1.0,
            fontsize=layout.label_size,
            fontweight="bold",
            va="center",
        )
    axes.set_xlim(last - max(last - first, 1), last + 0.02 * (last - first + 1))
    axes.set_ylim(0, top)
    axes.xaxis.set_major_locator(FixedLocator([last]) if first == last else MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.tick_params(colors=_INK, labelsize=13, length=0)
    axes.set_title(title, color=_INK, fontsize=14, loc="left", pad=10)
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
