"""Many interactions at once: `python -m tests.wire.burst --interactions 500`, one JSON object on stdout.

The real bot runs in a process of its own. Seconds are counted from before an interaction is written to the gateway's
socket until its callback is received, all of a burst being written one after the other without a pause.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from engine.store import Store, sqlite_url
from tests.wire.audit import acknowledged, action_kinds
from tests.wire.bot_process import bot_process
from tests.wire.loopback import LoopbackDiscord
from tests.wire.state import ACKNOWLEDGE_WITHIN, Guild, Interaction

_FIRST_PLAYER = 10_000
_BOSS = 900
_ANSWERED_WITHIN_SECONDS = 300.0

Act = Callable[[Guild, int], Awaitable[Interaction]]


async def burst(
    interactions: int, guilds: int, room: Path, within_seconds: float = ACKNOWLEDGE_WITHIN
) -> dict[str, Any]:
    """Send bursts of three kinds and return how they were acknowledged, and what the journal holds afterwards.

    What is not acknowledged within `within_seconds` is given up, as Discord does after three.
    """
    database = room / "wood.db"
    async with LoopbackDiscord(acknowledge_within=within_seconds) as discord:
        places = [discord.state.add_guild() for _ in range(guilds)]
        async with bot_process(discord, database, room / "bot.log") as bot:
            bosses = [(place, _BOSS) for place in places]
            await _all(
                discord, bosses, lambda place, boss: discord.command(place, boss, "setup", keeper=True, cadence=3600)
            )
            # The first cards are drawn; they are not what is measured.
            while not all(discord.messages(place.channels[0]) for place in places):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            players = [(places[number % guilds], _FIRST_PLAYER + number) for number in range(interactions)]
            kinds: dict[str, Act] = {
                "join": lambda place, player: discord.command(place, player, "join"),
                "short": lambda place, player: discord.command(place, player, "short", good="honey", quantity=1),
                "autocomplete": lambda place, player: discord.autocomplete(
                    place, player, "short", "", good="honey", quantity=""
                ),
            }
            told: dict[str, Any] = {}
            for kind, act in kinds.items():
                bots, ours = bot.processor_seconds, time.process_time()
                told[kind] = acknowledged(await _all(discord, players, act))
                told[kind] |= {
                    "bot_processor_s": round(bot.processor_seconds - bots, 2),
                    "discord_processor_s": round(time.process_time() - ours, 2),
                }
    store = await Store.open(sqlite_url(database))
    try:
        rows = [row for place in places for row in await store.journal_since(f"guild-{place.id}", 0)]
    finally:
        await store.close()
    journalled = action_kinds([row.payload for row in rows if row.kind == "act"])
    return {"interactions": interactions, "guilds": guilds, **told, "journalled": journalled}


async def _all(discord: LoopbackDiscord, players: Sequence[tuple[Guild, int]], act: Act) -> list[Interaction]:
    """Let everybody act at once, and wait for all answers."""
    begun = [await act(place, player) for place, player in players]
    async with asyncio.timeout(_ANSWERED_WITHIN_SECONDS):
        for interaction in begun:
            await interaction.answered.wait()
    return begun


def main() -> None:
    """Read the command line and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=500)
    parser.add_argument("--guilds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        told = asyncio.run(burst(given.interactions, given.guilds, Path(room)))
    sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
