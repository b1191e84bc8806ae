"""The narrator's answer: any text in, a headline fit to post out, or none.

A headline is fit when it is plain words of fair length, names only creatures, goods, Patrons and numbers that stand
in the news it was given, and says most of what it says in their words. A small mind invents freely, and a headline is
read as fact.
"""

import json
import re
from typing import Any, Final, cast

from engine.ports import HEADLINE_LENGTH, ParseReport
from engine.views import NarratorView
from engine.vocabulary import CREATURES, GOODS, capital
from inference.scan import leaks

SHORTEST: Final = 12
_LONGEST_TEXT: Final = 2_000

_FIELD: Final = re.compile(r"[\"']?\bheadline[\"']?\s*:\s*\"((?:[^\"\\]|\\.)*)\"", re.IGNORECASE | re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.;:!?'’-]+")
_LINK: Final = re.compile(r"https?\b|\bwww\b|\w\.\w", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_MASK: Final = re.compile(r"\bpatron of the(?: [A-Z]\w+)+", re.IGNORECASE)
_DENIAL: Final = re.compile(r"\b(?:no|not|never|nobody|none|nor|without|\w+n['’]t)\b", re.IGNORECASE)
_PLURAL: Final[dict[str, str]] = {"acorn": "acorns", "berry": "berries", "mushroom": "mushrooms"}
_NAME: Final = re.compile(rf"\b(?:{'|'.join((*CREATURES, *GOODS, *_PLURAL))})\b", re.IGNORECASE)
_LONG_WORD: Final = re.compile(r"[a-z]{4,}")
_TOLD_PERCENT: Final = 75
"""Share of a headline's longer words that must stand in the news."""


def read_headline(raw: str, view: NarratorView) -> tuple[str, ParseReport]:
    """Return the headline in a mind's raw answer to the news of `view`, and how it was read.

    The headline is empty where there is none fit to post; the report's repairs say why.
    """
    text = raw.strip()
    said, valid = _whole(text), True
    if said is None:
        match, valid = _FIELD.search(text[:_LONGEST_TEXT]), False
        said = match.group(1) if match else ""
    headline = " ".join(said.split())
    # One of full length was cut off by the grammar.
    why = "too short or too long" if not SHORTEST <= len(said) < HEADLINE_LENGTH else _unfit(headline, view)
    if why:
        return "", ParseReport(status="failed", valid_json=valid, repairs=(why,))
    if headline[-1] not in ".!?":
        headline += "."
    return capital(headline), ParseReport(status="ok" if valid else "salvaged", valid_json=valid)


def _whole(text: str) -> str | None:
    """Return the headline of an answer that is the JSON asked for and nothing else, or None."""
    try:
        answer: Any = json.loads(text) if len(text) <= _LONGEST_TEXT else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    mapping = cast("dict[str, Any]", answer)
    said = mapping.get("headline")
    return said if list(mapping) == ["headline"] and isinstance(said, str) else None


def _unfit(headline: str, view: NarratorView) -> str:
    """Return why a headline may not be posted, or an empty string."""
    if not _PLAIN.fullmatch(headline) or _LINK.search(headline) or leaks(headline):
        return "not plain words"
    told = " ".join(view.lines)
    for kind, what in ((_NUMBER, "number"), (_NAME, "name or good"), (_DENIAL, "denial")):
        if not _found(kind, headline) <= _found(kind, told):
            return f"a {what} that is not in the news"
    # Whom the magistrate means is said in full, or not at all.
    if _found(_MASK, headline) != _found(_MASK, told):
        return "another Patron than in the news"
    said, news = _stems(headline), set(_stems(told))
    if sum(stem in news for stem in said) * 100 < len(said) * _TOLD_PERCENT:
        return "too little of it is in the news"
    return ""


def _found(kind: re.Pattern[str], text: str) -> set[str]:
    return {_PLURAL.get(word.lower(), word.lower()) for word in cast("list[str]", kind.findall(text))}


def _stems(text: str) -> list[str]:
    """Return the beginnings of the longer words of a text, by which `buys` and `buyer` are told to be one."""
    return [word[:4] for word in cast("list[str]", _LONG_WORD.findall(text.lower()))]
