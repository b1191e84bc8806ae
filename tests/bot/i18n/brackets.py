"""A translation in which every sentence stands in brackets that name its language: ⟦ja|…⟧.

It is made of what the code says now, not of the files that translators edit, so that a sentence that nobody can
translate shows at once: it stands outside.
"""

import importlib
import re
from functools import cache
from typing import Any

import discord
import pytest
import simcord.interactions
from babel.messages.catalog import Catalog

from bot.i18n import catalogs
from bot.i18n.collect import collected
from bot.i18n.languages import Language
from engine.cast import NAMES

_told = importlib.import_module("bot.i18n.told")  # the package's own name is the function in it
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_CUT = re.compile(r"⟦\w+\|.*$")
"""What a line is cut in has lost its closing bracket."""

_WORD = re.compile(r"[A-Za-z][a-z']+")
_TAG = re.compile(r"⟦(\w+)\|")
_NO_SENTENCE = re.compile(
    r"“[^”]*”|`[^`]*`|<[^>]*>|https?://\S+|\b(?:" + "|".join((*NAMES, "plain", "UTC", "Spring", "Cup")) + r")\b"
)
"""What stays as it is in every language: what creatures and players say or type, commands, mentions and names."""


@cache
def _listed() -> Catalog:
    return collected()


@cache
def _bracketed(language: Language) -> Catalog:
    if language is Language.ENGLISH:
        return _listed()
    catalog = Catalog(locale=str(language))
    for message in _listed():
        if isinstance(message.id, tuple):
            in_brackets: Any = tuple(_in_brackets(language, message.id[-1]) for _ in range(catalog.num_plurals))
        else:
            in_brackets = _in_brackets(language, message.id)
        if message.id:
            catalog.add(message.id, in_brackets, context=message.context, flags=message.flags)
    return catalog


def _in_brackets(language: Language, sentence: str) -> str:
    return f"⟦{language}|{sentence}⟧"


def speak_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every language but English say each sentence in brackets."""
    forget()
    monkeypatch.setattr(_told, "catalog_of", _bracketed)
    monkeypatch.setattr(catalogs, "catalog_of", _bracketed)


def forget() -> None:
    """Forget what was told, which depends on the catalogues."""
    for each in vars(_told).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def set_locale(monkeypatch: pytest.MonkeyPatch, locales: dict[int, str]) -> None:
    """Let Discord say of these members that theirs is set to another language."""
    payload_of = simcord.interactions.base_payload

    def base_payload(*given: Any, user_id: int, **named: Any) -> Any:
        record, payload = payload_of(*given, user_id=user_id, **named)
        return record, {**payload, "locale": locales.get(user_id, "en-US")}

    monkeypatch.setattr(simcord.interactions, "base_payload", base_payload)


def set_server(stage: Any, locale: discord.Locale) -> None:
    """Let the pretend server be set to a language."""
    guild = stage.env.bot.get_guild(stage.guild.id)
    assert guild is not None
    guild.preferred_locale = locale


def tongues(text: str) -> set[str]:
    """Return the languages in which sentences of a text stand."""
    return set(_TAG.findall(text))


def outside(text: str) -> list[str]:
    """Return those lines of a text in which words are left outside of all brackets."""
    text = _NO_SENTENCE.sub(" ", text)
    while _INNERMOST.search(text):
        text = _INNERMOST.sub(" ", text)
    lines = (_CUT.sub(" ", line).strip() for line in text.splitlines())
    return [line for line in lines if _WORD.search(line)]
