"""simcord in real time: its pretend Discord, run by the wall clock and kept from growing without bound.

simcord is made for tests: its clock stands still, timers fire when a test advances it, and every action waits
until the whole bot has come to rest. A game that thinks for seconds in the background never rests, so here time is
real and an action waits only until its own interaction is acknowledged. Private names of the pinned
simcord release are overridden on purpose, all of them in this module and in ``frames``.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import re
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from simcord import _dpy_internals
from simcord._clock import Clock
from simcord.backend.cdn import CDN_BASE
from simcord.enums import InteractionType
from simcord.env import Env

_log = logging.getLogger(__name__)

_ACKNOWLEDGED_WITHIN = 3.0  # seconds; Discord's own limit
_REPLY_FOLLOWS_WITHIN = 0.03  # seconds an answer may lag behind its acknowledgement and still share its publication
_CLOSES_WITHIN = 10.0  # seconds for the bot to put its things away
_LOG_LENGTH = 200  # entries simcord keeps of what passed through it
_CHANNEL_LENGTH = 400  # messages kept in a channel
_INTERACTION_LIFE = timedelta(minutes=30)  # Discord's tokens live half of that

_SUBCOMMANDS = (discord.AppCommandOptionType.subcommand.value, discord.AppCommandOptionType.subcommand_group.value)
_PICTURE = re.compile(re.escape(CDN_BASE) + r"/attachments/[^\"?#\s]+")


class WallClock(Clock):
    """simcord's clock, showing real time on the event loop's own scale, so that no two clocks can disagree."""

    def __init__(self) -> None:
        """Take no starting point: there is nothing to wind up."""

    @property
    def elapsed(self) -> float:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Seconds on the monotonic clock."""
        return _dpy_internals.real_monotonic()

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Refuse: real time moves by itself."""
        raise RuntimeError(f"real time cannot be advanced by {seconds} s")


class _RequestLog(deque[Any]):
    """The bot's latest requests; each may have changed what somebody sees, ephemeral edits included."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(maxlen=_LOG_LENGTH)
        self._changed = changed

    def append(self, item: Any, /) -> None:
        super().append(item)
        self._changed()


