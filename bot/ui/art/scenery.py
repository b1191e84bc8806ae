"""The wood itself through the year: sky, hills, trees, ground and what falls from the sky."""

import math
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from bot.ui.art.canvas import Canvas, mixed

Fall = Literal["", "leaves", "snow", "blossom"]


@dataclass(frozen=True)
class Season:
    """How the wood looks at one time of year.

    Attributes:
        sky: The bands of the sky, from the top down.
        light: The sun or the moon.
        hills: The far and the near hills.
        ground: The clearing.
        leaves: The crowns of the leaf trees; none where they are bare.
        firs: The firs.
        falling: What falls from the sky.
        snow: Whether snow lies.
        night: Whether stars are out and the light is the moon.
        blazing: Whether the light scorches.
    """

    sky: tuple[str, ...]
    light: str
    hills: tuple[str, str]
    ground: str
    leaves: tuple[str, ...]
    firs: str
    falling: Fall = ""
    snow: bool = False
    night: bool = False
    blazing: bool = False


SEASONS: Final[dict[str, Season]] = {
    "early autumn": Season(
        ("#F2C27B", "#F4CE92", "#F6DAA9", "#F8E6C2"), "#FFF3D0", ("#C9A368", "#9C8A4E"), "#6F7A3C",
        ("#D98E2B", "#C9702A", "#B7A03A", "#8F9A3E"), "#3F5D3A", "leaves",
    ),
    "late autumn": Season(
        ("#C77B58", "#D68F66", "#E4A679", "#F0C095"), "#FFE3B0", ("#9A6A55", "#77553F"), "#5E5230",
        ("#A6472A", "#8A3A2A", "#B5652C"), "#35503A", "leaves",
    ),
    "early winter": Season(
        ("#8FA9BF", "#A5BBCB", "#BCCDD8", "#D4DFE5"), "#F6F7F2", ("#A9BAC4", "#8398A3"), "#DDE5E6",
        (), "#3E5B55", "snow", snow=True,
    ),
    "deep winter": Season(
        ("#1D2B4A", "#263759", "#324669", "#41577A"), "#EEF3FA", ("#4C6485", "#3C5271"), "#C3D2E2",
        (), "#24404A", "snow", snow=True, night=True,
    ),
    "late winter": Season(
        ("#A9B8D6", "#C3C6DC", "#DCD2DC", "#EFDDD6"), "#FFF1DC", ("#B7BFD0", "#96A3B6"), "#D6DFDF",
        (), "#45635A", snow=True,
    ),
    "early spring": Season(
        ("#9FCFE0", "#B5DAE4", "#CCE5E6", "#E2F0E4"), "#FFF7CF", ("#A9C98E", "#82AE6C"), "#6FA04F",
        ("#9CC65A", "#F2B7C6", "#7FB650", "#F7CBD6"), "#3F6B48", "blossom",
    ),
}  # fmt: skip
"""By the words for the time of year."""


def season_of(words: str) -> Season:
    """Return how the wood looks in words such as `late autumn`; one never heard of is drawn as early autumn."""
    return SEASONS.get(words, SEASONS["early autumn"])


def parched(season: Season) -> Season:
    """Return how the wood looks at a time of year in a drought: under a scorching sun, withered, nothing falling."""
    return replace(
        season,
        sky=tuple(mixed(colour, "#F3B65A", 0.82 if season.night else 0.62) for colour in season.sky),
        light="#FFF1B8",
        hills=(mixed(season.hills[0], "#C98F4E", 0.7), mixed(season.hills[1], "#A9713A", 0.7)),
        ground=mixed(season.ground, "#CDA468", 0.8),
        leaves=tuple(mixed(colour, "#9A6B35", 0.72) for colour in season.leaves),
        firs=mixed(season.firs, "#7A6A35", 0.6),
        falling="",
        snow=False,
        night=False,
        blazing=True,
    )


