"""SQLite's settings as a crash test wants them, imposed from outside on whatever the store sets itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.pool import Pool


class Settings(NamedTuple):
    """What to impose: pages of log after which it is checkpointed, and how much is synced. None leaves the store's."""

    autocheckpoint: int | None = None
    synchronous: str | None = None

    @contextmanager
    def imposed(self) -> Iterator[None]:
        """Impose the settings on every connection that is taken out of a pool meanwhile."""
        # At the checkout, because what is set at the connecting comes before the store's own settings.
        event.listen(Pool, "checkout", self._impose)
        try:
            yield
        finally:
            event.remove(Pool, "checkout", self._impose)

    def _impose(self, connection: Any, _record: object, _proxy: object) -> None:
        cursor = connection.cursor()
        if self.autocheckpoint is not None:
            cursor.execute(f"PRAGMA wal_autocheckpoint = {self.autocheckpoint}")
        if self.synchronous is not None:
            cursor.execute(f"PRAGMA synchronous = {self.synchronous}")
        cursor.close()
