"""When hundreds act in one moment, all are acknowledged before the first is served."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_CROWD: Final = 16
"""Interactions waiting for their acknowledgement at once, above which there is a crowd."""

_WAIT_SECONDS: Final = 1.0
"""For how long those who are acknowledged let the rest of a crowd go first."""


class Crowd:
    """Holds back those who are acknowledged while a crowd is not.

    An acknowledgement takes less than a millisecond of the processor and has three seconds; serving takes several
    milliseconds and has fifteen minutes. Mixed, the last of 500 would wait for the serving of all the others.
    """

    def __init__(self) -> None:
        self._waiting = 0
        self._gone = asyncio.Event()
        self._gone.set()
        self._patience: asyncio.TimerHandle | None = None

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Count somebody who waits for an acknowledgement."""
        self._waiting += 1
        if self._waiting > _CROWD and self._gone.is_set():
            self._gone.clear()
            self._patience = asyncio.get_running_loop().call_later(_WAIT_SECONDS, self._gone.set)
        try:
            yield
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._gone.set()
                if self._patience is not None:
                    self._patience.cancel()

    async def let_pass(self) -> None:
        """Wait until a crowd is gone, or has been there for a second."""
        await self._gone.wait()
