"""A playground with the demo bot, for each test that asks for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, CookieJar

from bot.i18n import say
from playground.app import PlaygroundStatus, serve
from tests.playground.demo_bot import DemoBot
from tests.playground.visitor import Visitor


@dataclass
class Playground:
    """A running playground, and what a test may change about it."""

    bot: DemoBot
    url: str
    session: ClientSession
    status: list[PlaygroundStatus]
    prepared: list[tuple[int, int]] = field(default_factory=list)
    advanced: list[int] = field(default_factory=list)

    async def visit(self, person: str, place: str = "the-wood") -> Visitor:
        return await Visitor.arrive(self.session, self.url, person, place)


@asynccontextmanager
async def running(bot: DemoBot | None = None) -> AsyncIterator[Playground]:
    """Serve the demo bot on a free port, and close it at the end."""
    bot = bot or DemoBot()
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    status = [PlaygroundStatus("Turn 1 · spring", thinking=False, seconds_left=754.2, may_advance=True)]
    prepared: list[tuple[int, int]] = []
    advanced: list[int] = []

    async def prepare(guild_id: int, channel_id: int) -> None:
        assert not opened.done()
        prepared.append((guild_id, channel_id))

    async def advance(channel_id: int) -> None:
        advanced.append(channel_id)
        await bot.say("The wood has turned.")

    serving = asyncio.create_task(
        serve(
            bot,
            port=0,
            status=lambda _channel: status[-1],
            advance=advance,
            real=lambda: (say("This bot is for tests."),),
            ready=opened.set_result,
            prepare=prepare,
        )
    )
    try:
        await _first(opened, serving)
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            yield Playground(bot, opened.result(), session, status, prepared, advanced)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _first(opened: asyncio.Future[str], serving: Awaitable[None]) -> None:
    done, _ = await asyncio.wait({opened, asyncio.ensure_future(serving)}, return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with running() as one:
        yield one
