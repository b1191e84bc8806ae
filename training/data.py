"""The lessons: asks of played seasons with the teacher's answers, checked, balanced and written as JSONL."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.cast import NAMES
from engine.ports import Decision
from engine.turn import admit
from prompts.render import creature_messages
from training.seasons import Ask, play_season
from training.teacher import teach

EVALUATION_SEEDS: Final = 10_000
"""Season seeds from here on are for evaluation alone: no lesson comes from one."""

RESTING_SHARE: Final = 0.12
"""Most of a set of lessons that may have no orders: enough to learn to rest, too few to become idle."""


class DataError(Exception):
    """The lessons asked for cannot be made; the message says what to ask for instead."""


class Example(BaseModel):
    """One lesson: the messages of an ask, the answer to learn, and where it comes from."""

    model_config = ConfigDict(frozen=True)

    seed: int
    turn: int
    creature: str
    messages: list[dict[str, str]]
    target: str
    orders: int


@dataclass(frozen=True)
class DataCard:
    """What a set of lessons holds: counts, and the SHA-256 of its file."""

    examples: int
    creatures: dict[str, int]
    orders: dict[str, int]
    whispered: int
    seasons: int
    first_seed: int
    refused: int
    duplicates: int
    sha256: str


def generate(file: Path, examples: int = 6_000, first_seed: int = 0, asks_a_season: int = 60) -> DataCard:
    """Write `examples` lessons to the JSONL file `file`, and their card beside it as `.card.json`.

    Creatures share the lessons equally. Every target parses strictly, and the engine admits all its
    orders untrimmed. The same arguments write the same bytes.

    Raises:
        DataError: If the seasons would reach the seeds kept for evaluation.
    """
    quota = {name: examples // len(NAMES) + (place < examples % len(NAMES)) for place, name in enumerate(NAMES)}
    resting = {name: int(share * RESTING_SHARE) for name, share in quota.items()}
    kept: list[Example] = []
    seen: set[str] = set()
    refused = duplicates = whispered = 0
    seed = first_seed
    while any(quota.values()):
        if seed >= EVALUATION_SEEDS:
            raise DataError(f"Seeds from {EVALUATION_SEEDS} on are kept for evaluation. Ask for fewer examples.")
        for ask in _sample(seed, asks_a_season, widened=True):
            name = ask.view.name
            if not quota[name]:
                continue
            example = lesson(ask)
            if example is None:
                refused += 1
                continue
            if example.messages[1]["content"] in seen:
                duplicates += 1
                continue
            if not example.orders:
                if not resting[name]:
                    continue
                resting[name] -= 1
            seen.add(example.messages[1]["content"])
            quota[name] -= 1
            whispered += bool(ask.view.heard)
            kept.append(example)
        seed += 1
    text = "".join(example.model_dump_json() + "\n" for example in kept)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    card = DataCard(
        examples=len(kept),
        creatures=dict(sorted(Counter(example.creature for example in kept).items())),
        orders={str(count): number for count, number in sorted(Counter(e.orders for e in kept).items())},
        whispered=whispered,
        seasons=seed - first_seed,
        first_seed=first_seed,
        refused=refused,
        duplicates=duplicates,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    file.with_suffix(".card.json").write_text(json.dumps(vars(card), indent=1) + "\n", encoding="utf-8")
    return card


def lesson(ask: Ask) -> Example | None:
    """Return the lesson of an ask, or None when the teacher's answer is not legal in the ask's wood."""
    target = teach(ask.view, ask.answer_seed)
    decision = Decision.model_validate_json(target, strict=True)
    if any(verdict.refused for verdict in admit(ask.wood, ask.view.name, decision.orders)):
        return None
    return Example(
        seed=ask.season_seed,
        turn=ask.turn,
        creature=ask.view.name,
        messages=creature_messages(ask.view),
        target=target,
        orders=len(decision.orders),
    )


def unseen_asks(count: int, first_seed: int = EVALUATION_SEEDS, asks_a_season: int = 25) -> list[Ask]:
    """Return `count` asks of seasons that no lesson came from, the same for the same arguments.

    These seasons go by the game's own rules, with seats that act at random and Patrons who meddle.

    Raises:
        DataError: If `first_seed` is below the seeds kept for evaluation.
    """
    if first_seed < EVALUATION_SEEDS:
        raise DataError(f"Evaluation starts at seed {EVALUATION_SEEDS}; seeds below it were learned from.")
    asks: list[Ask] = []
    seed = first_seed
    while len(asks) < count:
        asks += _sample(seed, asks_a_season, widened=False)
        seed += 1
    return asks[:count]


def read_examples(file: Path) -> Iterator[Example]:
    """Yield the lessons of a JSONL file that `generate` wrote.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Example.model_validate_json(line)


def _sample(seed: int, count: int, *, widened: bool) -> list[Ask]:
    asks = list(play_season(seed, widened=widened))
    chosen = sorted(Random(f"sample/{seed}").sample(range(len(asks)), min(count, len(asks))))
    return [asks[place] for place in chosen]
