"""The playground: a ready-made bot, unchanged, on a local page that looks like Discord."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import discord

from playground.errors import PlaygroundError
from playground.frames import Frame
from playground.lighter import lighter_pages
from playground.live import LiveEnv
from playground.mending import check_simcord
from playground.pictures import Pictures
from playground.scene import GUILD_ID, THE_WOOD_ID, build_scene, threads_of
from playground.site import PlaygroundStatus, Site

__all__ = ["PlaygroundError", "PlaygroundStatus", "serve"]

_log = logging.getLogger(__name__)

_GATHER_CHANGES = 0.12  # seconds; changes that come together are published together
_TIDY_EVERY = 60.0  # seconds

Prepare = Callable[[int, int], Awaitable[None]]


async def serve(
    bot: discord.Client,
    *,
    port: int,
    status: Callable[[], PlaygroundStatus],
    ready: Callable[[str], None] | None = None,
    prepare: Prepare | None = None,
) -> None:
    """Run the bot on a local page until cancelled.

    Args:
        bot: The bot, built but not started; no token is needed. It is closed at the end.
        port: The port on 127.0.0.1; 0 takes any free one.
        status: Asked once a second by every open page for what goes on in the wood; must be quick.
        ready: Called with the page's address, which carries this start's capability, once it can be opened.
        prepare: Awaited with the server's and the wood's channel's ids once the bot is ready and before
            ``ready`` is called; the place to set up a wood. Runs as the bot's own work.

    Raises:
        PlaygroundError: The port is taken, or simcord is missing parts or another release than the pinned one.
    """
    check_simcord()
    changed = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(lighter_pages())
        site = Site(status)
        await stack.enter_async_context(site.listening(port))
        env = LiveEnv(bot, changed=changed.set)
        scene = build_scene(env)
        env.backend.subscribers.append(site.note_event)
        stack.push_async_callback(env.leave)
        await env.start()
        with env.as_bot():
            await bot.wait_until_ready()
            await _register_commands(env, bot)
            if prepare is not None:
                await prepare(GUILD_ID, THE_WOOD_ID)
        frames: dict[tuple[str, str], Frame] = {}
        pictures = Pictures()
        for person, places in scene.places.items():
            for place in places:
                frame = frames[person, place.key] = Frame(env, place, pictures, port=site.port)
                await frame.open()
        site.show(scene, frames)
        if ready is not None:
            ready(site.url)

        async def enter_threads() -> None:
            for (person, key), place in threads_of(env, scene).items():
                if (person, key) not in frames:
                    frame = Frame(env, place, pictures, port=site.port)
                    await frame.open()
                    frames[person, key] = frame

        await asyncio.gather(_publish(env, frames, changed, enter_threads), _tidy(env))


async def _register_commands(env: LiveEnv, bot: discord.Client) -> None:
    """Register the bot's commands, unless the bot did: on Discord that is a deployment step, here nobody does it."""
    tree = getattr(bot, "tree", None)
    if tree is not None and not any(env.backend.commands.values()):
        await tree.sync()


async def _publish(
    env: LiveEnv,
    frames: dict[tuple[str, str], Frame],
    changed: asyncio.Event,
    enter_threads: Callable[[], Awaitable[None]],
) -> None:
    while True:
        await changed.wait()
        await asyncio.sleep(_GATHER_CHANGES)
        async with env.one_at_a_time:
            changed.clear()
            await enter_threads()
            for frame in frames.values():
                frame.republish()


async def _tidy(env: LiveEnv) -> None:
    while True:
        await asyncio.sleep(_TIDY_EVERY)
        async with env.one_at_a_time:
            env.tidy()
