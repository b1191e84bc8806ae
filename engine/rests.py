"""Rests after failures: what failed is tried again, but not at every look."""

from datetime import datetime, timedelta
from typing import Final

from engine.ports import Clock

REST_AFTER_FAILURE: Final = timedelta(minutes=1)


class Rests:
    """Who rests after a failure, by name, and until when; it is forgotten with the process, and may be."""

    def __init__(self, clock: Clock) -> None:
        """Go by `clock`."""
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def resting(self, name: str) -> bool:
        """Say whether a failure of `name` is not long enough ago."""
        until = self._until.get(name)
        if until is not None and until <= self._clock.now():
            del self._until[name]
            return False
        return until is not None

    def begin(self, name: str) -> None:
        """Let `name` rest, for it has just failed."""
        self._until[name] = self._clock.now() + REST_AFTER_FAILURE
