"""Orders out of a text that is no JSON as a whole: each must be a closed `{...}` of its own, in the list of orders.

What stands within a thought, a gossip or a comment is no order, nor is what follows the list or belongs to a turn that
the mind made up after its answer.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from engine.ports import MAX_ORDERS, Order
from inference.final_text import NEXT_TURN, THOUGHT_KEY
from inference.order_words import read_loan, read_order

_LONGEST_ORDER: Final = 300
_MOST_CHUNKS: Final = 12

_SPEECH: Final = re.compile(
    r"[\"']?\b(thought|gossip)[\"']?\s*:\s*(?:\"((?:[^\"\\]|\\.)*+)(\"|\\?\Z)|'((?:[^'\\]|\\.)*+)('|\\?\Z))",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|^[ \t]*#[^\n]*", re.DOTALL | re.MULTILINE)
_TOKEN: Final = re.compile(r"<\|[a-z_]{1,20}\|>")
_ORDERS_LIST: Final = re.compile(r"[\"']?\borders[\"']?\s*:\s*\[", re.IGNORECASE)
_ONE_ORDER: Final = re.compile(r"[\"']?\borders?[\"']?\s*:\s*(?=\{)", re.IGNORECASE)
_SPEECH_KEY: Final = re.compile(r"[\"']?\b(?:thought|gossip)[\"']?\s*:", re.IGNORECASE)
_NO_ORDERS: Final = re.compile(r"[\"']?\borders[\"']?\s*:\s*(?:\[\s*\]|null\b|None\b)", re.IGNORECASE)
_CHUNK: Final = re.compile(r"\{[^{}]*+\}|\]")
_ORDER_KEY: Final = re.compile(r"\b(?:side|good|quantity|price|qty|amount)\b[\"']?\s*[:=]", re.IGNORECASE)
_LOAN: Final = re.compile(
    r"[\"']?\bloan[\"']?\s*:\s*(?:\"([^\"\\\n]*+)\"|'([^'\\\n]*+)'|(\w++)(?=\s*[,;}\n]))", re.IGNORECASE
)
_LOAN_KEY: Final = re.compile(r"[\"']?\bloan[\"']?\s*:", re.IGNORECASE)
_FIELD: Final = re.compile(
    r"""
    [\s,;]*+
    (?: "([\w ]{1,30})" | '([\w ]{1,30})' | ([A-Za-z_]\w{0,29}) )
    \s*+ [:=] \s*+
    (?: "((?:[^"\\]|\\.)*+)" | '([^'\\]*+)' | ([^\s,;"'{}\[\]:=]++(?:[ \t]++[^\s,;"'{}\[\]:=]++)*+) )
    (?= [\s,;] | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_BETWEEN: Final = " \t\r\n,;"


@dataclass(frozen=True)
class Salvage:
    """What was saved: orders, how many that look like one were dropped, and whether the answer was closed."""

    orders: tuple[Order, ...]
    dropped: int
    loan: bool | None
    thought: str
    gossip: str
    closed: bool
    answered: bool
    """Whether there is an order, or the plain word that there is none."""
    repairs: tuple[str, ...]


def salvage(text: str) -> Salvage:
    """Return what can be saved of the first answer in `text`."""
    repairs: list[str] = []
    said: dict[str, str] = {}
    text = _COMMENT.sub(" ", _without_speech(text, said))
    lists = [match.start() for match in _ORDERS_LIST.finditer(text)]
    if len(lists) > 1:
        text = text[: lists[1]]
        repairs.append("several answers, the first taken")
    turn = NEXT_TURN.search(text, max(0, text.find("{")))
    if turn is not None:
        text = text[: turn.start()]
        repairs.append("left out what follows the answer")
    start = lists[0] if lists else 0
    if len(THOUGHT_KEY.findall(text, 0, start)) > 1:
        text = text[:start]
        repairs.append("left out what follows the answer")
    text = _TOKEN.sub(" ", text)
    orders, dropped = _closed_orders(text, start, listed=bool(lists))
    tail = text[max(start, text.rfind("{")) :]
    if "{" in tail and "}" not in tail and _ORDER_KEY.search(tail):
        dropped += 1
        repairs.append("the last order was cut off")
    return Salvage(
        orders=orders,
        dropped=dropped,
        loan=_loan(text),
        thought=said.get("thought", ""),
        gossip=said.get("gossip", ""),
        closed=text.count("{") == text.count("}") and len(lists) == 1,
        answered=bool(orders) or _NO_ORDERS.search(text) is not None,
        repairs=tuple(repairs),
    )


def _without_speech(text: str, said: dict[str, str]) -> str:
    """Return `text` with its thoughts and gossip taken out of it; `said` is given the first of each."""

    def keep(match: re.Match[str]) -> str:
        field, double, double_end, single, single_end = match.groups()
        words = ""
        # A speech that was cut off is no speech.
        if single_end == "'":
            words = single
        elif double_end == '"':
            try:
                words = json.loads(f'"{double}"', strict=False)
            except ValueError:
                words = double
        said.setdefault(field.lower(), words)
        return f'"{field}":""'

    return _SPEECH.sub(keep, text)


def _closed_orders(text: str, start: int, *, listed: bool) -> tuple[tuple[Order, ...], int]:
    """Return the orders that stand closed in `text` from `start` on, and how many that look like one were dropped.

    Without a list of orders they stand under one key, or by themselves before anything is said: what follows the
    beginning of a thought may be part of it.
    """
    single = None if listed else _ONE_ORDER.search(text)
    speech = None if listed or single else _SPEECH_KEY.search(text)
    until = speech.start() if speech else len(text)
    orders: list[Order] = []
    chunks = 0
    for match in _CHUNK.finditer(text, single.end() if single else start):
        chunk = match.group()
        if chunk == "]":
            until = min(until, match.start()) if listed else until
        elif _ORDER_KEY.search(chunk):
            chunks += 1
            readable = match.start() < until and chunks <= _MOST_CHUNKS and len(orders) < MAX_ORDERS
            order = _order(text, match) if readable else None
            if order is not None:
                orders.append(order)
    return tuple(orders), chunks - len(orders)


def _order(text: str, match: re.Match[str]) -> Order | None:
    """Return the order in one flat `{...}`, if the whole of it is fields that mean one thing."""
    chunk = match.group()
    if len(chunk) > _LONGEST_ORDER:
        return None
    if '"' not in chunk and text.count('"', 0, match.start()) % 2:
        # It seems to stand within a string.
        return None
    pairs: list[tuple[str, str]] = []
    inner, at = chunk[1:-1], 0
    while field := _FIELD.match(inner, at):
        double, single, bare, *values = field.groups()
        pairs.append((double or single or bare, next(value for value in values if value is not None)))
        at = field.end()
    return read_order(pairs) if not inner[at:].strip(_BETWEEN) else None


def _loan(text: str) -> bool | None:
    """Return the answer to a loan that stands in a text, or None where there is none, or no clear one."""
    said = [double or single or bare for double, single, bare in _LOAN.findall(text)]
    return read_loan(said) if said and len(said) == len(_LOAN_KEY.findall(text)) else None
