"""How well minds trade: every mind on the same unseen asks, its answers judged by the engine."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from engine.ports import Decision
from engine.turn import admit
from inference.config import MindConfig, read_council
from inference.council import build_mind
from inference.mind import Message, MindError, MindRequest
from inference.parse import parse
from prompts.render import creature_messages
from training.data import unseen_asks
from training.seasons import Ask

MODES: Final = ("constrained", "free")


@dataclass
class Score:
    """What a mind's answers to `asks` questions came to.

    `valid_json` is the share of raw answers that were the object asked for before any repair, `acting`
    the share with at least one order. `valid_offers` is the share of `offers` that were affordable, in
    stock and no self-buy, after the ones before them in the same answer; `self_buys` is a count.
    """

    asks: int = 0
    valid_json: float = 0.0
    offers: int = 0
    valid_offers: float = 0.0
    self_buys: int = 0
    acting: float = 0.0
    failures: int = 0
    seconds_per_ask: float = 0.0


def minds_to_evaluate() -> dict[str, MindConfig]:
    """Return the embedded minds that have a seat in the council that comes with the project, by name."""
    council = read_council("embedded")
    return {name: council.minds[name] for name in council.seats.values() if council.minds[name].kind == "embedded"}


async def evaluate(
    asks: int = 200,
    minds: Mapping[str, MindConfig] | None = None,
    modes: Sequence[str] = MODES,
    report: Callable[[str], None] | None = None,
) -> dict[str, dict[str, dict[str, dict[str, float | int]]]]:
    """Ask every mind the same `asks` unseen questions, at the sampling the game uses.

    Args:
        asks: Questions to each mind in each mode.
        minds: The minds by name; those of the embedded council when left out.
        modes: `constrained` (the answer's grammar is enforced), `free`, or both.
        report: Told one line for each mind and mode when it is done.

    Returns:
        `{"minds": {name: {mode: score}}}`, plain values only.

    Raises:
        MindError: If a mind cannot be loaded.
    """
    chosen = minds_to_evaluate() if minds is None else minds
    questions = unseen_asks(asks)
    result: dict[str, dict[str, dict[str, float | int]]] = {}
    for name, config in chosen.items():
        result[name] = {}
        for mode in modes:
            score = await _score(config, questions, constrained=mode == "constrained")
            result[name][mode] = asdict(score)
            if report is not None:
                report(f"{name} {mode}: {score}")
    return {"minds": result}


async def _score(config: MindConfig, asks: Sequence[Ask], *, constrained: bool) -> Score:
    mind = build_mind(config)
    await mind.warm()
    score, gate = Score(asks=len(asks)), asyncio.Semaphore(config.workers)

    async def one(ask: Ask) -> None:
        async with gate:
            try:
                answer = await mind.answer(_request(config, ask, constrained=constrained))
            except MindError:
                score.failures += 1
                return
        decision, read = parse(answer.text, answer.finish_reason)
        score.valid_json += read.valid_json
        tally(score, ask, decision)

    started = time.perf_counter()
    try:
        await asyncio.gather(*map(one, asks))
    finally:
        await mind.aclose()
    score.seconds_per_ask = round((time.perf_counter() - started) / max(1, len(asks)), 3)
    score.valid_json = round(score.valid_json / max(1, len(asks)), 4)
    score.acting = round(score.acting / max(1, len(asks)), 4)
    score.valid_offers = round(score.valid_offers / max(1, score.offers), 4)
    return score


def tally(score: Score, ask: Ask, decision: Decision) -> None:
    """Add a decision to the sums of `score`, as the engine judges its orders in the ask's wood."""
    verdicts = admit(ask.wood, ask.view.name, decision.orders)
    score.acting += bool(verdicts)
    score.offers += len(verdicts)
    score.valid_offers += sum(not verdict.refused for verdict in verdicts)
    score.self_buys += sum(verdict.refused == "self_buy" for verdict in verdicts)


def _request(config: MindConfig, ask: Ask, *, constrained: bool) -> MindRequest:
    messages = tuple(Message.model_validate(message) for message in creature_messages(ask.view))
    return MindRequest(
        season=ask.wood.world.season,
        turn=ask.turn,
        creature=ask.view.name,
        attempt=0,
        view=ask.view,
        messages=messages,
        sampling=config.sampling,
        seed=ask.answer_seed,
        max_tokens=config.max_tokens,
        constrained=constrained,
    )
