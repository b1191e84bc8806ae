"""From the outbox to Discord: every closed turn's card is posted once, in order, and never holds up a turn."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import discord
import stamina

from bot.history import find_post, may_read
from bot.i18n import Language, say, speaking
from bot.languages import Wording, of_channel, of_wood
from bot.notes import channel_lost, tell_keeper
from bot.retries import UNREACHED, nonce_of, passes, soon
from bot.signs import ThinkingSign
from bot.ui.cards import turn_card
from bot.ui.pictures import of_turn
from bot.ui.posts import Posts, marks_of
from bot.ui.reading import eventful
from engine.keeper import Keeper
from engine.ports import Clock
from engine.records import GIVEN_UP, Post, PostKind, WoodRecord

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)

_NONCE_LASTS: Final = timedelta(minutes=1)
"""For how long Discord surely knows a nonce again: "minutes", it says."""

_LIVES: Final = timedelta(hours=1)
"""For how long one message shows turn after turn; a wood whose turns are longer has a message a turn."""

_AT_ONCE: Final = 50
"""Cards being sent at the same time, which is as many requests as Discord takes in a second."""

_CAUGHT_UP: Final = 10
"""Cards of a wood that are posted after an outage; earlier ones would only push the channel's talk away."""

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 120.0
"""After an outage, 5,000 woods that wait two minutes each ask 42 times a second."""

_SIGN_STAYS_SECONDS: Final = 10.0
_MOMENT_SECONDS: Final = 2.0


