"""The last look at a prompt before it is sent: nothing secret, and nothing a player typed."""

import re
from collections.abc import Iterable
from typing import Final

from engine.ports import CANARY

_BANNED: Final[dict[str, re.Pattern[str]]] = {
    "a canary": CANARY,
    "a Discord id": re.compile(r"\d{15,}"),
    "a Discord mention": re.compile(r"<[@#]"),
    # A creature may itself speak of heat or of what it planted; a field of the vault in a prompt comes with its sign.
    "a field of the vault": re.compile(
        r"\b(?:planted|heat|deck|truth|is_true|forecast|evidence|positions?|seed)\b['\"]?\s*[=:]", re.IGNORECASE
    ),
    "the words of a secret": re.compile(
        r"\b(?:true forecast|planted (?:tip|whisper|claim)|vault seed|secret seed|deck order|suspicious win)\b"
        r"|\bSecret[(\[]",
        re.IGNORECASE,
    ),
}


class FirewallBreach(Exception):  # noqa: N818  (the field's word for it)
    """A prompt held something that no mind may learn. The message names the kind, never the thing."""


def leaks(text: str) -> list[str]:
    """Return the kinds of banned text found in `text`, in a fixed order; empty when it is clean."""
    return [name for name, pattern in _BANNED.items() if pattern.search(text)]


def check(texts: Iterable[str]) -> None:
    """Scan what is about to be sent.

    Raises:
        FirewallBreach: If any of `texts` holds banned text.
    """
    found = sorted({name for text in texts for name in leaks(text)})
    if found:
        raise FirewallBreach(f"the prompt holds {', '.join(found)}")
