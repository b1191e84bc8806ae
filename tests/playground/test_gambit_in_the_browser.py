"""The whole promise, as a newcomer meets it: `wood play` as a process, real minds, and the gambit played by hand.

Slow: it needs Chromium, the group `browser`, and a minute of two cores' thinking.
"""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground.browsing import Player, player

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
THINKING = 240.0  # seconds; generous, as the machine may be busy


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@asynccontextmanager
async def wood_play(database: Path) -> AsyncIterator[str]:
    """Run `wood play` with the embedded council and yield the address it prints."""
    command = (sys.executable, "-m", "cli.main", "play", "--headless", "--port", str(_free_port()), "--cadence", "1h")
    process = await asyncio.create_subprocess_exec(
        *command, "--db", str(database), cwd=ROOT, stdout=asyncio.subprocess.PIPE, env={**os.environ, "COLUMNS": "200"}
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(120):
            while not (found := re.search(r"http://\S+", (await process.stdout.readline()).decode())):
                assert process.returncode is None
        yield found.group(0)
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """The folder for screenshots: the environment's WOOD_SCREENSHOTS, or one of the test's own."""
    folder = Path(os.environ.get("WOOD_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_the_gambit_pays(tmp_path: Path, album: Path) -> None:
    async with wood_play(tmp_path / "wood.db") as address, player(address) as one:
        await one.wait_for("A new wood")
        await one.screenshot(album / "gambit-1-welcome.png")
        await one.click("Join the wood")
        await one.wait_for_whisper("Your stake is 100 pebbles")

        await one.run("short", good="honey", quantity=15)
        await one.wait_for_whisper("Contract #1: short 15 honey at 9")
        await one.run("insider")
        await one.wait_for_whisper("Honey will fall")
        await one.run("whisper", creature="Sable", good="honey", direction="fall")
        await one.wait_for_whisper("Sable hears next turn, if it listens to you, that honey will fall")
        await one.run("spring")
        await one.wait_for_whisper("Something stirs")
        await one.screenshot(album / "gambit-2-schemed.png")

        await _advance(one, album)
        card = await one.wait_for("The Run on Oona's Hoard", seconds=THINKING)
        assert "Honey crashes from 9 to 4" in card
        await one.wait_for_picture()
        await one.screenshot(album / "gambit-4-card.png")

        await one.run("close", number="1")
        await one.wait_for_whisper("it won 75 pebbles")
        await one.run("ledger")
        await one.wait_for_whisper("154")
        await one.screenshot(album / "gambit-5-collected.png")
        await one.go_to("dm")
        await one.wait_for("Honey will fall")
        await one.screenshot(album / "gambit-6-dm.png")
        assert one.complaints == []


async def _advance(one: Player, album: Path) -> None:
    """Let the keeper move the wood, see the creatures think, and be refused a second turn meanwhile."""
    await one.play_as("ash")
    await one.run("advance")
    await one.page.locator("#status-thinking").wait_for(timeout=20_000)
    await one.wait_for("The creatures are thinking")
    await one.run("advance")
    await one.wait_for_whisper("The creatures are thinking already")
    await one.screenshot(album / "gambit-3-thinking.png")
    await one.play_as("hazel")
