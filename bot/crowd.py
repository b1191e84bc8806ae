"""When hundreds act in one moment, all are acknowledged before the first is served."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_CROWD: Final = 16
"""Interactions waiting for their acknowledgement at once, above which there is a crowd."""

_WAIT_SECONDS: Final = 1.0
"""For how long somebody who is acknowledged lets others go first."""


class Crowd:
    """Holds back those who are acknowledged while a crowd is not.

    An acknowledgement takes less than a millisecond of the processor and has three seconds; serving takes several
    milliseconds and has fifteen minutes. Mixed, the last of 500 would wait for the serving of all the others.
    """

    def __init__(self) -> None:
        self._waiting = 0
        self._gone = asyncio.Event()
        self._gone.set()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Count somebody who waits for an acknowledgement."""
        self._waiting += 1
        if self._waiting > _CROWD:
            self._gone.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._gone.set()

    async def let_pass(self) -> None:
        """Wait until no crowd is left, a second at most."""
        if self._gone.is_set():
            return
        try:
            await asyncio.wait_for(self._gone.wait(), _WAIT_SECONDS)
        except TimeoutError:
            return
