"""Small portraits, drawn at start: no picture files to carry."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PIL import Image, ImageDraw

_SIZE = 128
_SCALE = 4  # drawn large and shrunk, which smooths the edges


@dataclass(frozen=True)
class Portrait:
    """A simple figure in ``ink`` on a round-cropped square of ``ground`` (both ``#rrggbb``)."""

    figure: Literal["tree", "leaf", "berries", "acorn"]
    ground: str
    ink: str


@cache
def draw(portrait: Portrait) -> bytes:
    """Draw a portrait as a 128 x 128 PNG."""
    image = Image.new("RGB", (_SIZE * _SCALE, _SIZE * _SCALE), portrait.ground)
    pen = _Pen(ImageDraw.Draw(image), portrait.ink, portrait.ground)
    getattr(pen, portrait.figure)()
    buffer = io.BytesIO()
    image.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Pen:
    """Draws on a canvas measured from 0 to 100 both ways."""

    def __init__(self, canvas: ImageDraw.ImageDraw, ink: str, ground: str) -> None:
        self._canvas, self._ink, self._ground = canvas, ink, ground

    def tree(self) -> None:
        self._box(46, 68, 54, 86)
        for top, half in ((16, 17), (32, 23), (48, 29)):
            self._polygon((50, top), (50 - half, top + 26), (50 + half, top + 26))

    def leaf(self) -> None:
        self._polygon((50, 14), (72, 34), (74, 54), (62, 70), (50, 76), (38, 70), (26, 54), (28, 34))
        self._line((50, 30), (50, 90), width=4, ink=self._ground)
        self._line((50, 72), (50, 90), width=4, ink=self._ink)
        for y in (44, 58):
            self._line((50, y + 8), (62, y - 2), width=3, ink=self._ground)
            self._line((50, y + 8), (38, y - 2), width=3, ink=self._ground)

    def berries(self) -> None:
        for x in (34, 50, 66):
            self._line((50, 18), (x, 56), width=3, ink=self._ink)
        for x, y in ((34, 58), (66, 58), (50, 68)):
            self._circle(x, y, 13, self._ink)
            self._circle(x - 4, y - 4, 3, self._ground)

    def acorn(self) -> None:
        self._polygon((30, 46), (70, 46), (68, 62), (60, 76), (50, 86), (40, 76), (32, 62))
        self._box(47, 18, 53, 30)
        self._canvas.pieslice(self._scaled(24, 24, 76, 70), 180, 360, fill=self._ink)
        self._line((26, 49), (74, 49), width=4, ink=self._ground)

    def _scaled(self, *numbers: float) -> tuple[float, ...]:
        return tuple(number * _SIZE * _SCALE / 100 for number in numbers)

    def _box(self, left: float, top: float, right: float, bottom: float) -> None:
        self._canvas.rectangle(self._scaled(left, top, right, bottom), fill=self._ink)

    def _circle(self, x: float, y: float, radius: float, ink: str) -> None:
        self._canvas.ellipse(self._scaled(x - radius, y - radius, x + radius, y + radius), fill=ink)

    def _line(self, start: tuple[float, float], end: tuple[float, float], *, width: float, ink: str) -> None:
        self._canvas.line(self._scaled(*start, *end), fill=ink, width=round(self._scaled(width)[0]))

    def _polygon(self, *corners: tuple[float, float]) -> None:
        self._canvas.polygon([self._scaled(*corner) for corner in corners], fill=self._ink)
