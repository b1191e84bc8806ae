"""The type of the pictures: Matplotlib's own for letters, and beside it the signs of Chinese and Japanese.

Those lie in `signs.ttc`, whose three faces write the same character as Japan, mainland China or Taiwan does. README.md
says where it is from; `bot.ui.art.fonts.make` makes it anew.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from bot.i18n.languages import Language

SIGNS: Final = Path(__file__).parent / "signs.ttc"

TITLE_FONT: Final = "DejaVu Serif"
TEXT_FONT: Final = "DejaVu Sans"
"""The type of titles and of text; Matplotlib brings both."""

JAPAN, MAINLAND, TAIWAN = "Wood Signs JP", "Wood Signs SC", "Wood Signs TC"

_BOLD: Final = 700

_FIRST_SIGN: Final = "\u2e80"
"""Where the blocks of Chinese and Japanese begin; what lies below is written with letters."""

_FACES: Final = {
    Language.SIMPLIFIED_CHINESE: (MAINLAND, TAIWAN, JAPAN),
    Language.TRADITIONAL_CHINESE: (TAIWAN, MAINLAND, JAPAN),
}
_ELSEWHERE: Final = (JAPAN, MAINLAND, TAIWAN)
"""A player's name may be in signs in any language; those that the first face lacks are looked for in the others."""


def families(text: str, language: Language, *, title: bool) -> list[str]:
    """Return the fonts that a text is written with in pictures of a language, in the order in which they are asked."""
    letters = TITLE_FONT if title else TEXT_FONT
    if all(char < _FIRST_SIGN for char in text):
        return [letters]
    _load()
    return [letters, *_FACES.get(language, _ELSEWHERE)]


@cache
def signs_known() -> frozenset[int]:
    """Return the code points of all that a picture can write."""
    from matplotlib.font_manager import findfont, get_font

    _load()
    return frozenset(point for name in (TEXT_FONT, *_ELSEWHERE) for point in get_font(findfont(name)).get_charmap())


@cache
def _load() -> None:
    from matplotlib.font_manager import fontManager

    before = len(fontManager.ttflist)
    fontManager.addfont(SIGNS)
    # There is one weight of them: asked for bold ones, Matplotlib would warn each time and take these all the same.
    fontManager.ttflist += [replace(face, weight=_BOLD) for face in fontManager.ttflist[before:]]
