"""What keeps a long evening at the playground from growing without bound, and a wrong simcord from being served."""

from __future__ import annotations

import asyncio
import io

import discord
import pytest

from playground import mending
from playground.errors import PlaygroundError
from playground.live import LiveEnv
from playground.scene import THE_WOOD_ID, build_scene
from tests.playground.demo_bot import DemoBot, picture


@pytest.fixture
async def env():
    one = LiveEnv(DemoBot(), changed=lambda: None)
    build_scene(one)
    await one.start()
    yield one
    await one.leave()


def channel_of(env: LiveEnv) -> discord.TextChannel:
    channel = env.bot.get_channel(THE_WOOD_ID)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_logs_and_channels_stay_bounded(env: LiveEnv) -> None:
    with env.as_bot():
        for number in range(420):
            await channel_of(env).send(f"post {number}")
    env.tidy()
    kept = env.backend.messages[THE_WOOD_ID]
    assert len(kept) == 400
    assert max(kept.values(), key=lambda message: message.id).content == "post 419"
    assert len(env.backend.transcript) <= 200
    assert len(env.backend.http_requests) <= 200


async def test_pictures_nobody_can_see_are_dropped(env: LiveEnv) -> None:
    blobs = env.backend.cdn._blobs
    portraits = len(blobs)
    with env.as_bot():
        first = await channel_of(env).send(file=discord.File(io.BytesIO(picture(1)), "chart.png"))
        await channel_of(env).send(file=discord.File(io.BytesIO(picture(3)), "chart.png"))
        await first.edit(attachments=[discord.File(io.BytesIO(picture(2)), "chart.png")])
    env.tidy()
    assert len(blobs) == portraits + 2
    assert picture(1) not in blobs.values()


async def test_cancelled_timers_are_forgotten(env: LiveEnv) -> None:
    with env.as_bot():

        async def waiter() -> None:
            await asyncio.sleep(3600)

        tasks = [asyncio.create_task(waiter()) for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    env.tidy()
    assert not [each for each in env._work.callbacks if each.handle.cancelled()]


async def test_bot_and_page_share_one_clock(env: LiveEnv) -> None:
    outside = asyncio.get_running_loop().time()
    with env.as_bot():
        inside = asyncio.get_running_loop().time()
    assert 0 <= inside - outside < 1
    assert abs((discord.utils.utcnow() - env.now()).total_seconds()) < 1


def test_the_pinned_simcord_is_the_one_we_mend() -> None:
    mending.check_simcord()


def test_another_simcord_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "mended", mending.mended.__wrapped__)  # without its memory
    monkeypatch.setitem(mending._MENDED, "dom.js", (("a line that is not there", ""),))
    with pytest.raises(PlaygroundError, match=r"simcord's dom\.js has no"):
        mending.check_simcord()
