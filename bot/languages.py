"""Whose language is spoken where: each member's own to that member alone, and in public a wood's or its server's.

Tasks take over the language of whoever started them, so whatever is said in public names its own with `speaking`.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import discord

from bot.i18n.languages import Language, locale_named, of_locale, speaking
from engine import servers
from engine.records import Post, WoodRecord
from engine.staging import hall
from engine.store import Store

if TYPE_CHECKING:
    from bot.app import WoodBot

Wording: TypeAlias = Callable[[], str]
"""A text that is worded when it is known in whose language."""

_AT_FIRST: Final = discord.Locale.american_english
"""What a server is set to until somebody sets it otherwise."""


class Servers:
    """What servers are set to: as Discord named them last, which the store keeps, until it names them again.

    After a start the gateway takes seconds to name the servers, and with many shards minutes. What the outbox still
    holds is posted meanwhile.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locales: dict[int, str] = {}

    async def load(self) -> None:
        """Read what was known when the bot last ran."""
        self._locales = await self._store.run(lambda c: servers.locales(c, self._store.shards))

    async def note(self, guild: discord.Guild) -> None:
        """Keep what a server is set to, if that is new; of one that is out Discord says nothing but its id."""
        if not guild.unavailable:
            await self.keep(guild.id, guild.preferred_locale)

    async def keep(self, guild_id: int, locale: discord.Locale) -> None:
        """Keep what the server of an id is set to, if that is new."""
        if self._locales.get(guild_id, _AT_FIRST.value) != locale.value:
            await self._store.run(partial(servers.keep_locale, guild_id=guild_id, locale=locale.value))
            self._locales[guild_id] = locale.value

    def locale_of(self, guild_id: int) -> discord.Locale | None:
        """Return the locale that a server was last set to, or None where nothing else than the first is known."""
        return locale_named(self._locales.get(guild_id, ""))


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
    if guild is None or guild.unavailable:
        return of_locale(bot.servers.locale_of(guild_id))
    return of_locale(guild.preferred_locale)


def in_every_language(word: Wording) -> frozenset[str]:
    """Return what `word` says in each language, by which is found again what was said in one of them."""
    said: set[str] = set()
    for language in Language:
        with speaking(language):
            said.add(word())
    return frozenset(said)
