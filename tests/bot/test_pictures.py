"""Every picture in both themes: told in words, read by every eye, drawn once and off the event loop."""

import threading
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.i18n import Language, speaking, spoken
from bot.ui import pictures
from bot.ui.art.canvas import PIXELS_A_UNIT, WIDTH, Canvas
from bot.ui.art.creatures import LOOKS
from bot.ui.art.scenery import SEASONS
from bot.ui.art.theme import DARK, SMALLEST, THEMES, Theme
from bot.ui.pictures import Picture
from bot.ui.plots import Chart, Line, draw_chart, spread
from bot.ui.studio import Studio
from engine.actions.keeping import DROUGHT, FROST, RUMOUR, WINDFALL
from engine.cast import CAST, GROWER
from engine.feelings import mood_word
from engine.phrases import say
from engine.releases import public_view
from engine.turn import found
from engine.views import PublicView
from engine.vocabulary import GOODS, Direction, Good
from engine.weather import CHAPTER_NAMES
from tests.bot.art.colours import contrast
from tests.bot.stage import Stage
from tests.bot.test_boards import held
from tests.bot.test_cards import busy_view
from tests.bot.test_season_cards import ended, story

ARROWS = {Direction.RISE: "up", Direction.FALL: "down"}
both = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


STROKES = [
    ((DROUGHT,), "A drought: a scorching sun over withered trees"),
    ((FROST,), "A frost: rime on trees and ground"),
    *(((say(WINDFALL, units=6, good=good, name=GROWER[good]),), f"brings down {good}.") for good in GOODS),
    *(((say(RUMOUR, good=Good.HONEY, direction=way),), f"points {arrow}.") for way, arrow in ARROWS.items()),
]
"""What the engine tells of each poke, and what the picture's words say of it."""


def stormy(view: PublicView) -> PublicView:
    """Return a view of a turn in which everything happened at once."""
    every = [line for lines, _ in STROKES for line in lines]
    away = view.creatures[1].model_copy(update={"back": 17})
    creatures = (view.creatures[0], away, *view.creatures[2:])
    return view.model_copy(update={"news": (*view.news, *every), "season": "deep winter", "creatures": creatures})


def gallery() -> list[Picture]:
    """Return one of every picture that the bot sends, and the first of each in a wood's life."""
    new, busy = public_view(found("w", "7").world), busy_view()
    away = busy.creatures[1].model_copy(update={"back": 17})
    long = {"entrant-2": "W" * 60, "entrant-3": "_"}
    return [
        *pictures.of_turn(new),
        *pictures.of_turn(busy),
        pictures.scene(stormy(busy)),
        pictures.prices(new),
        pictures.prices(busy, Good.HONEY),
        *pictures.of_season(ended(90_000, 80, 70), story(turns=48)),
        pictures.of_season(ended(), story(turns=0))[0],
        *(pictures.portrait(face, season) for face, season in zip(busy.creatures, CHAPTER_NAMES, strict=False)),
        pictures.portrait(away, "late winter"),
        pictures.standings(held(64, rounds=5).state, long),
        pictures.standings(held(8, rounds=3, over=True).state, long),
    ]


