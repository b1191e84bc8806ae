"""How much faster a council answers when it is asked all at once, and what its servers need not compute again.

All figures are ratios of one run: creatures of a turn together against one after another (`speedup`); a turn of eight
worlds at once against one of creatures asked one after another (`per_turn_speedup`), and against world after world,
each of which is five asks together already (`worlds_speedup`); and prompt tokens from a prefix cache against all.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import Any, Final

from engine.asking import turn_request
from engine.ports import AskRecord, Deliberation, TurnRequest
from engine.turn import close_turn, found, open_turn
from inference.council import MindCouncil, load_council

WORLDS: Final = 8

_Way = Callable[[TurnRequest], Awaitable[list[Deliberation]]]


async def run(council: MindCouncil, turns: int = 4, done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Ask `council` about `turns` turns in each way, and return the `council` part of `wood bench --json`.

    The turns are those of woods that the stand-in plays, so that every way is asked the same kind of question, and none
    the same one twice. One turn more is asked first, so that no way pays for what a server does once.
    """
    # One turn to begin with, then `turns` in which single woods are asked, then one for each way of asking all woods.
    woods = [await played(f"bench {number}", turns + 3) for number in range(WORLDS)]
    await council.deliberate(woods[0][0])
    asks: list[AskRecord] = []

    async def timed(requests: Sequence[TurnRequest], ask: _Way) -> float:
        seconds: list[float] = []
        for request in requests:
            began = time.perf_counter()
            deliberations = await ask(request)
            seconds.append(time.perf_counter() - began)
            asks.extend(record for each in deliberations for record in each.asks)
            done()
        return median(seconds)

    async def together(request: TurnRequest) -> list[Deliberation]:
        return [await council.deliberate(request)]

    async def in_turn(request: TurnRequest) -> list[Deliberation]:
        alone = [request.model_copy(update={"views": (view,)}) for view in request.views]
        return [await council.deliberate(each) for each in alone]

    batch = await timed(woods[0][1 : turns + 1], together)
    sequential = await timed(woods[1][1 : turns + 1], in_turn)
    last = [wood[-1] for wood in woods]
    began = time.perf_counter()
    at_once = await asyncio.gather(*(council.deliberate(request) for request in last))
    worlds_at_once = time.perf_counter() - began
    asks += [record for each in at_once for record in each.asks]
    began = time.perf_counter()
    for wood in woods:
        asks += (await council.deliberate(wood[-2])).asks
    worlds_in_turn = time.perf_counter() - began
    done()
    prompts = sum(ask.prompt_tokens for ask in asks)
    return {
        "batch_s": round(batch, 3),
        "sequential_s": round(sequential, 3),
        "speedup": round(sequential / batch, 2),
        "worlds": WORLDS,
        "worlds_at_once_s": round(worlds_at_once, 3),
        "worlds_in_turn_s": round(worlds_in_turn, 3),
        "per_turn_speedup": round(sequential / (worlds_at_once / WORLDS), 2),
        "worlds_speedup": round(worlds_in_turn / worlds_at_once, 2),
        "cached_prompt_share": round(sum(ask.cached_tokens for ask in asks) / max(1, prompts), 3),
        "asks": len(asks),
        "failed": sum(bool(ask.decision.failure) for ask in asks),
        "valid_json": round(sum(ask.parse.valid_json for ask in asks) / max(1, len(asks)), 3),
        "total_tokens_max": max(ask.prompt_tokens + ask.completion_tokens for ask in asks),
    }


async def played(seed: str, turns: int) -> list[TurnRequest]:
    """Return what a council would be asked in each of the first `turns` turns of a wood that the stand-in plays."""
    standin, wood = load_council("standin"), found("bench", seed)
    requests: list[TurnRequest] = []
    for _ in range(turns):
        wood = open_turn(wood).wood
        requests.append(turn_request(wood, wood.public_hash()))
        wood = close_turn(wood, (await standin.deliberate(requests[-1])).decisions).wood
    return requests
