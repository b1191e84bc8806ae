"""The five creatures' faces, drawn from the front in a square of two units about the nose, each in its mood."""

from collections.abc import Callable
from typing import Final, Literal

from bot.ui.art.canvas import Canvas

Look = Literal["cheerful", "content", "uneasy", "miserable", "desperate", "asleep"]
"""How a face looks: the words for moods, and `asleep` for a creature whose mind gave no answer."""

LOOKS: Final[tuple[Look, ...]] = ("cheerful", "content", "uneasy", "miserable", "desperate", "asleep")

_DARK: Final = "#241A16"
_WHITE: Final = "#FFFDF4"


def draw_creature(canvas: Canvas, species: str, look: Look, x: float, y: float, size: float) -> None:
    """Draw the head and shoulders of a creature about (x, y), its head about `size` units high."""
    with canvas.moved(x, y, size / 2):
        _SPECIES[species](canvas, look)


def _fox(c: Canvas, look: Look) -> None:
    coat, shade, cream = "#D9702C", "#A64C1C", "#FBEBD3"
    c.blob((-0.62, 1.5), (-0.5, 0.8), (0, 0.6), (0.5, 0.8), (0.62, 1.5), (0, 1.7), fill=shade)
    c.blob((-0.26, 1.5), (-0.22, 0.92), (0, 0.78), (0.22, 0.92), (0.26, 1.5), fill=cream)
    for side in (-1, 1):
        c.polygon((side * 0.92, -1.02), (side * 0.14, -0.52), (side * 0.86, -0.02), fill=coat)
        c.polygon((side * 0.84, -0.86), (side * 0.38, -0.5), (side * 0.78, -0.22), fill=_DARK)
    c.blob(
        (-0.98, 0.1), (-0.72, -0.42), (0, -0.66), (0.72, -0.42), (0.98, 0.1), (0.52, 0.56), (0.16, 0.86),
        (-0.16, 0.86), (-0.52, 0.56), fill=coat,
    )  # fmt: skip
    for side in (-1, 1):
        c.blob(
            (side * 0.97, 0.12), (side * 0.62, 0.06), (side * 0.3, 0.18), (side * 0.1, 0.4), (side * 0.1, 0.84),
            (side * 0.3, 0.76), (side * 0.58, 0.52), fill=cream,
        )  # fmt: skip
    c.blob((-0.13, 0.9), (-0.16, 0.44), (0, 0.3), (0.16, 0.44), (0.13, 0.9), fill=cream)
    c.oval(0, 0.5, 0.14, 0.11, fill=_DARK)
    _mouth(c, look, 0.7, 0.2)
    _eyes(c, look, 0.42, -0.06, 0.145)


def _owl(c: Canvas, look: Look) -> None:
    coat, shade, cream = "#8A6D5A", "#5F483B", "#EBDCC3"
    c.blob((-0.8, 1.6), (-0.78, 0.9), (-0.4, 0.5), (0.4, 0.5), (0.78, 0.9), (0.8, 1.6), fill=shade)
    c.blob((-0.46, 1.6), (-0.46, 1.0), (0, 0.8), (0.46, 1.0), (0.46, 1.6), fill=cream)
    for y, xs in ((1.08, (-0.16, 0.16)), (1.26, (-0.3, 0, 0.3))):
        for x in xs:
            c.line((x - 0.08, y), (x, y + 0.08), (x + 0.08, y), ink=shade, width=0.045, smooth=True)
    for side in (-1, 1):
        c.polygon((side * 0.86, -1.0), (side * 0.2, -0.62), (side * 0.88, -0.2), fill=shade)
    c.blob(
        (-0.94, 0.02), (-0.76, -0.56), (0, -0.76), (0.76, -0.56), (0.94, 0.02), (0.7, 0.6), (0, 0.82), (-0.7, 0.6),
        fill=coat,
    )  # fmt: skip
    for side in (-1, 1):
        c.oval(side * 0.42, -0.02, 0.47, 0.48, fill=cream)
        c.line((side * 0.06, -0.36), (side * 0.5, -0.62), (side * 0.86, -0.68), ink=shade, width=0.1, smooth=True)
    _eyes(c, look, 0.4, -0.02, 0.23, iris="#E7A611")
    c.polygon((-0.15, 0.18), (0.15, 0.18), (0, 0.5), fill="#E8A33B")
    c.polygon((0, 0.18), (0.15, 0.18), (0, 0.5), fill="#C47F22")
    if look in ("miserable", "desperate"):
        c.line((-0.16, 0.62), (0, 0.56), (0.16, 0.62), ink=shade, width=0.05, smooth=True)


