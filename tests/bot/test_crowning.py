"""The role that a season's winner is given: who may promise it, who gets it, and what hinders it."""

import discord
import pytest

from bot.seasons import DiscordUsher
from engine.staging import hall
from tests.bot.stage import Stage, text_of
from tests.bot.test_seasons import begin, look, play, seasons


@pytest.fixture
async def giving(stage: Stage) -> Stage:
    """A server whose boss may give roles too."""
    may = stage.guild.create_role("May give", permissions=discord.Permissions(manage_roles=True))
    await member(stage, stage.boss.id, may.id)
    return stage


async def member(stage: Stage, user_id: int, role_id: int | None = None) -> discord.Member:
    guild = stage.env.bot.get_guild(stage.guild.id)
    assert guild is not None
    found = await guild.fetch_member(user_id)
    if role_id is not None:
        await found.add_roles(discord.Object(role_id))
    return found


async def bears(stage: Stage, user_id: int, name: str) -> bool:
    return name in {role.name for role in (await member(stage, user_id)).roles}


def offered(stage: Stage, role_id: int) -> discord.Role:
    guild = stage.env.bot.get_guild(stage.guild.id)
    assert guild is not None
    role = guild.get_role(role_id)
    assert role is not None
    return role


async def test_the_winner_is_given_the_role_and_gives_it_up_to_the_next(giving: Stage) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion, repeats=True)
    await giving.ada.slash(giving.channel, "join")
    await play(giving, 9)
    assert await bears(giving, giving.ada.id, "Champion")
    await look(giving)
    await giving.ben.slash(giving.channel, "join")
    await play(giving, 9)
    assert await bears(giving, giving.ben.id, "Champion")
    assert not await bears(giving, giving.ada.id, "Champion")


async def test_who_wins_again_keeps_it(giving: Stage) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion, repeats=True)
    for _ in range(2):
        await giving.ada.slash(giving.channel, "join")
        await play(giving, 9)
        await look(giving)
    assert await bears(giving, giving.ada.id, "Champion")
    removed = [entry for entry in giving.env.http_requests if entry.method == "DELETE" and "/roles/" in entry.path]
    assert removed == []


@pytest.mark.parametrize("gone", ["role", "member", "permission"])
async def test_what_is_gone_is_told_to_the_keepers_once(giving: Stage, gone: str) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion)
    await giving.ada.slash(giving.channel, "join")
    await play(giving, 8)
    if gone == "role":
        await offered(giving, champion.id).delete()
    elif gone == "member":
        giving.guild.remove_member(giving.ada)
    else:
        giving.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=403, code=50013, times=None)
    for _ in range(3):
        await look(giving)
    (season,) = await seasons(giving)
    assert season.crowned
    told = [text_of(note) for note in giving.guild.owner.dm_channel.history()]
    assert len(told) == 1
    assert "Season 1 is over, but its role was not given" in told[0]
    assert {
        "role": "the role is gone",
        "member": "is not in this server any more",
        "permission": "let me manage roles",
    }[gone] in told[0]


async def test_while_discord_is_away_it_is_tried_again(giving: Stage) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion)
    await giving.ada.slash(giving.channel, "join")
    giving.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=408, times=2)
    await play(giving, 8)
    await look(giving)
    (season,) = await seasons(giving)
    assert season.ended_at is not None
    assert not season.crowned
    for _ in range(2):
        await look(giving)
    assert await bears(giving, giving.ada.id, "Champion")
    (season,) = await seasons(giving)
    assert season.crowned


async def test_a_server_that_is_gone_is_not_asked_for_ever(giving: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion)
    await giving.ada.slash(giving.channel, "join")
    await play(giving, 8)
    monkeypatch.setattr(giving.env.bot, "get_guild", lambda _: None)
    giving.env.inject_error("GET", f"/guilds/{giving.guild.id}", status=404, code=10004, times=None)
    await look(giving)
    (season,) = await seasons(giving)
    assert season.crowned


async def test_crowned_twice_is_crowned_once(giving: Stage) -> None:
    champion = giving.guild.create_role("Champion")
    await begin(giving, role=champion)
    await giving.ada.slash(giving.channel, "join")
    await play(giving, 9)
    (season,) = await seasons(giving)
    usher = DiscordUsher(giving.env.bot, giving.keeper)  # pyright: ignore[reportArgumentType]
    await usher.crown(season, [str(giving.ada.id)])
    assert await bears(giving, giving.ada.id, "Champion")
    assert await giving.keeper.store.run(lambda c: hall.season_before(c, season)) is None


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("everyone", "Nobody can be given that role"),
        ("the bot's", "Nobody can be given that role"),
        ("above the bot", "That role stands above mine"),
        ("above the keeper", "You may not give that role yourself"),
    ],
)
async def test_a_role_that_may_not_be_given_is_refused(giving: Stage, kind: str, sentence: str) -> None:
    own = next(each for name, each in giving.guild.roles.items() if name == giving.env.bot.user.name)
    role = {
        "everyone": lambda: giving.guild.default_role,
        "the bot's": lambda: own,
        "above the bot": lambda: giving.guild.create_role("High", position=20),
        "above the keeper": lambda: giving.guild.create_role("Higher", position=offered(giving, own.id).position),
    }[kind]()
    shown = await giving.boss.slash(giving.channel, "season begin", role=role)
    assert sentence in text_of(shown)
    assert await seasons(giving) == []


async def test_who_may_give_no_role_cannot_have_the_bot_do_it(stage: Stage) -> None:
    champion = stage.guild.create_role("Champion", permissions=discord.Permissions(administrator=True))
    shown = await stage.boss.slash(stage.channel, "season begin", role=champion)
    assert "You may not give that role yourself" in text_of(shown)


async def test_a_bot_that_may_give_no_role_says_so(giving: Stage) -> None:
    champion = giving.guild.create_role("Champion")
    own = next(each for name, each in giving.guild.roles.items() if name == giving.env.bot.user.name)
    guild = giving.env.bot.get_guild(giving.guild.id)
    assert guild is not None
    offered(giving, own.id)._permissions = discord.Permissions(
        send_messages=True, attach_files=True, view_channel=True
    ).value
    shown = await giving.boss.slash(giving.channel, "season begin", role=champion)
    assert "I may not give roles here" in text_of(shown)
