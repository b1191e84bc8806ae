"""A turn as the Keeper runs it, without a Keeper: what the benchmarks time.

It is put together of the parts of `engine.turn_runner`, in its order; a test holds what both would write side by side.
"""

from dataclasses import dataclass

from engine.asking import completed, narration_request, turn_request
from engine.journal import Batch, Thought, of_closing, of_opening
from engine.ports import Council, TurnRequest
from engine.releases import public_view
from engine.turn import Step, close_turn, open_turn, under_headline
from engine.turn_runner import narrated
from engine.world import Wood, Written


@dataclass(frozen=True)
class WholeTurn:
    """A turn that was run: its closing, the wood written down after it, and all that would be committed with it."""

    closed: Step
    written: Written
    closing: Batch


async def whole_turn(wood: Wood, council: Council) -> WholeTurn:
    """Run the next turn of a wood as the Keeper does but for the locks, the commits and the report of it.

    What either of its two inputs writes is made up in full, at second 0 of 1970.
    """
    opened = open_turn(wood).wood
    opened_hash = opened.public_hash()
    of_opening(2 * opened.world.turn, 0, opened)
    request = turn_request(opened, opened_hash)
    thought, closed = await _thought_through(opened, request, council)
    written, view = closed.wood.write(), public_view(closed.wood.world)
    return WholeTurn(
        closed, written, of_closing(2 * request.turn + 1, 0, request, thought, opened, closed, written, view)
    )


async def unwritten_turn(wood: Wood, council: Council) -> Step:
    """Run the same turn with nothing hashed or written down, and return its closing."""
    opened = open_turn(wood).wood
    _, closed = await _thought_through(opened, turn_request(opened, opened_hash=""), council)
    return closed


async def _thought_through(opened: Wood, request: TurnRequest, council: Council) -> tuple[Thought, Step]:
    """Ask for decisions and for a headline; return what came of it, and the turn closed with both."""
    deliberation = await council.deliberate(request)
    decisions = completed(opened, deliberation.decisions)
    closed = close_turn(opened, decisions)
    narration = await narrated(council, narration_request(closed.wood, request))
    told = narration.headline
    thought = Thought(decisions, deliberation.asks, narration.asks, told)
    return thought, under_headline(closed, told) if told else closed
