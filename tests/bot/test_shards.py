"""Several processes: each connects its shards, waits for its turn to identify, and stops when it was replaced."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.app import IDENTIFY_SECONDS, WoodBot, create_bot
from bot.run import _until_overtaken
from bot.settings import SettingsError, load_settings
from engine.keeper import Keeper
from engine.shards import Shards
from engine.store import MEMORY, StoreError
from tests.bot.stage import HandClock, PlainCouncil
from tests.engine.helpers import is_sentence


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(MEMORY, lambda _: PlainCouncil(), HandClock(), Shards(4, (0, 1, 2, 3)))
    yield keeper
    await keeper.close()


class Turnstile:
    """Notes who went through."""

    def __init__(self) -> None:
        self.through: list[tuple[int, float]] = []

    async def go_through(self, number: int, seconds: float) -> None:
        self.through.append((number, seconds))

    async def close(self) -> None:
        pass


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Shards | None:
    monkeypatch.setenv("DISCORD_TOKEN", "t")
    for name, value in values.items():
        monkeypatch.setenv(f"WOOD_SHARD_{name}", value)
    return load_settings(None).shards


class TestSettings:
    def test_say_which_shards_a_process_keeps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert settings(monkeypatch) is None
        assert settings(monkeypatch, COUNT="8") == Shards(8, tuple(range(8)))
        assert settings(monkeypatch, COUNT="8", IDS="0-2,7") == Shards(8, (0, 1, 2, 7))

    @pytest.mark.parametrize("values", [{"IDS": "0-3"}, {"COUNT": "4", "IDS": "4"}, {"COUNT": "4", "IDS": "some"}])
    def test_that_cannot_be_get_a_sentence(self, monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
        with pytest.raises(SettingsError, match="WOOD_SHARD") as refused:
            settings(monkeypatch, **values)
        assert is_sentence(str(refused.value))


class TestBot:
    async def test_connects_its_shards(self, keeper: Keeper) -> None:
        bot = create_bot(keeper, HandClock(), shards=Shards(4, (2, 3)))
        assert (bot.shard_count, bot.shard_ids) == (4, (2, 3))

    async def test_connects_as_many_as_discord_says_without_any(self, keeper: Keeper) -> None:
        bot = create_bot(keeper, HandClock())
        assert (bot.shard_count, bot.shard_ids) == (None, None)

    async def test_waits_for_the_bucket_of_the_shard(self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
        turnstile = Turnstile()
        keeper.store.turnstile = turnstile  # type: ignore[assignment]
        bot, told = await set_up(keeper, Shards(40, (16, 17, 33)), monkeypatch)
        for shard in (16, 17, 33):
            await bot.before_identify_hook(shard, initial=shard == 16)
        assert turnstile.through == [(0, IDENTIFY_SECONDS), (1, IDENTIFY_SECONDS), (1, IDENTIFY_SECONDS)]
        assert told == []

    async def test_alone_on_a_file_waits_as_discord_py_does(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: list[tuple[Any, ...]] = []

        async def wait(bot: WoodBot, shard: int, *, initial: bool) -> None:
            waited.append((shard, initial))

        monkeypatch.setattr(discord.Client, "before_identify_hook", wait)
        await create_bot(keeper, HandClock()).before_identify_hook(0, initial=True)
        assert waited == [(0, True)]

    async def test_one_process_tells_discord_of_the_commands(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert (await set_up(keeper, Shards(4, (0, 1)), monkeypatch))[1] == ["commands"]
        assert (await set_up(keeper, Shards(4, (2, 3)), monkeypatch))[1] == []


async def set_up(keeper: Keeper, shards: Shards, monkeypatch: pytest.MonkeyPatch) -> tuple[WoodBot, list[str]]:
    """Return a bot after its `setup_hook`, at a Discord that lets 16 identify at once, and what it told of commands."""
    told: list[str] = []

    async def sync(_: WoodBot) -> None:
        told.append("commands")

    async def limits(_: WoodBot) -> SimpleNamespace:
        return SimpleNamespace(max_concurrency=16)

    monkeypatch.setattr(WoodBot, "_sync_commands", sync)
    monkeypatch.setattr(WoodBot, "fetch_session_start_limits", limits)
    bot = create_bot(keeper, HandClock(), shards=shards)
    monkeypatch.setattr(bot.turn_clock, "start", lambda: None)
    await bot.setup_hook()
    return bot, told


class TestOvertaken:
    async def test_the_bot_leaves_discord_with_a_sentence(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = asyncio.Event()

        async def stay() -> None:
            try:
                await asyncio.sleep(600)
            finally:
                left.set()

        async def overtaken() -> None:
            await asyncio.sleep(0)

        monkeypatch.setattr(keeper, "overtaken", overtaken)
        with pytest.raises(StoreError, match="keeps the shards") as refused:
            await _until_overtaken(stay(), keeper)
        assert is_sentence(str(refused.value))
        assert left.is_set()

    async def test_otherwise_it_stays_until_that_ends(self, keeper: Keeper) -> None:
        async def stay() -> None:
            raise discord.LoginFailure("401")

        with pytest.raises(discord.LoginFailure):
            await _until_overtaken(stay(), keeper)
