"""The real bot on the loopback Discord, with a Keeper on a file, in one process with the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.app import WoodBot, create_bot
from engine.keeper import Keeper
from engine.records import Post
from tests.bot.stage import NEVER, HandClock, PlainCouncil
from tests.wire.loopback import LoopbackDiscord, pointed_at
from tests.wire.state import Guild, Interaction

KEEPER, ADA, BEN = 900, 901, 902
"""Players: the first may manage every server."""

_PATIENCE_SECONDS = 60.0


@dataclass
class Wire:
    """A loopback Discord with one server, and the Keeper whose bots connect to it."""

    discord: LoopbackDiscord
    keeper: Keeper
    clock: HandClock
    council: PlainCouncil
    guild: Guild

    @property
    def world_id(self) -> str:
        return f"guild-{self.guild.id}"

    @property
    def channel_id(self) -> int:
        return self.guild.channels[0]

    @property
    def cards(self) -> list[int]:
        """The turns whose cards stand in the wood's channel, as they were posted."""
        return self.discord.cards(self.channel_id, self.world_id)

    async def plant(self) -> None:
        """Plant a wood; no card shows it yet."""
        await self.keeper.found(
            self.world_id, self.guild.id, self.channel_id, council="plain", cadence_seconds=3600, seed="7"
        )

    @asynccontextmanager
    async def bot(self, sign_after_seconds: float = NEVER) -> AsyncIterator[WoodBot]:
        """Connect a bot that looks at the clock when it starts, and then only when a test lets it."""
        with pointed_at(self.discord.api, self.discord.gateway_url):
            bot = create_bot(
                self.keeper,
                self.clock,
                tick_seconds=NEVER,
                sign_after_seconds=sign_after_seconds,
                default_council="plain",
            )
            running = asyncio.create_task(bot.start("no-token"))
            try:
                await eventually(lambda: running.done() or self._known_to(bot))
                yield bot
            finally:
                await bot.close()
                await running

    async def advance(self, bot: WoodBot) -> None:
        """Take a turn, as the clock does, and do not wait for its card."""
        await bot.turns.advance(self.world_id)

    async def done(self, interaction: Interaction) -> Interaction:
        """Wait for the bot's answer, or for Discord to say that it did not respond."""
        await asyncio.wait_for(interaction.answered.wait(), _PATIENCE_SECONDS)
        return interaction

    async def posted(self) -> None:
        """Wait until nothing waits in the outbox."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await self.keeper.outbox.pending():  # noqa: ASYNC110 - the store tells of nothing
                await asyncio.sleep(0.02)

    async def last_post(self) -> Post:
        post = await self.keeper.outbox.card(self.world_id)
        assert post is not None
        return post

    def shown(self, message_id: int | None) -> dict[str, Any]:
        """Return a message of the wood's channel."""
        assert message_id is not None
        return self.discord.state.channels[self.channel_id].messages[message_id]

    def _known_to(self, bot: WoodBot) -> bool:
        return all(
            (guild := bot.get_guild(each)) is not None and not guild.unavailable for each in self.discord.state.guilds
        )


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another's code
            await asyncio.sleep(0.02)
