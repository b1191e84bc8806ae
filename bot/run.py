"""Running the bot on Discord until it is stopped."""

import asyncio
import contextlib
import gc
import logging
import os
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote, urlsplit

import discord

from bot import logs
from bot.app import create_bot
from bot.clock import SystemClock
from bot.councils import Councils
from bot.metrics import Metrics
from bot.settings import Settings, SettingsError, load_settings
from bot.watch import watch
from engine.keeper import Keeper
from engine.shards import ALL
from engine.store import StoreError
from inference.config import CouncilConfigError, council_names, read_council
from inference.mind import MindError

log = logging.getLogger(__name__)


async def run_bot(settings: Settings | None = None) -> None:
    """Open the store and stay on Discord until cancelled.

    Args:
        settings: What the operator set; read from the environment and `.env` when None.

    Raises:
        SettingsError: If a setting is missing, or Discord refuses the token.
        CouncilConfigError: If the council cannot be used.
        StoreError: If the store cannot be used, or another process keeps the shards now.
    """
    settings = settings or load_settings()
    logs.install(_secrets(settings), settings.log_format)
    try:
        await _run(settings)
    except (SettingsError, CouncilConfigError, MindError, StoreError):
        raise
    except Exception:
        # Python would print it too, and not redact it.
        log.critical("The bot broke", exc_info=True)
        raise SystemExit(1) from None


async def _run(settings: Settings) -> None:
    clock = SystemClock()
    councils = Councils()
    try:
        councils(settings.council)  # a mistake in it is told now, and not to the first player
        shards = settings.shards
        keeper = await Keeper.open(settings.database_url, councils, clock, shards or ALL)
        gc.freeze()  # modules and woods stay for as long as the process does: the collector need not walk them again
        try:
            bot = create_bot(
                keeper,
                clock,
                tick_seconds=settings.tick_seconds,
                default_council=settings.council,
                seating=councils.seating,
                commands_stamp=settings.commands_stamp,
                heartbeat=settings.heartbeat,
                shards=shards,
                pictures=settings.pictures,
            )
            councils.tell(bot.turns.note_decided)
            if settings.metrics_port is not None:
                _serve_metrics(bot.metrics, settings.metrics_host, settings.metrics_port)
            async with bot:
                watching = asyncio.create_task(watch(keeper, bot.metrics), name="watch")
                try:
                    await _until_overtaken(bot.start(settings.token.get_secret_value()), keeper)
                finally:
                    watching.cancel()
        except discord.LoginFailure:
            sentence = "Discord refuses DISCORD_TOKEN. Copy the bot's token anew from its developer page."
            raise SettingsError(sentence) from None
        finally:
            await keeper.close()
    finally:
        await councils.close()


async def _until_overtaken(staying: Coroutine[Any, Any, None], keeper: Keeper) -> None:
    """Stay on Discord until that ends, or until another process keeps the shards."""
    tasks = [asyncio.create_task(staying), asyncio.create_task(keeper.overtaken())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0] not in done:
            raise StoreError("Another process keeps the shards of this one now. Stop that one before this one starts.")
        await tasks[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _secrets(settings: Settings) -> set[str]:
    """Return what no log may hold: the token, what the environment calls a secret, and the keys of all councils."""
    names: set[str] = set()
    for council in {*council_names(), settings.council}:
        with contextlib.suppress(CouncilConfigError):  # told when that council is used
            names |= {mind.api_key_env for mind in read_council(council).minds.values()}
    password = urlsplit(settings.database_url).password or ""
    return {settings.token.get_secret_value(), unquote(password), *logs.secrets_in(os.environ, names)}


def _serve_metrics(metrics: Metrics, host: str, port: int) -> None:
    try:
        metrics.serve(host, port)
    except OSError as error:
        sentence = (
            f"The metrics cannot be served at {host}:{port} ({error.strerror}). Choose another WOOD_METRICS_PORT."
        )
        raise SettingsError(sentence) from None