@both
@pytest.mark.parametrize("picture", gallery(), ids=lambda each: each.name)
def test_every_letter_is_read_on_what_it_stands_on(
    theme: Theme, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = Canvas.text

    def text(canvas: Canvas, x: float, y: float, text: str, *, size: float, ink: str, **how: Any) -> None:
        left = x - canvas.measure(text, size, bold=how.get("bold", False)) * {"right": 1, "middle": 0.5}.get(
            how.get("align", ""), 0
        )
        under = pixels_under(canvas, left, y)
        assert min(contrast(ink, colour) for colour in under) >= 4.5, text
        if text not in "123":  # a place in its medal
            assert size >= SMALLEST, text
        written.append(text)
        write(canvas, x, y, text, size=size, ink=ink, **how)

    monkeypatch.setattr(Canvas, "text", text)
    assert picture.draw(theme, picture.subject).startswith(b"\x89PNG\r\n\x1a\n")
    assert bool(written) == (picture.name != "scene.png")


def pixels_under(canvas: Canvas, x: float, y: float) -> Iterator[Any]:
    """Yield colours of the sheet along the first letter of a text, before it is written."""
    sheet = np.asarray(canvas._pen.buffer_rgba())
    across, down = canvas._frame.transform((x, y))
    row = round(canvas.height * PIXELS_A_UNIT - down)
    for step in range(0, 12, 3):
        yield sheet[row, min(round(across) + step, sheet.shape[1] - 1)]


@pytest.mark.parametrize("picture", gallery(), ids=lambda each: each.name)
async def test_every_picture_says_in_words_what_it_shows(picture: Picture) -> None:
    file = await Studio().file(picture, "")
    shown = picture.gallery().items[0]
    assert file.description
    assert len(file.description) > 30
    assert shown.description == file.description
    assert shown.media.url == f"attachment://{file.filename}"
    image = Image.open(BytesIO(file.fp.read()))
    assert image.width % 1080 == 0, "540 units, or two columns"
    assert len(file.fp.getbuffer() if isinstance(file.fp, BytesIO) else b"") < 250_000


async def test_a_picture_is_drawn_once_and_by_the_studios_own_thread() -> None:
    drawn: list[str] = []

    def draw(theme: Theme, subject: Any) -> bytes:
        drawn.append(threading.current_thread().name)
        return b"png"

    studio = Studio()
    for _ in range(3):
        file = await studio.file(Picture("a.png", "A picture.", draw, ("the", "same")), "")
        assert file.fp.read() == b"png"
    await studio.file(Picture("a.png", "A picture.", draw, ("another",)), "")
    assert len(drawn) == 2
    assert all(name.startswith("studio") for name in drawn)


async def test_a_picture_is_drawn_in_the_language_in_which_it_was_described() -> None:
    studio, drawn = Studio(), list[bytes]()
    for language in Language:
        with speaking(language):
            picture = Picture("a.png", "A picture.", lambda _, __: str(spoken()).encode(), ("the", "same"))
        drawn.append((await studio.file(picture, "")).fp.read())
    assert drawn == [str(language).encode() for language in Language]


@both
def test_a_picture_shows_the_colours_that_the_theme_names(theme: Theme) -> None:
    board = pictures.board(busy_view())
    shown = np.asarray(Image.open(BytesIO(board.draw(theme, board.subject))).convert("RGB")).reshape(-1, 3).astype(int)
    grounds, small = (theme.ground, theme.panel), (theme.ink, *theme.goods.values())
    for colour, within in [*((each, 2) for each in grounds), *((each, 12) for each in small)]:
        named = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert np.abs(shown - named).max(axis=1).min() <= within, colour


def test_what_a_picture_is_of_is_its_key() -> None:
    view = busy_view()
    assert hash(pictures.scene(view)) == hash(pictures.scene(view.model_copy(update={"headline": "Another day."})))
    dearer = tuple(quote.model_copy(update={"settlement": quote.settlement + 1}) for quote in view.quotes)
    assert pictures.board(view) != pictures.board(view.model_copy(update={"quotes": dearer}))


def test_every_mood_season_and_species_has_a_face_of_its_own() -> None:
    assert {mood_word(mood) for mood in range(101)} | {"asleep"} == set(LOOKS)
    assert set(SEASONS) == set(CHAPTER_NAMES)
    view = busy_view()

    def painted(**changes: Any) -> bytes:
        face = view.creatures[2].model_copy(update={"silent": "", **changes})
        picture = pictures.portrait(face, changes.get("name", "early autumn"))
        return picture.draw(DARK, picture.subject)

    assert len({painted(mood=look) for look in LOOKS}) == len(LOOKS)
    assert len({painted(species=member.species) for member in CAST}) == len(CAST)


def test_a_banished_creatures_place_is_empty_and_told_so() -> None:
    view = busy_view()
    away = tuple(face.model_copy(update={"back": 17}) for face in view.creatures[:1])
    gone = view.model_copy(update={"creatures": away + view.creatures[1:]})
    assert "the empty place of Mossback the tortoise" in pictures.scene(gone).alt
    assert drawn(pictures.scene(gone)) != drawn(pictures.scene(view))


def drawn(picture: Picture) -> bytes:
    return picture.draw(DARK, picture.subject)


@pytest.mark.parametrize(("news", "told"), STROKES, ids=lambda each: str(each)[:30])
def test_what_the_weather_gods_hand_does_is_painted_and_told(news: tuple[str, ...], told: str) -> None:
    for season in ("early autumn", "deep winter", "early spring"):
        calm = quiet(busy_view()).model_copy(update={"season": season, "news": ()})
        struck = pictures.scene(calm.model_copy(update={"news": news}))
        assert told in struck.alt
        assert told not in pictures.scene(calm).alt
        before, after = (pixels(each).astype(int) for each in (pictures.scene(calm), struck))
        changed = (np.abs(before - after).max(axis=2) > 40).mean()
        assert changed > 0.015, f"{season}: an eye has to see it on a phone"


def test_faces_and_goods_stay_in_sight_whatever_the_weather_gods_hand_does() -> None:
    view = quiet(busy_view()).model_copy(update={"season": "deep winter", "news": ()})
    blown = [line for lines, _ in STROKES for line in lines]
    before, after = (pixels(pictures.scene(each)) for each in (view, view.model_copy(update={"news": tuple(blown)})))
    for place in range(len(view.creatures)):
        x = round(WIDTH / len(view.creatures) * (place + 0.5)) * PIXELS_A_UNIT
        for up, down in ((132, 168), (203, 227)):  # eyes and mouth, and what is in the ring on the log
            spot = np.s_[up * PIXELS_A_UNIT : down * PIXELS_A_UNIT, x - 24 : x + 24]
            assert (np.abs(before[spot].astype(int) - after[spot]).max(axis=2) > 40).mean() < 0.01


def test_of_many_strokes_the_words_still_fit() -> None:
    for language in Language:
        with speaking(language):
            assert len(pictures.scene(stormy(busy_view())).alt) <= 1024


async def test_a_poke_is_seen_in_the_turn_in_which_it_acts_and_no_longer(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "poke", poke="frost")
    told: list[str] = []
    for _ in range(2):
        await stage.boss.slash(stage.channel, "advance")
        await stage.bot.poster.settle()
        told.append(stage.cards()[-1].attachments[0].description or "")
    assert ["A frost: rime" in each for each in told] == [True, False]


@cache
def pixels(picture: Picture) -> Any:
    return np.asarray(Image.open(BytesIO(drawn(picture))).convert("RGB"))


def test_a_legend_hangs_in_the_sky() -> None:
    scene = pictures.scene(busy_view())
    assert "Over the trees hangs" in scene.alt
    assert drawn(scene) != drawn(pictures.scene(quiet(busy_view())))


def quiet(view: PublicView) -> PublicView:
    return view.model_copy(update={"news": ()})


def test_labels_keep_their_order_cover_no_other_and_stay_inside() -> None:
    placed = spread([100.0, 100.0, 104.0, 290.0, 100.0], 36, 66, 302)
    ranked = sorted(placed)
    assert all(above - below >= 36 - 1e-9 for below, above in pairwise(ranked))
    assert placed[3] == max(placed)
    assert ranked[0] >= 66
    assert ranked[-1] <= 302


def test_a_chart_of_one_turn_and_one_of_a_thousand_are_drawn() -> None:
    for count in (1, 1000):
        over = tuple(range(count))
        lines = tuple(Line(str(good), over, tuple(1 + turn % 60 for turn in over), good) for good in GOODS)
        assert len(draw_chart(DARK, Chart("Prices", "turn", lines))) < 250_000
