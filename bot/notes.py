"""Notes to those who keep a wood, when its own channel cannot be posted to."""

import logging
from typing import TYPE_CHECKING

import discord

from bot.i18n import say, speaking
from bot.languages import Wording, of_channel
from bot.retries import UNREACHED, nonce_of, soon

if TYPE_CHECKING:
    from bot.app import WoodBot

log = logging.getLogger(__name__)


def channel_lost(channel_id: int) -> str:
    """Return the note about a channel that takes no more cards."""
    return say(
        "🌲 I can no longer post the wood's cards in {channel}: the channel is gone, or I may not see it, send "
        "messages or attach files there. So that nothing settles unseen, I paused the wood's clock. Mend the channel "
        "or choose another, and let the clock run again with `/setup channel: paused:False`.",
        channel=f"<#{channel_id}>",
    )


async def tell_keeper(bot: "WoodBot", guild_id: int, channel_id: int, word: Wording) -> None:
    """Tell a server's keepers something: in its system channel, or else in a direct message to its owner.

    It is in the language of the channel that it is about, since nobody knows theirs. Sent twice within minutes, it is
    one message.

    Whom neither reaches finds the wood paused in `/wood news` and `/setup`; the operator finds it in the log.
    """
    try:
        guild = bot.get_guild(guild_id) or await bot.fetch_guild(guild_id)
    except UNREACHED as error:
        log.warning("The keepers of server %s could not be told: %s", guild_id, error)
        return
    with speaking(await of_channel(bot, guild_id, channel_id)):
        text = word()
    for place in (guild.system_channel, discord.Object(guild.owner_id) if guild.owner_id else None):
        if place is None:
            continue
        try:
            async for attempt in soon():
                with attempt:
                    reader = place if isinstance(place, discord.TextChannel) else await bot.create_dm(place)
                    await reader.send(text, silent=True, nonce=nonce_of(text))
        except UNREACHED as error:
            log.info("A note to the keepers of server %s found no reader at %s: %s", guild_id, place.id, error)
        else:
            return
    log.warning("The keepers of server %s could not be told: neither its system channel nor its owner", guild_id)
