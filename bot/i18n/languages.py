"""The languages of the bot, and the one that is spoken now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final

import discord


class Language(StrEnum):
    """A language that the bot speaks; its value names the folder of its catalogue and is known to Babel."""

    ENGLISH = "en"
    JAPANESE = "ja"
    TRADITIONAL_CHINESE = "zh_TW"
    SIMPLIFIED_CHINESE = "zh_CN"
    SPANISH = "es"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return _OWN_NAMES[self]

    @property
    def gap(self) -> str:
        """What stands between two sentences."""
        return "" if self in _WITHOUT_SPACES else " "

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return "、" if self in _WITHOUT_SPACES else ", "

    @property
    def colon(self) -> str:
        """What stands between a label and what it is of."""
        return "：" if self in _WITHOUT_SPACES else ": "


_OWN_NAMES: Final = {
    Language.ENGLISH: "English",
    Language.JAPANESE: "日本語",
    Language.TRADITIONAL_CHINESE: "繁體中文",
    Language.SIMPLIFIED_CHINESE: "简体中文",
    Language.SPANISH: "Español",
}

_WITHOUT_SPACES: Final = (Language.JAPANESE, Language.TRADITIONAL_CHINESE, Language.SIMPLIFIED_CHINESE)

TRANSLATED: Final = tuple(language for language in Language if language is not Language.ENGLISH)
"""The languages that need a catalogue; the sentences in the code are English."""

_OF_LOCALE: Final = {
    discord.Locale.japanese: Language.JAPANESE,
    discord.Locale.taiwan_chinese: Language.TRADITIONAL_CHINESE,
    discord.Locale.chinese: Language.SIMPLIFIED_CHINESE,
    discord.Locale.spain_spanish: Language.SPANISH,
    discord.Locale.latin_american_spanish: Language.SPANISH,
}

_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.ENGLISH)


def of_locale(locale: discord.Locale | None) -> Language:
    """Return the language of a member whose Discord is set to `locale`, or of a server: English for all others."""
    return Language.ENGLISH if locale is None else _OF_LOCALE.get(locale, Language.ENGLISH)


def locale_named(code: str) -> discord.Locale | None:
    """Return Discord's locale of a code such as `zh-TW`, or None where there is none."""
    return next((locale for locale in discord.Locale if locale.value == code), None)


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Speak a language from now on, in this task and those it starts."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language within."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)
