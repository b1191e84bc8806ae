"""What pictures are drawn with: smooth shapes and text on a sheet, made with Matplotlib's Agg renderer.

A sheet is 540 units wide or more, y runs downwards, and every unit is two pixels. Matplotlib is imported where it is
used because that takes a second, and a bot shall answer before that. One thread draws at a time (see `bot.ui.studio`).
"""

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.i18n.languages import spoken
from bot.ui.art.fonts import type_of

if TYPE_CHECKING:
    from matplotlib.path import Path
    from PIL.Image import Image

Point = tuple[float, float]

WIDTH: Final = 540.0
"""Units: a card of Discord is about 270 pixels wide on a phone and 520 on a desk."""

PIXELS_A_UNIT: Final = 2
_DPI: Final = 72  # with 72 points to the inch, a point is a pixel
_COLOURS: Final = 255


class Canvas:
    """A sheet that is drawn on. Colours are `#rrggbb`; lengths are in units of the present frame (see `moved`)."""

    def __init__(self, width: float, height: float, ground: str) -> None:
        """Begin a sheet of so many units, filled with a colour."""
        from matplotlib.backends.backend_agg import RendererAgg
        from matplotlib.transforms import Affine2D

        self.width, self.height = width, height
        pixels = round(width * PIXELS_A_UNIT), round(height * PIXELS_A_UNIT)
        self._pen: Any = RendererAgg(*pixels, _DPI)
        self._pixel_height = pixels[1]
        # Agg's y runs upwards from the bottom of the sheet.
        self._frame: Any = Affine2D().scale(PIXELS_A_UNIT, -PIXELS_A_UNIT).translate(0, pixels[1])
        self._scale = float(PIXELS_A_UNIT)
        self._clip: Any = None
        self.box(0, 0, width, height, ground)

    # ---- where

    @contextmanager
    def moved(self, x: float, y: float, scale: float = 1.0, *, turned: float = 0.0) -> Iterator[None]:
        """Draw inside with the origin at (x, y), everything so many times as large, turned clockwise by degrees."""
        from matplotlib.transforms import Affine2D

        before = self._frame, self._scale
        self._frame = Affine2D().rotate_deg(turned).scale(scale).translate(x, y) + self._frame
        self._scale *= scale
        try:
            yield
        finally:
            self._frame, self._scale = before

    @contextmanager
    def inside(self, x: float, y: float, width: float, height: float, corner: float) -> Iterator[None]:
        """Draw inside a box with round corners alone."""
        from matplotlib.transforms import TransformedPath

        self._clip = TransformedPath(_rounded(x, y, width, height, corner), self._frame)
        try:
            yield
        finally:
            self._clip = None

    # ---- shapes

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, corner: float = 0.0) -> None:
        """Fill a box, from its top left."""
        self._fill(_rounded(x, y, width, height, corner), fill)

    def oval(
        self, x: float, y: float, across: float, down: float | None = None, *, fill: str, alpha: float = 1.0
    ) -> None:
        """Fill an ellipse about (x, y) with these half axes; a circle when one is given."""
        self._fill(_oval(x, y, across, across if down is None else down), fill, alpha)

    def polygon(self, *corners: Point, fill: str, alpha: float = 1.0) -> None:
        """Fill a shape with straight edges."""
        self._fill(_closed(corners), fill, alpha)

    def blob(self, *points: Point, fill: str, alpha: float = 1.0) -> None:
        """Fill the smooth shape through these points."""
        self._fill(_smooth(points, closed=True), fill, alpha)

    def line(
        self, *points: Point, ink: str, width: float, smooth: bool = False, alpha: float = 1.0, dashes: bool = False
    ) -> None:
        """Draw a line with round ends through these points."""
        path = _smooth(points, closed=False) if smooth and len(points) > 2 else _open(points)
        gc = self._gc()
        gc.set_foreground(ink)
        gc.set_alpha(alpha)
        gc.set_linewidth(width * self._scale)
        gc.set_capstyle("round")
        gc.set_joinstyle("round")
        if dashes:
            gc.set_dashes(0, [3 * width * self._scale, 2.5 * width * self._scale])
        self._pen.draw_path(gc, path, self._frame, None)
        gc.restore()

    # ---- text

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        ink: str,
        bold: bool = False,
        title: bool = False,
        align: Literal["left", "middle", "right"] = "left",
    ) -> None:
        """Write one line whose letters stand about the height y. It is never read as a formula."""
        font = type_of(text, size * self._scale, spoken(), bold=bold, title=title)
        width, _, _ = self._pen.get_text_width_height_descent(text, font, ismath=False)
        # Capitals stand on the line, 0.73 of the size high; descenders shall not lift a word above its neighbours.
        left, baseline = self._frame.transform((x, y))
        left -= {"left": 0.0, "middle": width / 2, "right": width}[align]
        gc = self._gc()
        gc.set_foreground(ink)
        base = self._pixel_height - (baseline - 0.365 * size * self._scale)
        self._pen.draw_text(gc, round(left), round(base), text, font, 0, ismath=False)
        gc.restore()

    def measure(self, text: str, size: float, *, bold: bool = False, title: bool = False) -> float:
        """Return how wide a text is, in units."""
        font = type_of(text, size * self._scale, spoken(), bold=bold, title=title)
        return self._pen.get_text_width_height_descent(text, font, ismath=False)[0] / self._scale

    def fitted(self, text: str, size: float, room: float, *, bold: bool = False, title: bool = False) -> str:
        """Return a text cut to so much room, with an ellipsis when something is cut."""
        if self.measure(text, size, bold=bold, title=title) <= room:
            return text
        kept = text
        while kept and self.measure(f"{kept}…", size, bold=bold, title=title) > room:
            kept = kept[:-1].rstrip()
        return f"{kept}…"

    # ---- done

    def png(self) -> bytes:
        """Return the sheet as PNG."""
        from PIL import Image

        rgba: Any = self._pen.buffer_rgba()
        height, width = rgba.shape[:2]
        return flat_png(Image.frombuffer("RGBA", (width, height), bytes(rgba), "raw", "RGBA", 0, 1).convert("RGB"))

    def _gc(self) -> Any:
        gc = self._pen.new_gc()
        gc.set_antialiased(True)
        if self._clip is not None:
            gc.set_clip_path(self._clip)
        return gc

    def _fill(self, path: "Path", fill: str, alpha: float = 1.0) -> None:
        from matplotlib.colors import to_rgb

        gc = self._gc()
        gc.set_linewidth(0.0)
        gc.set_alpha(alpha)
        self._pen.draw_path(gc, path, self._frame, (*to_rgb(fill), alpha))
        gc.restore()


