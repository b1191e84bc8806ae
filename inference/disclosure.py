"""The check before traces leave the house: nothing secret is in them, and nobody can be told by them.

It holds rows against what is declared and not against what is forbidden, as far as that goes: a column that is not in
`inference.traces.COLUMNS` is a leak whatever it holds, and numbers, hashes and orders have nothing but their shape.
What is left are texts. Those that this project wrote are scanned like a prompt that is about to be sent. Those that a
mind wrote can hold only what it was told and what it made up, and an untuned one makes up prices of fifteen digits:
they are searched for canaries, mentions, and the ids that the store itself knows.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from engine.ports import CANARY
from engine.vocabulary import CREATURES, GOODS, Side
from inference.scan import leaks
from inference.traces import COLUMNS, Kind

_HASH: Final = re.compile(r"[0-9a-f]{16,64}")
_MENTION: Final = re.compile(r"<[@#]")
_ORDER: Final = frozenset({"side", "good", "quantity", "price"})
_ADMITTED: Final = _ORDER | {"accepted", "refused"}
_VERDICTS: Final = frozenset({"", "self_buy", "out_of_stock", "unaffordable", "wash_trade"})
_MOST: Final = 10**12
"""No number of ours is as long as an id of Discord's."""


class DisclosureError(Exception):
    """Traces hold something that must not leave. The text names the kind and the place, never the thing."""


def check(rows: Iterable[Mapping[str, Any]], never: Collection[str] = ()) -> None:
    """Look through rows that are about to be published.

    Args:
        rows: The rows of `inference.traces`.
        never: Texts that may stand nowhere in them: the ids and canaries of the store they come from.

    Raises:
        DisclosureError: If anything in them is secret, personal or not declared.
    """
    marks = [mark.lower() for mark in never]
    for row in rows:
        for column, what in _findings(row, marks):
            turn, who = row.get("wood.turn"), row.get("gen_ai.agent.name")
            whose = f" of {who}'s ask" if who in _NAMED else ""
            raise DisclosureError(
                f"Nothing was written: {column} of turn {turn if isinstance(turn, int) else '?'}{whose} holds {what}, "
                "which must not be published; please report it as a fault of the firewall."
            )


_NAMED: Final = frozenset({*CREATURES, "the narrator"})
"""Who can be named in a refusal; any other name in that column may itself be the leak."""


def _findings(row: Mapping[str, Any], marks: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the columns of a row in which something was found, with the kind of it."""
    for name in row.keys() - COLUMNS.keys():
        yield name, "a column that is not declared"
    for name in COLUMNS.keys() - row.keys():
        yield name, "nothing, though every row has it"
    for name in COLUMNS.keys() & row.keys():
        value, kind = row[name], COLUMNS[name].kind
        if not _shaped(kind, value):
            yield name, f"no {kind.value}"
            continue
        ours, said = _texts(kind, value)
        for what in [found for text in ours for found in leaks(text)]:
            yield name, what
        for text in said:
            if CANARY.search(text):
                yield name, "a canary"
            if _MENTION.search(text):
                yield name, "a Discord mention"
        for text in (*ours, *said):
            if any(mark in text.lower() for mark in marks):
                yield name, "an id or a canary of the store"


def _shaped(kind: Kind, value: Any) -> bool:
    """Say whether a value is of its column's kind; what has no text in it is thereby clean."""
    if value is None:
        return kind in _MAY_BE_NULL
    return _SHAPES[kind](value)


def _is_number(value: Any, kind: type) -> bool:
    return isinstance(value, (int, kind)) and not isinstance(value, bool) and abs(value) < _MOST


def _is_order(order: Mapping[str, Any]) -> bool:
    numbers = _is_number(order["quantity"], int) and _is_number(order["price"], int)
    return numbers and order["side"] in tuple(Side) and order["good"] in GOODS


def _is_verdict(order: Mapping[str, Any]) -> bool:
    return _is_number(order["accepted"], int) and order["refused"] in _VERDICTS


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_MAY_BE_NULL: Final = frozenset({Kind.WHOLE, Kind.REAL, Kind.FLAG, Kind.OURS})

_SHAPES: Final[dict[Kind, Callable[[Any], bool]]] = {
    Kind.WHOLE: lambda value: _is_number(value, int),
    Kind.REAL: lambda value: _is_number(value, float),
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.HASH: lambda value: isinstance(value, str) and _HASH.fullmatch(value) is not None,
    Kind.OURS: _is_text,
    Kind.SAID: _is_text,
    Kind.OURS_LIST: _is_list,
    Kind.MESSAGES: _is_list,
    Kind.ANSWER: _is_list,
    Kind.ORDERS: lambda value: all(order.keys() == _ORDER and _is_order(order) for order in value),
    Kind.ADMITTED: lambda value: all(
        order.keys() == _ADMITTED and _is_order(order) and _is_verdict(order) for order in value
    ),
}


def _texts(kind: Kind, value: Any) -> tuple[list[str], list[str]]:
    """Return the texts of a value that this project wrote, and those that a mind wrote."""
    match kind:
        case Kind.OURS:
            return ([] if value is None else [value]), []
        case Kind.OURS_LIST:
            return [str(each) for each in value], []
        case Kind.MESSAGES:
            return [text for message in value for text in _all_text(message)], []
        case Kind.SAID:
            return [], [value]
        case Kind.ANSWER:
            return [], [text for message in value for text in _all_text(message)]
        case _:
            return [], []


def _all_text(value: Any) -> Iterator[str]:
    """Yield every text within plain data, the names of fields too."""
    if isinstance(value, Mapping):
        for name, each in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield str(name)  # pyright: ignore[reportUnknownArgumentType]
            yield from _all_text(each)
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _all_text(each)
    elif value is not None:
        yield str(value)
