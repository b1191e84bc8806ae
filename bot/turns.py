"""A turn as the bot takes it: visible while the creatures think, then posted. Never two at once in a wood."""

import logging
from asyncio import Event
from time import perf_counter

from bot import logs
from bot.i18n import say, speaking
from bot.metrics import Metrics
from bot.poster import Poster
from bot.signs import ThinkingSign
from bot.ui.thinking import thinkers, thinking
from engine.actions.base import Refusal
from engine.keeper import Keeper
from engine.records import TurnReport

log = logging.getLogger(__name__)


class StillThinking(Refusal):
    """A turn of this wood is under way."""

    def __init__(self) -> None:
        super().__init__(say("The creatures are thinking already. Wait for this turn's card."))


class Turns:
    """Advances woods, for the clock and for `/advance` alike."""

    def __init__(self, keeper: Keeper, poster: Poster, metrics: Metrics) -> None:
        self._keeper = keeper
        self._metrics = metrics
        self._poster = poster
        self._under_way: dict[str, Event] = {}
        self._signs: dict[str, ThinkingSign] = {}
        self._decided: dict[str, set[str]] = {}

    def under_way(self, world_id: str) -> bool:
        """Say whether a turn of this wood is being taken."""
        return world_id in self._under_way or self._keeper.thinking(world_id)

    def coming(self, world_id: str) -> int:
        """Return the number of the turn that `advance` would close."""
        view = self._keeper.public(world_id)
        return view.turn if view.thinking else view.turn + 1

    def note_decided(self, world_id: str, turn: int, creature: str) -> None:
        """Take note that a creature has decided, and have the sign in the wood's channel say so."""
        if world_id in self._signs and turn == self.coming(world_id):
            self._decided[world_id].add(creature)
            with speaking(self._poster.language_of(self._keeper.record(world_id))):
                line = thinking(self._keeper.public(world_id), self._decided[world_id])
            self._signs[world_id].say(line)

    def progress(self, world_id: str) -> tuple[int, int] | None:
        """Return how many of how many creatures have decided in the turn under way, or None between turns."""
        if world_id not in self._signs:
            return None
        return len(self._decided[world_id]), len(thinkers(self._keeper.public(world_id)))

    async def rest(self, world_id: str) -> None:
        """Wait until a wood's turn that is under way here has closed or failed."""
        over = self._under_way.get(world_id)
        if over is not None:
            await over.wait()

    async def advance(self, world_id: str) -> TurnReport:
        """Take one turn of a wood, or go on with the one a crash left open, and have its card posted.

        Raises:
            StillThinking: If a turn of this wood is under way.
        """
        if self.under_way(world_id):
            raise StillThinking
        wood = self._keeper.record(world_id)
        over = self._under_way[world_id] = Event()
        logs.bind(world=world_id)
        began = perf_counter()
        sign = self._signs[world_id] = self._poster.sign(wood, self.coming(world_id))
        self._decided[world_id] = set()
        try:
            report = await self._keeper.advance(world_id)
            self._metrics.note(report)
            seconds = round(perf_counter() - began, 3)
            log.info("Turn closed", extra={"world": world_id, "turn": report.turn, "seconds": seconds})
            return report
        finally:
            del self._under_way[world_id], self._signs[world_id], self._decided[world_id]
            over.set()
            self._poster.finish(world_id, sign)