def flat_png(image: "Image", *, every: int = 3) -> bytes:
    """Return a picture as PNG with a palette, which is a third of the size and looks the same.

    The palette covers the colours of small things too, such as a line's, and is then moved onto those that are there,
    so that a ground has just the colour that it was given. It is made from every `every`-th pixel both ways.
    """
    from PIL import Image

    seen = image.resize((image.width // every, image.height // every), Image.Resampling.NEAREST)
    palette = seen.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    buffer = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that lies between two: the first at 0, the other at 1."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _open(points: Sequence[Point]) -> "Path":
    from matplotlib.path import Path

    return Path(list(points))


def _closed(points: Sequence[Point]) -> "Path":
    from matplotlib.path import Path

    return Path([*points, points[0]], closed=True)


def _smooth(points: Sequence[Point], *, closed: bool) -> "Path":
    """Return the curve through all points, each piece a Bézier curve with the tangents of Catmull and Rom."""
    from matplotlib.path import Path

    count = len(points)
    pieces = count if closed else count - 1

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    vertices, codes = [points[0]], [Path.MOVETO]
    for index in range(pieces):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (at(index + step) for step in (-1, 0, 1, 2))
        vertices += [(x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6), (x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6), (x2, y2)]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)


def _oval(x: float, y: float, across: float, down: float) -> "Path":
    return _smooth(
        [
            (x + across * math.cos(step * math.tau / 16), y + down * math.sin(step * math.tau / 16))
            for step in range(16)
        ],
        closed=True,
    )


def _rounded(x: float, y: float, width: float, height: float, corner: float) -> "Path":
    from matplotlib.path import Path

    if corner <= 0:
        return _closed([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    right, bottom, c = x + width, y + height, corner
    vertices = [
        (x + c, y), (right - c, y), (right, y), (right, y + c), (right, bottom - c), (right, bottom),
        (right - c, bottom), (x + c, bottom), (x, bottom), (x, bottom - c), (x, y + c), (x, y), (x + c, y),
    ]  # fmt: skip
    curve = [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path(vertices, [Path.MOVETO, *curve * 4])
