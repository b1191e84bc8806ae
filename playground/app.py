"""The playground: a ready-made bot, unchanged, on a local page that looks like Discord."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from contextvars import Context

import discord

from playground.errors import PlaygroundError
from playground.frames import Frame
from playground.lighter import lighter_pages
from playground.live import LiveEnv
from playground.mending import check_simcord
from playground.pictures import Pictures
from playground.scene import GUILD_ID, THE_WOOD_ID, build_scene, server_locale, set_server_locale, threads_of
from playground.site import Game, PlaygroundStatus, Site

__all__ = ["PlaygroundError", "PlaygroundStatus", "serve"]

_log = logging.getLogger(__name__)

_GATHER_CHANGES = 0.12  # seconds; changes that come together are published together
_TIDY_EVERY = 60.0  # seconds

Prepare = Callable[[int, int], Awaitable[None]]


async def serve(
    bot: discord.Client,
    *,
    port: int,
    status: Callable[[int], PlaygroundStatus],
    advance: Callable[[int], Awaitable[object]],
    real: Callable[[], Sequence[str]] = tuple,
    locale: discord.Locale = discord.Locale.american_english,
    keep_locale: Callable[[discord.Locale], Awaitable[object]] | None = None,
    ready: Callable[[str], None] | None = None,
    prepare: Prepare | None = None,
) -> None:
    """Run the bot on a local page until cancelled.

    Args:
        bot: The bot, built but not started; no token is needed. It is closed at the end.
        port: The port on 127.0.0.1; 0 takes any free one.
        status: Asked once a second by every open page for what goes on in the wood of a channel, in the language that
            is spoken; must be quick.
        advance: Awaited to take the next turn of a channel's wood. Runs as the bot's own work.
        real: What is real in this playground, besides what always is, a sentence each in the language that is spoken.
        locale: The server's locale at the start; it can be changed on the page.
        keep_locale: Awaited with each locale that is set on the page, before the page is told that it is.
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
        env = LiveEnv(bot, changed=changed.set)
        turns = _Turns(env, advance)

        async def set_locale(chosen: discord.Locale) -> None:
            set_server_locale(env, chosen)
            if keep_locale is not None:
                await keep_locale(chosen)

        site = Site(
            Game(
                status=status,
                begin_turn=turns.begin,
                set_server_locale=set_locale,
                server_locale=lambda: server_locale(env),
                real=real,
            )
        )
        await stack.enter_async_context(site.listening(port))
        scene = build_scene(env, locale)
        env.backend.subscribers.append(site.note_event)
        stack.push_async_callback(env.leave)
        stack.push_async_callback(turns.stop)
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


class _Turns:
    """Turns that the page began, each under way as the bot's own work."""

    def __init__(self, env: LiveEnv, advance: Callable[[int], Awaitable[object]]) -> None:
        self._env = env
        self._advance = advance
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, channel_id: int) -> None:
        """Begin a turn, in a context of its own: the bot is to know nothing of the browser that asked."""
        task = asyncio.create_task(self._take(channel_id), context=Context())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """Stop what is under way, as a bot that is closed does."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self, channel_id: int) -> None:
        try:
            with self._env.as_bot():
                await self._advance(channel_id)
        except Exception:
            _log.exception("A turn that the page began has failed")


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
