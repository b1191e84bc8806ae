"""The lessons: asks of played seasons with the answers to learn, chosen, checked, balanced and written as JSONL."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.cast import NAMES
from engine.turn import admit
from engine.views import CreatureView
from inference.parse import parse
from inference.shape import form_of
from prompts.render import creature_messages
from training.plan import make_plan
from training.seasons import Ask, play_season
from training.selection import TEACHER, Candidate, select
from training.teacher import answer, stance_for
from training.telling import told, told_in_vain
from training.tempers import legends_told

EVALUATION_SEEDS: Final = 10_000
"""Season seeds from here on are for evaluation alone: no lesson comes from one."""

SHARES: Final[dict[str, float]] = {
    "told whisper": 0.2,
    "told favour": 0.13,
    "told legend": 0.16,
    "told feeling": 0.09,
    "idle news": 0.07,
    "loan": 0.06,
    "favour": 0.05,
    "debt": 0.04,
    "whisper": 0.06,
    "legend": 0.04,
    "feeling": 0.04,
    "plain": 0.06,
}
"""The kinds of ask, the most special first, and how much of the lessons each is: seasons hold far fewer special
ones. A `told` one is a plain ask with a piece of news in it that would change the orders of whoever heeds it, an
`idle` one any ask with news in it that would not (`training.telling`)."""

RESTING_SHARE: Final = 0.15
"""Most of the lessons that may have no orders: enough to learn to rest, too few to become idle."""

_UNWANTED_SEASONS: Final = 40
"""Seasons without a single lesson after which a kind of ask counts as not to be had."""


ASKS_A_SEASON: Final = 240
"""Asks of one season that are looked at. Which of them are told something goes by all of them."""

_PLAIN_A_SEASON: Final = 15
"""Plain asks that are looked at in one season, so that they come from many."""

_IDLE_EVERY: Final = 3
"""Of how many asks of a season one is told idle news."""


class DataError(Exception):
    """The lessons asked for cannot be made; the message says what to ask for instead."""


class Example(BaseModel):
    """One lesson: the messages of an ask, the answer to learn, and where both come from.

    `kind` is that of the ask (see `SHARES`), `source` whose orders they are: the teacher's, those of the search
    around it, or a mind's.
    """

    model_config = ConfigDict(frozen=True)

    seed: int
    turn: int
    creature: str
    kind: str
    source: str
    messages: list[dict[str, str]]
    target: str
    orders: int


@dataclass(frozen=True)
class DataCard:
    """What a set of lessons holds: counts, and the SHA-256 of its file.

    `moved` counts the lessons of each kind in which the creature acts on what it was told, keeps to its favour or takes
    the loan; in the others it declines. `answered` counts the lessons for which minds' orders competed, `refused` and
    `duplicates` the asks that made no lesson.
    """

    examples: int
    creatures: dict[str, int]
    kinds: dict[str, int]
    moved: dict[str, int]
    sources: dict[str, int]
    orders: dict[str, int]
    seasons: int
    first_seed: int
    answered: int
    refused: int
    duplicates: int
    sha256: str


@dataclass
class _Quota:
    """How many lessons are still wanted of each creature, by kind and in all, and how many of them may rest."""

    wanted: dict[tuple[str, str], int]
    resting: dict[str, int]

    @classmethod
    def of(cls, examples: int) -> "_Quota":
        wanted: dict[tuple[str, str], int] = {}
        resting: dict[str, int] = {}
        for place, name in enumerate(NAMES):
            mine = examples // len(NAMES) + (place < examples % len(NAMES))
            resting[name] = int(mine * RESTING_SHARE)
            special = {kind: int(mine * share) for kind, share in SHARES.items() if kind != "plain"}
            wanted |= {(name, kind): count for kind, count in special.items()}
            wanted[name, "plain"] = mine - sum(special.values())
        return cls(wanted, resting)

    def open(self) -> bool:
        return any(self.wanted.values())

    def wants(self, name: str, kind: str) -> bool:
        return self.wanted[name, kind] > 0

    def take(self, name: str, kind: str, orders: int) -> bool:
        """Count a lesson in, unless it rests and enough do."""
        if not orders:
            if not self.resting[name]:
                return False
            self.resting[name] -= 1
        self.wanted[name, kind] -= 1
        return True

    def lacking(self) -> str:
        return ", ".join(f"{count} of {name} with {kind}" for (name, kind), count in self.wanted.items() if count)


def generate(
    file: Path,
    examples: int = 3_600,
    first_seed: int = 0,
    asks_a_season: int = ASKS_A_SEASON,
    answered: Mapping[str, Sequence[Candidate]] | None = None,
    on_lesson: Callable[[], None] = lambda: None,
) -> DataCard:
    """Write `examples` lessons to the JSONL file `file`, and their card beside it as `.card.json`.

    Creatures share the lessons equally, and the kinds of ask have fixed shares in each of them (`SHARES`). Every
    target parses strictly, and the engine admits all its orders untrimmed. The same arguments write the same bytes.

    Args:
        file: Where the lessons go.
        examples: How many.
        first_seed: The first season.
        asks_a_season: How many asks of a season are looked at, at most.
        answered: What minds answered to asks, by `ask_key`; candidates for the targets.
        on_lesson: Called for each lesson.

    Raises:
        DataError: If the seasons would reach the seeds kept for evaluation, or hold too few asks of some kind.
    """
    quota = _Quota.of(examples)
    kept: list[Example] = []
    moved: Counter[str] = Counter()
    seen: set[str] = set()
    matched = refused = duplicates = barren = 0
    seed = first_seed
    while quota.open():
        if seed >= EVALUATION_SEEDS:
            raise DataError(f"Seeds from {EVALUATION_SEEDS} on are kept for evaluation. Ask for fewer examples.")
        before = len(kept)
        for ask in looked_at(seed, asks_a_season):
            kind = lesson_kind(ask)
            if not quota.wants(ask.view.name, kind):
                continue
            theirs = answered.get(ask_key(ask), ()) if answered else ()
            example = lesson(ask, theirs)
            if example is None:
                refused += 1
            elif example.messages[1]["content"] in seen:
                duplicates += 1
            elif quota.take(ask.view.name, kind, example.orders):
                seen.add(example.messages[1]["content"])
                moved[kind] += is_moved(ask)
                matched += bool(theirs)
                kept.append(example)
                on_lesson()
        barren = 0 if len(kept) > before else barren + 1
        if barren == _UNWANTED_SEASONS:
            raise DataError(f"No season holds more of what is lacking: {quota.lacking()}. Ask for fewer examples.")
        seed += 1
    text = "".join(example.model_dump_json() + "\n" for example in kept)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    card = DataCard(
        examples=len(kept),
        creatures=_counts(example.creature for example in kept),
        kinds=_counts(example.kind for example in kept),
        moved=dict(sorted(moved.items())),
        sources=_counts(example.source for example in kept),
        orders=_counts(str(example.orders) for example in kept),
        seasons=seed - first_seed,
        first_seed=first_seed,
        answered=matched,
        refused=refused,
        duplicates=duplicates,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    file.with_suffix(".card.json").write_text(json.dumps(vars(card), indent=1) + "\n", encoding="utf-8")
    return card


def lesson(ask: Ask, answered: Sequence[Candidate] = ()) -> Example | None:
    """Return the lesson of an ask, or None when its answer is not legal in the ask's wood."""
    view = ask.view
    stance = stance_for(view, ask.answer_seed)
    plan = make_plan(view, stance)
    chosen = select(ask, stance, plan, answered)
    orders = list(chosen.orders)
    target = answer(view, stance, plan if chosen.source == TEACHER else replace(plan, orders=orders), ask.answer_seed)
    decision, read = parse(target, form=form_of(view))
    if not read.valid_json or any(verdict.refused for verdict in admit(ask.wood, view.name, decision.orders)):
        return None
    return Example(
        seed=ask.season_seed,
        turn=ask.turn,
        creature=view.name,
        kind=lesson_kind(ask),
        source=chosen.source,
        messages=creature_messages(view),
        target=target,
        orders=len(decision.orders),
    )


