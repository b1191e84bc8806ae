"""Looking at the outbox now and then, for the metrics: a scrape itself never asks the store."""

import asyncio
import logging
from typing import Final

from bot.metrics import Metrics
from engine.keeper import Keeper

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 15.0
"""Between two looks: as often as Prometheus scrapes by default."""


async def watch(keeper: Keeper, metrics: Metrics) -> None:
    """Look until cancelled. A look that fails is logged, and the next one tries again."""
    while True:
        try:
            await look(keeper, metrics)
        except Exception:
            log.exception("The outbox could not be looked at")
        await asyncio.sleep(EVERY_SECONDS)


async def look(keeper: Keeper, metrics: Metrics) -> None:
    """Note how many cards wait, and how long the oldest has."""
    metrics.note_outbox(*await keeper.outbox.waiting())
