"""Decodes the pictures of all frames, once each.

simcord starts a process for every picture and every page, and refuses a ninth at a time. That guards against hostile
files; the pictures here are charts that this machine has just drawn, and a channel holds dozens.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from simcord.preview._media import MediaInfo, MediaWorker, _process_media

_STILLS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")  # PNG and JPEG
_KEPT = 96


class Pictures(MediaWorker):
    """Decodes PNG and JPEG in a thread and remembers the latest; leaves other media to simcord."""

    def __init__(self) -> None:
        super().__init__()
        self._decoded: OrderedDict[str, MediaInfo] = OrderedDict()
        self._decoding = asyncio.Lock()

    async def validate(self, key: str, blob: bytes, *, media_time: float | None = None) -> MediaInfo:
        """Return the picture ready to show; ``key`` is the digest of ``blob``.

        Raises:
            MediaError: The bytes are no picture, or too large a one.
        """
        if media_time or not blob.startswith(_STILLS):
            return await super().validate(key, blob, media_time=media_time)
        async with self._decoding:
            picture = self._decoded.get(key)
            if picture is None:
                picture = self._decoded[key] = await asyncio.to_thread(_process_media, blob, media_time)
            self._decoded.move_to_end(key)
            while len(self._decoded) > _KEPT:
                self._decoded.popitem(last=False)
        return picture
