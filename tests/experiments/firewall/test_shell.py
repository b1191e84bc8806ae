"""The same pair through the real shell: keeper, store, outbox and exported traces show nothing either."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import replay
from engine import turn as turns
from engine.actions import BribeCreature, Refusal, Spring
from engine.keeper import Keeper
from engine.store import MEMORY
from experiments.firewall.minds import RecordingMind, council_of
from experiments.firewall.plans import KEEPER, PairPlan, Variant, random_pair
from experiments.firewall.report import planned_failures_unlogged
from inference.traces import trace_row

TURNS = 2
"""No legend falls before the third turn unless it is sprung, and nothing is sprung here."""


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with planned_failures_unlogged():
        yield


async def shown_by_the_shell(plan: PairPlan, variant: Variant, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    def found(*founding: Any) -> Any:
        return turns.found(*founding, secret_seed=variant.secret_seed)

    monkeypatch.setattr(replay, "found", found)
    mind = RecordingMind()
    keeper = await Keeper.open(MEMORY, lambda _: council_of(mind), StoppedClock())
    try:
        await keeper.found("w", 1, 2, council="stub", seed=plan.seed)
        for turn in range(TURNS + 1):
            for number, move in enumerate(variant.moves):
                released = isinstance(move.action, Spring) or (move.secret and isinstance(move.action, BribeCreature))
                if move.turn != turn or released:
                    continue
                user = "keeper" if move.actor == KEEPER else variant.users[move.actor]
                try:
                    await keeper.act("w", user, move.action, f"move:{number}")
                except Refusal:
                    continue
            if turn:
                await keeper.advance("w")
        posts = [post.model_dump_json() for post in await keeper.outbox.pending()]
        rows = [{**trace_row(ask), "wood.latency_ms": 0} for ask in await keeper.store.asks("w")]
        requests = [request.model_dump_json() for request in mind.requests]
        state_hash = keeper.wood("w").state_hash()
    finally:
        await keeper.close()
    return {"posts": posts, "traces": rows, "requests": requests, "view": keeper.public("w"), "state": state_hash}


@pytest.mark.parametrize("number", [5, 6])
async def test_posts_traces_and_requests_are_the_same(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = random_pair(number)
    one, other = [await shown_by_the_shell(plan, variant, monkeypatch) for variant in plan.variants]
    assert one.pop("state") != other.pop("state"), "the secrets do not differ"
    assert one == other
    assert len(one["posts"]) == TURNS
    assert len(one["traces"]) >= 5 * TURNS
