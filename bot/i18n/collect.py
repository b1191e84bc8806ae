"""`python -m bot.i18n.collect` lists every sentence of the wood anew, and carries the catalogues on to the new list.

Sentences are found in the code by the names of the functions that say them, closed words among the kinds of places, and
descriptions in the tree of commands. A sentence that is gone leaves the catalogues, a new one stands there untranslated
until somebody translates it. `--check` only says whether all is as it would be written.
"""

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from bot.commands import all_commands
from bot.i18n.catalogs import ENGINE, TEMPLATE, path_of
from bot.i18n.commands import described
from bot.i18n.kinds import COUNTED, COUNTED_GOODS, KINDS
from bot.i18n.languages import TRANSLATED, Language
from engine.legends import DECK

_ROOT: Final = Path(__file__).resolve().parents[2]
_FOLDERS: Final = ("bot", "engine", "playground")
_KEYWORDS: Final[Mapping[str, tuple[int, ...] | None]] = {"say": None, "say_count": (1, 2), "words": None}
_STORED: Final[Mapping[str, None]] = {"stored": None}
_WIDTH: Final = 120
_HEADER: Final = "# What the Thousand Token Wood says; docs/languages.md tells how to translate it."
_WHEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in the files as their date, so that what is the same is written the same."""


def collected() -> Catalog:
    """Return the list of all that is translated, with the files that it is said in."""
    catalog = Catalog(header_comment=_HEADER, project="thousand-token-wood", creation_date=_WHEN, fuzzy=False)
    for folder in _FOLDERS:
        _collect(catalog, folder, _KEYWORDS, [ENGINE] if folder == "engine" else [])
    _collect(catalog, "bot", _STORED, [ENGINE])
    for name, kind in KINDS.items():
        for word in kind.listed:
            catalog.add(word, context=name)
    for noun in (*COUNTED_GOODS.values(), *COUNTED.values()):
        catalog.add((noun.one, noun.many))
    for legend in DECK:
        catalog.add(legend.tale)
        catalog.add(legend.history)
    for context, sentence in described(all_commands()):
        catalog.add(sentence, context=context)
    return catalog


def _collect(catalog: Catalog, folder: str, keywords: Mapping[str, tuple[int, ...] | None], flags: list[str]) -> None:
    found = extract_from_dir(
        _ROOT / folder, [("**.py", "bot.i18n.collect:calls")], keywords=keywords, comment_tags=("L10N:",)
    )
    for name, _line, sentence, comments, _context in sorted(found, key=lambda each: each[:2]):
        catalog.add(sentence, locations=[(f"{folder}/{name}", 0)], flags=flags, auto_comments=comments)


def calls(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Yield the calls that say something, as Babel asks for them; before Python 3.12 it finds none within f-strings."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for text in ast.walk(ast.parse(file.read())):
        for call in ast.walk(text) if isinstance(text, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in keywords:
                given = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
                yield call.lineno, call.func.id, given, []


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as the bytes of its file."""
    out = BytesIO()
    write_po(out, catalog, width=_WIDTH, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def carried_on(language: Language, template: Catalog) -> Catalog:
    """Return the catalogue of a language with the sentences of a list: those that it has, translated."""
    path = path_of(language)
    catalog = Catalog(locale=str(language), project="thousand-token-wood", creation_date=_WHEN, revision_date=_WHEN)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=str(language))
    catalog.update(template, no_fuzzy_matching=True)
    catalog.fuzzy = False
    catalog.header_comment = _HEADER
    catalog.creation_date = catalog.revision_date = _WHEN
    return catalog


def files() -> dict[Path, bytes]:
    """Return every file as it should be."""
    template = collected()
    catalogs = {path_of(language): written(carried_on(language, template)) for language in TRANSLATED}
    return {TEMPLATE: written(template), **catalogs}


def main() -> int:
    """Write the files, or with `--check` say which are not as they would be written, and exit with 1."""
    parser = argparse.ArgumentParser(description="List every sentence of the wood, and carry the catalogues on.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    stale = [path for path, content in files().items() if not path.exists() or path.read_bytes() != content]
    for path, content in files().items():
        if path in stale and not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if path in stale:
            print(f"{'stale' if check else 'written'}: {path.relative_to(_ROOT)}")  # noqa: T201 - it is what was asked
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
