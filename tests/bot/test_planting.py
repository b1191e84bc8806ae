"""The panel of `/setup`: what it shows, what it plants, and what old panels and hopeless choices get."""

import re
from datetime import time
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Language
from bot.planting import COUNCIL_WORDS
from bot.ui import planting as panel
from bot.ui.pictures import of_turn
from bot.ui.planting import Mode, Part, Planting, Shown
from engine.cadence import QuietHours, zones
from engine.records import LANGUAGES, THEMES
from inference.config import council_names
from tests.bot.i18n.brackets import outside, set_locale, set_server, tongues
from tests.bot.stage import HandClock, Stage, text_of
from tests.bot.test_limits import EMPTY, fits
from tests.bot.test_themes import grounds

LONGEST_ZONE = max(zones(), key=len)


def part_of(shown: Any, part: Part) -> str:
    """Return the custom_id of a part of the panel as it stands."""
    stack: list[Any] = list(shown.response.components)
    while stack:
        one = stack.pop()
        stack += one.get("components", [])
        if str(one.get("custom_id", "")).startswith(f"setup:{part}:"):
            return one["custom_id"]
    raise AssertionError(f"the panel has no {part}")


async def choose(stage: Stage, shown: Any, part: Part, value: Any) -> None:
    await stage.boss.select(shown.response.message, [value], custom_id=part_of(shown, part))


async def test_the_panel_plants_a_wood_as_chosen_and_shows_its_first_card(stage: Stage) -> None:
    other = stage.guild.create_text_channel("quiet")
    shown = await stage.boss.slash(stage.channel, "setup")
    assert shown.ephemeral
    assert "Plant a wood" in text_of(shown)
    assert re.search(r"Turn 1 comes <t:\d+:R>, and then one every 1 hour", text_of(shown))
    assert stage.keeper.of_guild(stage.guild.id) == []
    await choose(stage, shown, Part.PLACE, other)
    await choose(stage, shown, Part.PACE, "300")
    await choose(stage, shown, Part.COUNCIL, "standin")
    await choose(stage, shown, Part.HOURS, "2200-0700")
    await choose(stage, shown, Part.ZONE, "Asia/Tokyo")
    assert f"The first card comes to <#{other.id}> at once" in text_of(shown)
    assert "one every 5 minutes" in text_of(shown)
    assert "Five creatures think by simple rules." in text_of(shown)
    assert "No turn comes from 22:00 to 07:00 (Asia/Tokyo)" in text_of(shown)
    assert stage.keeper.of_guild(stage.guild.id) == []

    await stage.boss.click(shown.response.message, label="Plant the wood")
    assert "A wood is planted" in text_of(shown)
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert (wood.channel_id, wood.cadence_seconds, wood.council) == (other.id, 300, "standin")
    assert wood.quiet_hours == QuietHours(zone="Asia/Tokyo", start=time(22), end=time(7))
    assert "A new wood" in text_of(other.last_message)


async def test_a_panel_of_before_a_restart_goes_on(stage: Stage) -> None:
    shown = await stage.boss.slash(stage.channel, "setup")
    await choose(stage, shown, Part.PACE, "60")
    await stage.bot.close()
    await stage.env.restart_bot(stage.new_bot())
    await choose(stage, shown, Part.COUNCIL, "standin")
    await stage.boss.click(shown.response.message, label="Plant the wood")
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert (wood.cadence_seconds, wood.council) == (60, "standin")


async def test_a_second_panel_plants_no_second_wood(stage: Stage) -> None:
    first, second = [await stage.boss.slash(stage.channel, "setup") for _ in range(2)]
    for shown in (first, second):
        await stage.boss.click(shown.response.message, label="Plant the wood")
    assert "A wood was planted in" in text_of(second)
    assert "Plant the wood" in text_of(second), "what was chosen is not lost"
    assert len(stage.keeper.of_guild(stage.guild.id)) == 1


async def test_where_a_wood_grows_the_panel_changes_only_what_differs(stage: Stage) -> None:
    await stage.plant(cadence_seconds=3600)
    (before,) = stage.keeper.of_guild(stage.guild.id)
    stage.clock.forward(minutes=10)
    shown = await stage.boss.slash(stage.channel, "setup")
    assert "Set the wood" in text_of(shown)
    await choose(stage, shown, Part.COUNCIL, "standin")
    await stage.boss.click(shown.response.message, label="Set it so")
    assert "The wood is set" in text_of(shown)
    (after,) = stage.keeper.of_guild(stage.guild.id)
    assert after == before.model_copy(update={"council": "standin"}), "a cadence that stays is not counted anew"


