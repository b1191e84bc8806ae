"""How well minds trade: every mind on the same unseen asks, its answers judged by the engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from engine.cast import BY_NAME
from engine.vocabulary import Side, Task
from experiments.intervals import share
from inference.config import MindConfig
from training.asking import MODES, Answered, minds_to_evaluate, put
from training.characters import characters, crop_offered
from training.data import unseen_asks
from training.plan import amounts, buyable


async def evaluate(
    asks: int = 200,
    minds: Mapping[str, MindConfig] | None = None,
    modes: Sequence[str] = MODES,
    report: Callable[[str], None] = lambda _: None,
    on_answer: Callable[[], None] = lambda: None,
) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Ask every mind the same `asks` unseen questions, at the sampling the game uses.

    Args:
        asks: Questions to each mind in each mode.
        minds: The minds by name; those of the embedded council when left out.
        modes: `constrained` (the answer's grammar is enforced), `free`, or both.
        report: Told one line for each mind and mode when it is done.
        on_answer: Called after each answer.

    Returns:
        `{"minds": {name: {mode: score}}}`, plain values only; see `score`.

    Raises:
        MindError: If a mind cannot be loaded.
    """
    chosen = minds_to_evaluate() if minds is None else minds
    questions = unseen_asks(asks)
    result: dict[str, dict[str, dict[str, Any]]] = {}
    for name, config in chosen.items():
        result[name] = {}
        for mode in modes:
            answers, seconds = await put(config, questions, constrained=mode == "constrained", on_answer=on_answer)
            figures = score(answers, seconds)
            result[name][mode] = figures
            report(f"{name} {mode}: {in_words(figures)}")
    return {"minds": result}


def score(answers: Sequence[Answered], seconds: float) -> dict[str, Any]:
    """Return what a mind's answers came to.

    `valid_json` is the share of raw answers that were the object asked for before any repair, `acting` the share
    with at least one order, `acting_when_short` that of answers with a bid where the creature was short of
    something it could pay. `valid_offers` is the share of `offers` that were affordable, in stock and no self-buy,
    after the ones before them in the same answer; `self_buys` is a count, and `refused` tells each offer that was
    not valid, with its ask and the thought before it. `tokens` is the mean length of an answer, `characters` what
    each creature did. The 95% intervals of the shares stand under `intervals`.
    """
    verdicts = [verdict for each in answers for verdict in each.verdicts]
    valid = sum(not verdict.refused for verdict in verdicts)
    short = [each for each in answers if buyable(each.ask.view)]
    shares = {
        "valid_json": share(sum(each.valid_json for each in answers), len(answers)),
        "valid_offers": share(valid, len(verdicts)),
        "acting": share(sum(bool(each.verdicts) for each in answers), len(answers)),
        "acting_when_short": share(sum(map(_bids_for_its_needs, short)), len(short)),
        "loans_taken": share(*_loans(answers)),
        "favours_kept": share(*_favours(answers)),
    }
    return {
        "asks": len(answers),
        "valid_json": shares["valid_json"]["share"] or 0.0,
        "offers": len(verdicts),
        "valid_offers": shares["valid_offers"]["share"] or 0.0,
        "self_buys": sum(verdict.refused == "self_buy" for verdict in verdicts),
        "refused": [fault for each in answers for fault in _refused(each)],
        "acting": shares["acting"]["share"] or 0.0,
        "acting_when_short": shares["acting_when_short"]["share"],
        "failures": sum(each.failed for each in answers),
        "tokens": round(fmean(each.tokens for each in answers), 1) if answers else 0.0,
        "seconds_per_ask": round(seconds / max(1, len(answers)), 3),
        "intervals": shares,
        "characters": characters(answers),
    }


def in_words(figures: Mapping[str, Any]) -> str:
    """Return a score as one line."""
    return (
        f"valid JSON {figures['valid_json']:.1%}, valid offers {figures['valid_offers']:.1%} of {figures['offers']}, "
        f"self-buys {figures['self_buys']}, acting {figures['acting']:.1%}, {figures['tokens']} tokens and "
        f"{figures['seconds_per_ask']:.2f} s an ask"
    )


def _refused(answered: Answered) -> Iterator[dict[str, Any]]:
    """Yield the offers of an answer that were not valid, as plain data: what the next lessons should be about."""
    for verdict in answered.verdicts:
        if verdict.refused:
            ask, thought = answered.ask, answered.decision.thought
            yield {"season": ask.season_seed, "turn": ask.turn, **verdict.plain(), "thought": thought}


def _bids_for_its_needs(answered: Answered) -> bool:
    needed = set(buyable(answered.ask.view))
    return any(order.side is Side.BUY and order.good in needed for order in answered.decision.orders)


def _loans(answers: Sequence[Answered]) -> tuple[int, int]:
    said = [each.decision.loan for each in answers if each.ask.view.loan is not None and not each.failed]
    return sum(bool(each) for each in said), len(said)


def _favours(answers: Sequence[Answered]) -> tuple[int, int]:
    kept = [keeps_favour(each) for each in answers if each.ask.view.favour is not None and not each.failed]
    return sum(kept), len(kept)


def keeps_favour(answered: Answered) -> bool:
    """Say whether an answer does what the creature was paid for."""
    view, orders = answered.ask.view, answered.decision.orders
    assert view.favour is not None
    sold = crop_offered(answered)
    if view.favour.task is Task.HOARD:
        return not sold
    if view.favour.task is Task.DUMP:
        return sold >= amounts(view.spare).get(view.grows, 0) and sold > 0
    theirs = BY_NAME[view.favour.whom].grows
    return not any(order.side is Side.BUY and order.good is theirs for order in orders)
