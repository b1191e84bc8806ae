"""What minds answer to the asks of lessons, kept in a file: candidates for the answers to learn."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from engine.ports import Order
from inference.config import MindConfig
from training.asking import Answered, put
from training.data import ASKS_A_SEASON, ask_key, looked_at
from training.seasons import Ask
from training.selection import Candidate

_ASKS_A_SEASON: Final = 40
"""Asks that are put to minds out of the lessons of one season, so that they come from several."""


async def gather(
    file: Path,
    asks: int,
    minds: Mapping[str, MindConfig],
    first_seed: int = 0,
    on_answer: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Put `asks` asks of the lessons' own seasons to every mind, write what is worth trying, and return counts by mind.

    What a mind answered is written when it has answered all, so that the next one cannot lose it.

    Raises:
        MindError: If a mind cannot be loaded.
    """
    questions = list(islice(_asks(first_seed), asks))
    counts: dict[str, int] = {}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        for name, config in minds.items():
            answers, _ = await put(config, questions, constrained=True, on_answer=on_answer)
            told = [_line(name, each) for each in answers if each.valid_json and each.decision.orders]
            counts[name] = len(told)
            lines.writelines(told)
            lines.flush()
    return counts


def read(file: Path) -> dict[str, list[Candidate]]:
    """Return the candidates of a file that `gather` wrote, by the key of their ask.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    candidates: dict[str, list[Candidate]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            orders = tuple(Order.model_validate_json(json.dumps(order)) for order in told["orders"])
            candidates.setdefault(told["ask"], []).append(Candidate(orders, told["mind"]))
    return candidates


def _asks(first_seed: int) -> Iterator[Ask]:
    seed = first_seed
    while True:
        asks = looked_at(seed, ASKS_A_SEASON)
        yield from Random(f"candidates/{seed}").sample(asks, min(len(asks), _ASKS_A_SEASON))
        seed += 1


def _line(mind: str, answered: Answered) -> str:
    orders = [order.model_dump(mode="json") for order in answered.decision.orders]
    return json.dumps({"ask": ask_key(answered.ask), "mind": mind, "orders": orders}) + "\n"
