"""A keeper chooses by `/setup` whether pictures are dark or light, and every one in the server comes so."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.themes import of_channel
from bot.ui import pictures
from bot.ui.art import theme as art
from bot.ui.art.theme import DARK, LIGHT, Theme
from bot.ui.studio import Studio
from engine.actions.base import Refusal
from engine.records import THEMES
from tests.bot import test_seasons, test_tournaments
from tests.bot.stage import Stage, text_of
from tests.bot.test_cards import busy_view

PAINTED = "scene.png"
"""The one picture that is the same in both themes: it fills its sheet."""


def ground_of(png: bytes) -> str:
    """Return the theme on whose ground a picture is drawn, told by its last corner."""
    corner = np.asarray(Image.open(BytesIO(png)).convert("RGB"))[-1, -1]
    return "light" if corner.mean() > 128 else "dark"


async def grounds(shown: Any) -> dict[str, str]:
    """Return the themes of a message's pictures by their names, the painted scene left out."""
    message = getattr(shown, "response", shown)
    return {each.filename: ground_of(await each.read()) for each in message.attachments if each.filename != PAINTED}


def test_the_engine_knows_the_themes_that_the_bot_draws() -> None:
    assert set(THEMES) == set(art.THEMES)
    assert len({theme[0] for theme in THEMES}) == len(THEMES), "a custom_id holds the first letter alone"


async def test_a_picture_is_kept_for_each_theme() -> None:
    drawn: list[str] = []

    def draw(theme: Theme, subject: Any) -> bytes:
        drawn.append(theme.name)
        return theme.name.encode()

    studio, picture = Studio(LIGHT), pictures.Picture("a.png", "A picture.", draw, ("the", "same"))
    shown = [(await studio.file(picture, theme)).fp.read() for theme in ("dark", "light", "", "dark")]
    assert shown == [b"dark", b"light", b"light", b"dark"]
    assert drawn == ["dark", "light"]


async def test_setup_has_the_cards_and_everybodys_replies_drawn_light(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    await stage.bot.poster.settle()
    (card,) = stage.cards()
    assert await grounds(card) == {"market.png": "dark"}
    shown = await stage.boss.slash(stage.channel, "setup", theme="light")
    assert "Its pictures are light." in text_of(shown)
    assert stage.keeper.record(stage.world_id).theme == "light"
    (card,) = stage.cards()
    assert await grounds(card) == {"market.png": "light"}, "the card that stands is drawn anew"
    for command, options, name in (
        ("wood look", {}, "market.png"),
        ("wood chart", {}, "prices.png"),
        ("wood prices", {}, "prices.png"),
        ("wood creature", {"name": "Oona"}, "portrait.png"),
    ):
        assert await grounds(await stage.ada.slash(stage.channel, command, **options)) == {name: "light"}
    await stage.boss.slash(stage.channel, "setup", theme="bot")
    assert stage.keeper.record(stage.world_id).theme == ""
    assert await grounds(await stage.ada.slash(stage.channel, "wood chart")) == {"prices.png": "dark"}


async def test_a_wood_that_is_planted_is_drawn_as_its_keeper_asks(stage: Stage) -> None:
    await stage.boss.slash(stage.channel, "setup", theme="light", council="standin")
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert wood.theme == "light"
    assert await grounds(stage.cards()[-1]) == {"market.png": "light"}


async def test_a_theme_that_there_is_not_is_refused(stage: Stage) -> None:
    await stage.plant()
    with pytest.raises(Refusal, match="Choose dark or light"):
        await stage.keeper.configure(stage.world_id, theme="pink")
    with pytest.raises(Refusal, match="Choose dark or light"):
        await stage.keeper.found("another", stage.guild.id, 7, council="plain", theme="pink")
    assert stage.keeper.record(stage.world_id).theme == ""


async def test_the_end_of_a_season_and_its_history_are_drawn_in_its_theme(stage: Stage) -> None:
    await test_seasons.begin(stage)
    await stage.boss.slash(stage.channel, "setup", theme="light")
    await stage.ada.slash(stage.channel, "join")
    await test_seasons.play(stage, 9)
    everything = {"season.png": "light", "season-prices.png": "light", "season-worths.png": "light"}
    assert await grounds(stage.cards()[-1]) == everything
    assert await grounds(await stage.ben.slash(stage.channel, "season history", number=1)) == everything


async def test_a_tournament_is_drawn_as_the_woods_of_its_server_are(stage: Stage) -> None:
    elsewhere = stage.guild.create_text_channel("elsewhere")
    await stage.keeper.found("beside", stage.guild.id, elsewhere.id, council="plain", theme="light", on_clock=False)
    players = test_tournaments.crowd(stage, 8)
    await test_tournaments.begin(stage, players, rounds=2)
    assert {wood.theme for wood in stage.keeper.of_guild(stage.guild.id) if wood.invited} == {"light"}
    await test_tournaments.play_on(stage, players, 2)
    assert await grounds(test_tournaments.board(stage)) == {"standings.png": "light"}
    shown = await players[0].slash(stage.channel, "tournament standings")
    assert await grounds(shown) == {"standings.png": "light"}
    await stage.keeper.configure("beside", theme="dark")
    await stage.bot.boards.look()
    await stage.bot.boards.settle()
    assert await grounds(test_tournaments.board(stage)) == {"standings.png": "dark"}, "a look draws the board anew"


async def test_where_woods_differ_a_channel_without_one_is_drawn_as_the_bot_draws(stage: Stage) -> None:
    bot, guild_id = stage.env.bot, stage.guild.id
    assert await of_channel(bot, guild_id, stage.channel.id) == ""
    await stage.plant(theme="light")
    assert await of_channel(bot, guild_id, 7) == "light"
    await stage.keeper.found("another", guild_id, 8, council="plain", theme="dark", on_clock=False)
    assert await of_channel(bot, guild_id, 7) == ""
    assert await of_channel(bot, guild_id, stage.channel.id) == "light"
    await stage.keeper.end(stage.world_id)
    assert await of_channel(bot, guild_id, stage.channel.id) == "light", "what came last stays"


def test_a_boards_ground_is_told_from_its_corner() -> None:
    board = pictures.board(busy_view())
    assert [ground_of(board.draw(theme, board.subject)) for theme in (DARK, LIGHT)] == ["dark", "light"]
