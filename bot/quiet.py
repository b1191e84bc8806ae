"""A wood's quiet hours as its keeper writes them and reads them."""

import re
from datetime import time
from typing import Final, Literal

from discord import app_commands
from pydantic import ValidationError

from bot.checks import WoodInteraction
from bot.i18n import say
from engine.actions.base import Refusal
from engine.cadence import QuietHours, zones

_HOURS: Final = re.compile(r"\s*(\d{1,2})(?::(\d\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d\d))?\s*")
_CHOICES: Final = 25
"""The most that Discord offers while one types."""


class NotQuietHours(Refusal):
    """What was written is no quiet hours."""

    def __init__(self) -> None:
        super().__init__(
            say("Write quiet hours as two times of day, like 22:00-07:00, or none to have no quiet hours.")
        )


class NoSuchZone(Refusal):
    """What was written is no time zone."""

    def __init__(self) -> None:
        super().__init__(say("There is no such time zone. Choose one of those offered, like Europe/Berlin."))


class ZoneWithoutHours(Refusal):
    """A time zone was given, and no quiet hours to be in it."""

    def __init__(self) -> None:
        super().__init__(say("A time zone is for quiet hours. Give quiet too, like 22:00-07:00."))


def read_quiet(quiet: str | None, zone: str | None, before: QuietHours | None) -> QuietHours | Literal["none"] | None:
    """Return the quiet hours that a keeper asks for, `none` to have none, or None where nothing is asked.

    What is left out stays as it was `before`; the zone is UTC where there was none.

    Raises:
        Refusal: If they cannot be kept.
    """
    if quiet is None and zone is None:
        return None
    if quiet is not None and quiet.strip().lower() == "none":
        return "none"
    require_zone(zone)
    zone = zone or (before.zone if before else "UTC")
    if quiet is None:
        if before is None:
            raise ZoneWithoutHours
        return QuietHours(zone=zone, start=before.start, end=before.end)
    written = _HOURS.fullmatch(quiet)
    if written is None:
        raise NotQuietHours
    hour, minute, end_hour, end_minute = (int(part or 0) for part in written.groups())
    try:
        return QuietHours(zone=zone, start=time(hour, minute), end=time(end_hour, end_minute))
    except (ValueError, ValidationError) as error:
        raise NotQuietHours from error


def require_zone(zone: str | None) -> None:
    """Check that there is a time zone of this name, if one is given.

    Raises:
        NoSuchZone: If there is none.
    """
    if zone is not None and zone not in zones():
        raise NoSuchZone


def told(quiet: QuietHours) -> str:
    """Return quiet hours in words."""
    start, end = f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}"
    return say("No turn comes from {start} to {end} ({zone}).", start=start, end=end, zone=quiet.zone)


async def offer_zones(_interaction: WoodInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer the time zones whose name holds what was typed so far."""
    wanted = typed.strip().replace(" ", "_").lower()
    found = sorted(zone for zone in zones() if wanted in zone.lower())
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:_CHOICES]]
