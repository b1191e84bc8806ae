"""A time to come, as a keeper writes it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.quiet import NoSuchZone
from engine.actions.base import Refusal
from engine.cadence import zones

FARTHEST: Final = timedelta(days=366)
"""How far ahead something can be planned."""

_MINUTES: Final = re.compile(r"\s*(?:in\s+)?(\d{1,6})\s*(?:m|min|minutes?)?\s*", re.IGNORECASE)
_MOMENT: Final = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})[\sT]+(\d{1,2}):(\d{2})\s*")


class NotATime(Refusal):
    """What was written is no time to begin at."""

    def __init__(self) -> None:
        super().__init__("Write when it begins as a date and a time, like 2026-12-01 18:00, or as minutes from now.")


class NotAhead(Refusal):
    """The time written has passed, or is too far away."""

    def __init__(self) -> None:
        super().__init__("That is not a time within the year to come. Choose a later one, or a nearer one.")


def read_when(text: str, zone: str | None, now: datetime) -> datetime:
    """Return the moment that a keeper asks for, in UTC.

    Args:
        text: Minutes from now, or a date and a time of day in `zone`.
        zone: A time zone's name; None for UTC.
        now: The present.

    Raises:
        Refusal: If it cannot be read, has passed, or is more than a year away.
    """
    if zone is not None and zone not in zones():
        raise NoSuchZone
    if minutes := _MINUTES.fullmatch(text):
        moment = now + timedelta(minutes=int(minutes[1]))
    elif written := _MOMENT.fullmatch(text):
        try:
            local = datetime(*map(int, written.groups()), tzinfo=ZoneInfo(zone or "UTC"))  # type: ignore[arg-type,misc]
        except ValueError as error:
            raise NotATime from error
        moment = local.astimezone(UTC)
    else:
        raise NotATime
    if not now <= moment <= now + FARTHEST:
        raise NotAhead
    return moment
