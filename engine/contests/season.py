"""A season: one wood from its planting to its end, begun at a time that was planned."""

from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, Field

from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.phrases import say, words
from engine.ports import Frozen
from engine.records import CADENCE_RANGE, check_cadence

CHAPTERS_RANGE: Final = (1, 12)
"""Fewest and most chapters of a season: two years of the wood's weather."""


class SeasonPlan(Frozen):
    """What the keeper of a server decides on a season.

    `role_id` is the role that its winner is given, if any; with `repeats` the next season begins as this one ends.
    """

    chapters: int = Field(default=6, ge=CHAPTERS_RANGE[0], le=CHAPTERS_RANGE[1])
    cadence_seconds: int = Field(default=3600, ge=CADENCE_RANGE[0], le=CADENCE_RANGE[1])
    council: str = "embedded"
    quiet_hours: QuietHours | None = None
    role_id: int | None = None
    repeats: bool = False


class Season(Frozen):
    """A season of a server as it stands: planned, under way once its wood is `planted`, over once that has ended.

    `crowned` says that nothing is left to do for it.
    """

    guild_id: int
    number: int
    channel_id: int
    world_id: str
    begins_at: AwareDatetime
    plan: SeasonPlan
    cancelled: bool = False
    crowned: bool = False
    planted: bool = False
    ended_at: AwareDatetime | None = None


def check_season(chapters: int, cadence_seconds: int, begins_at: datetime, now: datetime) -> None:
    """Check the terms of a season.

    Raises:
        Refusal: If one of them is out of bounds, or it would begin in the past.
    """
    fewest, most = CHAPTERS_RANGE
    if not fewest <= chapters <= most:
        raise Refusal(
            say(
                "A season has from {fewest:int} to {most:int} chapters of eight turns. Choose a number in between.",
                fewest=fewest,
                most=most,
            )
        )
    check_cadence(cadence_seconds)
    if begins_at < now:
        raise Refusal(
            words("A season cannot begin in the past. Choose a later time, or leave it out to begin at once.")
        )
