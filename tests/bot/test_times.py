"""A moment as a keeper writes it."""

from datetime import UTC, datetime

import pytest

from bot.times import NotATime, read_time
from engine.actions.base import Refusal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-12-01 18:00", None, datetime(2026, 12, 1, 18, tzinfo=UTC)),
        (" 2026-12-01T18:00 ", None, datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01 18:00", "Europe/Berlin", datetime(2026, 12, 1, 17, tzinfo=UTC)),
        ("2026-07-01 18:00", "Europe/Berlin", datetime(2026, 7, 1, 16, tzinfo=UTC)),
        ("30", None, datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("in 90 minutes", "Europe/Berlin", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_date_or_minutes_from_now(text: str, zone: str | None, moment: datetime):
    assert read_time(text, zone, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30 18:00", "18:00", "-5", "1.5", "0001-01-01 00:00 x", "٣٠ foo", "99999999"]
)
def test_what_is_no_moment_is_refused(text: str):
    with pytest.raises(NotATime, match="Write when as a date and a time"):
        read_time(text, None, NOW)


def test_a_date_before_the_calendar_begins_is_refused():
    with pytest.raises(NotATime):
        read_time("0001-01-01 00:00", "Asia/Tokyo", NOW)


def test_an_unknown_zone_is_refused():
    with pytest.raises(Refusal, match="no such time zone"):
        read_time("30", "Europe/Woodland", NOW)
