"""Leaks in how a mind is asked."""

from collections.abc import Callable
from typing import Any

from engine import deck, streams
from engine.cast import GROWER
from engine.ports import Decision
from engine.world import Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import after_close, card, change_ask, change_request, due, smuggle, smuggled
from inference import traces
from inference.council import MindCouncil


@planted
def sampling_seed_of_the_vault(patch: Patcher) -> None:
    """The sampling seed is drawn from the secret seed."""
    change_request(patch, lambda wood, _: {"seed": int(streams.derive(wood.vault.seed.reveal(), "ask")[:6], 16)})


@planted
def whole_state_hash(patch: Patcher) -> None:
    """A turn is identified by the hash of the whole state, secrets included."""
    change_request(patch, lambda wood, _: {"public_hash": wood.state_hash()})


@planted
def order_of_asks(patch: Patcher) -> None:
    """The creatures are asked in an order that begins with the next legend's grower."""

    def change(wood: Wood, request: Any) -> dict[str, Any]:
        grower = GROWER[deck.upcoming(wood).good]
        return {"views": tuple(sorted(request.views, key=lambda view: view.name != grower))}

    change_request(patch, change)


@planted
def ask_left_out(patch: Patcher) -> None:
    """A creature in whose ear a lie was put is not asked."""

    def change(wood: Wood, request: Any) -> dict[str, Any]:
        misled = {tip.creature for tip in wood.vault.tips.reveal() if not tip.true}
        return {"views": tuple(view for view in request.views if view.name not in misled or card(wood) % 2)}

    change_request(patch, change)


@planted
def tokens_allowed(patch: Patcher) -> None:
    """How long an answer may be depends on the next legend."""
    change_ask(patch, lambda request, number: {"max_tokens": request.max_tokens + number})


@planted
def temperature(patch: Patcher) -> None:
    """A mind is asked at a temperature that depends on the next legend."""
    change_ask(
        patch, lambda ask, number: {"sampling": ask.sampling.model_copy(update={"temperature": 0.7 + number / 100})}
    )


@planted
def constraint_lifted(patch: Patcher) -> None:
    """A mind is asked without its schema when an odd card lies on the deck."""
    change_ask(patch, lambda request, number: {"constrained": request.constrained and number % 2 == 0})


@planted
def asked_twice(patch: Patcher) -> None:
    """A mind is asked again when an odd card lies on the deck."""
    smuggle(patch, card)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        async def leaking(self: Any, ask: Any, deadline: float) -> None:
            if smuggled["secret"] % 2:
                await original(self, ask, deadline)
            await original(self, ask, deadline)

        return leaking

    patch.wrap(MindCouncil, "_attempt", wrap)


@planted
def text_of_a_failure(patch: Patcher) -> None:
    """A mind that fails is excused with the turn of the next legend."""
    smuggle(patch, due)

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        async def leaking(self: Any, ask: Any, deadline: float) -> None:
            await original(self, ask, deadline)
            if ask.decision.failure:
                ask.decision = Decision.nothing(f"It will be back in {smuggled['secret']} turns.")

        return leaking

    patch.wrap(MindCouncil, "_attempt", wrap)


@planted
def field_of_a_trace(patch: Patcher) -> None:
    """The exported traces have a column for the legend to come."""
    after_close(patch, lambda wood: smuggled.update(secret=deck.upcoming(wood).key))
    patch.wrap(traces, "trace_row", lambda original: lambda ask: {**original(ask), "legend": smuggled["secret"]})
