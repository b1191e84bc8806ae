"""The five goods as small pictures, and the mark of each on a line, so that none is told by its colour alone."""

import math
from collections.abc import Callable
from typing import Final

from bot.ui.art.canvas import Canvas, mixed
from engine.vocabulary import Good


def draw_good(canvas: Canvas, good: Good, x: float, y: float, size: float) -> None:
    """Draw a good about (x, y), about `size` units high."""
    with canvas.moved(x, y, size / 2):
        _ICONS[good](canvas)


def draw_mark(canvas: Canvas, good: Good, x: float, y: float, radius: float, fill: str, ground: str) -> None:
    """Draw the mark of a good's line about (x, y), with a rim of the ground's colour: each has a shape of its own."""
    for size, colour in ((radius * 1.45, ground), (radius, fill)):
        if good is Good.BERRIES:
            canvas.oval(x, y, size, fill=colour)
        elif good is Good.HONEY:
            canvas.polygon(*_ring(x, y, size * 1.08, 6, 0), fill=colour)
        elif good is Good.FIREWOOD:
            canvas.polygon(*_ring(x, y, size * 1.25, 4, 45), fill=colour)
        elif good is Good.ACORNS:
            canvas.polygon(*_ring(x, y + size * 0.15, size * 1.3, 3, 30), fill=colour)
        else:
            canvas.polygon(*_ring(x, y, size * 1.25, 4, 0), fill=colour)


def _ring(x: float, y: float, radius: float, corners: int, turned: float) -> list[tuple[float, float]]:
    steps = (math.radians(turned) + math.tau * corner / corners for corner in range(corners))
    return [(x + radius * math.cos(step), y + radius * math.sin(step)) for step in steps]


def _acorns(c: Canvas) -> None:
    nut, cap = "#C98B43", "#7C5A33"
    c.blob((-0.62, -0.14), (0, -0.3), (0.62, -0.14), (0.54, 0.42), (0, 0.98), (-0.54, 0.42), fill=nut)
    c.blob((-0.5, -0.1), (-0.26, -0.16), (-0.26, 0.3), (-0.4, 0.34), fill=mixed(nut, "#FFFFFF", 0.4))
    c.blob((-0.78, -0.1), (-0.66, -0.48), (0, -0.7), (0.66, -0.48), (0.78, -0.1), (0, 0.0), fill=cap)
    for x, y in ((-0.4, -0.26), (0, -0.3), (0.4, -0.26), (-0.2, -0.48), (0.2, -0.48)):
        c.oval(x, y, 0.09, 0.06, fill="#A17C4C")
    c.line((0, -0.66), (0.08, -0.92), ink=cap, width=0.15)


def _berries(c: Canvas) -> None:
    c.blob((0.0, -0.5), (0.34, -0.96), (0.86, -0.86), (0.62, -0.46), fill="#5E9A4B")
    for x, y in ((-0.42, -0.08), (0.44, -0.06), (0.02, 0.5)):
        c.oval(x, y, 0.48, fill="#4666B5")
        c.oval(x - 0.15, y - 0.17, 0.14, 0.12, fill="#A9BEF0")
        c.polygon(*_ring(x + 0.06, y + 0.12, 0.15, 5, 18), fill="#2C4384")
    c.line((0, -0.5), (-0.08, -0.92), ink="#5E9A4B", width=0.13)


def _mushrooms(c: Canvas) -> None:
    stem, cap = "#F3E6CF", "#C4473A"
    c.blob((-0.26, 0.0), (0.26, 0.0), (0.34, 0.84), (0, 0.96), (-0.34, 0.84), fill=stem)
    c.blob((-0.34, 0.02), (0.34, 0.02), (0.28, 0.2), (-0.28, 0.2), fill="#D6C3A2")
    c.blob((-0.96, 0.06), (-0.78, -0.52), (0, -0.92), (0.78, -0.52), (0.96, 0.06), (0, 0.16), fill=cap)
    for x, y, size in ((-0.5, -0.16, 0.15), (0.02, -0.5, 0.18), (0.52, -0.14, 0.14), (0.02, -0.02, 0.1)):
        c.oval(x, y, size, size * 0.86, fill="#FFF3E2")


def _honey(c: Canvas) -> None:
    pot, gold = "#B86F2C", "#F5B82E"
    c.blob((-0.6, -0.42), (0.6, -0.42), (0.82, 0.2), (0.56, 0.88), (0, 0.96), (-0.56, 0.88), (-0.82, 0.2), fill=pot)
    c.blob((-0.6, 0.0), (-0.42, -0.3), (-0.34, 0.1), (-0.44, 0.52), (-0.62, 0.4), fill=mixed(pot, "#FFFFFF", 0.35))
    c.box(-0.72, -0.66, 1.44, 0.34, gold, corner=0.16)
    c.blob((-0.3, -0.44), (0.26, -0.44), (0.28, 0.1), (0.1, 0.34), (-0.06, 0.06), (-0.24, 0.04), fill=gold)
    c.line((0.2, -0.7), (0.56, -1.0), ink="#8A5A2B", width=0.16)
    c.oval(-0.4, -0.54, 0.14, 0.06, fill="#FFE9A6")


def _firewood(c: Canvas) -> None:
    bark, wood, ring = "#7A4F2C", "#E0B67C", "#B5854B"
    for x, y in ((-0.46, 0.42), (0.46, 0.42), (0.0, -0.36)):
        c.oval(x, y, 0.5, fill=bark)
        c.oval(x, y, 0.38, fill=wood)
        c.oval(x, y, 0.24, fill=ring)
        c.oval(x, y, 0.15, fill=wood)
        c.oval(x, y, 0.05, fill=ring)


_ICONS: Final[dict[Good, Callable[[Canvas], None]]] = {
    Good.ACORNS: _acorns,
    Good.BERRIES: _berries,
    Good.MUSHROOMS: _mushrooms,
    Good.HONEY: _honey,
    Good.FIREWOOD: _firewood,
}
