"""The pictures' type: every character of the catalogues' words for pictures, as its own language writes it."""

import hashlib
from itertools import chain
from typing import Any

import numpy as np
import pytest

from bot.i18n import Language, speaking
from bot.i18n.catalogs import catalog_of
from bot.i18n.kinds import COUNTED
from bot.i18n.languages import TRANSLATED
from bot.ui.art.canvas import Canvas
from bot.ui.art.fonts import SIGNS, TEXT_FONT, faces_of, known_to, signs_known
from bot.ui.art.theme import THEMES
from bot.ui.faces import short_mask
from bot.ui.placings import _drawable
from engine.masks import MASKS
from tests.bot.test_pictures import gallery
from tests.bot.ui.tongues import LONG, TONGUES, WIDE, Tongue

DRAWN_IN = ("bot/ui/pictures.py", "bot/ui/placings.py")
DRAWN_WORDS = ("label", "good", "mood", "season", "species")
NAMES_DRAWN = {short_mask(mask) for mask in MASKS}
COUNTED_WORDS = {noun.one for noun in COUNTED.values()}


def drawn_texts(language: Language) -> set[str]:
    """Return what a language's catalogue says for pictures, their descriptions among it."""
    texts: set[str] = {language.own_name}
    for message in catalog_of(language):
        first = message.id if isinstance(message.id, str) else message.id[0]
        places = {name for name, _ in message.locations}
        if places & set(DRAWN_IN) or message.context in DRAWN_WORDS or first in COUNTED_WORDS:
            texts |= {message.string} if isinstance(message.string, str) else set(message.string)
    return texts


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_character_of_a_pictures_words_is_in_the_font_of_its_language(language: Language) -> None:
    drawn_with = known_to(TEXT_FONT) | known_to(faces_of(language)[0])
    needed = {ord(char) for char in chain.from_iterable(drawn_texts(language)) if not char.isspace()}
    missing = "".join(map(chr, sorted(needed - drawn_with)))
    assert not missing, f"run `python -m bot.ui.art.fonts.make`: {missing}"


@pytest.mark.parametrize("language", [Language.JAPANESE, Language.SIMPLIFIED_CHINESE, Language.TRADITIONAL_CHINESE])
def test_a_face_holds_the_everyday_characters_of_its_language(language: Language) -> None:
    face = known_to(faces_of(language)[0])
    everyday = {
        Language.JAPANESE: "樹の森、価格",
        Language.SIMPLIFIED_CHINESE: "树林里的松鼠",
        Language.TRADITIONAL_CHINESE: "樹林裡的松鼠",
    }
    assert {ord(char) for char in everyday[language]} <= face
    assert len(face) > 2500


def written(text: str, language: Language, **how: Any) -> bytes:
    with speaking(language):
        canvas = Canvas(60, 40, "#000000")
        canvas.text(8, 20, text, size=24, ink="#FFFFFF", **how)
        return bytes(canvas._pen.buffer_rgba())


def test_a_character_is_written_as_its_language_writes_it() -> None:
    ways = {written("直骨", language) for language in TRANSLATED}
    assert len(ways) == 3, "Spanish has none of its own, and takes the Japanese"
    assert written("直骨", Language.SPANISH) == written("直骨", Language.JAPANESE)


def test_letters_are_the_same_in_every_language_and_alone_need_no_signs() -> None:
    assert len({written("Ñandú 12", language, bold=True, title=True) for language in Language}) == 1
    assert written("Ñandú 12", Language.JAPANESE, bold=True) != written("Ñandú 12", Language.JAPANESE)


def test_a_name_in_signs_is_drawn_in_every_language() -> None:
    assert _drawable("田中 张伟 張偉 🌲 W") == "田中 张伟 張偉 W"
    for language in Language:
        with speaking(language):
            canvas = Canvas(300, 40, "#000000")
            canvas.text(4, 20, "张張", size=24, ink="#FFFFFF")
            assert canvas.measure("张張", 24) == pytest.approx(48, abs=4)
            assert np.asarray(canvas._pen.buffer_rgba())[..., :3].any()


def test_the_font_is_the_one_that_its_page_describes_and_is_small() -> None:
    content, page = SIGNS.read_bytes(), (SIGNS.parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(content).hexdigest() in page
    assert "SIL OPEN FONT LICENSE Version 1.1" in (SIGNS.parent / "OFL.txt").read_text("utf-8")
    assert len(content) < 1_700_000


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda each: each.name)
def test_what_a_picture_says_stands_on_its_sheet_whole(tongue: Tongue, monkeypatch: pytest.MonkeyPatch) -> None:
    known, cut = signs_known(), list[str]()
    fitted, write = Canvas.fitted, Canvas.text

    def text(canvas: Canvas, x: float, y: float, text: str, *, size: float, **how: Any) -> None:
        style = {"bold": how.get("bold", False), "title": how.get("title", False)}
        width = canvas.measure(text, size, **style)
        left = canvas._frame.transform((x, y))[0] / 2 - width * {"right": 1, "middle": 0.5}.get(how.get("align"), 0)
        assert left >= 0, text
        assert left + width <= canvas.width + 1, text
        assert {ord(char) for char in text if not char.isspace()} <= known
        write(canvas, x, y, text, size=size, **how)

    def fit(canvas: Canvas, text: str, size: float, room: float, **how: Any) -> str:
        shown = fitted(canvas, text, size, room, **how)
        cut.extend([text] if shown != text and text not in NAMES_DRAWN and "WWW" not in text else [])
        return shown

    monkeypatch.setattr(Canvas, "text", text)
    monkeypatch.setattr(Canvas, "fitted", fit)
    monkeypatch.setattr(Canvas, "png", lambda _: b"")
    with tongue.spoken(monkeypatch):
        for picture in gallery():
            picture.draw(THEMES["dark"], picture.subject)
    assert not cut or tongue in (LONG, WIDE), "a translation for a picture is too long, and would be cut"
