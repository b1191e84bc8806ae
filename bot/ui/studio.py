"""Where pictures are drawn: off the event loop, one at a time, and each once."""

import asyncio
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final

import discord

from bot.i18n import speaking
from bot.ui.art.theme import DARK, Theme
from bot.ui.pictures import Picture

_KEPT: Final = 128
"""Pictures remembered; at some 50 KB each they take 6 MB."""

_hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="studio")
"""The one thread of the process that draws: Matplotlib's caches of fonts are no place for two."""


class Studio:
    """Draws pictures in one theme. What is on a picture is the key under which it is remembered."""

    def __init__(self, theme: Theme = DARK) -> None:
        """Draw by night, or in another theme."""
        self.theme = theme
        self._drawn = lru_cache(maxsize=_KEPT)(self._draw)

    async def file(self, picture: Picture) -> discord.File:
        """Return a picture as a file to send, which says in words what it shows; sending uses it up."""
        png = await asyncio.get_running_loop().run_in_executor(_hand, self._drawn, picture)
        return discord.File(io.BytesIO(png), picture.name, description=picture.alt[:1024])

    async def files(self, pictures: Iterable[Picture]) -> list[discord.File]:
        """Return pictures as files to send, in their order."""
        return [await self.file(picture) for picture in pictures]

    def _draw(self, picture: Picture) -> bytes:
        with speaking(picture.language):
            return picture.draw(self.theme, picture.subject)
