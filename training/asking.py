"""Putting asks to a mind, and keeping what came back beside how the engine judges it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.effects import Verdict
from engine.ports import Decision
from engine.turn import admit
from engine.views import CreatureView
from inference.config import MindConfig, read_council
from inference.council import build_mind
from inference.mind import Answer, Message, Mind, MindError, MindRequest
from inference.parse import parse
from inference.shape import form_of
from prompts.render import creature_messages
from training.seasons import Ask

MODES: Final = ("constrained", "free")

_AT_ONCE: Final = 5
"""Asks under way for each copy of a mind: as many as an embedded copy has slots, so that none is idle."""


@dataclass(frozen=True)
class Answered:
    """What a mind answered to one ask; `tokens` counts those of the answer. A `failed` mind gave none."""

    ask: Ask
    decision: Decision
    verdicts: tuple[Verdict, ...] = ()
    valid_json: bool = False
    tokens: int = 0
    failed: bool = False


def minds_of(council: str = "embedded") -> dict[str, MindConfig]:
    """Return the minds that have a seat in a council, by name, in the order of the seats.

    Raises:
        CouncilConfigError: If there is no such council.
    """
    config = read_council(council)
    return {name: config.minds[name] for name in dict.fromkeys(config.seats.values())}


def minds_to_evaluate() -> dict[str, MindConfig]:
    """Return the embedded minds that have a seat in the council that comes with the project, by name."""
    return {name: mind for name, mind in minds_of().items() if mind.kind == "embedded"}


async def put(
    config: MindConfig,
    asks: Sequence[Ask],
    *,
    constrained: bool,
    on_answer: Callable[[], None] = lambda: None,
) -> tuple[list[Answered], float]:
    """Put asks to a mind at the sampling the game uses, and return its answers and the seconds it took.

    Args:
        config: The mind; it is loaded for this, and closed.
        asks: The questions. Answers come in their order.
        constrained: Whether the answer is held to the grammar, or to the schema.
        on_answer: Called after each answer.

    Raises:
        MindError: If the mind cannot be loaded.
    """
    mind = build_mind(config)
    gate = asyncio.Semaphore(_AT_ONCE * config.workers if config.kind == "embedded" else config.concurrency)

    async def one(ask: Ask) -> Answered:
        async with gate:
            answered = await _answered(mind, config, ask, constrained=constrained)
        on_answer()
        return answered

    try:
        await mind.warm()
        began = time.perf_counter()
        answers = await asyncio.gather(*map(one, asks))
        return list(answers), time.perf_counter() - began
    finally:
        await mind.aclose()


async def _answered(mind: Mind, config: MindConfig, ask: Ask, *, constrained: bool) -> Answered:
    try:
        answer = await mind.answer(request(config, ask, constrained=constrained))
    except MindError:
        return Answered(ask, Decision.nothing("its mind gave no answer"), failed=True)
    return judged(ask, answer)


def judged(ask: Ask, answer: Answer) -> Answered:
    """Return a mind's answer as the game would take it: parsed, and its orders judged one after the other."""
    decision, read = parse(answer.text, answer.finish_reason, form_of(ask.view))
    verdicts = tuple(admit(ask.wood, ask.view.name, decision.orders))
    return Answered(ask, decision, verdicts, read.valid_json, answer.completion_tokens)


def request(config: MindConfig, ask: Ask, *, constrained: bool) -> MindRequest:
    """Return an ask as the council would put it to a mind."""
    view: CreatureView = ask.view
    return MindRequest(
        season=ask.wood.world.season,
        turn=ask.turn,
        creature=view.name,
        attempt=0,
        view=view,
        form=form_of(view),
        messages=tuple(Message.model_validate(message) for message in creature_messages(view)),
        sampling=config.sampling,
        seed=ask.answer_seed,
        max_tokens=config.max_tokens,
        constrained=constrained,
    )
