"""A Discord on 127.0.0.1: its REST interface and gateway, as far as a bot like ours uses them, over real sockets.

The real client is pointed at it with `pointed_at`; nothing of the product is replaced. What it holds can be read
and shaken by tests: see `LoopbackDiscord`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.wire.faults import FaultPlan
from tests.wire.gateway import Gateway
from tests.wire.rest import Rest
from tests.wire.state import (
    ACKNOWLEDGE_WITHIN,
    APPLICATION_ID,
    EVERYTHING,
    MANAGE_GUILD,
    Guild,
    Interaction,
    State,
    channel_shape,
    marks_of,
    member,
    snowflake,
    user,
)

_COMMAND, _CLICK, _AUTOCOMPLETE = 2, 3, 4


class LoopbackDiscord:
    """A Discord of our own. `faults` befall requests, `gateway.shake` disturbs connections."""

    def __init__(
        self,
        *,
        shards: int = 1,
        faults: FaultPlan | None = None,
        nonce_seconds: float = 120.0,
        heartbeat_seconds: float = 5.0,
        acknowledge_within: float = ACKNOWLEDGE_WITHIN,
    ) -> None:
        self.state = State(nonce_seconds)
        self.gateway = Gateway(self.state, shards, heartbeat_seconds)
        self.faults = faults or FaultPlan()
        self._acknowledge_within = acknowledge_within
        self.rest = Rest(self.state, self.gateway, self.faults)
        self._runner = web.AppRunner(self.rest.application(), access_log=None, shutdown_timeout=0.5)
        self._port = 0

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=2_048).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    async def command(
        self, guild: Guild, user_id: int, name: str, *, keeper: bool = False, deliveries: int = 1, **options: Any
    ) -> Interaction:
        """Let a player use a slash command; `name` may be of two words, as in `wood look`."""
        told: list[dict[str, Any]] = [
            {"name": option, "type": 7 if option == "channel" else _option_type(value), "value": value}
            for option, value in options.items()
        ]
        first, _, second = name.partition(" ")
        if second:
            told = [{"name": second, "type": 1, "options": told}]
        data: dict[str, Any] = {"id": "7", "name": first, "type": 1, "options": told}
        if "channel" in options:
            shape = channel_shape(self.state.channels[int(options["channel"])])
            data["resolved"] = {"channels": {shape["id"]: {**shape, "permissions": str(EVERYTHING)}}}
        return await self._interact(guild, user_id, _COMMAND, name, data, keeper=keeper, deliveries=deliveries)

    async def autocomplete(self, guild: Guild, user_id: int, name: str, typed: str, **options: Any) -> Interaction:
        """Let a player type into the last option named, which is the one being completed."""
        told: list[dict[str, Any]] = [
            {"name": option, "type": _option_type(value), "value": value} for option, value in options.items()
        ]
        told[-1] |= {"value": typed, "focused": True}
        data = {"id": "7", "name": name, "type": 1, "options": told}
        return await self._interact(guild, user_id, _AUTOCOMPLETE, name, data)

    async def click(
        self, guild: Guild, user_id: int, message: dict[str, Any], deed: str, *, deliveries: int = 1
    ) -> Interaction:
        """Let a player click the button of a message whose custom_id begins with `wood:deed`."""
        custom_id = next(each for each in marks_of(message) if each.split(":")[1].partition("-")[0] == deed)
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(guild, user_id, _CLICK, deed, data, message=message, deliveries=deliveries)

    def messages(self, channel_id: int) -> list[dict[str, Any]]:
        """Return what stands in a channel, oldest first."""
        held = self.state.channels[channel_id].messages
        return [held[each] for each in sorted(held)]

    def cards(self, channel_id: int, world_id: str) -> list[int]:
        """Return the turns whose cards stand in a channel, in the order in which they were posted."""
        prefix = "wood:ledger-"
        return [
            int(mark.removeprefix(prefix).partition(":")[0])
            for message in self.messages(channel_id)
            for mark in marks_of(message)
            if mark.startswith(prefix) and mark.endswith(f":{world_id}")
        ]

    def lose_channel(self, channel_id: int) -> None:
        """Delete a channel."""
        self.state.channels.pop(channel_id)

    async def _interact(
        self,
        guild: Guild,
        user_id: int,
        kind: int,
        name: str,
        data: dict[str, Any],
        *,
        message: dict[str, Any] | None = None,
        keeper: bool = False,
        deliveries: int = 1,
    ) -> Interaction:
        loop = asyncio.get_running_loop()
        interaction = Interaction(snowflake(), kind, name, guild.id, user_id, loop.time(), source=message)
        self.state.interactions[interaction.id] = interaction
        channel = self.state.channels[guild.channels[0]]
        payload: dict[str, Any] = {
            "id": str(interaction.id), "application_id": str(APPLICATION_ID), "type": kind, "data": data,
            "token": interaction.token, "version": 1, "guild_id": str(guild.id), "channel_id": str(channel.id),
            "channel": channel_shape(channel), "locale": "en-US", "guild_locale": "en-US", "entitlements": [],
            "member": member(user(user_id), EVERYTHING | (MANAGE_GUILD if keeper else 0)),
            "app_permissions": str(channel.may), "authorizing_integration_owners": {}, "context": 0,
            "attachment_size_limit": 10_485_760,
        }  # fmt: skip
        if message is not None:
            payload["message"] = message
        loop.call_later(self._acknowledge_within, _expire, interaction)
        for _ in range(deliveries):
            await self.gateway.dispatch((guild.id >> 22) % self.gateway.shards, "INTERACTION_CREATE", payload)
        return interaction


@contextmanager
def pointed_at(api: str, gateway_url: str) -> Iterator[None]:
    """Let the real client talk to another Discord."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def _expire(interaction: Interaction) -> None:
    if interaction.acknowledged_at is None:
        interaction.failed = True
        interaction.answered.set()


def _option_type(value: Any) -> int:
    if isinstance(value, bool):
        return 5
    return 4 if isinstance(value, int) else 3
