"""A loopback Discord with one server for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.keeper import Keeper
from tests.bot.stage import HandClock, PlainCouncil
from tests.wire.loopback import LoopbackDiscord
from tests.wire.stage import Wire


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    council, clock = PlainCouncil(), HandClock()
    keeper = await Keeper.open(f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}", lambda _: council, clock)
    async with LoopbackDiscord() as discord:
        yield Wire(discord, keeper, clock, council, discord.state.add_guild())
    await keeper.close()
