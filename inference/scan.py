"""The last look at a prompt before it is sent: nothing secret, and nothing a player typed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from engine.ports import CANARY


@dataclass(frozen=True)
class _Ban:
    """Banned text: what kind it is, its pattern, and signs of which one stands in all that matches, for a quick look.

    The empty sign stands in every text.
    """

    kind: str
    pattern: re.Pattern[str]
    signs: tuple[str, ...]

    def found(self, text: str, folded: str) -> bool:
        """Say whether `text`, which is `folded` in lower case, holds it."""
        return any(sign in folded for sign in self.signs) and self.pattern.search(text) is not None


_FIELDS: Final = (
    "planted",
    "heat",
    "deck",
    "truth",
    "is_true",
    "forecast",
    "evidence",
    "positions",
    "position",
    "seed",
)
_PHRASES: Final = (
    "true forecast",
    "planted tip",
    "planted whisper",
    "planted claim",
    "vault seed",
    "secret seed",
    "deck order",
    "suspicious win",
)

_BANNED: Final = (
    _Ban("a canary", CANARY, ("xq",)),
    _Ban("a Discord id", re.compile(r"\d{15,}"), ("",)),
    _Ban("a Discord mention", re.compile(r"<[@#]"), ("<",)),
    # A creature may itself speak of heat or of what it planted; a field of the vault in a prompt comes with its sign.
    _Ban("a field of the vault", re.compile(rf"\b(?:{'|'.join(_FIELDS)})\b['\"]?\s*[=:]", re.IGNORECASE), _FIELDS),
    _Ban(
        "the words of a secret",
        re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b|\bSecret[(\[]", re.IGNORECASE),
        (*_PHRASES, "secret(", "secret["),
    ),
)

_ODD_CASES: Final = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}
"""The characters beyond ASCII that a pattern in any case takes for a letter of it."""


class FirewallBreach(Exception):  # noqa: N818  (the field's word for it)
    """A prompt held something that no mind may learn. The message names the kind, never the thing."""


def leaks(text: str) -> list[str]:
    """Return the kinds of banned text found in `text`, in a fixed order; empty when it is clean."""
    return list(_kinds(text))


@lru_cache(maxsize=64)
def _kinds(text: str) -> tuple[str, ...]:
    """Look a text through. Half of every prompt is the same rules, and is looked through once."""
    folded = (text if text.isascii() else text.translate(_ODD_CASES)).lower()
    return tuple([ban.kind for ban in _BANNED if ban.found(text, folded)])


def check(texts: Iterable[str]) -> None:
    """Scan what is about to be sent.

    Raises:
        FirewallBreach: If any of `texts` holds banned text.
    """
    found = sorted({name for text in texts for name in leaks(text)})
    if found:
        raise FirewallBreach(f"the prompt holds {', '.join(found)}")
