"""From the outbox to Discord: every closed turn's card is posted once, and never holds up a turn."""

import asyncio
import hashlib
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import aiohttp
import discord
import stamina

from bot.ui.cards import turn_card
from bot.ui.charts import price_chart
from engine.keeper import Keeper, Post, WoodRecord

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)

TRANSIENT: Final = (aiohttp.ClientError, TimeoutError, OSError, discord.DiscordServerError)
"""What passes by itself. A dropped response is an `aiohttp.ClientError` that discord.py does not retry on a POST."""

GIVEN_UP: Final = 0
"""Noted instead of a message id when a card cannot be posted."""

_MOMENT_SECONDS: Final = 2.0
_ATTEMPTS: Final = 6
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 30.0


class Poster:
    """Posts cards and the sign that the creatures are thinking.

    A card is sent with the nonce of its outbox row, so that a second try after a lost answer makes no
    second message. Cards of one wood go out in order; those of different woods do not wait for each other.
    """

    def __init__(self, bot: "WoodBot", keeper: Keeper, sign_after_seconds: float) -> None:
        self._bot = bot
        self._keeper = keeper
        self._sign_after_seconds = sign_after_seconds
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._round: asyncio.Task[None] | None = None
        self._finishing: set[asyncio.Task[None]] = set()

    def kick(self) -> None:
        """Post in the background whatever waits in the outbox, unless that is being done already."""
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._deliver_all(), name="poster")

    async def stop(self) -> None:
        """Give what is being sent a moment, then stop; what is not posted stays in the outbox."""
        begun = self._begun()
        if not begun:
            return
        _, late = await asyncio.wait(begun, timeout=_MOMENT_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def deliver(self, world_id: str) -> None:
        """Post what waits for one wood, oldest first; what cannot be posted now stays in the outbox."""
        async with self._order[world_id]:
            for post in await self._keeper.pending_posts():
                if post.world_id == world_id and not await self._deliver_one(post):
                    return

    async def tell(self, wood: WoodRecord, text: str) -> None:
        """Say one line in a wood's channel, when that is possible; nothing depends on it."""
        try:
            await self._channel(wood.guild_id, wood.channel_id).send(text, silent=True)
        except (discord.HTTPException, *TRANSIENT) as error:
            log.warning("A line for %s could not be posted: %s", wood.world_id, error)

    async def welcome(self, wood: WoodRecord) -> None:
        """Show a wood as it is now in its channel, when that is possible: the first card, before any turn."""
        view = self._keeper.public(wood.world_id)
        try:
            chart, card = await price_chart(view), turn_card(view, wood.world_id)
            await self._channel(wood.guild_id, wood.channel_id).send(view=card, file=chart, silent=True)
        except (discord.HTTPException, *TRANSIENT) as error:
            log.warning("The first card of %s could not be posted: %s", wood.world_id, error)

    def sign(self, wood: WoodRecord, turn: int) -> "ThinkingSign":
        """Return a sign that will stand in the wood's channel if its creatures think for long."""
        channel = self._channel(wood.guild_id, wood.channel_id)
        return ThinkingSign(channel, wood.world_id, turn, self._sign_after_seconds)

    def finish(self, world_id: str, sign: "ThinkingSign") -> None:
        """Post a wood's cards in the background, then take its sign down."""
        task = asyncio.create_task(self._finish(world_id, sign), name=f"card of {world_id}")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def settle(self) -> None:
        """Wait until everything begun has been posted or put off."""
        await asyncio.gather(*self._begun())

    async def _finish(self, world_id: str, sign: "ThinkingSign") -> None:
        try:
            await self.deliver(world_id)
        except Exception:
            log.exception("The cards of %s were not posted; the next round tries again", world_id)
        finally:
            await sign.take_down()

    def _begun(self) -> list[asyncio.Task[None]]:
        return [*self._finishing, *([self._round] if self._round else [])]

    async def _deliver_all(self) -> None:
        try:
            worlds = dict.fromkeys(post.world_id for post in await self._keeper.pending_posts())
            await asyncio.gather(*map(self.deliver, worlds))
        except Exception:
            log.exception("A round of the poster failed; the next one tries again")

    async def _deliver_one(self, post: Post) -> bool:
        """Post a card, or give it up; return False when it shall be tried again later."""
        try:
            message_id = await self._send(post)
        except TRANSIENT as error:
            log.warning("The card of %s, turn %s, waits: %s", post.world_id, post.turn, error)
            return False
        except discord.HTTPException as error:
            log.warning("The card of %s, turn %s, is given up: %s", post.world_id, post.turn, error)
            message_id = GIVEN_UP
        except Exception:
            # A card that cannot be drawn would hold up every later card of its wood.
            log.exception("The card of %s, turn %s, is given up", post.world_id, post.turn)
            message_id = GIVEN_UP
        await self._keeper.mark_posted(post.post_id, message_id)
        return True

    async def _send(self, post: Post) -> int:
        channel = self._channel(post.guild_id, post.channel_id)
        async for attempt in stamina.retry_context(
            on=TRANSIENT,
            attempts=_ATTEMPTS,
            timeout=None,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_LONGEST_WAIT_SECONDS,
        ):
            with attempt:
                chart = await price_chart(post.view)
                card = turn_card(post.view, post.world_id)
                message = await channel.send(view=card, file=chart, nonce=post.nonce, silent=True)
                return message.id
        raise AssertionError("stamina either returns or raises")

    def _channel(self, guild_id: int, channel_id: int) -> discord.PartialMessageable:
        # Partial, because it needs no cache: a turn may close before the servers are known.
        return self._bot.get_partial_messageable(channel_id, guild_id=guild_id)


class ThinkingSign:
    """The line that says the creatures are thinking. A turn that is over before `after_seconds` shows none."""

    def __init__(self, channel: discord.PartialMessageable, world_id: str, turn: int, after_seconds: float) -> None:
        self._channel = channel
        self._turn = turn
        # The same nonce after a restart: Discord then returns the sign that a crash left, and it comes down too.
        self._nonce = hashlib.sha256(f"thinking:{world_id}:{turn}".encode()).hexdigest()[:24]
        self._message: discord.Message | None = None
        self._sending = False
        self._putting_up = asyncio.create_task(self._put_up(after_seconds), name=f"sign of {world_id}")

    async def take_down(self) -> None:
        """Remove the sign, or see to it that none is put up."""
        if not self._sending:
            self._putting_up.cancel()
            return
        await self._putting_up
        if self._message is None:
            return
        try:
            await self._message.delete()
        except (discord.HTTPException, *TRANSIENT) as error:
            log.warning("The sign of turn %s could not be taken down: %s", self._turn, error)

    async def _put_up(self, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        self._sending = True
        text = f"💭 *The creatures are thinking about turn {self._turn} …*"
        try:
            self._message = await self._channel.send(text, nonce=self._nonce, silent=True)
        except (discord.HTTPException, *TRANSIENT) as error:
            log.warning("The sign of turn %s could not be shown: %s", self._turn, error)
