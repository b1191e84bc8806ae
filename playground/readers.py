"""In which language a browser reads: Discord's own setting, chosen on the page, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from aiohttp import web
from discord import Locale

from bot.i18n.languages import Language, of_locale, speaking

COOKIE: Final = "wood-locale"
"""Holds the locale that was chosen on the page, whose script sets it."""

LOCALES: Final = (
    Locale.american_english,
    Locale.japanese,
    Locale.taiwan_chinese,
    Locale.chinese,
    Locale.spain_spanish,
)
"""What can be chosen: one of Discord's locales for each language of the bot."""

_ASKED: Final = {
    "en": Locale.american_english,
    "ja": Locale.japanese,
    "zh": Locale.chinese,
    "zh-tw": Locale.taiwan_chinese,
    "zh-hk": Locale.taiwan_chinese,
    "zh-hant": Locale.taiwan_chinese,
    "es": Locale.spain_spanish,
}
"""Languages as browsers ask for them, in small letters."""

_reader: ContextVar[Locale] = ContextVar("reader", default=Locale.american_english)


def locale_of(request: web.Request) -> Locale:
    """Return the locale of the browser that asks."""
    chosen = locale_named(request.cookies.get(COOKIE, ""))
    return chosen or _asked_for(request.headers.get("Accept-Language", ""))


def locale_named(code: str) -> Locale | None:
    """Return the locale of a code such as `zh-TW`, or None if it is not one to choose."""
    return next((locale for locale in LOCALES if locale.value == code), None)


def locale_in(language: Language) -> Locale:
    """Return the locale to choose for a language."""
    return next(locale for locale in LOCALES if of_locale(locale) is language)


def reader() -> Locale:
    """Return the locale of the browser whose request is being answered."""
    return _reader.get()


@contextmanager
def reading(request: web.Request) -> Iterator[Locale]:
    """Answer a browser in its locale within, so far as the page itself speaks; the bot learns it from Discord."""
    locale = locale_of(request)
    token = _reader.set(locale)
    try:
        yield locale
    finally:
        _reader.reset(token)


@contextmanager
def speaking_to(request: web.Request) -> Iterator[Locale]:
    """Speak the language of a browser within; for what the page says, never for what the bot does."""
    locale = locale_of(request)
    with speaking(of_locale(locale)):
        yield locale


def _asked_for(header: str) -> Locale:
    for entry in header.lower().split(","):
        tag = entry.partition(";")[0].strip()
        while tag:
            if tag in _ASKED:
                return _ASKED[tag]
            tag = tag.rpartition("-")[0]
    return Locale.american_english
