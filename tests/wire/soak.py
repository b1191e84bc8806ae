"""A long run on a bad wire: `python -m tests.wire.soak --seconds 600 --seed 1`, one JSON object on stdout.

The real bot runs in a process of its own. Players act in several servers while requests are limited, refused, cut off
and delayed, events come twice, and connections break; the same seed makes the same plan. Afterwards everything is
compared: see `audit`. The exit status is 0 only when nothing was lost, done twice or left growing.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from engine.outbox import Outbox
from engine.store import Store, sqlite_url
from tests.wire import audit
from tests.wire.bot_process import BotProcess, bot_process
from tests.wire.faults import SOME_OF_EACH, FaultPlan
from tests.wire.gateway import Shake
from tests.wire.loopback import LoopbackDiscord
from tests.wire.state import Guild, Interaction

_BOSS, _FIRST_PLAYER = 900, 1_000
_PLAYERS_PER_GUILD: Final = 3
_ANSWERED_WITHIN_SECONDS, _DRAINED_WITHIN_SECONDS = 60.0, 400.0
_GOODS: Final = ("acorns", "berries", "mushrooms", "honey", "firewood")
_SHAKES: Final = (*(Shake.DROP, Shake.RECONNECT, Shake.RESUMABLE) * 3, Shake.INVALID, Shake.FORGET)
"""The ways in which connections break; losing a session is rarer, since what happens meanwhile reaches nobody."""


class Players:
    """Those who act, each waiting for an answer before the next deed. Some events are delivered twice."""

    def __init__(self, discord: LoopbackDiscord, seed: int) -> None:
        self._discord = discord
        self._random = random.Random(seed)
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True

    async def play(self, guild: Guild, player: int) -> None:
        """Join, then trade and look until stopped."""
        open_contracts: list[int] = []
        await self._wait(await self._discord.command(guild, player, "join"))
        while not self._stopped:
            interaction = await self._act(guild, player, open_contracts)
            await self._wait(interaction)
            opened = re.search(r"Contract #(\d+): ", interaction.text)
            if opened:
                open_contracts.append(int(opened[1]))
            await asyncio.sleep(self._random.uniform(0.1, 0.8))

    async def keep(self, guild: Guild) -> None:
        """Take turns by hand, besides those of the clock."""
        while not self._stopped:
            await asyncio.sleep(self._random.uniform(2.0, 6.0))
            await self._wait(
                await self._discord.command(guild, _BOSS, "advance", keeper=True, deliveries=self._times())
            )

    async def shake(self) -> None:
        """Break connections now and then."""
        while not self._stopped:
            await asyncio.sleep(self._random.uniform(4.0, 12.0))
            shard = self._random.randrange(self._discord.gateway.shards)
            await self._discord.gateway.shake(shard, self._random.choice(_SHAKES))

    async def _act(self, guild: Guild, player: int, contracts: list[int]) -> Interaction:
        discord, times = self._discord, self._times()
        deed = self._random.choice(
            ("long", "short", "close", "close", "ledger", "join", "wood prices", "type", "click")
        )
        if deed in ("long", "short"):
            good = self._random.choice(_GOODS)
            return await discord.command(guild, player, deed, deliveries=times, good=good, quantity=1)
        if deed == "close" and contracts:
            return await discord.command(guild, player, deed, deliveries=times, number=contracts.pop())
        if deed == "type":
            return await discord.autocomplete(guild, player, "short", "", good="honey", quantity="")
        cards = [each for each in discord.messages(guild.channels[0]) if each["components"]]
        if deed == "click" and cards:
            return await discord.click(guild, player, cards[-1], "prices", deliveries=times)
        return await discord.command(guild, player, "ledger" if deed in ("close", "click") else deed, deliveries=times)

    def _times(self) -> int:
        return 2 if self._random.random() < 0.1 else 1

    async def _wait(self, interaction: Interaction) -> None:
        try:
            await asyncio.wait_for(interaction.answered.wait(), _ANSWERED_WITHIN_SECONDS)
        except TimeoutError:
            return  # its answer was lost for good: the audit looks at what became of it


async def soak(seconds: float, seed: int, guilds: int, shards: int, room: Path) -> dict[str, Any]:
    """Run, compare, and return what was found; `ok` says whether all is well."""
    database, faults, growth = room / "wood.db", FaultPlan(seed), audit.Growth()
    async with LoopbackDiscord(shards=shards, faults=faults) as discord:
        places = [discord.state.add_guild() for _ in range(guilds)]
        async with bot_process(discord, database, room / "bot.log") as bot:
            await _set(discord, places, cadence=20)
            faults.shares = SOME_OF_EACH
            players = Players(discord, seed)
            at_work: list[Coroutine[Any, Any, None]] = [players.shake()]
            for number, place in enumerate(places):
                at_work.append(players.keep(place))
                first = _FIRST_PLAYER + number * _PLAYERS_PER_GUILD
                at_work += [players.play(place, player) for player in range(first, first + _PLAYERS_PER_GUILD)]
            tasks = [asyncio.create_task(work) for work in at_work]
            await _watch(bot, growth, seconds)
            players.stop()
            await asyncio.gather(*tasks)
            faults.stop()
            await discord.gateway.connected()
            await _set(discord, places, paused=True)
            await _drained(database)
        store = await Store.open(sqlite_url(database))
        try:
            found = {
                "deeds": asdict(await audit.deeds(discord, store)),
                "cards": asdict(await audit.cards(discord, store)),
            }
        finally:
            await store.close()
        interactions = list(discord.state.interactions.values())
        grown = growth.report()
        return {
            "ok": _clean(found) and all(part["flat"] for part in grown.values()), "clean": _clean(found),
            "seconds": seconds, "seed": seed, "guilds": guilds, "shards": shards,
            "interactions": len(interactions), **audit.acknowledged(interactions),
            "failed": sum(each.failed for each in interactions),
            **found, "growth": grown, "faults": {str(fault): times for fault, times in sorted(faults.befallen.items())},
            "gateway": dict(sorted(discord.gateway.seen.items())), "over_limit": discord.rest.over_limit,
            "errors_logged": (room / "bot.log").read_text(encoding="utf-8").count("ERROR"),
        }  # fmt: skip


async def _set(discord: LoopbackDiscord, places: list[Guild], **settings: Any) -> None:
    for place in places:
        interaction = await discord.command(place, _BOSS, "setup", keeper=True, **settings)
        await asyncio.wait_for(interaction.answered.wait(), _ANSWERED_WITHIN_SECONDS)
        while "Try again in" in interaction.text:  # its players have used up what the server may ask
            await asyncio.sleep(2)
            interaction = await discord.command(place, _BOSS, "setup", keeper=True, **settings)
            await asyncio.wait_for(interaction.answered.wait(), _ANSWERED_WITHIN_SECONDS)
        if not interaction.text.startswith("🌱" if "cadence" in settings else "🌲"):
            raise RuntimeError(f"/setup was answered with {interaction.text!r}")


async def _watch(bot: BotProcess, growth: audit.Growth, seconds: float) -> None:
    """Sample what the bot holds until the time is over."""
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        if bot.process.returncode is not None:
            raise RuntimeError(f"The bot ended by itself with status {bot.process.returncode}.")
        growth.sample(bot)
        await asyncio.sleep(1)


async def _drained(database: Path) -> None:
    """Wait until nothing waits in the outbox."""
    store = await Store.open(sqlite_url(database))
    try:
        async with asyncio.timeout(_DRAINED_WITHIN_SECONDS):
            while await Outbox(store).pending():  # noqa: ASYNC110 - the store tells of nothing
                await asyncio.sleep(0.5)
    finally:
        await store.close()


def _clean(found: dict[str, dict[str, Any]]) -> bool:
    """Say whether every list of faults is empty, and nothing waits or was left standing."""
    faults = [value for part in found.values() for value in part.values() if isinstance(value, list)]
    return not any(faults) and not found["cards"]["waiting"] and not found["cards"]["signs_left"]


def main() -> None:
    """Read the command line, print the result, and end with 0 only when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guilds", type=int, default=6)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--room", type=Path, help="a folder that keeps the database and the bot's log")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        room = given.room or Path(scratch)
        room.mkdir(parents=True, exist_ok=True)
        told = asyncio.run(soak(given.seconds, given.seed, given.guilds, given.shards, room))
    sys.stdout.write(f"{json.dumps(told, ensure_ascii=False)}\n")
    sys.exit(0 if told["ok"] else 1)


if __name__ == "__main__":
    main()
