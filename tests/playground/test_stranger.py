"""A stranger, who has read nothing but what the page shows, makes their first trade in at most six actions.

Slow: it needs Chromium and the group `browser`. The stranger knows what a button and a word look like, and nothing
else: no name of an element, no command, no rule of the game.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from playground.browsing import Player, player
from tests.playground.test_session import session

if TYPE_CHECKING:
    from playwright.async_api import Locator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MOST_ACTIONS = 6
PATIENCE = 15.0  # seconds that the stranger waits for something to change

TRADED = re.compile(r"Contract #\d+")
"""What tells that there has been a trade."""

WISHES = (r"^(short|long)\b|\bbet\b.*\d", r"^buy\b", r"^join\b", r"first trade|tutorial|start|begin", r"\bbet\b")
"""What a stranger who wants to trade would press, what sounds most like trading first."""


class Stranger:
    """Reads, presses what sounds most like trading, and counts."""

    def __init__(self, one: Player) -> None:
        self._one = one
        self.pressed: list[str] = []

    async def trade(self) -> None:
        """Press until there is a trade, or until patience ends."""
        while not TRADED.search(await self._text()) and len(self.pressed) < MOST_ACTIONS:
            before = await self._text()
            await self._press(await self._most_wished())
            await self._change_from(before)

    async def _most_wished(self) -> Locator:
        """Return the newest visible button that fits a wish; of what was pressed already, none is pressed again."""
        buttons = [each for each in await self._one.view.get_by_role("button").all() if await each.is_visible()]
        labels = [(await each.inner_text()).strip() for each in buttons]
        for wish in WISHES:
            for button, label in reversed(list(zip(buttons, labels, strict=True))):
                words = re.sub(r"^\W+", "", label)
                if re.search(wish, words, re.IGNORECASE) and label not in self.pressed and await button.is_enabled():
                    return button
        raise AssertionError(f"nothing to press for a trade among {labels}, after {self.pressed}")

    async def _press(self, button: Locator) -> None:
        self.pressed.append((await button.inner_text()).strip())
        await button.click()

    async def _change_from(self, before: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self._text() == before or "Thinking…" in await self._text():  # noqa: ASYNC110 - as a reader looks
                await asyncio.sleep(0.1)

    async def _text(self) -> str:
        return await self._one.view.locator("body").inner_text()


@asynccontextmanager
async def arrived(width: int, height: int) -> AsyncIterator[Player]:
    """Open a new wood's page, and wait until there is something to read."""
    async with session(None) as address, player(address, width=width, height=height) as one:
        await one.view.get_by_role("button").filter(visible=True).nth(2).wait_for()
        yield one
        assert one.complaints == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 780)])
async def test_a_stranger_trades_in_six_actions(width: int, height: int) -> None:
    async with arrived(width, height) as one:
        stranger = Stranger(one)
        await stranger.trade()
        assert TRADED.search(await one.view.locator("body").inner_text()), stranger.pressed
        assert len(stranger.pressed) <= MOST_ACTIONS
