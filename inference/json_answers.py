"""Complete JSON in a text: the object it is, or the answers that stand in it, as they stand.

JSON lets a key stand twice, and says nothing of which counts. So an object here remembers all of its pairs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from inference.final_text import NEXT_TURN, THOUGHT_KEY

_MOST_STARTS: Final = 24
_MOST_WASTED: Final = 12_000
"""Characters that may be read in vain: every opening brace of a long unfinished text would read it all again."""

_DEEPEST: Final = 32
_DEEPEST_WRAPPER: Final = 5
_PACKED: Final = frozenset({"arguments", "parameters", "input"})
"""Fields of a call of a tool that may hold the answer as JSON within a string."""

_LIST_OF_ORDERS: Final = re.compile(r"[\"']?\borders[\"']?\s*:\s*\[", re.IGNORECASE)
_NO_BRACKETS: Final = re.compile(r"[^][{}]+")
_ESCAPED_KEY: Final = re.compile(r"\{\s*\\+\"")
_BARE_QUOTE: Final = re.compile(r"(?<!\\)\"")


class Written(dict[str, Any]):
    """A JSON object as it was written: `pairs` has every key as often as it stands, the mapping its first value."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(reversed(pairs))
        self.pairs = pairs

    @property
    def repeats(self) -> bool:
        """Whether a key stands twice."""
        return len(self) < len(self.pairs)

    def values_of(self, field: str) -> list[Any]:
        """Return the values of a field in their order, whatever the case of its key."""
        return [value for key, value in self.pairs if key.strip().lower() == field]

    def first(self, field: str) -> Any:
        """Return the first value of a field, or None."""
        return next(iter(self.values_of(field)), None)


class _Fraction(str):
    """A number with a point or an exponent, as it was written: 1.000 is not always one."""

    __slots__ = ()


@dataclass(frozen=True)
class Found:
    """An answer in a text: where its JSON began, and whether other answers may stand beside it."""

    answer: Written
    start: int
    among_others: bool


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=Written, parse_constant=_no_constant, parse_float=_Fraction)


def whole_object(text: str) -> Written | None:
    """Return the strict JSON object that the whole of `text` is, or None."""
    if not text.startswith("{") or _depth(text) > _DEEPEST:
        return None
    try:
        value = _DECODER.decode(text)
    except ValueError:
        return None
    return value if isinstance(value, Written) else None


def unpacked(text: str) -> str | None:
    """Return the text within a text that is a JSON string, with or without its outer quotes; None if it is none."""
    bare = text.strip()
    if bare.startswith('"{'):
        quoted = bare
    elif _ESCAPED_KEY.search(bare) and not _BARE_QUOTE.search(bare):
        quoted = f'"{bare}"'
    else:
        return None
    try:
        value = json.loads(quoted, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def answers(text: str) -> list[Found]:
    """Return the answers in the complete JSON objects of `text`, in their order.

    An answer is an object with a list of orders, by itself or wrapped. There are none where the mind answered before
    them, be it without orders or without an end: they answer a question that it made up.
    """
    if _depth(text) > _DEEPEST:
        return []
    found: list[Found] = []
    at, wasted = text.find("{"), 0
    for _ in range(_MOST_STARTS):
        if at < 0 or wasted > _MOST_WASTED:
            break
        try:
            value, end = _DECODER.raw_decode(text, at)
        except ValueError as error:
            wasted += (error.pos if isinstance(error, json.JSONDecodeError) else len(text)) - at
            at = text.find("{", at + 1)
            continue
        held = list(_holding_orders(value))
        if held and not _commented_out(text, at):
            several = any(each != held[0] for each in held)
            found.append(Found(held[0], at, several or _within_more(text, at, end)))
        at = text.find("{", end)
    return [] if found and _of_a_later_turn(text, found[0]) else found


def _of_a_later_turn(text: str, found: Found) -> bool:
    """Return whether another answer, or the end of one, stands before this one."""
    begun = text.find("{")
    return (
        _LIST_OF_ORDERS.search(text, 0, found.start) is not None
        or NEXT_TURN.search(text, begun, found.start) is not None
        or (bool(found.answer.values_of("thought")) and THOUGHT_KEY.search(text, 0, found.start) is not None)
    )


def _commented_out(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith("//") or text.count("/*", 0, at) > text.count("*/", 0, at)


def _within_more(text: str, start: int, end: int) -> bool:
    """Return whether what stands from `start` to `end` is part of an unfinished object that goes on with others."""
    return text.count("{", 0, start) > text.count("}", 0, start) and "{" in text[end:]


def _holding_orders(value: object, depth: int = 0) -> Iterator[Written]:
    """Yield the objects in `value` that have a list under `orders`, from the outside inwards."""
    if depth > _DEEPEST_WRAPPER:
        return
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _holding_orders(item, depth + 1)
    if not isinstance(value, Written):
        return
    if isinstance(value.first("orders"), list):
        yield value
        return
    for key, inner in value.pairs:
        within = whole_object(inner.strip()) if key in _PACKED and isinstance(inner, str) else inner
        yield from _holding_orders(within, depth + 1)


def _depth(text: str) -> int:
    """Return an upper bound of how deep brackets nest in `text`."""
    depth = deepest = 0
    for character in _NO_BRACKETS.sub("", text):
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth = max(0, depth - 1)
    return deepest
