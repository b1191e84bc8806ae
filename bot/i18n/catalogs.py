"""The catalogues: every sentence of the wood in each language, in the files that translators edit.

`locales/wood.pot` lists the sentences, `locales/<language>/LC_MESSAGES/wood.po` holds them translated. They are read as
they are, so that there is no compiled copy to forget. `bot.i18n.collect` writes the list anew.
"""

from collections.abc import Callable
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.i18n.languages import Language

LOCALES: Final = Path(__file__).parent / "locales"
TEMPLATE: Final = LOCALES / "wood.pot"

ENGINE: Final = "engine"
"""The flag of sentences that are kept in English and found again by `bot.i18n.told`."""


def path_of(language: Language) -> Path:
    """Return where a language's catalogue lies."""
    return LOCALES / language / "LC_MESSAGES" / "wood.po"


@cache
def catalog_of(language: Language) -> Catalog:
    """Return a language's catalogue, or for English the list of what is translated."""
    path = TEMPLATE if language is Language.ENGLISH else path_of(language)
    with path.open("rb") as file:
        return read_po(file, locale=str(language))


def translation(language: Language, sentence: str, context: str | None = None) -> str:
    """Return a sentence in a language; in English, or where it is missing, as it stands."""
    if language is Language.ENGLISH:
        return sentence
    message = catalog_of(language).get(sentence, context)
    return message.string if message is not None and isinstance(message.string, str) and message.string else sentence


def plural(language: Language, one: str, many: str, count: int) -> str:
    """Return the form of a sentence that a language uses of `count` things."""
    if language is Language.ENGLISH:
        return one if count == 1 else many
    catalog = catalog_of(language)
    message = catalog.get(one)
    forms = message.string if message is not None and not isinstance(message.string, str) else ()
    form = forms[_plural_of(catalog.plural_expr)(count)] if forms else ""
    return form or (one if count == 1 else many)


@cache
def _plural_of(expression: str) -> Callable[[int], int]:
    return c2py(expression)
