"""Shared by the tests of the engine: keepers on a store of their own, and an ear for what it tells players."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from engine.keeper import Keeper
from engine.ports import Council
from tests.engine.helpers import FixedClock, Script
from tests.engine.wording import overheard, unread

KeeperOpener = Callable[..., Awaitable[Keeper]]


@pytest.fixture(autouse=True)
def readable() -> Iterator[None]:
    """Fail whatever test has the engine tell a player something that `bot.i18n` does not find again."""
    with overheard() as texts:
        yield
    assert not unread(texts), "word it with `engine.phrases`, then run `uv run python -m bot.i18n.collect`"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def council() -> Script:
    return Script()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}"


@pytest.fixture
async def open_keeper(url: str, clock: FixedClock, council: Script) -> AsyncIterator[KeeperOpener]:
    """Open keepers on one file, one after the other; each opening drops the one before, as a new process would."""
    opened: list[Keeper] = []

    async def opening(other: Council | None = None) -> Keeper:
        for keeper in opened:
            await keeper.close()
        opened.append(await Keeper.open(url, lambda _: other or council, clock))
        return opened[-1]

    yield opening
    for keeper in opened:
        await keeper.close()


@pytest.fixture
async def keeper(open_keeper: KeeperOpener) -> Keeper:
    """A keeper of one wood called `w`, its deck stacked for the gambit."""
    keeper = await open_keeper()
    await keeper.found("w", 1, 2, council="script", cadence_seconds=600, seed="seed", legends=("run-on-oonas-hoard",))
    return keeper
