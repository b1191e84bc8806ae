"""The drawn figures: the market's board with its sparklines, and lines over turns. Pure functions to PNG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from bot.ui.art.canvas import WIDTH, Canvas
from bot.ui.art.goods import draw_good, draw_mark
from bot.ui.art.theme import SMALLEST, Theme
from engine.vocabulary import GOODS, Good

_ROW: Final = 66.0
_SPARK: Final = (352.0, 508.0)
"""From where to where a sparkline runs."""

_CHART_HEIGHT: Final = 350.0
_FIELD: Final = (66.0, 302.0)
"""Top and bottom of a chart's field; its sides depend on its labels."""

_LABEL_ROOM: Final = 218.0

LABEL_GAP: Final = 36.0
"""The least distance between the middles of two labels, in units."""

_BESIDE: Final = 2.2
"""How far lines of equal heights are drawn apart, in units."""

_GRID_LINES: Final = 5
_LABELS_BELOW: Final = 6


@dataclass(frozen=True)
class Row:
    """One good on the board: its word, its price in pebbles, the last change, and its prices up to now."""

    good: Good
    word: str
    price: int
    change: int
    prices: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """The market's board, under a heading that is ready to be shown."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Line:
    """A line of a chart: heights in pebbles over turns, labelled with what it is of and its last height.

    A line of a good has that good's colour, mark and icon, another those of its `rank`. A faded one stands back.
    """

    label: str
    turns: tuple[int, ...]
    heights: tuple[int, ...]
    good: Good | None = None
    rank: int = 0
    faded: bool = False


@dataclass(frozen=True)
class Chart:
    """Lines over turns, under a heading; `below` names what runs along the bottom."""

    heading: str
    below: str
    lines: tuple[Line, ...]


def draw_board(theme: Theme, board: Board) -> bytes:
    """Draw the market's board: a row a good, with its icon, price, change and sparkline."""
    canvas = Canvas(WIDTH, 52 + _ROW * len(board.rows) + 10, theme.ground)
    canvas.text(24, 30, canvas.fitted(board.heading, 22, WIDTH - 48, bold=True), size=22, ink=theme.soft, bold=True)
    for place, row in enumerate(board.rows):
        middle = 52 + _ROW * (place + 0.5)
        if place % 2 == 0:
            canvas.box(12, middle - _ROW / 2, WIDTH - 24, _ROW, theme.panel, corner=16)
        under = theme.ground if place % 2 else theme.panel
        draw_good(canvas, row.good, 48, middle, 42)
        canvas.text(82, middle, canvas.fitted(row.word, 24, 148), size=24, ink=theme.ink)
        canvas.text(272, middle, str(row.price), size=34, ink=theme.ink, bold=True, align="right")
        _draw_change(canvas, theme, row.change, 286, middle)
        _draw_spark(canvas, theme, row, middle, under)
    return canvas.png()


def draw_chart(theme: Theme, chart: Chart) -> bytes:
    """Draw lines over turns, each with its label at its end and, where it is a good's, its marks and its icon."""
    canvas = Canvas(WIDTH, _CHART_HEIGHT, theme.ground)
    canvas.text(24, 32, canvas.fitted(chart.heading, 22, WIDTH - 48, bold=True), size=22, ink=theme.soft, bold=True)
    top, bottom = _FIELD
    labels = [_label(canvas, line) for line in chart.lines]
    right = WIDTH - 64 - max(canvas.measure(label, 22, bold=True) for label in labels)
    first = min(line.turns[0] for line in chart.lines)
    last = max(line.turns[-1] for line in chart.lines)
    step, highest = _grid(max(max(line.heights) for line in chart.lines))
    left = 26 + canvas.measure(str(highest), SMALLEST)

    def across(turn: int) -> float:
        return left + 10 + (right - left - 20) * ((turn - first) / (last - first) if last > first else 1.0)

    def up(height: float) -> float:
        return bottom - (bottom - top) * max(0.0, height) / highest

    for height in range(0, highest + 1, step):
        canvas.line((left, up(height)), (right, up(height)), ink=theme.rule, width=1.4)
        canvas.text(left - 10, up(height), str(height), size=SMALLEST, ink=theme.soft, align="right")
    for turn in _ticks(first, last):
        canvas.text(across(turn), bottom + 24, str(turn), size=SMALLEST, ink=theme.soft, align="middle")
    below = canvas.fitted(chart.below, SMALLEST, WIDTH - right - 14 - 8)
    canvas.text(right + 14, bottom + 24, below, size=SMALLEST, ink=theme.soft)
    _draw_lines(canvas, theme, chart.lines, across, up)
    places = spread([up(line.heights[-1]) for line in chart.lines], LABEL_GAP, top, bottom)
    for line, label, y in zip(chart.lines, labels, places, strict=True):
        end = up(line.heights[-1])
        canvas.line((right - 2, end), (right + 12, y), ink=theme.rule, width=1.6)
        if line.good is not None:
            draw_good(canvas, line.good, right + 28, y, 25)
        else:
            draw_mark(canvas, GOODS[line.rank], right + 28, y, 9, theme.patrons[line.rank], theme.ground)
        canvas.text(right + 46, y, label, size=22, ink=theme.soft if line.faded else theme.ink, bold=not line.faded)
    return canvas.png()


