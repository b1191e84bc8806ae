"""One wood of a pair, played through the real engine and the real council, with all that it shows."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Final

from engine import ending, journal, releases, turn_runner, voiding
from engine import turn as turns
from engine.actions import Refusal, act
from engine.effects import Effects
from engine.rules import DEFAULT_RULES, Rules
from engine.vault import seal
from engine.vocabulary import LegendMode
from engine.world import Release, Wood
from experiments.firewall.minds import RecordingMind, council_of
from experiments.firewall.plans import KEEPER, PairPlan, Variant
from inference import traces
from inference.mind import MindRequest

WORLD: Final = "w"

_RULES: Final[dict[LegendMode, Rules]] = {mode: DEFAULT_RULES.with_legends(mode=mode) for mode in LegendMode}


@dataclass(frozen=True)
class Checkpoint:
    """All that became visible at one moment of a wood, and the releases declared until then.

    `shown` holds what is public or exported, by kind; `requests` are the asks of the turn, in order,
    and `held_back` counts the prompts that the council's own scan has stopped.

    `truths` are those of the whispers still unresolved, and `suspicions` what the magistrate knows as
    JSON; they are for counting, not for comparing.
    """

    moment: str
    turn: int
    shown: dict[str, str]
    requests: tuple[MindRequest, ...]
    held_back: int
    releases: tuple[Release, ...]
    truths: tuple[bool, ...]
    suspicions: str
    sealed: str


@dataclass
class _Run:
    """A wood being played, and what it has released and told so far."""

    wood: Wood
    released: list[Release] = field(default_factory=list[Release])
    told: list[str] = field(default_factory=list[str])

    def take(self, wood: Wood, effects: Effects) -> None:
        """Take over a step's wood and effects."""
        wood.ledger.drain()
        self.wood = wood
        self.released += effects.releases
        self.told += [event.model_dump_json() for event in effects.events]


async def play(plan: PairPlan, variant: Variant) -> AsyncGenerator[Checkpoint, None]:
    """Play one wood of `plan` and yield what it shows.

    That is once founded, then at rest, asked, thinking and closed in every turn, once voided, and once ended.
    """
    mind = RecordingMind()
    council = council_of(mind)
    run = _Run(turns.found(WORLD, plan.seed, _RULES[plan.mode], secret_seed=variant.secret_seed))
    _move(run, variant, 0, thinking=False)
    yield _checkpoint(run, "founded", 0)
    for turn in range(1, plan.turns + 1):
        rested = run.wood
        _move(run, variant, turn, thinking=False)
        yield _checkpoint(run, "at rest", turn)
        opened = turns.open_turn(run.wood)
        run.take(opened.wood, opened.effects)
        request = turn_runner.turn_request(run.wood, run.wood.public_hash())
        mind.requests.clear()
        deliberation = await council.deliberate(request)
        asked = tuple(mind.requests)
        yield _checkpoint(run, "asked", turn, {"turn request": request.model_dump_json()}, asked)
        _move(run, variant, turn, thinking=True)
        yield _checkpoint(run, "thinking", turn)
        thinking = run.wood
        mind.requests.clear()
        to_tell = turn_runner.narration_request(turns.close_turn(thinking, deliberation.decisions).wood, request)
        narration = await council.narrate(to_tell)
        closed = turns.close_turn(thinking, deliberation.decisions, narration.headline)
        run.take(closed.wood, closed.effects)
        asks = (*deliberation.asks, *narration.asks)
        rows = journal.ask_rows(request, asks, thinking, closed.effects, run.wood.public_hash())
        shown = {"traces": _traces(request.world_id, rows), "narration request": to_tell.model_dump_json()}
        yield _checkpoint(run, "closed", turn, shown, tuple(mind.requests), council.leaks)
        if turn == plan.voided:
            undone = voiding.void_turn(run.wood, rested)
            run.take(undone.wood, undone.effects)
            yield _checkpoint(run, "voided", turn)
    if plan.ends:
        over = ending.end_wood(run.wood)
        run.take(over.wood, over.effects)
        yield _checkpoint(run, "ended", plan.turns)


def _move(run: _Run, variant: Variant, turn: int, *, thinking: bool) -> None:
    """Do what the script holds for this moment; what the rules refuse changes nothing and shows nothing."""
    for move in variant.moves:
        if (move.turn, move.thinking) != (turn, thinking):
            continue
        user = "keeper" if move.actor == KEEPER else variant.users[move.actor]
        try:
            acted = act(run.wood, user, move.action)
        except Refusal:
            continue
        run.take(acted.wood, acted.effects)


def _checkpoint(
    run: _Run,
    moment: str,
    turn: int,
    more: dict[str, str] | None = None,
    asked: tuple[MindRequest, ...] = (),
    held_back: int = 0,
) -> Checkpoint:
    world, sealed = run.wood.world, seal(run.wood.vault)
    shown = {
        "public view": releases.public_view(world).model_dump_json(),
        "narrator view": releases.narrator_view(world).model_dump_json(),
        "public hash": run.wood.public_hash(),
        "events": "\n".join(run.told),
        **(more or {}),
    }
    vault = json.loads(sealed)
    truths = tuple(tip["true"] for tip in vault["tips"])
    suspicions = json.dumps(vault["suspicions"])
    return Checkpoint(moment, turn, shown, asked, held_back, tuple(run.released), truths, suspicions, sealed)


def _traces(world_id: str, stored: list[dict[str, Any]]) -> str:
    """Return the exported traces of a turn as text, without the time each ask took."""
    rows: list[dict[str, Any]] = []
    for ask in stored:
        row = traces.trace_row({**ask, "world_id": world_id})
        del row["wood.latency_ms"]
        rows.append(row)
    return json.dumps(rows)