class Poster:
    """Posts cards, and the sign that the creatures are thinking.

    A card is sent with a nonce of its own, so that a second try after a lost answer makes no second message. Once
    Discord may have forgotten the nonce, the card is looked for in the channel first. Cards of one wood go out in
    order; those of different woods do not wait for each other. A quick turn without news is shown by the last card.
    All of it is in the wood's language, whoever woke the poster.
    """

    def __init__(self, bot: "WoodBot", keeper: Keeper, clock: Clock, sign_after_seconds: float) -> None:
        self._bot = bot
        self._keeper = keeper
        self._clock = clock
        self._posts = Posts(keeper, bot.studio)
        self._sign_after_seconds = sign_after_seconds
        self._sending = asyncio.Semaphore(_AT_ONCE)
        self._awake: set[str] = set()
        self._work: dict[str, asyncio.Task[None]] = {}
        self._finishing: set[asyncio.Task[None]] = set()
        self._round: asyncio.Task[None] | None = None

    def kick(self) -> None:
        """Post in the background whatever waits in the outbox, unless that is being done already."""
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._wake_all(), name="poster")

    def wake(self, world_id: str) -> asyncio.Task[None]:
        """Post in the background what waits for one wood, and return the task that does it."""
        self._awake.add(world_id)
        work = self._work.get(world_id)
        if work is None or work.done():
            work = asyncio.create_task(self._work_on(world_id), name=f"cards of {world_id}")
            self._work[world_id] = work
            work.add_done_callback(lambda done: self._work.pop(world_id) if self._work[world_id] is done else None)
        return work

    async def stop(self) -> None:
        """Give what is being sent a moment, then stop; what is not posted stays in the outbox."""
        begun = self._begun()
        if not begun:
            return
        _, late = await asyncio.wait(begun, timeout=_MOMENT_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def settle(self) -> None:
        """Wait until everything begun has been posted or put off."""
        while begun := self._begun():
            await asyncio.gather(*begun)

    def language_of(self, wood: WoodRecord | Post) -> Language:
        """Return the language that is spoken in a wood's channel."""
        return of_wood(self._bot, wood)

    async def tell(self, wood: WoodRecord | Post, word: Wording) -> None:
        """Say one line in a wood's channel, when that is possible; nothing depends on it."""
        await self._say(wood.guild_id, wood.channel_id, self.language_of(wood), word)

    async def say(self, guild_id: int, channel_id: int, word: Wording) -> None:
        """Say one line in a channel in which no wood may grow, when that is possible; nothing depends on it."""
        await self._say(guild_id, channel_id, await of_channel(self._bot, guild_id, channel_id), word)

    async def _say(self, guild_id: int, channel_id: int, language: Language, word: Wording) -> None:
        with speaking(language):
            text = word()
        try:
            await self._channel(guild_id, channel_id).send(text, silent=True)
        except UNREACHED as error:
            log.warning("A line could not be posted in a channel: %s", error)

    async def welcome(self, wood: WoodRecord) -> None:
        """Show a wood as it is now in its channel, when that is possible: the first card, before any turn."""
        view, nonce = self._keeper.public(wood.world_id), nonce_of(f"first:{wood.world_id}:{wood.channel_id}")
        try:
            async for attempt in soon():
                with attempt, speaking(self.language_of(wood)):
                    files = await self._bot.studio.files(of_turn(view), wood.theme)
                    card = turn_card(view, wood.world_id)
                    channel = self._channel(wood.guild_id, wood.channel_id)
                    await channel.send(view=card, files=files, nonce=nonce, silent=True)
        except UNREACHED as error:
            log.warning("The first card of %s could not be posted: %s", wood.world_id, error)

    async def show(self, wood: WoodRecord) -> None:
        """Have a wood's last card stand in its channel: drawn anew where it stands there, sent where it does not."""
        post = await self._keeper.outbox.card(wood.world_id)
        if post is None:
            await self.welcome(wood)
            return
        if post.message_id is not None and (post.message_id == GIVEN_UP or not await self._draw_anew(post)):
            await self._keeper.outbox.mark(post.post_id, None)
        self.wake(wood.world_id)

    def sign(self, wood: WoodRecord, turn: int) -> ThinkingSign:
        """Return a sign that will stand in the wood's channel if its creatures think for long."""
        channel = self._channel(wood.guild_id, wood.channel_id)
        left_open = self._keeper.public(wood.world_id).thinking
        sweep_for = self._bot.user if left_open else None
        with speaking(self.language_of(wood)):
            return ThinkingSign(channel, wood.world_id, turn, self._sign_after_seconds, sweep_for)

    def finish(self, world_id: str, sign: ThinkingSign) -> None:
        """Post a wood's cards in the background, then take its sign down; soon, also when Discord is away."""
        sign.thought()
        task = asyncio.create_task(self._finish(world_id, sign), name=f"card of {world_id}")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(self, world_id: str, sign: ThinkingSign) -> None:
        try:
            await asyncio.wait([self.wake(world_id)], timeout=_SIGN_STAYS_SECONDS)
        finally:
            await sign.take_down()

    def _begun(self) -> list[asyncio.Task[None]]:
        tasks = [*self._finishing, *self._work.values(), *([self._round] if self._round else [])]
        return [task for task in tasks if not task.done()]

    async def _wake_all(self) -> None:
        try:
            for world_id in await self._keeper.outbox.woods_with_pending():
                self.wake(world_id)
        except Exception:
            log.exception("A round of the poster failed; the next one tries again")

    async def _work_on(self, world_id: str) -> None:
        while world_id in self._awake:
            self._awake.discard(world_id)
            try:
                await self._deliver(await self._keeper.outbox.pending(world_id))
            except Exception:
                log.exception("The cards of %s were not posted; the next round tries again", world_id)

    async def _deliver(self, posts: Sequence[Post]) -> None:
        """Post a wood's cards, oldest first, until one has to wait."""
        if len(posts) > _CAUGHT_UP:
            await self._leave_out(posts[:-_CAUGHT_UP])
        for post in posts[-_CAUGHT_UP:]:
            if not await self._deliver_one(post):
                return

    async def _deliver_one(self, post: Post) -> bool:
        """Post a card, or give it up; return False when no later one shall be tried now."""
        try:
            message_id = await self._place(post)
        except (discord.Forbidden, discord.NotFound) as error:
            await self._lose_channel(post, error)
            return False
        except Exception as error:
            if passes(error):
                log.warning("The card of %s, turn %s, waits: %s", post.world_id, post.turn, error)
                return False
            # A card that cannot be drawn, or that Discord finds malformed, would hold up every later one of its wood.
            log.exception("The card of %s, turn %s, is given up", post.world_id, post.turn)
            message_id = GIVEN_UP
        await self._keeper.outbox.mark(post.post_id, message_id)
        return True

    async def _place(self, post: Post) -> int:
        """Return the message that a card stands in: one found in the channel, or one sent now.

        Tried until it succeeds or Discord refuses the card, ever more rarely.
        """
        async for attempt in stamina.retry_context(
            on=passes,
            attempts=None,
            timeout=None,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_LONGEST_WAIT_SECONDS,
        ):
            with attempt:
                async with self._sending:
                    return await self._found(post) or await self._renewed(post) or await self._send(post)
        raise AssertionError("stamina either returns or raises")

    async def _send(self, post: Post) -> int:
        # Sent to another channel, it is another message.
        nonce = nonce_of(f"{post.nonce}:{post.channel_id}")
        channel = self._channel(post.guild_id, post.channel_id)
        return (await channel.send(**await self._drawn(post), nonce=nonce, silent=True)).id

    async def _drawn(self, post: Post) -> dict[str, Any]:
        """Return what to send for a post, in its wood's language; sending it uses a file in it up."""
        with speaking(self.language_of(post)):
            return await self._posts.message_of(post)

    async def _renewed(self, post: Post) -> int | None:
        """Return the message of the turn before, which now shows this one: so a wood of short turns floods no channel.

        A turn that brought news has a message of its own, and so has every turn of a wood that is slow or moved by
        hand. None is edited for longer than an hour, after which few would look for news so far up.
        """
        before = await self._keeper.outbox.card(post.world_id, post.turn - 1)
        if post.kind is not PostKind.TURN or before is None or not before.message_id or not self._is_quick(post):
            return None
        if before.channel_id != post.channel_id or before.view is None or post.view is None:
            return None
        stands_since = discord.utils.snowflake_time(before.message_id)
        if self._clock.now() - stands_since > _LIVES or eventful(post.view, before.view):
            return None
        message = self._channel(post.guild_id, post.channel_id).get_partial_message(before.message_id)
        drawn = await self._drawn(post)
        try:
            await message.edit(view=drawn["view"], attachments=drawn["files"])
        except discord.NotFound:
            return None
        return before.message_id

    def _is_quick(self, post: Post) -> bool:
        if not self._keeper.keeps(post.world_id):
            return False
        record = self._keeper.record(post.world_id)
        return record.next_turn_at is not None and record.cadence_seconds < _LIVES.total_seconds()

    async def _found(self, post: Post) -> int | None:
        """Return the message that an earlier attempt made, when Discord may have forgotten the attempt's nonce."""
        if self._clock.now() - post.at < _NONCE_LASTS:
            return None
        assert self._bot.user is not None, "posting begins after the login"
        if may_read(self._bot.get_guild(post.guild_id), post.channel_id):
            channel = self._channel(post.guild_id, post.channel_id)
            try:
                found = await find_post(channel, self._bot.user.id, marks_of(post), post.at)
            except discord.Forbidden:
                pass
            else:
                if found is not None:
                    log.info("The card of %s, turn %s, stood in its channel already", post.world_id, post.turn)
                return found
        log.warning(
            "The card of %s, turn %s, is sent without looking whether it stands in its channel already: "
            "I may not read the message history there",
            post.world_id,
            post.turn,
        )
        return None

    async def _draw_anew(self, post: Post) -> bool:
        """Edit a card where it stands; return False when it stands nowhere in the wood's channel."""
        assert post.message_id is not None
        message = self._channel(post.guild_id, post.channel_id).get_partial_message(post.message_id)
        try:
            async for attempt in soon():
                with attempt:
                    drawn = await self._drawn(post)
                    await message.edit(view=drawn["view"], attachments=drawn["files"])
        except (discord.Forbidden, discord.NotFound):
            return False
        except UNREACHED as error:
            log.warning("The card of %s, turn %s, was not drawn anew: %s", post.world_id, post.turn, error)
        return True

    async def _leave_out(self, posts: Sequence[Post]) -> None:
        """Give up the oldest cards of a long outage, and say so where they would have stood."""
        first, last = posts[0], posts[-1]
        log.warning("The cards of %s, turns %s to %s, are left out", first.world_id, first.turn, last.turn)
        await self.tell(first, lambda: _left_out(first.turn, last.turn))
        for post in posts:
            await self._keeper.outbox.mark(post.post_id, GIVEN_UP)

    async def _lose_channel(self, lost: Post, error: discord.HTTPException) -> None:
        """Pause a wood whose channel takes no card, give up what waits for it, and tell its keepers.

        A table of a tournament goes on with the others, in another place if there is one.
        """
        if await self._bot.venue.moved(lost, gone=isinstance(error, discord.NotFound)):
            self._awake.add(lost.world_id)
            return
        log.warning("The card of %s, turn %s, is given up, and the wood paused: %s", lost.world_id, lost.turn, error)
        if self._keeper.keeps(lost.world_id):
            await self._keeper.configure(lost.world_id, paused=True)
        for post in await self._keeper.outbox.pending(lost.world_id):
            await self._keeper.outbox.mark(post.post_id, GIVEN_UP)
        await tell_keeper(self._bot, lost.guild_id, lost.channel_id, partial(channel_lost, lost.channel_id))

    def _channel(self, guild_id: int, channel_id: int) -> discord.PartialMessageable:
        # Partial, because it needs no cache: a turn may close before the servers are known.
        return self._bot.get_partial_messageable(channel_id, guild_id=guild_id)


def _left_out(first: int, last: int) -> str:
    return say(
        "-# 🌲 I could not reach this channel for a while. The cards of turns {first:int} to {last:int} are left out; "
        "`/wood look turn:` shows each of them.",
        first=first,
        last=last,
    )
