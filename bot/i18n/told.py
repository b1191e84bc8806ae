"""The engine's sentences in the language that is spoken.

A card's words come out of a journal or a snapshot, where they stand in English: `told` finds the template among those
of the catalogue, reads what is in its places, and says the same. What no template fits is a mind's own, and stays.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from bot.i18n.catalogs import ENGINE, catalog_of
from bot.i18n.kinds import KINDS, Kind
from bot.i18n.languages import Language, speaking, spoken
from bot.i18n.saying import say

_PLACE: Final = re.compile(r"\{(\w+):(\w+)\}")


class Template(NamedTuple):
    """A sentence of the engine with its places, and the pattern of all that it can become in English."""

    sentence: str
    pattern: re.Pattern[str]


def told(text: str) -> str:
    """Return what the engine told, in the language that is spoken; a text that it never wrote stays as it is."""
    return text if spoken() is Language.ENGLISH else _told(spoken(), text)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the template that an English sentence was made of and what is in its places, or None without one."""
    for template in templates():
        found = template.pattern.fullmatch(text)
        if found is not None:
            return template.sentence, found.groupdict()
    return None


@cache
def templates() -> tuple[Template, ...]:
    """Return the engine's templates; those with the most words of their own are first, as they say the most."""
    sentences = [str(message.id) for message in catalog_of(Language.ENGLISH) if ENGINE in message.flags]
    return tuple(Template(each, pattern_of(each)) for each in sorted(sentences, key=_own_words, reverse=True))


def pattern_of(sentence: str) -> re.Pattern[str]:
    """Return the pattern of all that a sentence with places can become in English."""
    pattern, end, seen = "", 0, set[str]()
    for place in _PLACE.finditer(sentence):
        name, kind = place.groups()
        pattern += re.escape(sentence[end : place.start()])
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{KINDS[kind].pattern})"
        seen.add(name)
        end = place.end()
    return re.compile(pattern + re.escape(sentence[end:]), re.DOTALL)


def _own_words(sentence: str) -> int:
    return len(_PLACE.sub("", sentence))


@lru_cache(maxsize=4096)
def _told(language: Language, text: str) -> str:
    found = read(text)
    if found is None:
        return text
    sentence, values = found
    with speaking(language):
        return say(sentence, **values)


KINDS["told"] = Kind(r".+?", _told)
