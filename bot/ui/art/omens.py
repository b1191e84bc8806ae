"""What hangs over the wood and falls on it: the omen of a legend, and what the weather-god's hand sends.

Drought and frost change the season itself as well (`bot.ui.art.scenery`); here is what is laid over it. Everything
stands out from a pale sky and from a dark one: it is light with a dark rim, or the other way round.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Final

from bot.ui.art.canvas import Canvas, Point, mixed
from bot.ui.art.goods import draw_good
from engine.vocabulary import Direction, Good

_GLOW: Final = "#FFF6D8"
_DARK: Final = "#2A1C14"
_ICE: Final = "#FFFFFF"
_ICE_SHADE: Final = "#5C93BC"

_TUMBLING: Final = ((172.0, 22.0, 20), (126.0, 38.0, 205), (82.0, 60.0, 110), (40.0, 88.0, 320))
"""Where the goods of a windfall are in the air: how far to windward of its grower's seat, how low, and how turned."""


def draw_omen(c: Canvas, good: Good, direction: Direction, x: float, y: float) -> None:
    """Draw the good of a fallen legend in rays about (x, y), with an arrow up or down beside it."""
    for turn in range(0, 360, 30):
        with c.moved(x, y, turned=turn):
            c.polygon((-5, -46), (5, -46), (0, -62), fill=_GLOW)
    c.oval(x, y, 44, fill=_GLOW)
    draw_good(c, good, x, y, 62)
    _arrow(c, direction, x + 82, y, 1.0)


def draw_rumour(c: Canvas, good: Good, direction: Direction, x: float, y: float, scale: float) -> None:
    """Draw the good of a rumour in a cloud of talk about (x, y), with its arrow; the cloud rises from the trees."""
    puffs = [(-40, 6, 24, 20), (-16, -12, 27, 24), (16, -14, 28, 24), (42, 4, 25, 21), (18, 15, 27, 20),
             (-16, 16, 27, 19), (-48, 39, 8.5, 7), (-61, 54, 5.5, 4.5)]  # fmt: skip
    with c.moved(x, y, scale):
        for rim, colour in ((2.2, _DARK), (0.0, "#FFFDF4")):
            for dx, dy, across, down in puffs:
                c.oval(dx, dy, across + rim, down + rim, fill=colour)
        draw_good(c, good, -19, 1, 42)
        _arrow(c, direction, 30, 1, 0.72)


def draw_gust(c: Canvas, x: float) -> None:
    """Draw a gust of wind that blows down to the seat at x, in strokes that curl at their ends."""
    side = _windward(c, x)
    for start, end, y, curl in ((196, 62, 62, 11.0), (236, 118, 84, 8.5), (150, 16, 18, 9.5)):
        sweep = [(start - (start - end) * step / 6, y - 9 * math.sin(math.pi * step / 6)) for step in range(6)]
        turns = [(1 - step / 17, math.pi / 2 + step * math.tau / 13) for step in range(13)]
        rolled = [(end - curl * near * math.cos(turn), y + curl - curl * near * math.sin(turn)) for near, turn in turns]
        points = [(x + side * dx, dy) for dx, dy in (*sweep, *rolled)]
        for ink, width, alpha in (("#41586B", 5.4, 0.3), (_ICE, 2.9, 0.95)):
            c.line(*points, ink=ink, width=width, smooth=True, alpha=alpha)


def draw_windfall(c: Canvas, good: Good, x: float) -> None:
    """Draw units of a good that tumble through the air to the seat of its grower at x."""
    side = _windward(c, x)
    for dx, y, turned in _TUMBLING:
        with c.moved(x + side * dx, y, turned=side * turned):
            draw_good(c, good, 0, 0, 34)


def draw_heap(c: Canvas, good: Good, x: float, y: float) -> None:
    """Draw what has come down already: two units beside a seat, on the log whose top is at the height y."""
    for dx, turned in ((-40, -24), (41, 18)):
        with c.moved(x + dx, y - 8, turned=turned):
            draw_good(c, good, 0, 0, 31)


