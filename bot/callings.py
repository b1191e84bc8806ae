"""Direct messages to the Patrons who asked for them: that a contract was liquidated, or a loan called. Never others.

They follow the commit of a turn and hold nothing up. That a Patron is being told of a turn is stored before it is sent,
so that a crash between the two costs the message, which stands in `/ledger` all the same, and never doubles it.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from bot import acts, replies
from bot.checks import WoodInteraction, player_of, wood_of
from bot.i18n import Language, say, speaking, spoken, told
from bot.i18n.told import read
from bot.retries import UNREACHED, nonce_of, soon
from engine import preferences
from engine.contracts import LIQUIDATED
from engine.credit import CALLED
from engine.keeper import Keeper
from engine.preferences import Called

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)


async def tells(interaction: WoodInteraction) -> bool:
    """Say whether a Patron is told of calls by direct message."""
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    player = keeper.player(world_id, player_of(interaction))
    return await keeper.store.run(lambda c: preferences.wants_calls(c, world_id, player))


async def set_telling(interaction: WoodInteraction, *, wanted: bool) -> None:
    """Begin or cease to tell a Patron of calls, and say so."""
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    player, language = keeper.player(world_id, player_of(interaction)), str(spoken()) if wanted else None
    await keeper.store.run(lambda c: preferences.want_calls(c, world_id, player, language))
    if wanted:
        text = say(
            "🔔 From now on I tell you by direct message when one of your contracts in this wood is liquidated or one "
            "of your loans is called: once, after the turn, and nothing else. Leave your direct messages open to this "
            "server for it."
        )
    else:
        text = say("🔕 I tell you nothing by direct message any more. Everything stands in /ledger.")
    await replies.answer(interaction, text, view=acts.buttons(interaction, "tell-off" if wanted else "tell-on"))


def is_call(letter: str) -> bool:
    """Say whether a letter tells of a liquidation or a called loan."""
    return _is_made_of(letter, LIQUIDATED, CALLED)


def is_liquidation(letter: str) -> bool:
    """Say whether a letter tells that a contract was liquidated."""
    return _is_made_of(letter, LIQUIDATED)


def _is_made_of(letter: str, *templates: str) -> bool:
    found = read(letter)
    return found is not None and found.template in templates


class Callings:
    """Tells the Patrons who asked for it, in the background, what a closed turn called of theirs."""

    def __init__(self, bot: "WoodBot", keeper: Keeper) -> None:
        self._bot = bot
        self._keeper = keeper
        self._work: set[asyncio.Task[None]] = set()

    def tell(self, world_id: str, turn: int) -> None:
        """Tell of a turn that has been committed; returns at once."""
        task = asyncio.create_task(self._tell_of(world_id, turn), name=f"callings of {world_id}")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def settle(self) -> None:
        """Wait until everybody has been told who can be."""
        while self._work:
            await asyncio.gather(*self._work)

    async def stop(self) -> None:
        """Break off; whom it concerns reads it in the ledger."""
        tasks = [*self._work]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell_of(self, world_id: str, turn: int) -> None:
        try:
            for each in await self._keeper.store.run(lambda c: preferences.called_in(c, world_id)):
                await self._tell_one(world_id, turn, each)
        except Exception:
            log.exception("The callings of %s, turn %s, broke", world_id, turn)

    async def _tell_one(self, world_id: str, turn: int, called: Called) -> None:
        if not self._keeper.keeps(world_id) or self._keeper.mask(world_id, called.user) is None:
            return
        books = await self._keeper.books(world_id, called.user)
        letters = [text for about, text in reversed(books.letters) if about == turn and is_call(text)]
        if not letters:
            return
        first = await self._keeper.store.run(lambda c: preferences.claim_telling(c, world_id, called.player, turn))
        if not first:
            return
        with speaking(Language(called.language)):
            text = self._worded(world_id, turn, letters)
        try:
            reader = await self._bot.create_dm(discord.Object(int(called.user)))
            async for attempt in soon():
                with attempt:
                    await reader.send(text, nonce=nonce_of(f"called:{world_id}:{turn}:{called.player}"))
        except UNREACHED as error:
            log.info("A Patron of %s could not be told of turn %s: %s", world_id, turn, error)

    def _worded(self, world_id: str, turn: int, letters: list[str]) -> str:
        channel = f"<#{self._keeper.record(world_id).channel_id}>"
        head = say("🔔 **Turn {turn:int} of the wood in {channel}**", turn=turn, channel=channel)
        foot = say("-# You asked to be told. The button of /ledger ends it.")
        return "\n".join([head, *(f"• {told(letter)}" for letter in letters), foot])
