"""Where pictures are drawn: off the event loop, one at a time, and each once."""

import asyncio
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final

import discord

from bot.i18n import speaking
from bot.ui.art.theme import DARK, THEMES, Theme, ThemeName
from bot.ui.pictures import Picture

_KEPT: Final = 128
"""Pictures remembered; at some 50 KB each they take 6 MB."""

_hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="studio")
"""The one thread of the process that draws: Matplotlib's caches of fonts are no place for two."""


class Studio:
    """Draws pictures. What is on a picture and its theme are the key under which it is remembered."""

    def __init__(self, theme: Theme = DARK) -> None:
        """Draw whatever names no theme by night, or in another one."""
        self.theme = theme
        self._drawn = lru_cache(maxsize=_KEPT)(self._draw)

    async def file(self, picture: Picture, theme: str) -> discord.File:
        """Return a picture as a file to send, which says in words what it shows; sending uses it up.

        `theme` is the name of one, as in a wood's record; empty, it is the studio's own.
        """
        chosen = THEMES[theme] if theme else self.theme
        png = await asyncio.get_running_loop().run_in_executor(_hand, self._drawn, picture, chosen.name)
        return discord.File(io.BytesIO(png), picture.name, description=picture.alt[:1024])

    async def files(self, pictures: Iterable[Picture], theme: str) -> list[discord.File]:
        """Return pictures as files to send, in their order."""
        return [await self.file(picture, theme) for picture in pictures]

    def _draw(self, picture: Picture, theme: ThemeName) -> bytes:
        with speaking(picture.language):
            return picture.draw(THEMES[theme], picture.subject)
