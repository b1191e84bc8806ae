"""Whose language is spoken where: each member's own to that member alone, and in public a wood's or its server's.

Tasks take over the language of whoever started them, so whatever is said in public names its own with `speaking`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from bot.i18n.languages import Language, of_locale, speaking
from engine.records import Post, WoodRecord
from engine.staging import hall

if TYPE_CHECKING:
    from bot.app import WoodBot

Wording: TypeAlias = Callable[[], str]
"""A text that is worded when it is known in whose language."""


def of_wood(bot: "WoodBot", wood: WoodRecord | Post) -> Language:
    """Return the language of a wood's cards: the one it is set to, else its server's."""
    return as_set(bot, wood.guild_id, wood.language)


async def of_channel(bot: "WoodBot", guild_id: int, channel_id: int | None) -> Language:
    """Return the language of what is said in a channel of a server beside the cards of a wood.

    It is that of the wood there, or else of all woods of the server where they speak the same, or else the server's.
    """
    manner = await bot.keeper.store.run(lambda c: hall.manner_in(c, guild_id, channel_id))
    return as_set(bot, guild_id, manner.language)


def as_set(bot: "WoodBot", guild_id: int, language: str) -> Language:
    """Return the language that a setting of a wood stands for; empty, it is its server's."""
    if language:
        return Language(language)
    guild = bot.get_guild(guild_id)
    return Language.ENGLISH if guild is None else of_locale(guild.preferred_locale)


def in_every_language(word: Wording) -> frozenset[str]:
    """Return what `word` says in each language, by which is found again what was said in one of them."""
    said: set[str] = set()
    for language in Language:
        with speaking(language):
            said.add(word())
    return frozenset(said)
