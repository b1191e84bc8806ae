"""The painted pictures: the scene of a turn, a creature's portrait, and the poster of a season.

Each is a pure function from a description to PNG; the description is frozen and its cache's key. What they show is
told in words by the functions called `alt_of…`, for those who do not see them. Only public facts enter them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from bot.ui.art.canvas import WIDTH, Canvas
from bot.ui.art.creatures import LOOKS, Look, draw_creature
from bot.ui.art.goods import draw_good
from bot.ui.art.omens import (
    draw_cracks,
    draw_frost,
    draw_gust,
    draw_heap,
    draw_icicles,
    draw_omen,
    draw_rumour,
    draw_windfall,
)
from bot.ui.art.scenery import SEASONS, Season, draw_backdrop, draw_falling, draw_log, frozen, parched, season_of
from bot.ui.art.theme import Theme
from bot.ui.reading import UNTOUCHED, Struck
from engine.vocabulary import Direction, Good

_SCENE_HEIGHT: Final = 250.0
_PORTRAIT_HEIGHT: Final = 270.0
_POSTER_HEIGHT: Final = 474.0
"""Without a podium, each place of which adds a row."""

_ON_THE_POSTER: Final = ("tortoise", "owl", "beaver", "fox", "hedgehog")
_LIGHT_AT: Final = (442.0, 48.0)
_HORIZON: Final = 150.0
_LOG_TOP: Final = 192.0


@dataclass(frozen=True)
class Sitter:
    """A creature as it is painted; one that is `away` is banished, and its place is empty."""

    name: str
    species: str
    grows: Good
    look: Look
    away: bool = False


@dataclass(frozen=True)
class Scene:
    """The wood at the end of a turn. A fallen legend stands in the sky as its good and the way that its price went.

    `struck` is what the weather-god's hand did.
    """

    season: str
    sitters: tuple[Sitter, ...]
    legend: tuple[Good, Direction] | None = None
    struck: Struck = UNTOUCHED


@dataclass(frozen=True)
class Portrait:
    """A creature's portrait card: who it is and how it feels, in words that are ready to be shown."""

    sitter: Sitter
    season: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Poster:
    """A season's poster: words that are ready to be shown, over a wood at its time of year.

    `podium` are the best, each a mask and what it was worth, from the first place on.
    """

    season: str
    title: str
    subtitle: str
    podium: tuple[tuple[str, str], ...]
    footer: str


def look_of(mood: str, *, silent: bool) -> Look:
    """Return how a creature of this mood looks; one whose mind gave no answer sleeps."""
    if silent:
        return "asleep"
    return cast("Look", mood) if mood in LOOKS else "content"


def paint_scene(_theme: Theme, scene: Scene) -> bytes:
    """Paint the scene of a turn: the same by day and by night, for it brings its own light."""
    season = season_of(scene.season)
    season = parched(season) if scene.struck.drought else season
    season = frozen(season) if scene.struck.frost else season
    canvas = Canvas(WIDTH, _SCENE_HEIGHT, season.ground)
    step = WIDTH / max(1, len(scene.sitters))
    seats = [(step * (place + 0.5), sitter) for place, sitter in enumerate(scene.sitters)]
    _paint_sky(canvas, scene, season, seats)
    _paint_company(canvas, scene, season, seats)
    if scene.struck.frost:
        draw_frost(canvas)
    return canvas.png()


def paint_portrait(theme: Theme, portrait: Portrait) -> bytes:
    """Paint a creature large, with its name, its crop and its mood beside it."""
    season, sitter = season_of(portrait.season), portrait.sitter
    canvas = Canvas(WIDTH, _PORTRAIT_HEIGHT, theme.ground)
    seed = list(SEASONS).index(portrait.season) if portrait.season in SEASONS else 0
    frame = 228.0
    with canvas.inside(20, 21, frame, frame, 26), canvas.moved(20, 21):
        draw_backdrop(canvas, season, 140, light_at=(186, 44), seed=seed)
        draw_falling(canvas, season, seed, share=0.35)
        if not sitter.away:
            draw_creature(canvas, sitter.species, sitter.look, frame / 2, 124, 136)
    left, room = 270.0, WIDTH - 270.0 - 18.0
    canvas.text(left, 56, canvas.fitted(portrait.title, 37, room, bold=True, title=True), size=37, ink=theme.ink,
                bold=True, title=True)  # fmt: skip
    for place, line in enumerate(portrait.lines):
        shown = canvas.fitted(line, 22, room)
        canvas.text(left, 100 + 34 * place, shown, size=22, ink=theme.ink if place else theme.soft)
    canvas.box(left, 193, 56, 56, theme.panel, corner=15)
    draw_good(canvas, sitter.grows, left + 28, 221, 40)
    return canvas.png()


