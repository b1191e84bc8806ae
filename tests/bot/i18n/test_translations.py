"""No sentence is left untranslated; each keeps its places, fits into Discord, and has all plural forms."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from bot.i18n.catalogs import catalog_of
from bot.i18n.kinds import COUNTED
from bot.i18n.languages import TRANSLATED, Language

SHOWN = ("description", "choice")
LONGEST = 100
"""Characters that Discord takes as a command's description, and as a choice."""


def places(text: str) -> dict[str, str]:
    """Return the kinds of the places of a sentence by their names."""
    return dict(re.findall(r"\{(\w+)(?::(\w+))?\}", text))


def are_those_of(sentence: str, form: str) -> bool:
    """Say whether a translation has the places of its sentence.

    Where a number stands beside its noun, the kind of the two together may stand: Spanish has a singular where the
    sentence that is kept has none. A form that is of one thing alone may leave its count out.
    """
    kinds, own = places(sentence), places(form)
    return kinds.keys() - {"count"} <= own.keys() <= kinds.keys() and all(
        kind == kinds[name] or (kinds[name], kind in COUNTED) == ("int", True) for name, kind in own.items()
    )


def mistakes(message: Message, catalog: Catalog) -> list[str]:
    """Return what is wrong with a translation."""
    sentence = message.id if isinstance(message.id, str) else message.id[-1]
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if not any(forms):
        return [f"{sentence!r} is not translated"]
    found = [f"{form!r} has other places" for form in forms if not are_those_of(sentence, form)]
    if message.context in SHOWN and len(forms[0]) > LONGEST:
        found.append(f"{forms[0]!r} is too long")
    if not isinstance(message.id, str) and (len(forms) != catalog.num_plurals or not all(forms)):
        found.append(f"{sentence!r} lacks a plural form")
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_whole(language: Language) -> None:
    catalog = catalog_of(language)
    assert [fault for message in catalog if message.id for fault in mistakes(message, catalog)] == []


@pytest.mark.parametrize(
    "message",
    [
        Message("{goods:goods} at {price:int}", "{goods:goods} a {precio:int}"),
        Message("{goods:goods} at {price:int}", "{goods:goods}"),
        Message("{goods:goods} at {price:int}", "{goods:goods} a {price:good}"),
        Message("{goods:goods} at {price:int}", "{goods:label} a {price:int}"),
        Message("{goods:goods} at {price:int}", "{goods:goods} a {price:int} el {turn:int}"),
        Message("Look", "Mira" * 30, context="description"),
        Message("Look", ""),
        Message(("{count} berry", "{count} berries"), ("{count} baya", "")),
    ],
)
def test_a_mistake_is_found(message: Message) -> None:
    assert len(mistakes(message, catalog_of(Language.SPANISH))) == 1
