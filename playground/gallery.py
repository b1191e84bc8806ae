"""The gallery: every card of a wood as a player meets it, on a phone and on a desk, by night and by day.

`uv run --group browser python -m playground.gallery` plays a short wood in headless Chromium, once with the pictures of
the night and once with those of the day, captures each card at both widths, and writes `docs/gallery.md` with
`docs/images/gallery/`. Nothing is retouched: what is there is what the playground showed. In further languages, named
with `--languages`, a wood is played for each and captured by night.

What is clicked is found by how Discord marks it, such as the green button of a card, and never by a word.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image

from bot.i18n import Language
from bot.ui.art.canvas import flat_png
from playground.browsing import Player, player
from playground.readers import locale_in
from playground.session import play

if TYPE_CHECKING:
    from playwright.async_api import Locator

Scheme = Literal["dark", "light"]

WIDTHS: Final = {"phone": 390, "desk": 1280}
SCHEMES: Final[tuple[Scheme, ...]] = ("dark", "light")

CARDS: Final = {
    "welcome": "A new wood, before its first turn.",
    "turn": "A turn: the creatures in their moods, the market, what traded and what it meant for bets.",
    "first-trade": "The first trade, one button at a time, seen by its player alone.",
    "legend": "A legend has fallen: it hangs in the sky, and its true history is told.",
    "collected": "A contract closed: what it came to, and why.",
    "ledger": "A Patron's own books, seen by nobody else.",
    "prices": "The prices as a chart.",
    "creature": "A creature's portrait.",
    "end": "How a wood ended: its poster, its podium and its charts.",
}
"""What is captured, with its caption."""

_TALL: Final = 3200
"""The height of the page in pixels, so that no card is cut."""

_MOMENT_SECONDS: Final = 1.2
"""For pictures to be drawn and the page to come to rest."""

_PATIENCE_SECONDS: Final = 300.0
_CARD: Final = ".channel-message:has(.component-container):not(:has(.message-ephemeral-note))"
_GREEN: Final = "button.button-style-3"
"""Of a card: the first trade."""
_BLUE: Final = "button.button-style-1"
"""Of a card: the ledger."""

_STEPS: Final = 6
"""Of the guide, at most: it leaves out what the purse does not reach."""
_STEP_SHOWN: Final = 3
"""Of the guide: when one has joined and bought the forecast, and the bet is offered."""

_TURNS_BEFORE: Final = 2
_TURNS_AFTER: Final = 1


@dataclass(frozen=True)
class Edition:
    """A wood played for the gallery: in a language of both server and reader, by night or by day."""

    language: Language
    scheme: Scheme

    @property
    def files(self) -> list[str]:
        """The names of its captures' files."""
        return [self.file(card, width) for card in CARDS for width in WIDTHS]

    def file(self, card: str, width: str) -> str:
        """Return the name of one capture's file."""
        suffix = "" if self.language is Language.ENGLISH else f"-{self.language.lower()}"
        return f"{card}-{width}-{self.scheme}{suffix}.png"


def editions(languages: Sequence[Language]) -> list[Edition]:
    """Return the woods that a gallery in some languages is made of; English ones are there always."""
    further = [Edition(language, "dark") for language in languages if language is not Language.ENGLISH]
    return [*(Edition(Language.ENGLISH, scheme) for scheme in SCHEMES), *further]


class Album:
    """Captures the cards of an edition from one page."""

    def __init__(self, one: Player, edition: Edition, folder: Path) -> None:
        self._one = one
        self._edition = edition
        self._folder = folder

    async def keep(self, card: str, message: Locator) -> None:
        """Capture a message at every width."""
        assert card in CARDS, f"{card} has no caption"
        for width, pixels in WIDTHS.items():
            await self._one.page.set_viewport_size({"width": pixels, "height": _TALL})
            await asyncio.sleep(_MOMENT_SECONDS)
            surface = await _surface(message)
            _save(await surface.screenshot(), self._folder / self._edition.file(card, width))
        await self._one.page.set_viewport_size({"width": WIDTHS["desk"], "height": _TALL})
        await asyncio.sleep(_MOMENT_SECONDS)


async def _surface(message: Locator) -> Locator:
    """Return the card in a message, or the message itself where there is no card."""
    card = message.locator(".component-container")
    return card.first if await card.count() else message


def _save(png: bytes, path: Path) -> None:
    path.write_bytes(flat_png(Image.open(io.BytesIO(png)).convert("RGB"), every=1))


async def capture(folder: Path, edition: Edition, council: str) -> None:
    """Play a short wood and capture its cards."""
    locale = locale_in(edition.language).value
    async with (
        _playground(council, edition) as url,
        player(url, height=_TALL, scheme=edition.scheme, locale=locale) as one,
    ):
        album = Album(one, edition, folder)
        await one.view.locator(_CARD).first.wait_for(timeout=_PATIENCE_SECONDS * 1000)
        await album.keep("welcome", one.view.locator(_CARD).last)
        for turn in range(1, 1 + _TURNS_BEFORE):
            await _advance(one, turn)
        await album.keep("turn", one.view.locator(_CARD).last)
        await _gambit(one, album)
        await _advance(one, _TURNS_BEFORE + 1)
        await album.keep("legend", one.view.locator(_CARD).last)
        await _after_the_fall(one, album)
        for turn in range(_TURNS_BEFORE + 2, _TURNS_BEFORE + 2 + _TURNS_AFTER):
            await _advance(one, turn)
        await one.play_as("ash")
        await one.run("season end")
        await one.page.locator("#advance").wait_for(state="hidden", timeout=_PATIENCE_SECONDS * 1000)
        await asyncio.sleep(_MOMENT_SECONDS)
        await album.keep("end", one.view.locator(_CARD).last)
        if one.complaints:
            raise RuntimeError(f"The page complained: {one.complaints}")