def _beaver(c: Canvas, look: Look) -> None:
    coat, shade, muzzle = "#7B4B2A", "#57331D", "#B98A5E"
    c.blob((-0.82, 1.6), (-0.74, 0.9), (-0.3, 0.56), (0.3, 0.56), (0.74, 0.9), (0.82, 1.6), fill=shade)
    c.blob((-0.4, 1.6), (-0.4, 1.04), (0, 0.88), (0.4, 1.04), (0.4, 1.6), fill=muzzle)
    for side in (-1, 1):
        c.oval(side * 0.68, -0.56, 0.24, fill=coat)
        c.oval(side * 0.68, -0.55, 0.13, fill=shade)
    c.blob(
        (-0.9, 0.16), (-0.74, -0.46), (0, -0.74), (0.74, -0.46), (0.9, 0.16), (0.66, 0.66), (0, 0.84), (-0.66, 0.66),
        fill=coat,
    )  # fmt: skip
    c.box(-0.17, 0.5, 0.34, 0.34, _WHITE, corner=0.06)
    c.line((0, 0.54), (0, 0.82), ink="#C9B99C", width=0.03)
    for side in (-1, 1):
        c.oval(side * 0.24, 0.34, 0.31, 0.25, fill=muzzle)
        for dx, dy in ((0.1, 0.3), (0.2, 0.42), (0.28, 0.3)):
            c.oval(side * (0.1 + dx), dy, 0.022, fill=shade)
    c.blob((-0.2, 0.1), (0, 0.04), (0.2, 0.1), (0.12, 0.26), (-0.12, 0.26), fill=_DARK)
    _eyes(c, look, 0.4, -0.14, 0.13)


def _tortoise(c: Canvas, look: Look) -> None:
    skin, shade, shell, moss = "#9DB36B", "#748A48", "#6A5637", "#4F7A3A"
    c.blob((-1.08, 1.6), (-1.06, 0.5), (-0.72, -0.28), (0, -0.62), (0.72, -0.28), (1.06, 0.5), (1.08, 1.6), fill=shell)
    c.blob((-0.92, 0.34), (-0.7, -0.3), (0, -0.66), (0.7, -0.3), (0.92, 0.34), (0.5, -0.02), (0, -0.22), (-0.5, -0.02),
           fill=moss)  # fmt: skip
    for x, y, across in ((-0.8, 0.6, 0.13), (0.8, 0.6, 0.13), (-0.84, 1.06, 0.17), (0.84, 1.06, 0.17)):
        c.oval(x, y, across, across * 1.25, fill="#8B7249")
    for side in (-1, 1):  # the shell's pale rim
        c.line((side * 0.36, 1.6), (side * 0.5, 0.9), (side * 0.44, 0.4), ink="#B79C68", width=0.12, smooth=True)
    c.blob((-0.42, 1.6), (-0.34, 0.8), (0, 0.6), (0.34, 0.8), (0.42, 1.6), fill=shade)
    c.blob(
        (-0.68, 0.16), (-0.6, -0.36), (-0.28, -0.7), (0.28, -0.7), (0.6, -0.36), (0.68, 0.16), (0.46, 0.66), (0, 0.8),
        (-0.46, 0.66), fill=skin,
    )  # fmt: skip
    for x, y in ((-0.16, -0.5), (0.14, -0.46), (0, -0.6)):
        c.oval(x, y, 0.07, 0.05, fill=shade)
    for side in (-1, 1):
        c.oval(side * 0.07, 0.2, 0.03, 0.04, fill=shade)
    _mouth(c, look, 0.46, 0.34)
    _eyes(c, look, 0.34, -0.1, 0.155, lid=shade)


