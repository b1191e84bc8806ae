"""A time to begin, as a keeper writes it: read in its zone, and only one that is to come."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.quiet import NoSuchZone
from bot.when import NotAhead, NotATime, read_when

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["90", " 90 ", "in 90", "90 min", "in 90 minutes", "90m"])
def test_minutes_count_from_now(text: str) -> None:
    assert read_when(text, None, NOW) == NOW + timedelta(minutes=90)


def test_a_date_is_read_in_its_zone() -> None:
    assert read_when("2026-12-01 18:00", None, NOW) == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert read_when("2026-12-01T18:00", "Europe/Berlin", NOW) == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert read_when("2026-7-1 9:05", "America/New_York", NOW) == datetime(2026, 7, 1, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "18:00", "2026-02-30 18:00", "2026-12-01 24:00", "-5", "2026-12-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        read_when(text, None, NOW)


@pytest.mark.parametrize("text", ["2026-03-01 11:59", "2027-03-03 12:00", "600000"])
def test_what_has_passed_or_is_too_far_away_is_refused(text: str) -> None:
    with pytest.raises(NotAhead):
        read_when(text, None, NOW)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(NoSuchZone):
        read_when("2026-12-01 18:00", "Nowhere", NOW)