def frozen(season: Season) -> Season:
    """Return how the wood looks at a time of year in a frost: pale with rime, snow on firs and log."""
    rime = "#DCEBF5"
    return replace(
        season,
        sky=tuple(mixed(colour, "#A9CBE6", 0.12 if season.night else 0.62) for colour in season.sky),
        hills=(mixed(season.hills[0], rime, 0.45), mixed(season.hills[1], rime, 0.35)),
        ground=mixed(season.ground, rime, 0.62),
        leaves=tuple(mixed(colour, rime, 0.42) for colour in season.leaves),
        snow=True,
    )


def draw_backdrop(c: Canvas, season: Season, horizon: float, *, light_at: tuple[float, float], seed: int) -> None:
    """Draw sky, hills and trees over the whole sheet; the ground begins at the height `horizon`."""
    chance = Random(seed)
    band = horizon / len(season.sky)
    for index, colour in enumerate(season.sky):
        c.box(0, index * band, c.width, band + 1, colour)
    if season.night:
        for _ in range(46):
            c.oval(
                chance.uniform(0, c.width), chance.uniform(0, horizon * 0.8), chance.uniform(0.6, 1.5), fill="#FFFFFF"
            )
    x, y = light_at
    if season.blazing:
        for step in range(16):
            with c.moved(x, y, turned=step * 22.5):
                c.polygon((-5.5, -37), (5.5, -37), (0, -72 if step % 2 else -56), fill=season.light)
    for grown, alpha in ((2.3, 0.14), (1.6, 0.2)):
        c.oval(x, y, 30 * grown, fill=season.light, alpha=alpha)
    if season.night:
        outer = [(x + 30 * math.cos(step * 0.1), y + 30 * math.sin(step * 0.1)) for step in range(4, 29)]
        inner = [(x + 9 + 24 * math.cos(step * 0.1), y - 8 + 24 * math.sin(step * 0.1)) for step in range(28, 3, -1)]
        c.polygon(*outer, *inner, fill=season.light)
    else:
        c.oval(x, y, 30, fill=season.light)
    for index, (colour, rise) in enumerate(zip(season.hills, (58, 34), strict=True)):
        _hills(c, chance, horizon, rise, colour, start=index * 70)
    _trees(c, chance, season, horizon)
    _hills(c, chance, horizon + 12, 9, season.ground, start=30, down=c.height)


def draw_falling(c: Canvas, season: Season, seed: int, *, share: float = 1.0) -> None:
    """Draw what falls from the sky over everything; `share` thins it out."""
    chance = Random(seed + 1)
    area = c.width * c.height / 130_000
    if season.falling == "snow":
        for _ in range(round(110 * area * share)):
            size = chance.uniform(0.9, 2.9)
            c.oval(chance.uniform(0, c.width), chance.uniform(0, c.height), size, fill="#FFFFFF", alpha=0.9)
    elif season.falling:
        colours = season.leaves if season.falling == "leaves" else ("#F7CBD6", "#FCE4EA")
        for _ in range(round(30 * area * share)):
            x, y = chance.uniform(0, c.width), chance.uniform(0, c.height)
            with c.moved(x, y, chance.uniform(3.4, 6.0), turned=chance.uniform(0, 360)):
                c.blob((-1, 0), (0, -0.55), (1, 0), (0, 0.55), fill=chance.choice(colours))


