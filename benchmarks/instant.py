"""A council that answers at once, for benchmarks of everything but the minds."""

from collections.abc import Sequence
from typing import Final

from engine.ports import Decision, Deliberation, Narration, NarrationRequest, TurnRequest

HEADLINE: Final = "The creatures of the wood went to market, and came home again."


class InstantCouncil:
    """A council that knows beforehand what the creatures decide; its narrator has the same headline every turn."""

    def __init__(self, decisions: Sequence[dict[str, Decision]], first: int = 1) -> None:
        """Answer with `decisions`, turn for turn, of which the first are those of the turn `first`."""
        self._answers = {turn: Deliberation(decisions=each) for turn, each in enumerate(decisions, first)}

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        """Answer at once."""
        return self._answers[request.turn]

    async def narrate(self, request: NarrationRequest) -> Narration:  # noqa: ARG002 - whatever the news
        """Answer at once."""
        return Narration(headline=HEADLINE)
