"""The type of the pictures: Matplotlib's own for letters, and beside it the signs of Chinese and Japanese.

Those lie in `signs.ttc`, whose three faces write the same character as Japan, mainland China or Taiwan does. README.md
says where it is from; `bot.ui.art.fonts.make` makes it anew.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.i18n.languages import Language

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

SIGNS: Final = Path(__file__).parent / "signs.ttc"

TITLE_FONT: Final = "DejaVu Serif"
TEXT_FONT: Final = "DejaVu Sans"
"""The type of titles and of text; Matplotlib brings both."""

JAPAN, MAINLAND, TAIWAN = "Wood Signs JP", "Wood Signs SC", "Wood Signs TC"

FIRST_SIGN: Final = 0x2E80
"""The code point where the blocks of Chinese and Japanese begin; what lies below is written with letters."""

_FACES: Final = {
    Language.SIMPLIFIED_CHINESE: (MAINLAND, TAIWAN, JAPAN),
    Language.TRADITIONAL_CHINESE: (TAIWAN, MAINLAND, JAPAN),
}
_ELSEWHERE: Final = (JAPAN, MAINLAND, TAIWAN)
"""A player's name may be in signs in any language; those that the first face lacks are looked for in the others."""


def type_of(text: str, pixels: float, language: Language, *, bold: bool, title: bool) -> "FontProperties":
    """Return the type in which a text stands on a picture of a language.

    Signs have one weight and no serifs, and letters among them are written alike.
    """
    from matplotlib.font_manager import FontProperties

    if all(ord(char) < FIRST_SIGN for char in text):
        family = TITLE_FONT if title else TEXT_FONT
        return FontProperties(family=[family], size=pixels, weight="bold" if bold else "normal")
    _load()
    return FontProperties(family=[TEXT_FONT, *faces_of(language)], size=pixels)


def faces_of(language: Language) -> tuple[str, ...]:
    """Return the faces that are asked for a sign in pictures of a language, its own first."""
    return _FACES.get(language, _ELSEWHERE)


@cache
def signs_known() -> frozenset[int]:
    """Return the code points of all that a picture can write."""
    return frozenset(point for family in (TEXT_FONT, *_ELSEWHERE) for point in known_to(family))


def known_to(family: str) -> frozenset[int]:
    """Return the code points that a font can write."""
    from matplotlib.font_manager import findfont, get_font

    _load()
    return frozenset(get_font(findfont(family)).get_charmap())


@cache
def _load() -> None:
    from matplotlib.font_manager import fontManager

    fontManager.addfont(SIGNS)
