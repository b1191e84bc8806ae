"""Turns as the keeper runs them: opened, thought about off every lock, narrated and closed, each committed once."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from engine.actions.base import Refusal
from engine.asking import completed, narration_request, turn_request
from engine.cadence import next_due
from engine.journal import NewPost, Thought, of_closing, of_opening
from engine.phrases import words
from engine.ports import Clock, Council, Narration, NarrationRequest, TurnRequest
from engine.records import PostKind, TurnReport
from engine.releases import narrator_view, public_view
from engine.standings import latest
from engine.streams import derive
from engine.turn import Step, close_turn, open_turn, under_headline
from engine.vocabulary import Phase
from engine.woods import Living, Woods
from engine.world import Wood

log = logging.getLogger(__name__)


class TurnRunner:
    """Runs turns of woods, those of different ones side by side."""

    def __init__(self, woods: Woods, councils: Callable[[str], Council], clock: Clock) -> None:
        """Run turns of `woods`, asking the council of a name that `councils` returns."""
        self._woods = woods
        self._councils = councils
        self._clock = clock

    async def advance(self, living: Living) -> TurnReport:
        """Run the next turn of a wood, or go on with one that a crash left open: open, ask, narrate, close.

        The narrator is asked off the lock too, about the turn as it would close now.

        Raises:
            Refusal: If the creatures are thinking already, or the last turn has closed.
        """
        if living.thinking:
            raise Refusal(words("The creatures are thinking already. Wait for this turn's card."))
        if over(living):
            raise Refusal(words("The last turn of this wood has closed, and its end is being settled."))
        living.thinking = True
        try:
            council = self._councils(living.record.council)
            async with self._woods.alone(living):
                await self._open(living)
            request = turn_request(living.wood, living.opened_hash)
            deliberation = await council.deliberate(request)
            opened = living.wood
            decisions = completed(opened, deliberation.decisions)
            closed = close_turn(opened, decisions)
            asked = narration_request(closed.wood, request)
            narration = await narrated(council, asked)
            told = narration.headline
            async with self._woods.alone(living):
                if living.wood is not opened:
                    closed = close_turn(living.wood, decisions)
                    if narrator_view(closed.wood.world) != asked.view:
                        told = ""  # somebody acted while the narrator wrote, and the news are others
                thought = Thought(decisions, deliberation.asks, narration.asks, told)
                return await self._close(living, request, thought, under_headline(closed, told) if told else closed)
        finally:
            living.thinking = False

    async def _open(self, living: Living) -> None:
        """Open the next turn, unless a crash left one open."""
        living.opened_at = self._now()
        if living.wood.world.phase is Phase.THINKING:
            return
        wood = open_turn(living.wood).wood
        opened_hash = wood.public_hash()
        await self._woods.commit(living, wood, of_opening(living.seq + 1, living.opened_at, wood))
        living.opened_hash = opened_hash

    async def _close(self, living: Living, request: TurnRequest, thought: Thought, closed: Step) -> TurnReport:
        wood, was_due, due = closed.wood, living.record.next_turn_at, self._next_due(living)
        written, view = wood.write(), public_view(wood.world)
        batch = of_closing(living.seq + 1, self._now(), request, thought, living.wood, closed, written, view)
        batch.next_turn_at, batch.moves_clock = due, was_due is not None
        batch.posts += _standings_at_chapters_end(wood, living.record.last_turn)
        await self._woods.commit(living, wood, batch)
        if was_due is not None:
            at = None if due is None else datetime.fromtimestamp(due, UTC)
            living.record = living.record.model_copy(update={"next_turn_at": at})
        return TurnReport(
            world_id=request.world_id,
            turn=request.turn,
            view=view,
            trades=len(closed.effects.trades),
            asks=thought.asks,
            narration=thought.narration,
            verdicts=tuple((v.creature, not v.refused, v.refused) for v in closed.effects.verdicts),
            state_hash=written.state_hash,
            late=None if was_due is None else max(0.0, (self._clock.now() - was_due).total_seconds()),
        )

    def _next_due(self, living: Living) -> int | None:
        """Return when the turn after the one under way is due, or None when no clock moves the wood or it ends."""
        record = living.record
        if record.next_turn_at is None or living.wood.world.turn == record.last_turn:
            return None
        due = int(record.next_turn_at.timestamp())
        return next_due(due, living.opened_at, self._now(), record.cadence_seconds, record.quiet_hours)

    def _now(self) -> int:
        """Return the time in seconds since 1970."""
        return int(self._clock.now().timestamp())


def over(living: Living) -> bool:
    """Say whether the last turn of a wood has closed."""
    last, world = living.record.last_turn, living.wood.world
    return last is not None and world.turn >= last and world.phase is Phase.RESTING


def _standings_at_chapters_end(wood: Wood, last_turn: int | None) -> list[NewPost]:
    """Return the post of the standings, when a turn that is not its last ended a chapter of a wood."""
    world = wood.world
    if last_turn is None or world.turn == last_turn or world.turn % world.rules.time.turns_a_chapter:
        return []
    lines = [[standing.mask, standing.net_worth] for standing in latest(wood)]
    return [NewPost(PostKind.STANDINGS, derive(world.world_id, "standings", world.turn)[:24], lines)] if lines else []


async def narrated(council: Council, asked: NarrationRequest) -> Narration:
    """Return the narrator's headline; whatever breaks in it costs the headline, and never the turn."""
    try:
        return await council.narrate(asked)
    except Exception:
        log.exception("The narrator broke in turn %s of %s", asked.turn, asked.world_id)
        return Narration()