def paint_poster(theme: Theme, poster: Poster) -> bytes:
    """Paint the poster of a season: its wood above, its title and podium below."""
    season = season_of(poster.season)
    canvas = Canvas(WIDTH, _POSTER_HEIGHT + 52 * len(poster.podium), theme.ground)
    seed = list(SEASONS).index(poster.season) if poster.season in SEASONS else 0
    with canvas.inside(0, 0, WIDTH, 300, 0):
        draw_backdrop(canvas, season, 210, light_at=(420, 66), seed=seed + 3)
        draw_falling(canvas, season, seed, share=0.4)
        for place, species in enumerate(_ON_THE_POSTER):
            draw_creature(canvas, species, "cheerful", 74 + 98 * place, 244 - 12 * (place % 2), 92)
    canvas.box(0, 296, WIDTH, 4, theme.rule)
    middle, room = WIDTH / 2, WIDTH - 48
    title = canvas.fitted(poster.title, 42, room, bold=True, title=True)
    canvas.text(middle, 346, title, size=42, ink=theme.ink, bold=True, title=True, align="middle")
    canvas.text(middle, 392, canvas.fitted(poster.subtitle, 22, room), size=22, ink=theme.soft, align="middle")
    for place, (mask, worth) in enumerate(poster.podium):
        y = 448 + 52 * place
        canvas.box(24, y - 22, WIDTH - 48, 44, theme.panel, corner=12)
        canvas.oval(52, y, 15, fill=theme.places[place])
        canvas.text(52, y, str(place + 1), size=20, ink=theme.ground, bold=True, align="middle")
        canvas.text(WIDTH - 42, y, worth, size=23, ink=theme.ink, bold=True, align="right")
        left_over = WIDTH - 42 - 82 - canvas.measure(worth, 23, bold=True) - 14
        canvas.text(82, y, canvas.fitted(mask, 23, left_over), size=23, ink=theme.ink)
    canvas.text(middle, canvas.height - 34, canvas.fitted(poster.footer, 21, room), size=21, ink=theme.soft,
                align="middle")  # fmt: skip
    return canvas.png()


def _paint_sky(canvas: Canvas, scene: Scene, season: Season, seats: Sequence[tuple[float, Sitter]]) -> None:
    """Paint all that is behind the creatures: the wood, and what hangs over it and falls."""
    seed = list(SEASONS).index(scene.season) if scene.season in SEASONS else 0
    draw_backdrop(canvas, season, _HORIZON, light_at=_LIGHT_AT, seed=seed)
    if scene.struck.drought:
        draw_cracks(canvas, season.ground, _HORIZON)
    draw_falling(canvas, season, seed, share=0.8)
    blown = [(x, sitter.grows) for x, sitter in seats if sitter.grows in scene.struck.windfalls]
    for x, _ in blown[:1]:
        draw_gust(canvas, x)
    for x, good in blown:
        draw_windfall(canvas, good, x)
    if scene.legend is not None:
        draw_omen(canvas, *scene.legend, 96, 60)
    rumours = scene.struck.rumours
    for place, (good, direction) in enumerate(rumours):
        draw_rumour(canvas, good, direction, 274 + 108 * place, 46, 1.0 if len(rumours) == 1 else 0.8)


def _paint_company(canvas: Canvas, scene: Scene, season: Season, seats: Sequence[tuple[float, Sitter]]) -> None:
    """Paint the creatures behind their log, and what each of them grows before it."""
    for x, sitter in seats:
        if not sitter.away:
            draw_creature(canvas, sitter.species, sitter.look, x, 147, 80)
    draw_log(canvas, season, -26, _LOG_TOP, WIDTH + 52, 46)
    if scene.struck.frost:
        draw_icicles(canvas, 0, _LOG_TOP + 5, WIDTH, [x for x, _ in seats])
    for x, sitter in seats:
        canvas.oval(x, 215, 20, fill="#F3E4C4", alpha=0.35 if sitter.away else 1.0)
        if not sitter.away:
            draw_good(canvas, sitter.grows, x, 215, 29)
        if sitter.grows in scene.struck.windfalls:
            draw_heap(canvas, sitter.grows, x, _LOG_TOP)
