"""When a wood's next turn is due: beats a cadence apart, that keep out of the wood's quiet hours.

Beats keep their phase: a turn that ran late does not push the later ones back, and woods that downtime made due
together are spread again by the turn after.
"""

from datetime import datetime, time, timedelta
from functools import cache
from typing import Final, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import model_validator

from engine.ports import Frozen

_HOUR: Final = 3_600


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones; they are looked up on the disk once, and then remembered."""
    return frozenset(available_timezones())


class QuietHours(Frozen):
    """Hours of the day, in a time zone of the tz database, in which no turn is due; they may reach over midnight."""

    zone: str
    start: time
    end: time

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.zone not in zones():
            raise ValueError(f"There is no time zone {self.zone!r}. Write one like Europe/Berlin.")
        if self.start == self.end:
            raise ValueError("Quiet hours from a time to the same time would be none or all. Choose two times.")
        return self

    def covers(self, moment: int) -> bool:
        """Say whether a moment, in seconds since 1970, lies within; the start does, the end does not."""
        local = datetime.fromtimestamp(moment, ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def end_after(self, moment: int) -> int:
        """Return the first end of the quiet hours after a moment within them, both in seconds since 1970.

        On a day that skips the hour of the end, it is the first moment after the hour skipped.
        """
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(moment, zone).date()
        ends = [
            int(datetime.combine(today + timedelta(days=days), self.end, zone).replace(fold=fold).timestamp())
            for days in (0, 1)
            for fold in (0, 1)  # an hour that is repeated has two ends
        ]
        return min(end for end in ends if end > moment and not self.covers(end))


def counted_anew(now: int, cadence: int, quiet: QuietHours | None = None) -> int:
    """Return when the next turn of a wood is due whose beats are counted from `now`, in seconds since 1970."""
    return _outside_of(quiet, now + cadence, cadence)


def next_due(due: int, opened: int, now: int, cadence: int, quiet: QuietHours | None = None) -> int:
    """Return when the turn after one that was due at `due` is due; all times in seconds since 1970.

    It is the first beat of the wood that is still to come. After a turn that opened late by more than a quarter of
    the cadence, as after downtime, it is one at least half a cadence off, so that no two turns come in a burst; after
    one that opened early, by hand, beats are counted anew from now. A beat in the quiet hours waits for the first one
    after them, or for their end where the cadence is an hour or longer.

    Args:
        due: When the turn that is closing was due.
        opened: When it was opened.
        now: The time it is closing.
        cadence: Seconds between two beats.
        quiet: The hours in which no turn is due.
    """
    late = opened - due
    if late < 0:
        return counted_anew(now, cadence, quiet)
    soonest = now + 1 if late <= cadence // 4 else now + cadence // 2
    return _outside_of(quiet, _first_beat(due + cadence, soonest, cadence), cadence)


def beats_between(due: int, now: int, cadence: int) -> int:
    """Return how many beats from `due` on have passed by `now`, the one at `due` among them; 0 before it."""
    return 0 if now < due else (now - due) // cadence + 1


def _first_beat(beat: int, soonest: int, cadence: int) -> int:
    return beat + max(0, -((beat - soonest) // cadence)) * cadence


def _outside_of(quiet: QuietHours | None, beat: int, cadence: int) -> int:
    if quiet is None or not quiet.covers(beat):
        return beat
    end = quiet.end_after(beat)
    after = end if cadence >= _HOUR else _first_beat(beat, end, cadence)
    return end if quiet.covers(after) else after
