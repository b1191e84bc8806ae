"""What the keeper gives out of a wood: its settings, the report of a turn, and a post of the outbox."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.ports import AskRecord, Frozen
from engine.views import PublicView

CADENCE_RANGE: Final = (10, 7 * 24 * 3600)
"""Fewest and most seconds between two turns on the clock."""


class WoodRecord(Frozen):
    """The public settings of one wood. `next_turn_at` is in UTC; None means that no clock moves it.

    In its quiet hours no turn is due; None means that it has none.
    """

    world_id: str
    guild_id: int
    channel_id: int
    council: str
    cadence_seconds: int
    next_turn_at: datetime | None
    paused: bool
    quiet_hours: QuietHours | None = None


class TurnReport(Frozen):
    """A closed turn. `asks` are those of the creatures, `narration` the narrator's; `view` is public.

    `late` is the seconds from when the turn was due to its commit: 0 for one taken early, None without a clock.
    """

    world_id: str
    turn: int
    view: PublicView
    trades: int
    asks: tuple[AskRecord, ...]
    narration: tuple[AskRecord, ...]
    verdicts: tuple[tuple[str, bool, str], ...]
    state_hash: str
    late: float | None = None


GIVEN_UP: Final = 0
"""Noted instead of a message id for a post that could not be sent."""


class Post(Frozen):
    """A post of the outbox: the card of a turn that closed `at`. `message_id` is the message it became, if any."""

    post_id: int
    world_id: str
    guild_id: int
    channel_id: int
    turn: int
    nonce: str
    message_id: int | None
    at: datetime
    view: PublicView


def columns_of(record: WoodRecord) -> dict[str, Any]:
    """Return a wood's settings as the columns of its row."""
    due = record.next_turn_at
    return {
        **record.model_dump(),
        "next_turn_at": None if due is None else int(due.timestamp()),
        "paused": int(record.paused),
        "quiet_hours": record.quiet_hours and record.quiet_hours.model_dump_json(),
    }


def record_of(row: Mapping[str, Any]) -> WoodRecord:
    """Return the settings that a row of the store holds; the inverse of `columns_of`."""
    due = row["next_turn_at"]
    at = None if due is None else datetime.fromtimestamp(due, UTC)
    quiet = row.get("quiet_hours")
    hours = QuietHours.model_validate_json(quiet) if quiet else None
    return WoodRecord.model_validate({**row, "next_turn_at": at, "paused": bool(row["paused"]), "quiet_hours": hours})


def check_cadence(seconds: int) -> None:
    """Check that a cadence is within bounds.

    Raises:
        Refusal: If it is not.
    """
    fewest, most = CADENCE_RANGE
    if not fewest <= seconds <= most:
        raise Refusal(f"A turn takes from {fewest} seconds to a week. Choose a cadence in between.")
