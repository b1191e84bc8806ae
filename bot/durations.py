"""Spans of time in words, for sentences; a moment is shown by Discord in its reader's own zone."""

from typing import Final

from bot.i18n import say_count

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def duration(seconds: int) -> str:
    """Return a span in the largest unit that divides it, such as `5 minutes`."""
    if seconds % _DAY == 0:
        return days(seconds // _DAY)
    if seconds % _HOUR == 0:
        return hours(seconds // _HOUR)
    return minutes(seconds // _MINUTE) if seconds % _MINUTE == 0 else in_seconds(seconds)


def about(seconds: int) -> str:
    """Return a wait that need not be told exactly: from two hours on in hours, from two minutes on in minutes."""
    if seconds >= 2 * _HOUR:
        return hours(-(-seconds // _HOUR))
    return minutes(-(-seconds // _MINUTE)) if seconds >= 2 * _MINUTE else in_seconds(seconds)


def days(count: int) -> str:
    """Return so many days."""
    return say_count("{count} day", "{count} days", count)


def hours(count: int) -> str:
    """Return so many hours."""
    return say_count("{count} hour", "{count} hours", count)


def minutes(count: int) -> str:
    """Return so many minutes."""
    return say_count("{count} minute", "{count} minutes", count)


def in_seconds(count: int) -> str:
    """Return so many seconds."""
    return say_count("{count} second", "{count} seconds", count)
