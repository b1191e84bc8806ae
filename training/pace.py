"""How long a tuned mind takes for an answer beside its base without the adapter, at the same sampling.

One question at a time, put to both in turn and the other way round the next time, so that whatever else the machine
does falls on both alike.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.intervals import mean
from inference.config import MindConfig
from inference.council import build_mind
from inference.mind import Answer, Mind
from training.asking import request
from training.data import unseen_asks
from training.seasons import Ask


@dataclass(frozen=True)
class Pair:
    """What one question took, of both: seconds, and tokens of the answers."""

    seconds: float
    base_seconds: float
    tokens: int
    base_tokens: int


def adapted(minds: Mapping[str, MindConfig]) -> dict[str, MindConfig]:
    """Return those minds that have an adapter, and so a base to be compared with."""
    return {name: config for name, config in minds.items() if config.adapter}


async def pace(
    minds: Mapping[str, MindConfig], asks: int, on_answer: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Put `asks` unseen questions, held to the grammar, to every adapted mind and to its base.

    Returns:
        `{mind: {"answer", "token", "tokens", "base_tokens"}}`: the ratio of the seconds an answer takes, and of the
        seconds a token takes, as geometric means with 95% intervals; the tokens of an answer as means.

    Raises:
        MindError: If a mind cannot be loaded or does not answer.
    """
    result: dict[str, Any] = {}
    for name, config in adapted(minds).items():
        base = config.model_copy(update={"adapter": ""})
        both = build_mind(config), build_mind(base)
        try:
            for mind in both:
                await mind.warm()
            # The head of the prompts is read once; a first answer would pay for it.
            await _pairs(both, config, unseen_asks(1), lambda: None)
            result[name] = told(await _pairs(both, config, unseen_asks(asks), on_answer))
        finally:
            for mind in both:
                await mind.aclose()
    return result


def told(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return what pairs of answers come to."""
    return {
        "answer": _ratio([pair.seconds / pair.base_seconds for pair in pairs]),
        "token": _ratio(
            [pair.seconds / max(1, pair.tokens) / (pair.base_seconds / max(1, pair.base_tokens)) for pair in pairs]
        ),
        "tokens": mean([pair.tokens for pair in pairs]),
        "base_tokens": mean([pair.base_tokens for pair in pairs]),
    }


def in_words(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line for every mind of what `pace` gives."""
    for mind, figures in result.items():
        answer, token = figures["answer"], figures["token"]
        yield (
            f"{mind} takes {answer['ratio']} times the seconds of its base an answer ({answer['low']} to "
            f"{answer['high']}) and {token['ratio']} times a token ({token['low']} to {token['high']})"
        )


async def _pairs(
    both: tuple[Mind, Mind], config: MindConfig, asks: Sequence[Ask], on_answer: Callable[[], None]
) -> list[Pair]:
    pairs: list[Pair] = []
    for place, ask in enumerate(asks):
        timed: dict[int, tuple[float, Answer]] = {}
        for which in (0, 1) if place % 2 else (1, 0):
            began = time.perf_counter()
            answer = await both[which].answer(request(config, ask, constrained=True))
            timed[which] = time.perf_counter() - began, answer
            on_answer()
        (ours, answer), (base, plain) = timed[0], timed[1]
        pairs.append(Pair(ours, base, answer.completion_tokens, plain.completion_tokens))
    return pairs


def _ratio(ratios: Sequence[float]) -> dict[str, Any]:
    """Return the geometric mean of ratios with its interval."""
    logs = mean([math.log(ratio) for ratio in ratios])
    low, high = (None if logs[end] is None else round(math.exp(logs[end]), 3) for end in ("low", "high"))
    return {"ratio": round(math.exp(logs["mean"]), 3), "low": low, "high": high, "runs": len(ratios)}
