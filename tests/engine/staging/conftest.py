"""A store of its own for what is kept of seasons and tournaments."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.store import Store, sqlite_url


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url(tmp_path / "wood.db"), writer=True)
    yield opened
    await opened.close()
