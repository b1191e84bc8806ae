"""`wood play` put together: the wood is planted, kept, and never mixed with a Discord bot's."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession
from discord import Locale

from bot.clock import SystemClock
from bot.councils import Councils
from engine.keeper import Keeper
from engine.records import WoodRecord
from engine.store import StoreError, sqlite_url
from playground.errors import PlaygroundError
from playground.scene import GUILD_ID
from playground.session import play
from tests.playground.visitor import Visitor


@asynccontextmanager
async def session(db: Path | None, cadence: int = 3600, locale: Locale | None = None) -> AsyncIterator[str]:
    """Run `play` on a free port until the block ends, and yield the page's address."""
    said: asyncio.Queue[str] = asyncio.Queue()
    playing = asyncio.create_task(
        play(
            port=0, cadence_seconds=cadence, council="standin", headless=True, db=db, say=said.put_nowait, locale=locale
        )
    )
    try:
        while not (found := re.search(r"http://\S+", await _next(said, playing))):
            pass
        yield found.group(0)
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing


async def _next(said: asyncio.Queue[str], playing: asyncio.Task[None]) -> str:
    line = asyncio.ensure_future(said.get())
    await asyncio.wait({line, playing}, return_when=asyncio.FIRST_COMPLETED)
    if playing.done():
        line.cancel()
        playing.result()
    return await line


async def _records(db: Path) -> list[WoodRecord]:
    keeper = await Keeper.open(sqlite_url(db), Councils(), SystemClock())
    try:
        return keeper.woods()
    finally:
        await keeper.close()


async def test_a_new_wood_is_planted_and_greets() -> None:
    async with session(None) as address, ClientSession() as http:
        visitor = await Visitor.arrive(http, address, "hazel", "the-wood")
        await visitor.wait_for("A new wood")
        status = await (await http.get(address + "status")).json()
        assert status["headline"] == "Turn 0 · early autumn"
        assert 0 < status["seconds_left"] <= 3600
        assert status["may_advance"] is True
        assert status["thinking"] is False


async def test_a_kept_wood_goes_on_by_what_the_command_line_says(tmp_path: Path) -> None:
    db = tmp_path / "play.db"
    async with session(db, cadence=3600):
        pass
    async with session(db, cadence=600):
        pass
    (record,) = await _records(db)
    assert record.guild_id == GUILD_ID
    assert record.cadence_seconds == 600


async def test_the_servers_language_is_kept_unless_the_command_line_names_one(tmp_path: Path) -> None:
    db = tmp_path / "play.db"

    async def begins_in(locale: Locale | None = None, then_set: str = "") -> str:
        async with session(db, locale=locale) as address, ClientSession() as http:
            page = await (await http.get(address)).text()
            if then_set:
                async with http.post(address + "server-locale", data=then_set) as answer:
                    assert answer.status == 200
                await asyncio.sleep(0)
        (language,) = re.findall(
            r'<option value="([\w-]+)"[^>]* selected', page.partition('<select id="server-language"')[2]
        )
        return language

    assert await begins_in(then_set="ja") == "en-US"
    assert await begins_in() == "ja"
    assert await begins_in(Locale.chinese) == "zh-CN"
    assert await begins_in(then_set="en-US") == "zh-CN", "what the command line named is kept as well"
    assert await begins_in() == "en-US"


async def test_two_playgrounds_on_one_file_are_refused(tmp_path: Path) -> None:
    db = tmp_path / "play.db"
    async with session(db):
        with pytest.raises(StoreError, match="in use by another process"):
            async with session(db):
                pass


async def test_the_database_of_a_discord_bot_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "wood.db"
    keeper = await Keeper.open(sqlite_url(db), Councils(), SystemClock())
    await keeper.found("guild-77", 77, 78, council="standin")
    await keeper.close()
    with pytest.raises(PlaygroundError, match="Name another file with --db"):
        async with session(db):
            pass
