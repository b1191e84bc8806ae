"""The engine's sentences in the language that is spoken.

A card's words come out of a journal or a snapshot, where they stand in English: `told` finds the template among those
of the catalogue, reads what is in its places, and says the same. A text of several sentences is first looked for as one
template, and then sentence by sentence. Text of which any part fits no template is a mind's own, and stays.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from bot.i18n.catalogs import ENGINE, catalog_of
from bot.i18n.kinds import KINDS, PLACE, Kind
from bot.i18n.languages import Language, speaking, spoken
from bot.i18n.saying import say

_BETWEEN: Final = re.compile(r"(?<=[.!?]) ")
"""Where one sentence may end and the next begin."""

TOLD: Final = "told"
"""The kind of a place that holds a sentence or a phrase of the engine, which is read for itself."""


class Template(NamedTuple):
    """A sentence of the engine with its places, and the pattern of all that it can become in English.

    `nested` names the places that hold sentences of the engine themselves.
    """

    sentence: str
    pattern: re.Pattern[str]
    nested: tuple[str, ...]


class Reading(NamedTuple):
    """What an English sentence was made of: its template, and what is in its places."""

    template: str
    values: Mapping[str, str]


def told(text: str) -> str:
    """Return what the engine told, in the language that is spoken; a text that it never wrote stays as it is."""
    return text if spoken() is Language.ENGLISH else _told(spoken(), text)


@lru_cache(maxsize=4096)
def read(sentence: str) -> Reading | None:
    """Return the template that an English sentence was made of and what is in its places, or None without one."""
    for template in templates():
        found = template.pattern.fullmatch(sentence)
        if found is not None and all(read(found[name]) for name in template.nested):
            return Reading(template.sentence, found.groupdict())
    return None


@lru_cache(maxsize=4096)
def read_all(text: str) -> tuple[Reading, ...]:
    """Return the readings of the sentences that a text consists of, or nothing where some of it fits no template.

    Of two ways to read it, that whose first sentence is the longer one is taken.
    """
    whole = read(text)
    if whole is not None:
        return (whole,)
    for end in reversed([between.start() for between in _BETWEEN.finditer(text)]):
        first, others = read(text[:end]), read_all(text[end + 1 :])
        if first is not None and others:
            return (first, *others)
    return ()


@cache
def templates() -> tuple[Template, ...]:
    """Return the engine's templates; those with the most words of their own are first, as they say the most."""
    sentences = [str(message.id) for message in catalog_of(Language.ENGLISH) if ENGINE in message.flags]
    return tuple(template_of(each) for each in sorted(sentences, key=_own_words, reverse=True))


def template_of(sentence: str) -> Template:
    """Return a sentence with places as a template."""
    pattern, end, seen = "", 0, set[str]()
    for place in PLACE.finditer(sentence):
        name, kind = place.groups()
        pattern += re.escape(sentence[end : place.start()])
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{KINDS[kind].pattern})"
        seen.add(name)
        end = place.end()
    nested = tuple(name for name, kind in PLACE.findall(sentence) if kind == TOLD)
    return Template(sentence, re.compile(pattern + re.escape(sentence[end:]), re.DOTALL), nested)


def _own_words(sentence: str) -> int:
    return len(PLACE.sub("", sentence))


@lru_cache(maxsize=4096)
def _told(language: Language, text: str) -> str:
    sentences = read_all(text)
    if not sentences:
        return text
    with speaking(language):
        return language.gap.join(say(each.template, **each.values) for each in sentences)


KINDS[TOLD] = Kind(r".+?", _told)
