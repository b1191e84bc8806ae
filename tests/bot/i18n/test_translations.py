"""No sentence is left untranslated; each keeps its places, fits into Discord, and has all plural forms.

None says in English what is no name, and none is written in the characters of another country.
"""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from bot.i18n.catalogs import catalog_of
from bot.i18n.kinds import COUNTED
from bot.i18n.languages import TRANSLATED, Language
from engine.cast import NAMES

SHOWN = ("description", "choice")
LONGEST = 100
"""Characters that Discord takes as a command's description, and as a choice."""

CALLED = (*NAMES, "Hazel", "Rowan", "Fern", "Ash", "Thousand Token Wood", "J. P. Morgan")
"""What is called so in every language."""

NO_WORDS = re.compile(
    r"\{[^}]*\}|`[^`]*`|(?<!\w)/[a-z]+(?: [a-z]+)?|https?://\S+|#[a-z-]+|\b(?:"
    + "|".join(map(re.escape, CALLED))
    + r")(?:'s)?(?!\w)"
)
"""What stays as it is in every language: places, markup, commands, addresses, channels and names."""

IN_ENGLISH = 3
"""So many English words in a row are no name of an option or a unit: somebody forgot to translate them."""

CHARACTERS = {
    Language.TRADITIONAL_CHINESE: "big5",
    Language.SIMPLIFIED_CHINESE: "gb2312",
    Language.JAPANESE: "shift_jis",
}
"""The national standards from before Unicode, each of which holds the everyday characters of its country alone."""


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


def english_kept(sentence: str, form: str) -> set[str]:
    """Return what a translation says in the very words of its sentence, three in a row."""
    words, kept = (re.findall(r"[a-z][a-z']*", NO_WORDS.sub(" ", text).lower()) for text in (sentence, form))
    return _rows(words) & _rows(kept)


def _rows(words: list[str]) -> set[str]:
    return {" ".join(words[at : at + IN_ENGLISH]) for at in range(len(words) - IN_ENGLISH + 1)}


def foreign_to(language: Language, text: str) -> set[str]:
    """Return the Chinese characters in a text that its language does not write."""
    standard = CHARACTERS.get(language, "utf-8")
    return {sign for sign in re.findall(r"[\u3400-\u9fff]", text) if not sign.encode(standard, "ignore")}


def mistakes(message: Message, catalog: Catalog) -> list[str]:
    """Return what is wrong with a translation."""
    sentence = message.id if isinstance(message.id, str) else message.id[-1]
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if not any(forms):
        return [f"{sentence!r} is not translated"]
    found = [f"{form!r} has other places" for form in forms if not are_those_of(sentence, form)]
    found += [f"{form!r} says {row!r}" for form in forms for row in sorted(english_kept(sentence, form))]
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
        Message("Look at this wood, {mask:mask}", "{mask:mask}: look at this"),
        Message("Look", "Mira" * 30, context="description"),
        Message("Look", ""),
        Message(("{count} berry", "{count} berries"), ("{count} baya", "")),
    ],
)
def test_a_mistake_is_found(message: Message) -> None:
    assert len(mistakes(message, catalog_of(Language.SPANISH))) == 1


@pytest.mark.parametrize("language", CHARACTERS)
def test_each_language_is_written_in_its_own_characters(language: Language) -> None:
    for message in catalog_of(language):
        for form in [message.string] if isinstance(message.string, str) else message.string:
            assert foreign_to(language, form) == set(), form


@pytest.mark.parametrize(
    ("language", "foreign"),
    [
        (Language.TRADITIONAL_CHINESE, {"树", "东", "売"}),
        (Language.SIMPLIFIED_CHINESE, {"樹", "東", "売"}),
        (Language.JAPANESE, {"树", "东"}),
    ],
)
def test_characters_of_another_country_are_found(language: Language, foreign: set[str]) -> None:
    assert foreign_to(language, "森林 树 樹 东 東 売") == foreign


@pytest.mark.parametrize(
    "kept", ["Oona, Sable and Nettle", "`/wood look turn:` /season history", "Thousand Token Wood: {goods:goods} UTC"]
)
def test_names_and_commands_may_stay_as_they_are(kept: str) -> None:
    assert english_kept(kept, kept) == set()
