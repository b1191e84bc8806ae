"""A moment as the keeper of a server writes it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.i18n import say
from bot.quiet import require_zone
from engine.actions.base import Refusal

_FORMS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_MINUTES: Final = re.compile(r"\s*(?:in\s+)?(\d{1,6})\s*(?:m|min|minutes?)?\s*")


class NotATime(Refusal):
    """What was written is no moment."""

    def __init__(self) -> None:
        super().__init__(
            say("Write when as a date and a time, like 2026-12-01 18:00, or as minutes from now, like 30.")
        )


def read_time(text: str, zone: str | None, now: datetime) -> datetime:
    """Return the moment, in UTC, that a keeper wrote as a date and a time of day in a zone, or as minutes from now.

    Args:
        text: What was written.
        zone: The time zone of the date; UTC when None.
        now: The time it is.

    Raises:
        Refusal: If it is no moment, or there is no such zone.
    """
    require_zone(zone)
    if minutes := _MINUTES.fullmatch(text):
        return now + timedelta(minutes=int(minutes[1]))
    for form in _FORMS:
        try:
            written = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - it gets the zone it was written for below
        except ValueError:
            continue
        try:
            return written.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
        except OverflowError:
            break
    raise NotATime