@pytest.fixture
def read(stage: Stage, brackets: None, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A server that is set to Spanish, whose keeper reads Japanese."""
    set_locale(monkeypatch, {stage.boss.id: "ja"})
    set_server(stage, discord.Locale.spain_spanish)
    return stage


def described(shown: Any) -> str:
    """Return what the pictures of a message say that they show."""
    message = getattr(shown, "response", shown)
    return "\n".join(each.description for each in message.attachments)


async def test_what_the_card_will_look_like_is_shown_in_the_language_and_theme_chosen(read: Stage) -> None:
    shown = await read.boss.slash(read.channel, "setup")
    assert (tongues(text_of(shown)), outside(text_of(shown))) == ({"ja"}, []), "the panel speaks to its reader"
    assert tongues(described(shown)) == {"es"}, "and its card to the server"
    assert await grounds(shown) == {"market.png": "dark"}
    await choose(read, shown, Part.LANGUAGE, "zh_TW")
    await choose(read, shown, Part.THEME, "light")
    assert tongues(text_of(shown)) == {"ja"}
    assert tongues(described(shown)) == {"zh_TW"}
    assert await grounds(shown) == {"market.png": "light"}
    await read.boss.click(shown.response.message, custom_id=part_of(shown, Part.GO))
    (wood,) = read.keeper.of_guild(read.guild.id)
    assert (wood.language, wood.theme) == ("zh_TW", "light")
    card = read.cards()[-1]
    assert (tongues(described(card)), await grounds(card)) == ({"zh_TW"}, {"market.png": "light"})


async def test_a_language_and_a_theme_can_be_given_back_to_server_and_bot(read: Stage) -> None:
    await read.plant(language="ja", theme="light")
    await read.bot.poster.welcome(read.keeper.record(read.world_id))
    shown = await read.boss.slash(read.channel, "setup")
    assert (tongues(described(shown)), await grounds(shown)) == ({"ja"}, {"market.png": "light"}), "as it is set"
    await choose(read, shown, Part.LANGUAGE, panel.OWN)
    await choose(read, shown, Part.THEME, panel.OWN)
    await read.boss.click(shown.response.message, custom_id=part_of(shown, Part.GO))
    assert (read.keeper.record(read.world_id).language, read.keeper.record(read.world_id).theme) == ("", "")
    card = read.cards()[-1]
    assert (tongues(described(card)), await grounds(card)) == ({"es"}, {"market.png": "dark"})


async def test_a_channel_that_takes_no_cards_is_told_in_the_panel_and_refused(stage: Stage) -> None:
    deny = discord.PermissionOverwrite(send_messages=False)
    shut = stage.guild.create_text_channel("shut", overwrites={stage.guild.default_role: deny})
    shown = await stage.boss.slash(stage.channel, "setup")
    await choose(stage, shown, Part.PLACE, shut)
    assert "⚠️ I cannot post there" in text_of(shown)
    await stage.boss.click(shown.response.message, label="Plant the wood")
    assert "⚠️ I cannot post there" in text_of(shown)
    assert stage.keeper.of_guild(stage.guild.id) == []
    await choose(stage, shown, Part.PLACE, stage.channel)
    await stage.boss.click(shown.response.message, label="Plant the wood")
    assert len(stage.keeper.of_guild(stage.guild.id)) == 1


async def test_who_may_not_manage_the_server_cannot_use_a_panel_either(stage: Stage) -> None:
    view = discord.ui.LayoutView(timeout=None)
    chosen = Planting(Mode.PLANT, stage.channel.id)
    button: discord.ui.Button[Any] = discord.ui.Button(label="Forged", custom_id=chosen.custom_id(Part.GO))
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(panel.SetupItem(button, Part.GO, chosen))
    view.add_item(row)
    await stage.bot.get_partial_messageable(stage.channel.id).send(view=view)
    shown = await stage.ada.click(stage.channel.last_message, label="Forged")
    assert shown.ephemeral
    assert "may manage this server" in text_of(shown)
    assert stage.keeper.of_guild(stage.guild.id) == []


@given(
    st.sampled_from(list(Mode)), st.integers(0, 2**64 - 1), st.integers(10, 604_800),
    st.sampled_from(["", *council_names()]), st.sampled_from([None, "0000-2359", "2200-0700"]),
    st.sampled_from([LONGEST_ZONE, "UTC", "Etc/GMT+12"]), st.sampled_from(["", *LANGUAGES]),
    st.sampled_from(["", *THEMES]),
)  # fmt: skip
def test_a_custom_id_holds_all_that_was_chosen(mode, channel, cadence, council, hours, zone, language, theme) -> None:
    quiet = panel.quiet_of(hours, zone) if hours else None
    chosen = Planting(mode, channel, cadence, council, quiet, language, theme)
    for part in Part:
        custom_id = chosen.custom_id(part)
        assert len(custom_id) <= 100
        match = panel.TEMPLATE.fullmatch(custom_id)
        assert match is not None
        assert (match["part"], Planting.read(match)) == (part, chosen)


def test_a_panel_of_before_languages_and_themes_names_neither() -> None:
    chosen = Planting(Mode.PLANT, 7, 300, "standin", panel.quiet_of("2200-0700", "UTC"))
    match = panel.TEMPLATE.fullmatch("setup:pace:p:7:300:standin:2200-0700@UTC")
    assert match is not None
    assert Planting.read(match) == chosen
    gone = panel.TEMPLATE.fullmatch(f"setup:pace:p:7:300:standin:2200-0700@UTC:{len(LANGUAGES) + 1}")
    assert gone is not None
    assert Planting.read(gone) == chosen, "a language that the bot speaks no more"


def test_the_fullest_panel_fits_and_every_council_has_a_line() -> None:
    quiet = panel.quiet_of("0123-0456", LONGEST_ZONE)
    chosen = Planting(Mode.PLANT, 2**64 - 1, 604_800, max(council_names(), key=len), quiet, LANGUAGES[-1], "light")
    assert set(COUNCIL_WORDS) >= set(council_names())
    councils = dict.fromkeys(council_names(), "W" * 200)
    pictures = of_turn(EMPTY)
    shown = Shown(HandClock().now(), 2**31, councils, "W" * 400, pictures, Language.SPANISH, "W" * 300)
    view = panel.layout(chosen, shown)
    fits(view, pictures)
    selects = [part.item for part in view.walk_children() if isinstance(part, panel.SetupItem)]
    options = [len(each.options) for each in selects if isinstance(each, discord.ui.Select)]
    assert len(options) == 6
    assert max(options) <= 25


@pytest.mark.parametrize("locale", [discord.Locale.japanese, discord.Locale.finnish])
def test_the_zone_offered_first_is_a_zone(locale: discord.Locale) -> None:
    assert panel.home_zone(locale) in zones()
    assert set(panel._ZONES) <= zones()