def _hedgehog(c: Canvas, look: Look) -> None:
    spikes, tips, face, shade = "#5B4535", "#8C6F55", "#F0D9B5", "#D2AE82"
    c.blob((-0.72, 1.6), (-0.66, 0.9), (0, 0.6), (0.66, 0.9), (0.72, 1.6), fill=shade)
    for turn in range(-126, 127, 21):
        with c.moved(0, 0.02, turned=turn):
            c.polygon((-0.22, -0.7), (0.22, -0.7), (0, -1.1), fill=spikes)
            c.polygon((-0.07, -0.96), (0.07, -0.96), (0, -1.1), fill=tips)
    c.oval(0, 0.0, 0.86, 0.84, fill=spikes)
    for turn in range(-84, 85, 24):
        with c.moved(0, 0.06, turned=turn):
            c.polygon((-0.14, -0.6), (0.14, -0.6), (0, -0.86), fill=tips)
    for side in (-1, 1):
        c.oval(side * 0.58, -0.3, 0.18, fill=shade)
    c.blob(
        (-0.68, 0.2), (-0.56, -0.24), (-0.2, -0.36), (0, -0.26), (0.2, -0.36), (0.56, -0.24), (0.68, 0.2), (0.4, 0.68),
        (0, 0.84), (-0.4, 0.68), fill=face,
    )  # fmt: skip
    for side in (-1, 1):
        c.oval(side * 0.46, 0.34, 0.13, 0.09, fill="#E9A98F", alpha=0.8)
    c.oval(0, 0.3, 0.15, 0.12, fill=_DARK)
    c.oval(-0.04, 0.26, 0.04, 0.03, fill=_WHITE)
    _mouth(c, look, 0.56, 0.18)
    _eyes(c, look, 0.31, 0.02, 0.14)


_SPECIES: Final[dict[str, Callable[[Canvas, Look], None]]] = {
    "tortoise": _tortoise,
    "owl": _owl,
    "beaver": _beaver,
    "fox": _fox,
    "hedgehog": _hedgehog,
}


def _eyes(c: Canvas, look: Look, apart: float, y: float, size: float, *, iris: str = "", lid: str = "") -> None:
    """Draw both eyes, so many units right and left of the middle; an `iris` makes them large and round."""
    for side in (-1, 1):
        x = side * apart
        if look in ("cheerful", "asleep"):
            bend = -size if look == "cheerful" else size * 0.7
            c.line((x - size, y), (x, y + bend), (x + size, y), ink=_DARK, width=0.085, smooth=True)
            continue
        wide = 1.25 if look == "desperate" else 1.0
        if iris:
            c.oval(x, y, size * wide, fill=iris)
            c.oval(x, y, size * (0.42 if look == "desperate" else 0.62), fill=_DARK)
        elif look == "desperate":
            c.oval(x, y, size * 1.35, fill=_WHITE)
            c.oval(x, y, size * 0.6, fill=_DARK)
        else:
            c.oval(x, y, size * 0.92, size * 1.08, fill=_DARK)
        c.oval(x - size * 0.3, y - size * 0.36, size * 0.27, fill=_WHITE)
        if lid and look == "content":
            c.blob((x - size * 1.1, y - size * 0.2), (x, y - size * 1.3), (x + size * 1.1, y - size * 0.2), fill=lid)
        if look in ("uneasy", "miserable", "desperate"):
            rise = {"uneasy": 0.1, "miserable": 0.16, "desperate": 0.2}[look]
            high = y - size * 1.75
            c.line((x - side * size, high - rise), (x + side * size, high + rise * 0.6), ink=_DARK, width=0.075)
    if look == "desperate":
        with c.moved(apart + size * 2.1, y - size * 1.4):
            c.blob((0, -0.14), (0.1, 0.06), (0, 0.15), (-0.1, 0.06), fill="#8FD3F0")
    if look == "miserable":
        with c.moved(apart + size * 0.2, y + size * 2.0):
            c.blob((0, -0.15), (0.08, 0.05), (0, 0.13), (-0.08, 0.05), fill="#8FD3F0")


def _mouth(c: Canvas, look: Look, y: float, half: float) -> None:
    """Draw a mouth about the height y, so many units to each side."""
    if look == "desperate":
        c.oval(0, y + 0.03, half * 0.5, half * 0.42, fill=_DARK)
        return
    bend = {"cheerful": 0.15, "content": 0.08, "uneasy": -0.01, "miserable": -0.1, "asleep": 0.03}[look]
    if look == "cheerful":
        c.blob((-half, y), (-half * 0.5, y + bend), (0, y + bend * 1.35), (half * 0.5, y + bend), (half, y),
               (0, y + 0.03), fill=_DARK)  # fmt: skip
        return
    c.line((-half, y), (0, y + bend), (half, y), ink=_DARK, width=0.065, smooth=True)