def draw_log(c: Canvas, season: Season, x: float, y: float, width: float, height: float) -> None:
    """Draw the long log that the creatures sit behind, from its top left."""
    bark, shade, wood = "#7A5233", "#5E3D25", "#DDB681"
    c.oval(x + width / 2, y + height + 3, width / 2 + 6, 9, fill="#000000", alpha=0.18)
    c.box(x, y, width, height, bark, corner=height / 2)
    chance = Random(5)
    for _ in range(26):
        left = chance.uniform(x + 20, x + width - 90)
        level = chance.uniform(y + 8, y + height - 7)
        c.line((left, level), (left + chance.uniform(18, 60), level), ink=shade, width=2)
    for at, grown in ((x + height * 0.42, 1.0), (x + width - height * 0.42, 1.0)):
        c.oval(at, y + height / 2, height * 0.36 * grown, height * 0.49, fill=wood)
        c.oval(at, y + height / 2, height * 0.23, height * 0.32, fill=mixed(wood, shade, 0.35))
        c.oval(at, y + height / 2, height * 0.13, height * 0.19, fill=wood)
    if season.snow:
        caps = [(x + height * 0.4 + step * (width - height * 0.8) / 12, y - 5 - 3 * (step % 3)) for step in range(13)]
        under = ((x + width - height * 0.3, y + 7), (x + width / 2, y + 5), (x + height * 0.3, y + 7))
        c.blob(*caps, *under, fill="#F4F8FA")
    else:
        moss = "#A98B4E" if season.blazing else "#6E8F45"
        for at in (x + width * 0.16, x + width * 0.55, x + width * 0.8):
            c.blob((at, y + 2), (at + 22, y - 5), (at + 46, y + 1), (at + 30, y + 9), (at + 8, y + 8), fill=moss)


def _hills(
    c: Canvas, chance: Random, horizon: float, rise: float, colour: str, *, start: float, down: float | None = None
) -> None:
    tops = [(x, horizon - rise * (0.35 + 0.65 * chance.random())) for x in range(-60, round(c.width) + 121, 90)]
    low = horizon + 40 if down is None else down + 60
    shifted = [(x + start - 60, y) for x, y in tops]
    c.blob((-160, low), *shifted, (c.width + 160, low), (c.width / 2, low + 30), fill=colour)


def _trees(c: Canvas, chance: Random, season: Season, horizon: float) -> None:
    spots = sorted((chance.uniform(-10, c.width + 10) for _ in range(round(c.width / 25))), key=math.sin)
    for x in spots:
        foot, tall = horizon + chance.uniform(0, 12), chance.uniform(46, 88)
        if chance.random() < 0.45:
            _fir(c, season, x, foot, tall)
        else:
            _leaf_tree(c, chance, season, x, foot, tall)


def _fir(c: Canvas, season: Season, x: float, foot: float, tall: float) -> None:
    c.box(x - 2.5, foot - 9, 5, 10, "#4A3523")
    for level in range(3):
        top, half = foot - tall + level * tall * 0.24, tall * (0.17 + 0.075 * level)
        base = top + tall * 0.42
        c.polygon((x, top), (x - half, base), (x + half, base), fill=season.firs)
        if season.snow:
            c.polygon((x, top), (x - half * 0.46, top + tall * 0.19), (x, top + tall * 0.15),
                      (x + half * 0.46, top + tall * 0.19), fill="#F4F8FA")  # fmt: skip


def _leaf_tree(c: Canvas, chance: Random, season: Season, x: float, foot: float, tall: float) -> None:
    trunk = "#5A4030" if not season.snow else "#4A4038"
    c.line((x, foot), (x, foot - tall * 0.62), ink=trunk, width=5)
    for side, rise in ((-1, 0.5), (1, 0.62), (-1, 0.74)):
        c.line((x, foot - tall * (rise - 0.16)), (x + side * tall * 0.2, foot - tall * rise - 6), ink=trunk, width=3)
    if not season.leaves:
        c.line((x, foot - tall * 0.6), (x + 3, foot - tall * 0.95), ink=trunk, width=3)
        return
    crown = chance.choice(season.leaves)
    for dx, dy, size in ((-0.2, 0.66, 0.24), (0.2, 0.68, 0.24), (0.0, 0.84, 0.28)):
        c.oval(x + dx * tall, foot - dy * tall, size * tall, fill=crown)
    for dx, dy, size in ((-0.26, 0.71, 0.13), (-0.06, 0.92, 0.15)):
        c.oval(x + dx * tall, foot - dy * tall, size * tall, size * 0.8 * tall, fill=mixed(crown, "#FFFFFF", 0.12))