async def _advance(one: Player, turn: int) -> None:
    """Take a turn, and wait until its card stands."""
    await one.page.locator("#advance:not([disabled])").click(timeout=_PATIENCE_SECONDS * 1000)
    card = one.view.locator(f"{_CARD} :is(h1, h2, h3)", has_text=re.compile(rf"(?<!\d){turn}(?!\d)"))
    await card.last.wait_for(timeout=_PATIENCE_SECONDS * 1000)
    await one.page.locator("#status-thinking").wait_for(state="hidden", timeout=_PATIENCE_SECONDS * 1000)
    await asyncio.sleep(_MOMENT_SECONDS)


async def _gambit(one: Player, album: Album) -> None:
    """Make the first trade as the guide says, one button at a time, up to the springing of the legend."""
    panel = await _answer(one, one.view.locator(f"{_CARD} {_GREEN}").last.click())
    for step in range(1, 1 + _STEPS):
        if step == _STEP_SHOWN:
            await album.keep("first-trade", panel)
        button = panel.locator("button.component-button:not([disabled])")
        if not await button.count():
            return
        panel = await _answer(one, button.first.click())


async def _after_the_fall(one: Player, album: Album) -> None:
    await album.keep("ledger", await _answer(one, one.view.locator(f"{_CARD} {_BLUE}").last.click()))
    await album.keep("collected", await _answer(one, one.run("close", number="1")))
    await album.keep("prices", await _answer(one, one.run("wood prices")))
    await album.keep("creature", await _answer(one, one.run("wood creature", name="Sable")))


async def _answer(one: Player, deed: Awaitable[None]) -> Locator:
    """Do something, and return the message in which the bot has answered it."""
    newest = one.view.locator(".channel-message").last
    before = await newest.inner_text()
    await deed
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await newest.inner_text() == before or await newest.locator(".message-loading").count():  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # a page is looked at again
    await asyncio.sleep(_MOMENT_SECONDS)
    return newest


@asynccontextmanager
async def _playground(council: str, edition: Edition) -> AsyncIterator[str]:
    """Run the playground and yield the address it says."""
    said: asyncio.Queue[str] = asyncio.Queue()
    playing = asyncio.create_task(
        play(
            port=0,
            cadence_seconds=3600,
            council=council,
            headless=True,
            db=None,
            say=said.put_nowait,
            pictures=edition.scheme,
            locale=locale_in(edition.language),
        )
    )
    try:
        while True:
            line = await asyncio.wait_for(said.get(), _PATIENCE_SECONDS)
            if "http://" in line:
                break
        yield line[line.index("http://") :]
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing


def index(council: str, languages: Sequence[Language]) -> str:
    """Return the page that shows all captures."""
    minds = f"The creatures' words are those of the council `{council}`, whose models speak English."
    if council == "standin":
        minds = (
            "The creatures were moved by the stand-in, which is rules and no model: their words show the form alone."
        )
    command = f"uv run --group browser python -m playground.gallery --council {council} --languages"
    parts = [
        "# Gallery",
        "",
        f"What the bot shows, captured in the playground by `{' '.join((command, *languages))}`,",
        f"on a page of 390 and of 1,280 pixels, by night and by day. {minds}",
        "Every picture in a card is drawn by the code in `bot/ui/`, with its description as alt text.",
        "",
    ]
    for card, caption in CARDS.items():
        parts += [f"## {card.replace('-', ' ').capitalize()}", "", caption, ""]
        for language in dict.fromkeys((Language.ENGLISH, *languages)):
            shown = [each for each in editions(languages) if each.language is language]
            for width in WIDTHS:
                parts += [" ".join(_picture(each, card, width) for each in shown), ""]
    return "\n".join(parts).rstrip() + "\n"


def _picture(edition: Edition, card: str, width: str) -> str:
    language = "" if edition.language is Language.ENGLISH else f", {edition.language.own_name}"
    words = f"{CARDS[card]} {width}, {edition.scheme}{language}"
    return f"![{words}](images/gallery/{edition.file(card, width)})"


async def _make(docs: Path, council: str, languages: Sequence[Language]) -> None:
    folder = docs / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for edition in editions(languages):
        await capture(folder, edition, council)
    (docs / "gallery.md").write_text(index(council, languages), "utf-8")


def main() -> None:
    """Make the gallery anew."""
    parser = argparse.ArgumentParser(description="Capture every card into docs/images/gallery and docs/gallery.md.")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="the folder to write into")
    parser.add_argument("--council", default="embedded", help="who thinks for the creatures")
    parser.add_argument(
        "--languages", type=Language, nargs="+", default=[Language.ENGLISH], help="in which, such as: en ja"
    )
    given = parser.parse_args()
    asyncio.run(_make(given.docs, given.council, given.languages))


if __name__ == "__main__":
    main()
