"""The one door through which words that a mind may have made go to Discord: as plain words that do nothing.

Nothing is escaped here, since what is escaped is read differently by Discord's clients and its server: whatever could
start a mention, a link, an emoji or markup is replaced by a sign that looks like it and does nothing, or dropped.
"""

import re
import unicodedata
from typing import Final

_ALIKE: Final = str.maketrans(
    {
        "@": "＠", "#": "＃", "<": "‹", ">": "›", "[": "(", "]": ")", "`": "'", "|": "/", "\\": "/",
        "*": "", "_": " ", "~": "", "\N{REPLACEMENT CHARACTER}": "",
    }
)  # fmt: skip
"""What begins a mention, a channel, an emoji, a time, a quote, a link's text, code, a spoiler or emphasis."""

_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})
"""Categories of characters that are not seen or change how others are seen: controls, directions, marks heaped up."""

_SPACES: Final = re.compile(r"\s+")
_SCHEME: Final = re.compile(r"(?<=\w):(?=\S)|:(?=/)")
_INNER_STOP: Final = re.compile(r"(?<=[^\W\d])\.(?=\w)|(?<=\w)\.(?=[^\W\d])|(?<=\d)\.(?=\d+\.\d)")
_SLASHES: Final = re.compile(r"/{2,}")
_FIRST: Final = re.compile(r"^[-+＃›\s]+")


def plain(text: str) -> str:
    """Return `text` as one line of plain words: no mention, link, markup or unseen character.

    A stop, and a colon, inside a word gets a space behind it, so that neither a domain nor a scheme is left. Prose with
    its usual signs stays as it is, and what is plain already is not changed again.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(" " if char.isspace() else char for char in composed if _is_seen(char))
    bare = _SLASHES.sub("/", seen.translate(_ALIKE))
    broken = _INNER_STOP.sub(". ", _SCHEME.sub(": ", bare))
    return _FIRST.sub("", _SPACES.sub(" ", broken)).strip()


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _DROPPED
