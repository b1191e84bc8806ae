"""The playground in a real browser, clicked and typed at (slow: needs Chromium and the ``browser`` group)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.app import PlaygroundStatus
from playground.browsing import Player, player
from playground.scene import THE_WOOD_ID
from tests.playground.conftest import Playground
from tests.playground.demo_bot import card

if TYPE_CHECKING:
    from playwright.async_api import FrameLocator

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
    await someone.page.locator("[data-place=dm][data-owner=hazel].unread").wait_for()
    assert "1" in await (await someone.place("dm")).inner_text()
    assert not await someone.is_unread("dm", "rowan")
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
    assert await someone.page.get_by_role("button", name="Advance now").is_disabled()


async def test_the_clock_counts_and_advance_now_begins_a_turn(playground: Playground, someone: Player) -> None:
    clock = someone.page.get_by_role("timer")
    await someone.page.get_by_text("Next turn in 12:3").wait_for()
    first = await clock.inner_text()
    playground.status.append(PlaygroundStatus("Turn 1 · spring", thinking=False, seconds_left=9, may_advance=True))
    await someone.page.get_by_text("Next turn in 0:0").wait_for()
    assert first != await clock.inner_text()
    await someone.page.get_by_role("button", name="Advance now").click()
    await someone.wait_for("The wood has turned.")
    assert playground.advanced == [THE_WOOD_ID]


async def test_a_turn_that_cannot_be_taken_says_why(playground: Playground, someone: Player) -> None:
    button = someone.page.get_by_role("button", name="Advance now")
    await someone.page.locator("#advance:not([disabled])").wait_for()
    playground.status.append(PlaygroundStatus("Turn 2 · autumn", thinking=True))
    await button.evaluate("button => { button.disabled = false; button.click(); }")  # before the page has looked again
    await someone.page.get_by_text("The creatures are thinking already.").wait_for()
    assert playground.advanced == []
    someone.complaints.clear()  # the browser counts a refusal among them


async def test_what_is_real_is_told(someone: Player) -> None:
    await someone.page.get_by_role("button", name="What is real here?").click()
    panel = someone.page.get_by_role("dialog", name="What is real here?")
    await panel.get_by_text("This bot is for tests.").wait_for()
    assert "simcord, on your machine" in await panel.inner_text()
    await panel.get_by_role("button", name="Done").click()
    await panel.wait_for(state="hidden")


async def test_languages_are_chosen_and_kept(someone: Player) -> None:
    await someone.read_in("ja")
    await someone.set_server_language("es-ES")
    await someone.run("languages")
    await someone.wait_for_whisper("ja es-ES es-ES")
    assert await someone.view.locator("html").get_attribute("lang") == "ja"
    composer = someone.view.locator("#channel-composer-input")
    await composer.fill("/short")
    await someone.view.locator(".command-entry-description", has_text="〔Bet against a good〕").wait_for()


async def test_a_select_menu_is_answered(someone: Player) -> None:
    await someone.run("choose")
    await someone.wait_for_whisper("Choose:")
    await someone.view.get_by_text("Which good").last.click()
    await someone.view.get_by_role("option", name="Berries").click()
    await someone.wait_for_whisper("You chose Berries.")


async def test_silence_is_said(someone: Player) -> None:
    composer = someone.view.locator("#channel-composer-input")
    await composer.fill("/sulk")
    await someone.view.locator(".command-entry", has_text="/sulk").wait_for()
    await composer.press("Enter")
    await someone.view.locator(".command-chip").wait_for()
    await someone.page.keyboard.press("Enter")
    await someone.view.locator("#notice", has_text="That did not go through.").wait_for()
    await someone.run("insider")
    await someone.view.locator("#notice").wait_for(state="hidden")


async def test_empty_places_invite(someone: Player) -> None:
    await someone.go_to("tavern")
    await someone.view.get_by_text("write the first line").wait_for()
    await (await someone.place("dm", "rowan")).click()
    await someone.view.get_by_text("The Wood writes here what is for Rowan alone").wait_for()
    assert await someone.page.locator("[data-person=rowan]").get_attribute("aria-pressed") == "true"


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
        for name in ("#status", "#advance", "[data-place=tavern]"):
            await _fits(someone, name)
        await someone.page.get_by_role("button", name="Play as, languages, help").click()
        for name in ("[data-person=ash]", "#about-button", "#languages-button"):
            await _fits(someone, name)
        await someone.page.locator("[data-person=ash]").click()
        assert not await someone.page.locator("[data-person=ash]").is_visible()
        assert await someone.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_menus_dialogs_and_completion_fit_a_phone(playground: Playground) -> None:
    async with player(playground.url, width=390, height=780) as someone:
        await someone.run("advance")
        await someone.wait_for("Turn 2")
        composer = someone.view.locator("#channel-composer-input")
        await composer.fill("/short")
        await someone.view.locator(".command-entry", has_text="/short").wait_for()
        await _fits(someone, ".command-popup", someone.view)
        await composer.press("Enter")
        await someone.view.locator(".command-popup").get_by_text("Honey").wait_for()
        await _fits(someone, ".command-popup", someone.view)
        await someone.page.keyboard.press("Escape")
        await someone.page.keyboard.press("Escape")
        await someone.click("Short honey")
        await someone.view.locator(".modal-dialog").wait_for()
        await _fits(someone, ".modal-dialog", someone.view)


async def _fits(someone: Player, selector: str, root: FrameLocator | None = None) -> None:
    """Check that an element is shown and lies within a phone's width."""
    element = (root or someone.page).locator(selector).first
    await element.wait_for(timeout=20_000)
    box = await element.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
