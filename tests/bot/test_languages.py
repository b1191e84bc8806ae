"""Who reads decides the language: a member its own, and everybody the wood's or the server's."""

import asyncio
from typing import Any

import discord
import pytest
import sqlalchemy as sa

from bot.i18n import say
from bot.i18n.languages import Language, of_locale, speaking
from bot.languages import in_every_language, of_channel, of_wood
from engine import schema as t
from engine.actions.base import Refusal
from engine.keeper import Told
from engine.records import LANGUAGES
from tests.bot.i18n.brackets import outside, set_locale, set_server, tongues
from tests.bot.stage import Stage, text_of

SPANISH, JAPANESE = discord.Locale.spain_spanish, discord.Locale.japanese


@pytest.fixture
def read(stage: Stage, brackets: None, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A server that is set to Spanish, whose keeper reads Japanese and Ada English; Ben reads Chinese."""
    set_locale(monkeypatch, {stage.boss.id: "ja", stage.ben.id: "zh-TW"})
    set_server(stage, SPANISH)
    return stage


def public(stage: Stage) -> list[str]:
    return [text_of(message) for message in stage.channel.history()]


def test_the_engine_knows_the_languages_that_the_bot_speaks() -> None:
    assert set(LANGUAGES) == set(Language)


async def test_each_reads_what_is_private_in_their_own_language(read: Stage) -> None:
    await read.plant()
    for who, tongue in ((read.boss, {"ja"}), (read.ben, {"zh_TW"}), (read.ada, set[str]())):
        shown = await who.slash(read.channel, "wood news")
        assert tongues(text_of(shown)) == tongue
        refused = await who.slash(read.channel, "season history", number=7)
        assert tongues(text_of(refused)) == tongue
        assert not (tongue and outside(text_of(refused)))


async def test_the_choices_that_a_refusal_names_are_in_the_readers_language(read: Stage) -> None:
    await read.plant()
    await read.ben.slash(read.channel, "join")
    short = read.env.backend.find_command("short", read.guild.id)
    next(option for option in short["options"] if option["name"] == "good").pop("choices")
    refused = text_of(await read.ben.slash(read.channel, "short", good="beeswax", quantity=1))
    assert "⟦zh_TW|🌰 acorns⟧、⟦zh_TW|🫐 berries⟧、" in refused
    assert outside(refused) == []


async def test_what_is_offered_while_one_types_is_in_the_readers_language(read: Stage) -> None:
    await read.plant()
    await read.ben.slash(read.channel, "join")
    (offered, *_) = await read.ben.autocomplete(read.channel, "short", "quantity", "3", good="honey")
    assert tongues(offered["name"]) == {"zh_TW"}
    assert outside(offered["name"]) == []


async def test_a_click_is_answered_in_the_language_of_who_clicked(read: Stage) -> None:
    await read.plant()
    await read.boss.slash(read.channel, "advance")
    card = read.cards()[-1]
    refused = await read.ben.click(card, custom_id=f"wood:board:{read.world_id}")
    assert tongues(text_of(refused)) == {"zh_TW"}


async def test_everybody_reads_what_is_public_in_the_servers_language_whoever_did_it(read: Stage) -> None:
    await read.plant(last_turn=16)
    go_on = asyncio.Event()

    async def slowly(_: Any) -> None:
        await asyncio.sleep(0.05)  # longer than the sign waits
        await read.env.external_wait(go_on.wait(), reason="a slow mind")

    read.council.before = slowly
    first = await read.boss.slash(read.channel, "advance")
    assert "es" not in tongues(text_of(first))
    sign = read.channel.last_message.content
    assert (tongues(sign), outside(sign.splitlines()[0])) == ({"es"}, [])
    go_on.set()
    await read.env.settle()
    await read.boss.slash(read.channel, "season extend", chapters=1)
    await read.bot.poster.settle()
    assert tongues("\n".join(public(read))) == {"es"}
    notice = next(text for text in public(read) if text.startswith("📣"))
    assert outside(notice) == []


async def test_a_wood_speaks_the_language_that_it_is_set_to(read: Stage) -> None:
    await read.plant()
    await read.boss.slash(read.channel, "setup", language="zh_CN")
    record = read.keeper.record(read.world_id)
    assert (record.language, of_wood(read.env.bot, record)) == ("zh_CN", Language.SIMPLIFIED_CHINESE)
    await read.boss.slash(read.channel, "setup", language="server")
    record = read.keeper.record(read.world_id)
    assert (record.language, of_wood(read.env.bot, record)) == ("", Language.SPANISH)


async def test_a_wood_that_is_planted_takes_the_language_that_its_keeper_asks_for(read: Stage) -> None:
    await read.boss.slash(read.channel, "setup", language="ja", council="standin")
    (wood,) = read.keeper.of_guild(read.guild.id)
    assert wood.language == "ja"
    await read.boss.slash(read.channel, "season end")
    assert tongues(read.channel.last_message.content) == {"ja"}


async def test_a_language_that_there_is_not_is_refused(stage: Stage) -> None:
    await stage.plant()
    with pytest.raises(Refusal, match="does not speak that language"):
        await stage.keeper.configure(stage.world_id, language="tlh")
    assert stage.keeper.record(stage.world_id).language == ""


async def test_a_server_that_is_not_known_yet_reads_english(read: Stage) -> None:
    await read.plant()
    elsewhere = read.keeper.record(read.world_id).model_copy(update={"guild_id": 7})
    assert of_wood(read.env.bot, elsewhere) is Language.ENGLISH


async def test_what_a_server_was_last_set_to_is_known_after_a_start(stage: Stage) -> None:
    await stage.plant()
    record = stage.keeper.record(stage.world_id)
    for locale in (SPANISH, JAPANESE, discord.Locale.american_english):
        stage.env.backend.edit_guild(stage.guild.id, {"preferred_locale": locale.value})
        await stage.env.settle()
        restarted = stage.new_bot()
        await restarted.servers.load()
        assert restarted.get_guild(stage.guild.id) is None
        assert of_wood(restarted, record) is of_locale(locale)


async def test_a_server_that_discord_has_not_named_in_full_is_what_it_was_last_set_to(stage: Stage) -> None:
    await stage.plant()
    stage.env.backend.edit_guild(stage.guild.id, {"preferred_locale": SPANISH.value})
    await stage.env.settle()
    guild = stage.bot.get_guild(stage.guild.id)
    assert guild is not None
    guild.unavailable, guild.preferred_locale = True, discord.Locale.american_english  # as READY tells of it
    await stage.bot.on_ready()
    assert of_wood(stage.bot, stage.keeper.record(stage.world_id)) is Language.SPANISH


async def test_beside_a_woods_cards_its_channel_speaks_as_it_does(read: Stage) -> None:
    bot, guild_id = read.env.bot, read.guild.id
    assert await of_channel(bot, guild_id, read.channel.id) is Language.SPANISH
    await read.plant(language="ja")
    assert await of_channel(bot, guild_id, read.channel.id) is Language.JAPANESE
    assert await of_channel(bot, guild_id, 7) is Language.JAPANESE, "no wood there, and all others speak Japanese"
    await read.keeper.found("another", guild_id, 7, council="plain")
    assert await of_channel(bot, guild_id, 7) is Language.SPANISH
    assert await of_channel(bot, guild_id, 8) is Language.SPANISH, "the woods of the server speak two languages"
    await read.keeper.end(read.world_id)
    assert await of_channel(bot, guild_id, read.channel.id) is Language.JAPANESE, "what came last stays"


async def test_a_notice_is_found_again_in_whichever_language_it_was_posted(read: Stage) -> None:
    await read.plant(last_turn=8)
    told = Told("longer", "A keeper of this server made the season 1 chapter longer. Its last turn is now turn 16.")
    await read.keeper.extend(read.world_id, 8, told)
    await read.bot.poster.wake(read.world_id)
    (before,) = public(read)
    assert tongues(before) == {"es"}
    # The pretend Discord's clock is behind ours, so that the post is made out to be as old as its message.
    lost = sa.update(t.outbox).values(message_id=None, at=0)
    await read.keeper.store.run(lambda c: c.execute(lost))
    set_server(read, JAPANESE)
    read.clock.forward(minutes=5)
    await read.bot.poster.wake(read.world_id)
    assert await read.keeper.outbox.pending() == []
    assert public(read) == [before]


async def test_a_sign_that_a_crash_left_is_taken_down_in_whichever_language_it_is(read: Stage) -> None:
    await read.plant()

    async def crash(_: Any) -> None:
        raise ConnectionAbortedError("the process is killed here")

    read.council.before = crash
    with pytest.raises(ConnectionAbortedError):
        await read.keeper.advance(read.world_id)
    read.council.before = None
    channel = read.bot.get_partial_messageable(read.channel.id, guild_id=read.guild.id)
    with speaking(Language.JAPANESE):
        await channel.send(say("💭 *The creatures are thinking about turn {turn:int} …*", turn=1))
    await read.bot.turns.advance(read.world_id)
    await read.env.settle()
    await read.bot.poster.settle()
    assert not any("thinking about" in text for text in public(read))


@pytest.mark.usefixtures("brackets")
def test_a_text_in_every_language_is_in_english_too() -> None:
    worded = in_every_language(lambda: say("called off"))
    assert worded == {"called off", *(f"⟦{each}|called off⟧" for each in Language if each is not Language.ENGLISH)}
