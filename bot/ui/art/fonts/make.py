"""`python -m bot.ui.art.fonts.make` makes `signs.ttc` anew, out of Debian's package fonts-noto-cjk.

It holds the everyday characters of each language, which the names of players are made of, and every one that stands in
its catalogue. The three faces share one table of shapes, since most characters are written alike. The same package
gives the same bytes.
"""

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

from bot.i18n.catalogs import catalog_of
from bot.i18n.languages import Language
from bot.ui.art.fonts import JAPAN, MAINLAND, SIGNS, TAIWAN

SOURCE: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

_FACES: Final = {
    Language.JAPANESE: (0, JAPAN),
    Language.SIMPLIFIED_CHINESE: (2, MAINLAND),
    Language.TRADITIONAL_CHINESE: (3, TAIWAN),
}
"""Which face of the source writes a language, and what it is called here, apart from what a machine may have."""

_FIRST_SIGN: Final = 0x2E80


def signs_of(language: Language) -> frozenset[int]:
    """Return the code points that a language's face holds."""
    words = chain.from_iterable(chain(*each) for each in _translations(language))
    return frozenset(ord(char) for char in chain(_everyday(language), words) if ord(char) >= _FIRST_SIGN)


def _translations(language: Language) -> Iterator[Iterable[str]]:
    for message in catalog_of(language):
        yield [message.string] if isinstance(message.string, str) else message.string


def _everyday(language: Language) -> str:
    """Return the first level of the standard that a country's computers wrote its language with."""
    match language:
        case Language.JAPANESE:  # JIS X 0208: signs and kana, then 2,965 kanji
            return _rows("euc_jp", chain(range(0xA1, 0xA9), range(0xB0, 0xD0)))
        case Language.SIMPLIFIED_CHINESE:  # GB 2312: signs, then 3,755 hanzi
            return _rows("gb2312", chain((0xA1, 0xA3), range(0xB0, 0xD8)))
        case _:  # Big5: signs, then 5,401 hanzi
            return _rows("big5", range(0xA1, 0xC7))


def _rows(codec: str, rows: Iterable[int]) -> str:
    return "".join(bytes((row, cell)).decode(codec, "ignore") for row in rows for cell in range(0x40, 0xFF))


def made(source: Path) -> TTCollection:
    """Return the faces with nothing but their signs."""
    signs = {language: signs_of(language) for language in _FACES}
    faces: dict[Language, Any] = {
        language: TTFont(source, fontNumber=number, recalcTimestamp=False) for language, (number, _) in _FACES.items()
    }
    # Each face keeps the shapes of all, so that their table is the same and is written once.
    shapes = {
        shape
        for language, face in faces.items()
        for point, shape in face.getBestCmap().items()
        if point in signs[language]
    }
    collection: Any = TTCollection()
    for language, face in faces.items():
        options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 5, 13, 14])
        options.drop_tables += ["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=signs[language], glyphs=shapes)
        subsetter.subset(face)
        _call(face, _FACES[language][1])
        collection.fonts.append(face)
    return collection


def _call(face: Any, family: str) -> None:
    for number, name in {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}.items():
        face["name"].setName(name, number, 3, 1, 0x409)
    face["CFF "].cff.fontNames = ["WoodSigns"]


def main() -> None:
    """Write the font, and say how large it is and what its sum and that of its source are."""
    parser = argparse.ArgumentParser(description="Make the pictures' signs out of Debian's fonts-noto-cjk.")
    parser.add_argument("--source", type=Path, default=SOURCE, help="NotoSansCJK-Regular.ttc")
    source: Path = parser.parse_args().source
    made(source).save(SIGNS, shareTables=True)
    for path in (source, SIGNS):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")  # noqa: T201 - it is what was asked
    print(f"{SIGNS.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
