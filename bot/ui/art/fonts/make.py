"""`python -m bot.ui.art.fonts.make` makes `signs.ttc` anew, out of Debian's packages fonts-noto-cjk and unicode-data.

It holds the everyday characters of each language, which the names of players are made of, and every one that stands in
its catalogue. The three faces share one table of shapes, since most characters are written alike. The same packages and
catalogues give the same bytes.
"""

import argparse
import bz2
import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

from bot.i18n.catalogs import catalog_of
from bot.i18n.languages import Language
from bot.ui.art.fonts import FIRST_SIGN, JAPAN, MAINLAND, SIGNS, TAIWAN

SOURCE: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

_FACES: Final = {
    Language.JAPANESE: (0, JAPAN),
    Language.SIMPLIFIED_CHINESE: (2, MAINLAND),
    Language.TRADITIONAL_CHINESE: (3, TAIWAN),
}
"""Which face of the source writes a language, and what it is called here, apart from what a machine may have."""

UNIHAN: Final = Path("/usr/share/unicode")

_SYLLABLES: Final = (*range(0x3001, 0x3100), *range(0xFF01, 0xFFA0))
"""Points, brackets, kana and wide letters."""


def signs_of(language: Language, unihan: Path) -> frozenset[int]:
    """Return the code points that a language's face holds; `unihan` is where the tables of Unicode lie."""
    words = chain.from_iterable(chain(*each) for each in _translations(language))
    said = {ord(char) for char in words if ord(char) >= FIRST_SIGN}
    return frozenset({*_SYLLABLES, *said, *_everyday(language, unihan)})


def _translations(language: Language) -> Iterator[Iterable[str]]:
    for message in catalog_of(language):
        if isinstance(message.string, str):
            yield [message.string]
        elif message.string:
            yield message.string


def _everyday(language: Language, unihan: Path) -> Iterator[int]:
    """Yield the characters that a country's schools teach, or that its texts are mostly made of."""
    match language:
        case Language.JAPANESE:
            yield from (point for point, _ in _property(unihan, "OtherMappings", "kJoyoKanji"))
        case (
            Language.SIMPLIFIED_CHINESE
        ):  # such as `2013:17`, the place in the list of 2013, whose first class is 3,500
            listed = _property(unihan, "OtherMappings", "kTGH")
            yield from (point for point, place in listed if int(place.split()[0].partition(":")[2]) <= 3500)
        case _:
            yield from (point for point, _ in _property(unihan, "DictionaryLikeData", "kGradeLevel"))
            frequent = _property(unihan, "DictionaryLikeData", "kFrequency")
            yield from (point for point, rank in frequent if int(rank) <= 4)


def _property(unihan: Path, table: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield the code points that have a property of the Unihan database, with its value."""
    with bz2.open(unihan / f"Unihan_{table}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            point, _, rest = line.rstrip("\n").partition("\t")
            key, _, value = rest.partition("\t")
            if key == name and point.startswith("U+"):  # the head of the file tells of the properties as well
                yield int(point.removeprefix("U+"), 16), value


def made(source: Path, unihan: Path) -> TTCollection:
    """Return the faces with nothing but their signs."""
    signs = {language: signs_of(language, unihan) for language in _FACES}
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
        # One table is enough for characters of the Basic Multilingual Plane.
        face["cmap"].tables = [table for table in face["cmap"].tables if table.format == 4][-1:]
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
    parser.add_argument("--unihan", type=Path, default=UNIHAN, help="folder with Unihan_*.txt.bz2")
    asked = parser.parse_args()
    source: Path = asked.source
    made(source, asked.unihan).save(SIGNS, shareTables=True)
    for path in (source, SIGNS):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")  # noqa: T201 - it is what was asked
    print(f"{SIGNS.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
