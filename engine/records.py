"""What the keeper gives out of a wood: its settings, the report of a turn, and a post of the outbox."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from engine.actions.base import Refusal
from engine.cadence import QuietHours
from engine.phrases import say
from engine.ports import AskRecord, Frozen
from engine.views import PublicView

CADENCE_RANGE: Final = (10, 7 * 24 * 3600)
"""Fewest and most seconds between two turns on the clock."""

LANGUAGES: Final = ("en", "ja", "zh_TW", "zh_CN", "es")
"""The languages that a wood can be set to, by their codes. What is kept of a wood is English whatever it speaks."""

THEMES: Final = ("dark", "light")
"""The themes that a wood's pictures can be set to."""


class WoodRecord(Frozen):
    """The public settings of one wood. `next_turn_at` is in UTC; None means that no clock moves it.

    In its quiet hours no turn is due; None means that it has none. After `last_turn` it ends; with None it goes on for
    ever. An `invited` one is joined by those alone whom a tournament seats at it. `language` is the one of `LANGUAGES`
    that its cards are posted in; empty, they are in the server's. `theme` is the one of `THEMES` that its pictures are
    drawn in; empty, it is the bot's own.
    """

    world_id: str
    guild_id: int
    channel_id: int
    council: str
    cadence_seconds: int
    next_turn_at: datetime | None
    paused: bool
    quiet_hours: QuietHours | None = None
    last_turn: int | None = None
    invited: bool = False
    language: str = ""
    theme: str = ""


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


class PostKind(StrEnum):
    """What a post shows."""

    TURN = "turn"
    """The card of a turn."""

    STANDINGS = "standings"
    """The Patrons by net worth at the end of a chapter; the content is a list of `[mask, pebbles]`."""

    NOTICE = "notice"
    """One sentence on what a keeper of the wood did; the content is the sentence."""

    ENDED = "ended"
    """How the wood ended; the content is an `engine.endings.Ending`."""


class Post(Frozen):
    """A post of the outbox, made `at`. `message_id` is the message it became, if any.

    `view` is the wood after the turn that the post belongs to; None where that turn has not been closed. `language`
    and `theme` are the wood's.
    """

    post_id: int
    world_id: str
    guild_id: int
    channel_id: int
    turn: int
    nonce: str
    message_id: int | None
    at: datetime
    kind: PostKind
    content: Any
    view: PublicView | None
    language: str = ""
    theme: str = ""


def columns_of(record: WoodRecord) -> dict[str, Any]:
    """Return a wood's settings as the columns of its row."""
    due = record.next_turn_at
    return {
        **record.model_dump(),
        "next_turn_at": None if due is None else int(due.timestamp()),
        "paused": int(record.paused),
        "invited": int(record.invited),
        "quiet_hours": record.quiet_hours and record.quiet_hours.model_dump_json(),
    }


def record_of(row: Mapping[str, Any]) -> WoodRecord:
    """Return the settings that a row of the store holds; the inverse of `columns_of`."""
    due, quiet = row["next_turn_at"], row["quiet_hours"]
    columns = {name: row[name] for name in WoodRecord.model_fields}
    columns["next_turn_at"] = None if due is None else datetime.fromtimestamp(due, UTC)
    columns["quiet_hours"] = QuietHours.model_validate_json(quiet) if quiet else None
    return WoodRecord.model_validate({**columns, "paused": bool(row["paused"]), "invited": bool(row["invited"])})


def post_of(row: Mapping[str, Any]) -> Post:
    """Return the post that a row of the outbox holds, joined with its wood's place and its turn's view."""
    view, content = row["view"], row["content"]
    return Post.model_validate(
        {
            **row,
            "at": datetime.fromtimestamp(row["at"], UTC),
            "view": PublicView.model_validate_json(view) if view else None,
            "content": json.loads(content) if content else None,
        }
    )


def check_cadence(seconds: int) -> None:
    """Check that a cadence is within bounds.

    Raises:
        Refusal: If it is not.
    """
    fewest, most = CADENCE_RANGE
    if not fewest <= seconds <= most:
        raise Refusal(
            say("A turn takes from {fewest:int} seconds to a week. Choose a cadence in between.", fewest=fewest)
        )


def check_language(language: str) -> None:
    """Check that a wood can be set to a language; empty, it speaks its server's.

    Raises:
        Refusal: If it is not one of `LANGUAGES`.
    """
    if language and language not in LANGUAGES:
        raise Refusal(say("The wood does not speak that language. Choose one from the list."))


def check_theme(theme: str) -> None:
    """Check that a wood's pictures can be drawn in a theme; empty, they are drawn in the bot's own.

    Raises:
        Refusal: If it is not one of `THEMES`.
    """
    if theme and theme not in THEMES:
        raise Refusal(say("The wood's pictures are not drawn like that. Choose dark or light."))
