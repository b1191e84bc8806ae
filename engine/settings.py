"""How the public settings of a wood change: pure functions from one record to the next."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.actions.base import Refusal
from engine.cadence import counted_anew
from engine.phrases import words
from engine.records import WoodRecord, check_cadence, check_language, check_theme


def require_settings(changes: dict[str, Any]) -> None:
    """Make sure that settings are ones that a wood can have.

    Raises:
        Refusal: If the cadence is out of bounds, or there is no such language or theme.
    """
    for name, check in (("cadence_seconds", check_cadence), ("language", check_language), ("theme", check_theme)):
        if name in changes:
            check(changes[name])


def configured(record: WoodRecord, changes: dict[str, Any], now: int) -> WoodRecord:
    """Return a wood's settings with some of them changed; a new cadence or new quiet hours count from `now`."""
    record = record.model_copy(update=changes)
    if record.next_turn_at is not None and changes.keys() & {"cadence_seconds", "quiet_hours"}:
        return record.model_copy(update={"next_turn_at": first_due(record, now)})
    return record


def postponed(record: WoodRecord, seconds: int) -> WoodRecord:
    """Return a wood's settings with its next turn so many seconds later.

    Raises:
        Refusal: If no clock moves the wood.
    """
    if record.next_turn_at is None or record.paused:
        raise Refusal(words("No clock moves this wood now, so its next turn comes when somebody lets it."))
    return record.model_copy(update={"next_turn_at": record.next_turn_at + timedelta(seconds=seconds)})


def extended(record: WoodRecord, turns: int, now: int) -> WoodRecord:
    """Return a wood's settings with its last turn so many turns later.

    Raises:
        Refusal: If it has no last turn.
    """
    if record.last_turn is None:
        raise Refusal(words("This wood has no last turn, so there is nothing to put off."))
    due = record.next_turn_at
    if due is None and not record.invited:  # its last turn had closed, and nothing was due any more
        due = first_due(record, now)
    return record.model_copy(update={"last_turn": record.last_turn + turns, "next_turn_at": due})


def first_due(record: WoodRecord, now: int) -> datetime:
    """Return when the next turn is due of a wood whose beats are counted from `now`, in seconds since 1970."""
    return datetime.fromtimestamp(counted_anew(now, record.cadence_seconds, record.quiet_hours), UTC)
