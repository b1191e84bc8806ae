"""Finding a post of ours in a channel's history, when Discord has long forgotten the nonce it was sent with."""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import discord

log = logging.getLogger(__name__)

_MESSAGES_READ: Final = 500
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far Discord's clock and ours may be apart."""


async def find_post(
    channel: discord.PartialMessageable, author_id: int, marks: Collection[str], since: datetime
) -> int | None:
    """Return the id of the message in which a post stands, or None.

    A card carries what it shows in a button's custom_id, which Discord keeps and shows to the bot that sent it; a
    notice is known by its text, in whichever language it was posted.

    Args:
        channel: Where to look, from `since` on and through some hundreds of messages.
        author_id: Who sent it: the bot itself.
        marks: The custom_ids or texts, one of which it has.
        since: When the post was made; its message is not older than that.

    Raises:
        discord.HTTPException: If Discord does not show the history, for want of a permission or for now.
    """
    async for message in channel.history(limit=_MESSAGES_READ, after=since - _CLOCKS_DIFFER):
        shown = (message.content, *_custom_ids(message.components))
        if message.author.id == author_id and any(mark in marks for mark in shown):
            return message.id
    return None


def may_read(guild: discord.Guild | None, channel_id: int) -> bool:
    """Say whether the bot may read a channel's history; Discord shows an empty one to those who may not.

    A server or channel that is not known yet is taken for one that may be read.
    """
    channel = guild.get_channel(channel_id) if guild else None
    return channel is None or channel.permissions_for(channel.guild.me).read_message_history


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id:
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
