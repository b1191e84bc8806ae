"""What the council is asked about a turn, and what its answers are taken for."""

from collections.abc import Mapping

from engine.ports import UNANSWERED, Decision, NarrationRequest, TurnRequest
from engine.releases import narrator_view
from engine.streams import derive
from engine.world import Wood


def turn_request(wood: Wood, opened_hash: str) -> TurnRequest:
    """Return what the council is asked about an opened turn; `opened_hash` is the public hash as it was opened."""
    world = wood.world
    return TurnRequest(
        world_id=world.world_id,
        season=world.season,
        turn=world.turn,
        seed=int(derive(world.seed, "sampling", world.turn)[:8], 16) & 0x7FFFFFFF,
        public_hash=opened_hash,
        views=tuple(world.asked),
    )


def narration_request(closed: Wood, request: TurnRequest) -> NarrationRequest:
    """Return what the narrator is asked about a turn, given the wood as it would be closed."""
    return NarrationRequest(
        world_id=request.world_id,
        season=request.season,
        turn=request.turn,
        seed=request.seed,
        view=narrator_view(closed.world),
    )


def completed(wood: Wood, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
    """Return a decision for every creature that was asked; a missing one is a no-op."""
    return {name: decisions.get(name, UNANSWERED) for name in (view.name for view in wood.world.asked)}
