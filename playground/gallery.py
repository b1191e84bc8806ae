"""The gallery: every card of a wood as a player meets it, on a phone and on a desk, by night and by day.

`uv run --group browser python -m playground.gallery` plays a short wood in headless Chromium, once with the pictures of
the night and once with those of the day, captures each card at both widths, and writes `docs/gallery.md` with
`docs/images/gallery/`. Nothing is retouched: what is there is what the playground showed.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image

from bot.ui.art.canvas import flat_png
from playground.browsing import Player, player
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
_TURNS_BEFORE: Final = 2
_TURNS_AFTER: Final = 1


class Album:
    """Captures cards from one page, by night or by day."""

    def __init__(self, one: Player, scheme: Scheme, folder: Path) -> None:
        self._one = one
        self._scheme = scheme
        self._folder = folder

    async def keep(self, card: str, text: str | re.Pattern[str]) -> None:
        """Capture the newest message that holds a text, at every width."""
        assert card in CARDS, f"{card} has no caption"
        for width, pixels in WIDTHS.items():
            await self._one.page.set_viewport_size({"width": pixels, "height": _TALL})
            message = self._one.view.locator(".channel-message", has_text=text).last
            await message.wait_for(timeout=_PATIENCE_SECONDS * 1000)
            await asyncio.sleep(_MOMENT_SECONDS)
            surface = await _surface(message)
            _save(await surface.screenshot(), self._folder / file_name(card, width, self._scheme))


async def _surface(message: Locator) -> Locator:
    """Return the card in a message, or the message itself where there is no card."""
    card = message.locator(".component-container")
    return card.first if await card.count() else message


def _save(png: bytes, path: Path) -> None:
    path.write_bytes(flat_png(Image.open(io.BytesIO(png)).convert("RGB"), every=1))


def file_name(card: str, width: str, scheme: str) -> str:
    """Return the name of one capture's file."""
    return f"{card}-{width}-{scheme}.png"


async def capture(folder: Path, scheme: Scheme, council: str) -> None:
    """Play a short wood and capture its cards."""
    async with _playground(council, scheme) as url, player(url, height=_TALL, scheme=scheme) as one:
        album = Album(one, scheme, folder)
        await album.keep("welcome", "A new wood")
        for turn in range(1, 1 + _TURNS_BEFORE):
            await _advance(one, turn)
        await album.keep("turn", _title(_TURNS_BEFORE))
        await _gambit(one, album)
        await _advance(one, _TURNS_BEFORE + 1)
        await album.keep("legend", "It happened.")
        await _after_the_fall(one, album)
        for turn in range(_TURNS_BEFORE + 2, _TURNS_BEFORE + 2 + _TURNS_AFTER):
            await _advance(one, turn)
        await one.play_as("ash")
        await one.run("season end")
        await album.keep("end", "has come to its end")
        if one.complaints:
            raise RuntimeError(f"The page complained: {one.complaints}")


async def _advance(one: Player, turn: int) -> None:
    await _at_a_desk(one)
    await one.play_as("ash")
    # A card can stand a moment before its turn is over for everybody.
    await one.page.locator("#status-thinking").wait_for(state="hidden", timeout=_PATIENCE_SECONDS * 1000)
    await asyncio.sleep(_MOMENT_SECONDS)
    await one.run("advance")
    card = one.view.locator(".component-container", has_text=_title(turn))
    await card.last.wait_for(timeout=_PATIENCE_SECONDS * 1000)
    await one.play_as("hazel")


def _title(turn: int) -> re.Pattern[str]:
    """Return what the card of a turn is known by; its capital letter tells it from all talk about the turn."""
    return re.compile(rf"Turn {turn}(?!\d)")


async def _gambit(one: Player, album: Album) -> None:
    """Make the first trade as the guide says, up to the springing of the legend."""
    await _at_a_desk(one)
    await one.click("First trade")
    await one.wait_for_whisper("Put on a mask")
    await one.click("Join the wood")
    await one.wait_for_whisper("Your stake is 100 pebbles")
    await one.click("Buy the forecast")
    await one.wait_for_whisper("Honey will fall")
    await album.keep("first-trade", "First trade")
    await _at_a_desk(one)
    await one.click("Short ")
    await one.wait_for_whisper("Contract #1")
    # The guide leaves a step out where the purse does not reach, or where the legend falls by itself this turn.
    for step, done in (("Whisper to", "hears next turn"), ("Spring it", "Something stirs")):
        await asyncio.sleep(_MOMENT_SECONDS)
        if await one.view.locator("button:not([disabled])", has_text=step).count():
            await one.click(step)
            await one.wait_for_whisper(done)


async def _after_the_fall(one: Player, album: Album) -> None:
    await _at_a_desk(one)
    await one.click("My ledger")
    await one.wait_for_whisper("your objective")
    await album.keep("ledger", "your objective")
    await _at_a_desk(one)
    await one.run("close", number="1")
    await album.keep("collected", "Trade again")
    await _at_a_desk(one)
    await one.run("wood prices")
    await album.keep("prices", "Contracts settle at these prices")
    await _at_a_desk(one)
    await one.run("wood creature", name="Sable")
    await album.keep("creature", "Sable the fox")


async def _at_a_desk(one: Player) -> None:
    await one.page.set_viewport_size({"width": WIDTHS["desk"], "height": _TALL})


@asynccontextmanager
async def _playground(council: str, scheme: Scheme) -> AsyncIterator[str]:
    """Run the playground and yield the address it says."""
    said: asyncio.Queue[str] = asyncio.Queue()
    playing = asyncio.create_task(
        play(
            port=0, cadence_seconds=3600, council=council, headless=True, db=None, say=said.put_nowait, pictures=scheme
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


def index(council: str) -> str:
    """Return the page that shows all captures."""
    minds = f"The creatures' words are those of the council `{council}`."
    if council == "standin":
        minds = (
            "The creatures were moved by the stand-in, which is rules and no model: their words show the form alone."
        )
    command = f"uv run --group browser python -m playground.gallery --council {council}"
    parts = [
        "# Gallery",
        "",
        f"What the bot shows, captured in the playground by `{command}`,",
        f"on a page of 390 and of 1,280 pixels, by night and by day. {minds}",
        "Every picture in a card is drawn by the code in `bot/ui/`, with its description as alt text.",
        "",
    ]
    for card, caption in CARDS.items():
        parts += [f"## {card.replace('-', ' ').capitalize()}", "", caption, ""]
        for width in WIDTHS:
            shown = [
                f"![{caption} {width}, {scheme}](images/gallery/{file_name(card, width, scheme)})" for scheme in SCHEMES
            ]
            parts += [" ".join(shown), ""]
    return "\n".join(parts).rstrip() + "\n"


async def _make(docs: Path, council: str) -> None:
    folder = docs / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for scheme in SCHEMES:
        await capture(folder, scheme, council)
    (docs / "gallery.md").write_text(index(council), "utf-8")


def main() -> None:
    """Make the gallery anew."""
    parser = argparse.ArgumentParser(description="Capture every card into docs/images/gallery and docs/gallery.md.")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="the folder to write into")
    parser.add_argument("--council", default="embedded", help="who thinks for the creatures")
    given = parser.parse_args()
    asyncio.run(_make(given.docs, given.council))


if __name__ == "__main__":
    main()