class LiveEnv(Env):
    """A simcord environment for people rather than tests.

    Args:
        bot: The bot to attach; any discord.py client, sharded or not.
        changed: Called, often and cheaply, when something somebody may see has changed.
    """

    def __init__(self, bot: discord.Client, *, changed: Callable[[], None]) -> None:
        sharded = isinstance(bot, discord.AutoShardedClient)
        super().__init__(bot, check_errors=False, shard_count=1 if sharded and bot.shard_count is None else None)
        if sharded:  # discord.py makes it at login and needs it to close, even if login failed
            bot.__dict__.setdefault("_AutoShardedClient__queue", asyncio.PriorityQueue())
        self.one_at_a_time = asyncio.Lock()
        """Held by whoever acts: simcord allows one action at a time in an environment."""
        self._changed = changed
        self._stirred = asyncio.Event()
        self._sent: Any = None
        self._reader = discord.Locale.american_english
        self.backend.clock = WallClock()
        self.backend.transcript = deque(maxlen=_LOG_LENGTH)  # type: ignore[assignment]
        self.backend.http_requests = _RequestLog(self._stir)  # type: ignore[assignment]
        self.backend.subscribers.append(self._note_event)

    def as_bot(self) -> AbstractContextManager[None]:
        """Return a context in which what is awaited counts as the bot's own work."""
        return self._bot_scope()

    def act_through(self, preview: Any, reader: discord.Locale = discord.Locale.american_english) -> None:
        """Name the preview whose action is about to run (None: no preview yet), and the locale of who acts."""
        self._preview = preview
        self._reader = reader

    async def leave(self) -> None:
        """Close the bot, then take it off the pretend Discord, if it ever came there."""
        try:
            with self._bot_scope():
                async with asyncio.timeout(_CLOSES_WITHIN):
                    await self.bot.close()
            if self._started:
                await self.shutdown()
        except TimeoutError:
            _log.warning("the bot was still busy when the playground closed; its last thought is lost")

    def tidy(self) -> None:
        """Forget what no page can show any more: old messages, their pictures, spent interactions, dead timers."""
        self._drop_cancelled_timers()
        before = int(discord.utils.time_snowflake(datetime.now(UTC) - _INTERACTION_LIFE))
        for interaction_id in [number for number in self.backend.interactions if number < before]:
            spent = self.backend.interactions.pop(interaction_id)
            self.backend.interaction_tokens.pop(spent.token, None)
        for messages in self.backend.messages.values():
            for message_id in sorted(messages)[:-_CHANNEL_LENGTH]:
                del messages[message_id]
        shown: set[str] = set()
        for messages in self.backend.messages.values():
            for message in messages.values():
                parts = (message.attachments, message.embeds, message.components, message.snapshots)
                shown.update(_PICTURE.findall(json.dumps(parts, default=str)))
        pictures = self.backend.cdn._blobs  # noqa: SLF001
        for address in [each for each in pictures if _PICTURE.match(each) and each not in shown]:
            del pictures[address]

    # What simcord does in virtual time, done in real time.

    def _schedule_timer(
        self,
        record: Any,
        callback: Any,  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        schedule_context: contextvars.Context | None,
    ) -> None:
        def fire() -> None:
            if record.handle is not None and not record.handle.cancelled():
                record.handle._run()  # noqa: SLF001

        assert self._runtime is not None
        record.real_handle = self._runtime.call_at(record.when, fire, context=schedule_context)

    def _notify_dispatch_observers(self, interaction: Any) -> None:
        self._sent = interaction
        super()._notify_dispatch_observers(interaction)

    async def _settle_internal(self, **_limits: Any) -> None:
        interaction, self._sent = self._sent, None
        if interaction is not None:
            with suppress(TimeoutError):  # the page says that the bot did not respond, as Discord does
                async with asyncio.timeout(_ACKNOWLEDGED_WITHIN):
                    while not interaction.responded:
                        self._stirred.clear()
                        await self._stirred.wait()
        await asyncio.sleep(_REPLY_FOLLOWS_WITHIN)
        self._drop_cancelled_timers()

    def _note_event(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            assert isinstance(payload, dict), "simcord hands every listener the one payload that it made"
            self._complete(payload)
        self._stir()

    def _complete(self, payload: dict[str, Any]) -> None:
        """Add to an interaction what Discord says in it and simcord does not; the bot has not been told of it yet."""
        payload["locale"] = self._reader.value
        if "guild_id" in payload:
            payload["guild_locale"] = self.backend.get_guild(int(payload["guild_id"])).preferred_locale
        if payload["type"] == InteractionType.APPLICATION_COMMAND:
            # Discord's "somebody used /wood look" names the whole command, simcord's only its first word.
            self.backend.interactions[int(payload["id"])].command_name = _invocation(payload["data"])

    def _stir(self) -> None:
        self._stirred.set()
        self._changed()

    def _drop_cancelled_timers(self) -> None:
        alive: list[Any] = []
        for record in self._work.callbacks:
            if record.handle is not None and not record.handle.cancelled():
                alive.append(record)
            elif record.real_handle is not None:
                record.real_handle.cancel()
        self._work.callbacks = alive

    # A refusal the bot answers politely is no failure of the page's action, so errors are logged and not collected.

    def _record_error(self, error: BaseException) -> None:
        if isinstance(error, discord.app_commands.AppCommandError):
            _log.debug("the bot was told of %r", error)
        else:
            _log.warning("the bot raised %r", error, exc_info=error)

    def errors_since(self, cursor: int) -> tuple[BaseException, ...]:  # noqa: ARG002
        """Return nothing: errors are logged where they happen."""
        return ()


def _invocation(command: Mapping[str, Any]) -> str:
    parts = [command["name"]]
    options = command.get("options") or []
    while options and options[0]["type"] in _SUBCOMMANDS:
        parts.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(parts)