def kind_of(view: CreatureView) -> str:
    """Return the kind of a view: the most special thing in it."""
    if view.loan is not None:
        return "loan"
    if view.favour is not None:
        return "favour"
    if view.debts:
        return "debt"
    if view.heard:
        return "whisper"
    if legends_told(view):
        return "legend"
    return "feeling" if any(feeling.split(" ", 2)[2] in NAMES for feeling in view.feelings) else "plain"


def lesson_kind(ask: Ask) -> str:
    """Return the kind of an ask among the lessons, a key of `SHARES`."""
    if ask.told == "idle":
        return "idle news"
    return f"told {kind_of(ask.view)}" if ask.told else kind_of(ask.view)


def is_moved(ask: Ask) -> bool:
    """Say whether the creature of an ask acts on the most special thing in it, by its teacher."""
    stance = stance_for(ask.view, ask.answer_seed)
    return {
        "loan": bool(stance.loan),
        "favour": stance.task is not None,
        "whisper": stance.source == "whisper",
        "legend": stance.source == "legend",
        "feeling": bool(stance.shunned or stance.sought),
    }.get(kind_of(ask.view), False)


def ask_key(ask: Ask) -> str:
    """Return the name of an ask with a digest of its prompt: what was answered to another one is no answer to it."""
    prompt = hashlib.sha256(json.dumps(creature_messages(ask.view)).encode()).hexdigest()
    return f"{ask.season_seed}/{ask.turn}/{ask.view.name}/{prompt[:16]}"


def _counts(values: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def looked_at(seed: int, most: int) -> list[Ask]:
    """Return asks of a lessons' season, the rarer kinds first: at most so many, but a few plain ones, and the told.

    Every third ask is told idle news, if there are any, and is not looked at as it was.
    """
    asks = [
        (told_in_vain(ask) or ask) if place % _IDLE_EVERY == 0 else ask
        for place, ask in enumerate(_sample(seed, most, widened=True))
    ]
    plain = [ask for ask in asks if kind_of(ask.view) == "plain"]
    rank = {kind: place for place, kind in enumerate(SHARES)}
    special = [ask for ask in asks if kind_of(ask.view) != "plain"]
    heard = [news for ask in plain[_PLAIN_A_SEASON:] if (news := told(ask)) is not None]
    return [*sorted([*special, *heard], key=lambda ask: rank[lesson_kind(ask)]), *plain[:_PLAIN_A_SEASON]]


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
