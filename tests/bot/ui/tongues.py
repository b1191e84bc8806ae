"""The languages that tests speak: the bot's own, and two of nobody's, in which all is said before it is translated."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Final

import pytest

from bot.i18n import Language, speaking
from bot.i18n.told import _told

_KEPT: Final = re.compile(r"(\{\w+(?::\w+)?\}|`[^`]*`)")
"""What is the same in every language: places, and what is typed as it stands."""


@dataclass(frozen=True)
class Tongue:
    """A language as a test speaks it; `pseudo` says what becomes of an English sentence where it is no real one."""

    name: str
    language: Language
    pseudo: Callable[[str], str] | None = None

    @contextmanager
    def spoken(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Speak it within."""
        _told.cache_clear()
        with patch.context() as within, speaking(self.language):
            if self.pseudo is not None:
                pseudo = self.pseudo
                for module in ("saying", "kinds"):
                    within.setattr(f"bot.i18n.{module}.translation", lambda _, sentence, __=None: pseudo(sentence))
                    within.setattr(f"bot.i18n.{module}.plural", lambda _, __, many, ___, ____=None: pseudo(many))
            yield
        _told.cache_clear()


def longer(sentence: str) -> str:
    """Return a sentence in letters that are no English ones, and 40 % more of them."""
    parts = _KEPT.split(sentence)
    own = "".join(parts[::2])
    return "".join(_lettered(part) if at % 2 == 0 else part for at, part in enumerate(parts)) + "ñ" * ceil(
        0.4 * len(own)
    )


def wider(sentence: str) -> str:
    """Return a sentence in signs as wide as they are high: six for ten letters, as Japanese needs."""
    parts = _KEPT.split(sentence)
    return "".join(_signed(part) if at % 2 == 0 else part for at, part in enumerate(parts))


def _lettered(text: str) -> str:
    return re.sub(r"[A-Za-z]", "ñ", text)


def _signed(text: str) -> str:
    return re.sub(r"[A-Za-z][A-Za-z ']*", lambda words: "森" * ceil(0.6 * len(words[0])), text)


LONG: Final = Tongue("long", Language.SPANISH, longer)
WIDE: Final = Tongue("wide", Language.JAPANESE, wider)
TONGUES: Final = (*(Tongue(language.value, language) for language in Language), LONG, WIDE)
