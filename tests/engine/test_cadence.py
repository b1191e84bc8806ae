"""When turns are due: beats keep their phase, never come in a burst, and keep out of quiet hours, DST included."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.cadence import QuietHours, beats_between, next_due

HOUR = 3_600
BERLIN = QuietHours(zone="Europe/Berlin", start=time(22), end=time(7))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]

moments = st.integers(1_700_000_000, 1_900_000_000)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiets = st.builds(
    lambda zone, start, length: QuietHours(zone=zone, start=start, end=_later(start, length)),
    st.sampled_from(ZONES),
    times,
    st.integers(1, 23 * 60),
)


def _later(start: time, minutes: int) -> time:
    total = (start.hour * 60 + start.minute + minutes) % (24 * 60)
    return time(total // 60, total % 60)


def at(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def local(moment: int, zone: str) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).strftime("%d %H:%M")


def test_a_punctual_turn_is_followed_a_cadence_after_it_was_due() -> None:
    assert next_due(1_000, 1_004, 1_040, 60) == 1_060
    assert next_due(1_000, 1_004, 1_075, 60) == 1_120, "it thought past a beat"


def test_a_turn_by_hand_counts_anew() -> None:
    assert next_due(10_000, 9_000, 9_050, HOUR) == 9_050 + HOUR


def test_after_downtime_the_phase_is_kept_and_no_turn_follows_at_once() -> None:
    down = 5 * HOUR + 120
    assert next_due(0, down, down + 10, HOUR) == 6 * HOUR
    down = 5 * HOUR + 3_000
    assert next_due(0, down, down + 10, HOUR) == 7 * HOUR, "ten minutes after would be a burst"


def test_woods_that_downtime_made_due_together_are_spread_again() -> None:
    now = 9 * HOUR
    following = {next_due(phase, now, now, HOUR) for phase in range(0, HOUR, 60)}
    assert len(following) == 60


def test_a_beat_in_the_quiet_hours_waits_for_the_first_after_them() -> None:
    due = at("2026-03-10T21:50", "Europe/Berlin")
    assert local(next_due(due, due, due, 15 * 60, BERLIN), "Europe/Berlin") == "11 07:05"
    assert local(next_due(due, due, due, 6 * HOUR, BERLIN), "Europe/Berlin") == "11 07:00"


@pytest.mark.parametrize(
    ("evening", "morning_utc"),
    [("2026-03-28T21:30", "2026-03-29T05:00"), ("2026-10-24T21:30", "2026-10-25T06:00")],
    ids=["an hour is skipped", "an hour is repeated"],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(evening: str, morning_utc: str) -> None:
    due = at(evening, "Europe/Berlin")
    assert next_due(due, due, due, HOUR, BERLIN) == at(morning_utc)


def test_an_end_in_an_hour_that_is_skipped_or_repeated_is_outside() -> None:
    quiet = QuietHours(zone="Europe/Berlin", start=time(22), end=time(2, 30))
    skipped = quiet.end_after(at("2026-03-28T23:00", "Europe/Berlin"))
    assert skipped == at("2026-03-29T01:30")
    assert not quiet.covers(skipped)
    assert quiet.end_after(at("2026-10-24T23:00", "Europe/Berlin")) == at("2026-10-25T00:30")
    assert quiet.end_after(at("2026-10-25T01:10")) == at("2026-10-25T01:30"), "the second time that it is 2:10"


@given(moments, st.integers(-HOUR, 10 * 24 * HOUR), st.integers(0, 120), st.integers(10, 7 * 24 * HOUR), quiets)
def test_the_next_turn_is_to_come_within_reach_and_never_in_quiet_hours(
    due: int, late: int, thinking: int, cadence: int, quiet: QuietHours
) -> None:
    opened = due + late
    now = opened + thinking
    free, kept = next_due(due, opened, now, cadence), next_due(due, opened, now, cadence, quiet)
    assert now < free <= now + 2 * cadence
    assert free <= kept <= free + 25 * HOUR
    assert not quiet.covers(kept)
    if late > cadence // 4:
        assert free >= now + cadence // 2


@given(moments, quiets)
def test_the_end_of_quiet_hours_is_the_first_moment_outside(moment: int, quiet: QuietHours) -> None:
    if quiet.covers(moment):
        end = quiet.end_after(moment)
        assert not quiet.covers(end)
        inside = range(moment, end, max(60, (end - moment) // 50))
        assert sum(quiet.covers(each) for each in inside) >= len(inside) - 5, "but for an hour skipped or repeated"


@given(moments, st.integers(0, 10 * 24 * HOUR), st.integers(10, HOUR))
def test_beats_passed_are_counted(due: int, late: int, cadence: int) -> None:
    passed = beats_between(due, due + late, cadence)
    assert due + (passed - 1) * cadence <= due + late < due + passed * cadence
    assert beats_between(due, due - 1, cadence) == 0


def test_what_cannot_be_kept_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match=r"no time zone 'Berlin'\. Write one like Europe/Berlin"):
        QuietHours(zone="Berlin", start=time(22), end=time(7))
    with pytest.raises(ValidationError, match="Choose two times"):
        QuietHours(zone="UTC", start=time(7), end=time(7))
