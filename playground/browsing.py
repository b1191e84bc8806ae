"""Drives the playground in a headless Chromium, as a person would: by clicking and typing.

Needs the ``browser`` dependency group and a Chromium on the machine (Debian's package is ``chromium``).
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.async_api import FrameLocator, Locator, Page, ViewportSize

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20.0  # seconds


class Player:
    """A person at the playground's page.

    Everything that names a person takes ``hazel``, ``rowan`` or ``ash``; places are ``the-wood``, ``tavern``
    and ``dm``. Waits raise playwright's ``TimeoutError``.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        """What the page's scripts complained of: uncaught errors and console errors."""
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    @property
    def view(self) -> FrameLocator:
        """The conversation shown."""
        return self.page.frame_locator("#view")

    # ---- where

    async def play_as(self, person: str) -> None:
        """Switch to a person, staying in the same place."""
        await self._open_menu()
        await self.page.locator(f"[data-person={person}]").click()
        await self.opened()

    async def go_to(self, place: str) -> None:
        """Switch to a place, as the same person."""
        await (await self.place(place)).click()
        await self.opened()

    async def is_unread(self, place: str, owner: str | None = None) -> bool:
        """Tell whether a place, seen as its owner or as who is played, shows the mark of unread messages."""
        return "unread" in (await (await self.place(place, owner)).get_attribute("class") or "")

    async def place(self, place: str, owner: str | None = None) -> Locator:
        """Return the button of a place; every person's direct messages have one."""
        owner = owner or await self.page.locator("[data-person][aria-pressed=true]").get_attribute("data-person")
        return self.page.locator(f"[data-place={place}][data-owner={owner}]")

    async def read_in(self, locale: str) -> None:
        """Choose the reader's language, and wait until the page stands in it."""
        await self._open_menu()
        await self.page.locator("#languages-button").click()
        async with self.page.expect_navigation():
            await self.page.locator("#your-language").select_option(locale)
        await self.page.locator(f"html[lang={locale}]").wait_for(state="attached", timeout=PATIENCE * 1000)
        await self.opened()

    async def set_server_language(self, locale: str) -> None:
        """Choose the server's language."""
        await self._open_menu()
        await self.page.locator("#languages-button").click()
        async with self.page.expect_response("**/server-locale"):
            await self.page.locator("#server-language").select_option(locale)
        await self.page.keyboard.press("Escape")

    async def _open_menu(self) -> None:
        """Open the menu that a phone keeps people and settings in."""
        menu = self.page.locator("#menu-button")
        if await menu.is_visible() and await menu.get_attribute("aria-expanded") == "false":
            await menu.click()

    # ---- doing

    async def run(self, command: str, **options: object) -> None:
        """Run a slash command by typing it, such as ``run("short", good="honey", quantity=20)``.

        Required options are filled first, as the page offers them; where the page offers choices for what was typed,
        the first is taken. Returns when the bot has acknowledged.
        """
        composer = self.view.locator("#channel-composer-input")
        await composer.click()
        await composer.fill("/" + command)
        entry = self.view.locator(".command-entry", has_text="/" + command).first
        await entry.wait_for(timeout=PATIENCE * 1000)
        await composer.press("Enter")
        await self.view.locator(".command-chip", has_text="/" + command).wait_for(timeout=PATIENCE * 1000)
        for name, value in options.items():
            await self._fill_option(name, str(value))
        await self.page.keyboard.press("Enter")
        await self.view.locator(".command-row").wait_for(state="detached", timeout=PATIENCE * 1000)

    async def say(self, text: str) -> None:
        """Post a message."""
        composer = self.view.locator("#channel-composer-input")
        await composer.fill(text)
        await composer.press("Enter")

    async def click(self, label: str) -> None:
        """Click the newest button with this label."""
        await self.view.locator("button:not([disabled])", has_text=label).last.click()

    async def fill_dialog(self, *values: str) -> None:
        """Fill an open dialog's text fields from top to bottom and submit it."""
        dialog = self.view.locator("#modal-root")
        fields = dialog.locator("input[type=text], input:not([type]), textarea")
        await fields.first.wait_for(timeout=PATIENCE * 1000)
        for index, value in enumerate(values):
            await fields.nth(index).fill(value)
        await dialog.locator("button[type=submit]").click()
        await dialog.locator("button[type=submit]").wait_for(state="detached", timeout=PATIENCE * 1000)

    # ---- seeing

    async def messages(self) -> list[str]:
        """Return the texts of all messages shown, oldest first."""
        return [text.strip() for text in await self._messages().all_inner_texts()]

    async def whispers(self) -> list[str]:
        """Return the texts of the replies that only this person sees, oldest first."""
        return [text.strip() for text in await self._whispers().all_inner_texts()]

    async def wait_for(self, text: str, *, seconds: float = PATIENCE) -> str:
        """Wait until a message holds the text; return the newest such message's text."""
        found = self._messages().filter(has_text=text).last
        await found.wait_for(timeout=seconds * 1000)
        return (await found.inner_text()).strip()

    async def wait_for_whisper(self, text: str, *, seconds: float = PATIENCE) -> str:
        """Wait until a reply that only this person sees holds the text; return the newest such reply's text."""
        found = self._whispers().filter(has_text=text).last
        await found.wait_for(timeout=seconds * 1000)
        return (await found.inner_text()).strip()

    async def wait_for_picture(self, *, seconds: float = PATIENCE) -> int:
        """Wait until the newest picture in a message has been drawn; return its natural width in pixels."""
        pictures = self._messages().locator("img:not(.message-avatar img, .reply-avatar img)")
        async with asyncio.timeout(seconds):
            while True:
                widths = await pictures.evaluate_all("all => all.map(each => each.naturalWidth)")
                if widths and widths[-1]:
                    return widths[-1]
                await asyncio.sleep(0.1)

    async def status(self) -> str:
        """Return the status card's visible text."""
        return await self.page.locator("#status").inner_text()

    async def is_thinking(self) -> bool:
        """Tell whether the page says that the creatures are thinking."""
        return await self.page.locator("#status-thinking").is_visible()

    async def screenshot(self, path: Path | str) -> None:
        """Keep a picture of the whole page."""
        await self.page.screenshot(path=str(path))

    # ---- how

    async def opened(self) -> None:
        """Wait until the conversation stands."""
        view = self.view.locator("#channel-layout")
        await view.wait_for(timeout=PATIENCE * 1000)
        await self.view.locator("#channel-composer-input").wait_for(timeout=PATIENCE * 1000)

    async def _fill_option(self, name: str, value: str) -> None:
        pill = self.view.locator(f".command-pill[data-option={name}]")
        if not await pill.count():
            await self.view.locator(".command-ghost").click()
            await self.view.locator(".command-suggestion", has_text=name).first.click()
        field = pill.locator("input.command-option-input")
        await field.click()
        await field.fill(value)
        if await field.get_attribute("role") == "combobox":
            await self.view.locator(".command-suggestion", has_text=value).first.click()

    def _messages(self) -> Locator:
        return self.view.locator(".channel-message")

    def _whispers(self) -> Locator:
        return self.view.locator(".channel-message:has(.message-ephemeral-note)")


@asynccontextmanager
async def player(
    url: str,
    *,
    width: int = 1280,
    height: int = 800,
    scheme: Literal["dark", "light"] = "dark",
    locale: str = "en-US",
) -> AsyncIterator[Player]:
    """Open the playground's page in a fresh headless browser, by night or by day, and close it at the end.

    The browser asks for pages in the language of `locale`, and so the page is read in it.
    """
    from playwright.async_api import async_playwright  # the group `browser` is not installed by default

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            size: ViewportSize = {"width": width, "height": height}
            page = await browser.new_page(viewport=size, color_scheme=scheme, locale=locale)
            someone = Player(page)
            await page.goto(url)
            await someone.opened()
            yield someone
        finally:
            await browser.close()
