"""A pretend Discord around the real bot, with a real Keeper on a file and a council of plain rules."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import discord
import pytest
import stamina
from simcord.env import Env

from bot.app import create_bot
from engine.keeper import Keeper
from tests.bot.i18n.brackets import forget, speak_in_brackets
from tests.bot.stage import NEVER, HandClock, PlainCouncil, Stage, is_refusal


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every language but English says each sentence in brackets that name it."""
    speak_in_brackets(monkeypatch)
    yield
    forget()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock, council = HandClock(), PlainCouncil()
    keeper = await Keeper.open(f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}", lambda _: council, clock)
    bot = create_bot(keeper, clock, tick_seconds=NEVER, sign_after_seconds=0.0, default_council="plain")
    env = Env(bot, shard_count=1, check_errors=False, settle_timeout=30)  # a busy machine imports slowly
    with stamina.set_testing(True, attempts=3):
        await env.start()
        guild = env.create_guild("Woodland")
        channel = guild.create_text_channel("the-wood")
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        stage = Stage(
            env, bot, keeper, clock, council, guild, channel,
            boss=guild.add_member(env.create_user("boss"), roles=[managers]),
            ada=guild.add_member(env.create_user("ada")),
            ben=guild.add_member(env.create_user("ben")),
        )  # fmt: skip
        yield stage
        unexpected = [error for error in env.errors if not is_refusal(error, stage.expected)]
        await env.bot.close()
        await env.shutdown()
    await keeper.close()
    assert unexpected == []
