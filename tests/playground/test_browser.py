"""The playground in a real browser, clicked and typed at (slow: needs Chromium and the ``browser`` group)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.app import PlaygroundStatus
from playground.browsing import Player, player
from playground.scene import THE_WOOD_ID
from tests.playground.conftest import Playground
from tests.playground.demo_bot import card

pytestmark = pytest.mark.slow


@pytest.fixture
async def someone(playground: Playground) -> AsyncIterator[Player]:
    async with player(playground.url) as one:
        yield one
        assert one.complaints == []


async def test_an_evening(playground: Playground, someone: Player, tmp_path: Path) -> None:
    """One player's way through everything a page can do, then another's."""
    view, file = card(1)
    channel = playground.bot.get_channel(THE_WOOD_ID)
    await channel.send(view=view, file=file)
    await someone.wait_for("Turn 1")
    assert await someone.wait_for_picture() == 240

    await someone.run("short", good="honey", quantity=20)
    await someone.wait_for_whisper("Short 20 honey")
    await someone.run("short", good="acorns", quantity=7, note="winter is near")
    await someone.wait_for_whisper("Short 7 acorns. winter is near")
    await someone.run("short", good="honey", quantity=7000)
    await someone.wait_for_whisper("You have not that many pebbles.")

    await someone.click("Short honey")
    await someone.fill_dialog("33")
    await someone.wait_for_whisper("You short 33 honey.")
    await someone.click("Prices again")
    await someone.wait_for_whisper("Honey 18")

    await someone.run("insider")
    await someone.wait_for_whisper("Honey will crash.")
    await someone.page.locator("[data-place=dm].unread").wait_for()
    await someone.go_to("dm")
    await someone.wait_for("Your tip: honey will crash.")
    assert not await someone.is_unread("dm")
    await someone.go_to("the-wood")

    await someone.play_as("rowan")
    await someone.wait_for("Turn 1")
    assert await someone.whispers() == []
    await someone.run("poke", mood="wild")
    await someone.wait_for_whisper("Only the wood's keeper may do that.")
    await someone.play_as("ash")
    await someone.run("poke", mood="wild")
    await someone.wait_for("The wood turns wild.")
    await someone.say("So it does.")
    await someone.wait_for("So it does.")
    await someone.screenshot(tmp_path / "evening.png")
    assert (tmp_path / "evening.png").stat().st_size > 10_000


async def test_enter_sends_a_complete_command_with_options_left(someone: Player) -> None:
    composer = someone.view.locator("#channel-composer-input")
    await composer.fill("/wood creature")
    await someone.view.locator(".command-entry", has_text="/wood creature").wait_for()
    await composer.press("Enter")
    await someone.view.locator(".command-suggestion", has_text="name").wait_for()
    await someone.page.keyboard.press("Enter")
    await someone.wait_for_whisper("Oona hoards honey.")


async def test_completion_offers_at_once_and_never_denies(someone: Player) -> None:
    composer = someone.view.locator("#channel-composer-input")
    await composer.fill("/short")
    await someone.view.locator(".command-entry", has_text="/short").wait_for()
    await composer.press("Enter")
    popup = someone.view.locator(".command-popup")
    await popup.get_by_text("Looking…").or_(popup.get_by_text("Honey")).first.wait_for()
    assert "No options match" not in await popup.inner_text()
    await popup.get_by_text("Honey").wait_for()
    field = someone.view.locator(".command-option-input").first
    await field.fill("h")
    fits = await field.evaluate("field => field.clientWidth - parseFloat(getComputedStyle(field).paddingLeft) * 2")
    assert fits >= 10  # pixels: one letter


async def test_the_page_says_when_the_creatures_think(playground: Playground, someone: Player) -> None:
    assert not await someone.is_thinking()
    playground.status.append(PlaygroundStatus("Turn 2 · autumn", thinking=True, detail=""))
    await someone.page.get_by_text("The creatures are thinking…").wait_for()
    assert await someone.is_thinking()
    assert "Turn 2 · autumn" in await someone.status()


async def test_a_slow_answer_arrives_and_others_go_on(someone: Player) -> None:
    await someone.run("think", seconds=4)
    await someone.play_as("rowan")
    await someone.run("short", good="honey", quantity=1)
    await someone.wait_for_whisper("Short 1 honey")
    await someone.play_as("hazel")
    await someone.wait_for_whisper("Thought for 4.0 s.")


async def test_a_phone_shows_everything(playground: Playground) -> None:
    async with player(playground.url, width=390, height=780) as someone:
        await someone.run("advance")
        await someone.wait_for("Turn 2")
        for name in ("#status", "[data-place=tavern]", "[data-person=ash]"):
            await someone.page.locator(name).wait_for(timeout=20_000)
            box = await someone.page.locator(name).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        assert await someone.page.evaluate("document.documentElement.scrollWidth") <= 390
