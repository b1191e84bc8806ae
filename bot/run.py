"""Running the bot on Discord until it is stopped."""

import gc
import logging

import discord

from bot.app import create_bot
from bot.clock import SystemClock
from bot.councils import Councils
from bot.metrics import Metrics
from bot.settings import Settings, SettingsError, load_settings
from engine.keeper import Keeper


async def run_bot(settings: Settings | None = None) -> None:
    """Open the store and stay on Discord until cancelled.

    Args:
        settings: What the operator set; read from the environment and `.env` when None.

    Raises:
        SettingsError: If a setting is missing, or Discord refuses the token.
        CouncilConfigError: If the council cannot be used.
        StoreError: If the store cannot be used.
    """
    settings = settings or load_settings()
    discord.utils.setup_logging(level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every look at the clock
    clock = SystemClock()
    councils = Councils()
    try:
        councils(settings.council)  # a mistake in it is told now, and not to the first player
        keeper = await Keeper.open(settings.database_url, councils, clock)
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
            )
            if settings.metrics_port is not None:
                _serve_metrics(bot.metrics, settings.metrics_host, settings.metrics_port)
            async with bot:
                await bot.start(settings.token.get_secret_value())
        except discord.LoginFailure:
            sentence = "Discord refuses DISCORD_TOKEN. Copy the bot's token anew from its developer page."
            raise SettingsError(sentence) from None
        finally:
            await keeper.close()
    finally:
        await councils.close()


def _serve_metrics(metrics: Metrics, host: str, port: int) -> None:
    try:
        metrics.serve(host, port)
    except OSError as error:
        sentence = (
            f"The metrics cannot be served at {host}:{port} ({error.strerror}). Choose another WOOD_METRICS_PORT."
        )
        raise SettingsError(sentence) from None
