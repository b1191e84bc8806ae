"""The sign that the creatures are thinking: a line in the channel, there no longer than they think."""

import asyncio
import logging
from typing import Final

import discord

from bot.i18n import say
from bot.languages import in_every_language
from bot.retries import UNREACHED, nonce_of, soon

log = logging.getLogger(__name__)


_BETWEEN_EDITS_SECONDS: Final = 1.0
"""Discord takes five edits in five seconds in a channel."""

_MESSAGES_SWEPT: Final = 50
"""How far back a sign that a crash left is looked for."""


class ThinkingSign:
    """The line that says the creatures are thinking. A turn that is over before `after_seconds` shows none.

    It speaks the language spoken as it is made. `sweep_for` is the bot itself when a crash left the turn open, and so
    perhaps a sign: that one goes too, whichever language it is in.
    """

    def __init__(
        self,
        channel: discord.PartialMessageable,
        world_id: str,
        turn: int,
        after_seconds: float,
        sweep_for: discord.abc.Snowflake | None = None,
    ) -> None:
        self._channel = channel
        self._turn = turn
        self._sweep_for = sweep_for
        self._line = self._shown = ""
        self._saying: asyncio.Task[None] | None = None
        self._text = self._worded()
        # The same nonce after a restart: Discord then returns the sign that a crash left, and it comes down too.
        self._nonce = nonce_of(f"thinking:{world_id}:{turn}")
        self._message: discord.Message | None = None
        self._sending = False
        self._putting_up = asyncio.create_task(self._put_up(after_seconds), name=f"sign of {world_id}")

    def say(self, line: str) -> None:
        """Show a line under the sign's own, in place of the last one; soon, and the newest alone."""
        self._line = line
        if self._message is not None and (self._saying is None or self._saying.done()):
            self._saying = asyncio.create_task(self._keep_up(self._message), name=f"sign of turn {self._turn}")

    def thought(self) -> None:
        """See to it that none is put up any more; one that stands stays until it is taken down."""
        if not self._sending:
            self._putting_up.cancel()

    async def take_down(self) -> None:
        """Remove the sign, or see to it that none is put up."""
        self.thought()
        if self._sending:
            await self._putting_up
        if self._saying is not None:
            self._saying.cancel()
        try:
            if self._message is not None:
                await _delete(self._message)
            if self._sweep_for is not None:
                left = tuple(in_every_language(self._worded))
                async for message in self._channel.history(limit=_MESSAGES_SWEPT):
                    if message.author.id == self._sweep_for.id and message.content.startswith(left):
                        await _delete(message)
        except UNREACHED as error:
            log.warning("The sign of turn %s could not be taken down: %s", self._turn, error)

    async def _put_up(self, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        self._sending = True
        try:
            async for attempt in soon():
                with attempt:
                    self._shown = self._line
                    self._message = await self._channel.send(self._with(self._shown), nonce=self._nonce, silent=True)
        except UNREACHED as error:
            log.warning("The sign of turn %s could not be shown: %s", self._turn, error)
        else:
            self.say(self._line)  # which may have changed meanwhile

    async def _keep_up(self, message: discord.Message) -> None:
        while self._shown != self._line:
            shown = self._line
            try:
                await message.edit(content=self._with(shown))
            except UNREACHED as error:
                log.warning("The sign of turn %s could not be kept up: %s", self._turn, error)
                return
            self._shown = shown
            await asyncio.sleep(_BETWEEN_EDITS_SECONDS)

    def _worded(self) -> str:
        return say("💭 *The creatures are thinking about turn {turn:int} …*", turn=self._turn)

    def _with(self, line: str) -> str:
        return f"{self._text}\n{line}" if line else self._text


async def _delete(message: discord.Message) -> None:
    try:
        async for attempt in soon():
            with attempt:
                await message.delete()
    except discord.NotFound:
        log.debug("A sign was gone already")