def spread(heights: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Move labels apart until none covers another, each as near to its line as the others and the field allow.

    Neighbours that would touch become one block about their mean, as in isotonic regression.
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([heights[index] - rank * gap])
        while len(blocks) > 1 and mean(blocks[-2]) > mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [mean(block) for block in blocks for _ in block]
    most = highest - gap * (len(heights) - 1)  # so that the last one is inside too
    kept = [max(lowest, min(most, place)) if most > lowest else lowest for place in placed]
    by_index = {index: kept[rank] + rank * gap for rank, index in enumerate(order)}
    return [by_index[index] for index in range(len(heights))]


def _label(canvas: Canvas, line: Line) -> str:
    """Return a line's label with its last height, which is never what is cut."""
    height = f" {line.heights[-1]}"
    room = _LABEL_ROOM - canvas.measure(height, 22, bold=True)
    return canvas.fitted(line.label, 22, room, bold=True) + height


def _draw_change(canvas: Canvas, theme: Theme, change: int, x: float, y: float) -> None:
    """Draw a change as a triangle that points its way, and its size; a price that stands has a bar."""
    if change == 0:
        canvas.line((x + 3, y), (x + 17, y), ink=theme.soft, width=3)
        return
    tip, foot = (y - 9, y + 7) if change > 0 else (y + 9, y - 7)
    canvas.polygon((x, foot), (x + 20, foot), (x + 10, tip), fill=theme.ink)
    canvas.text(x + 25, y, str(abs(change)), size=24, ink=theme.ink, bold=True)


def _draw_spark(canvas: Canvas, theme: Theme, row: Row, middle: float, under: str) -> None:
    left, right = _SPARK
    low, high = min(row.prices), max(row.prices)
    colour = theme.goods[row.good]
    count = len(row.prices)

    def at(index: int) -> tuple[float, float]:
        x = right if count == 1 else left + (right - left) * index / (count - 1)
        share = 0.5 if high == low else (row.prices[index] - low) / (high - low)
        return x, middle + 18 - 36 * share

    points = [at(index) for index in range(count)]
    if count > 1:
        canvas.polygon((left, middle + 26), *points, (right, middle + 26), fill=colour, alpha=0.16)
        canvas.line(*points, ink=colour, width=4)
    draw_mark(canvas, row.good, *points[-1], 7, colour, under)


def _draw_lines(
    canvas: Canvas,
    theme: Theme,
    lines: Sequence[Line],
    across: Callable[[int], float],
    up: Callable[[float], float],
) -> None:
    for place, line in sorted(enumerate(lines), key=lambda each: not each[1].faded):
        colour = theme.goods[line.good] if line.good is not None else theme.patrons[line.rank]
        # Lines of equal heights lie side by side rather than one above the other.
        beside = (place - (len(lines) - 1) / 2) * _BESIDE
        points = [(across(turn), up(height) - beside) for turn, height in zip(line.turns, line.heights, strict=True)]
        alpha = 0.35 if line.faded else 1.0
        if len(points) > 1:
            canvas.line(*points, ink=colour, width=4.4, alpha=alpha)
        every = max(1, len(points) // 5)
        for x, y in points[::-1][::every] if not line.faded else points[-1:]:
            draw_mark(canvas, line.good or GOODS[line.rank], x, y, 6, colour, theme.ground)


def _grid(most: int) -> tuple[int, int]:
    """Return the distance of the grid's lines and the highest of them, for heights up to `most`."""
    step = 1
    while most > step * _GRID_LINES:
        digits = 10 ** (len(str(step)) - 1)
        step = {1: 2, 2: 5, 5: 10}[step // digits] * digits
    return step, step * max(1, -(-most // step))


def _ticks(first: int, last: int) -> list[int]:
    """Return the turns that are named along the bottom, the last one among them."""
    step = max(1, -(-(last - first) // (_LABELS_BELOW - 1)))
    return list(range(last, first - 1, -step))[::-1]