def draw_cracks(c: Canvas, ground: str, top: float) -> None:
    """Draw the cracks of dry ground of a colour, from the height `top` down."""
    chance, ink = Random(11), mixed(ground, _DARK, 0.55)
    for row, y in enumerate((top + 6, top + 20, top + 36, c.height - 7)):
        x = -20.0 + 23 * (row % 2)
        while x < c.width + 20:
            long = chance.uniform(30, 48)
            points = [(x + long * step / 4, y + chance.uniform(-4, 4)) for step in range(5)]
            c.line(*points, ink=ink, width=2.4)
            for at in (points[1], points[3]):
                c.line(at, (at[0] + chance.uniform(-7, 7), at[1] + chance.choice((-1, 1)) * chance.uniform(7, 11)),
                       ink=ink, width=1.9)  # fmt: skip
            x += long + chance.uniform(6, 16)


def draw_icicles(c: Canvas, x: float, y: float, width: float, spared: Sequence[float]) -> None:
    """Draw icicles along a log from (x, y) on, so wide, and none before the marks that stand at `spared`."""
    chance = Random(7)
    at = x + 6
    while at < x + width:
        if all(abs(at - mark) > 27 for mark in spared):
            half, long = chance.uniform(2.6, 4.0), chance.uniform(11, 29)
            for grown, colour in ((1.3, _ICE_SHADE), (0.0, "#E4F3FC")):
                c.polygon((at - half - grown, y), (at + half + grown, y), (at, y + long + 2 * grown), fill=colour)
            c.line((at - half * 0.3, y + 2), (at - half * 0.1, y + long * 0.55), ink=_ICE, width=1.2)
        at += chance.uniform(8, 12)


def draw_frost(c: Canvas) -> None:
    """Draw flowers of frost that grow in from the corners, as on a pane."""
    chance = Random(3)
    above, below = 1.0, 0.5  # what lies before the creatures shall stay free
    corners = (
        ((0.0, 0.0), 45, above), ((c.width, 0.0), 135, above),
        ((c.width, c.height), 225, below), ((0.0, c.height), 315, below),
    )  # fmt: skip
    ferns = [
        _fern(root, heading + spread, share * long * chance.uniform(0.88, 1.08))
        for root, heading, share in corners
        for spread, long in ((-40, 92), (-20, 66), (0, 56), (20, 66), (40, 92))
    ]
    for ink, grown, alpha in ((_ICE_SHADE, 2.2, 0.5), (_ICE, 0.0, 0.96)):
        for fern in ferns:
            for points, width in fern:
                c.line(*points, ink=ink, width=width + grown, alpha=alpha)


def _fern(root: Point, heading: float, long: float) -> list[tuple[tuple[Point, Point], float]]:
    """Return the strokes of one flower of frost, each with its width: a stem, and barbs at sixty degrees."""
    tip = _ahead(root, heading, long)
    strokes = [((root, tip), 2.6)]
    for step in range(1, 8):
        at, barb = _ahead(root, heading, long * step / 8), long * 0.3 * (1 - step / 9)
        for side in (-60, 60):
            end = _ahead(at, heading + side, barb)
            strokes.append(((at, end), 1.7))
            middle = _ahead(at, heading + side, barb * 0.55)
            strokes.append(((middle, _ahead(middle, heading, barb * 0.34)), 1.2))
    return strokes


def _ahead(point: Point, heading: float, long: float) -> Point:
    turned = math.radians(heading)
    return point[0] + long * math.cos(turned), point[1] + long * math.sin(turned)


def _windward(c: Canvas, x: float) -> int:
    """Return on which side of a seat there is room for what is blown to it: 1 for the right, -1 for the left."""
    return 1 if x < c.width * 0.4 else -1


def _arrow(c: Canvas, direction: Direction, x: float, y: float, scale: float) -> None:
    up = -1 if direction is Direction.RISE else 1
    with c.moved(x, y, scale):
        for grown, colour in ((1.22, _GLOW), (1.0, _DARK)):
            with c.moved(0, 0, grown):
                c.polygon(
                    (0, up * 30), (-24, up * 2), (-9, up * 2), (-9, -up * 28), (9, -up * 28), (9, up * 2), (24, up * 2),
                    fill=colour,
                )  # fmt: skip
