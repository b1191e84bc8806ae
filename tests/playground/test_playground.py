"""The playground over HTTP: who gets in, what they see, and that the bot lives in real time."""

from __future__ import annotations

import asyncio
import re
import socket
import time

import discord
import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from yarl import URL

from playground import mending
from playground.app import PlaygroundError, PlaygroundStatus, serve
from playground.readers import COOKIE
from playground.scene import ASH_ID, GUILD_ID, HAZEL_ID, THE_WOOD_ID
from tests.playground.conftest import Playground, running
from tests.playground.demo_bot import DemoBot, card


async def test_only_the_printed_address_opens(playground: Playground) -> None:
    port = playground.url.split(":")[2].split("/")[0]
    root = f"http://127.0.0.1:{port}/"
    for address in (root, root + "guess/", root + "guess/status", playground.url[:-2] + "/"):
        async with playground.session.get(address) as answer:
            assert answer.status == 404
    async with playground.session.get(playground.url) as answer:
        assert answer.status == 200
        assert "Thousand Token Wood" in await answer.text()


async def test_another_host_name_is_refused(playground: Playground) -> None:
    async with playground.session.get(playground.url, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 404


async def test_a_frame_asks_for_its_own_credential_too(playground: Playground) -> None:
    visitor = await playground.visit("hazel")
    other = await playground.visit("rowan")
    async with playground.session.get(visitor.address + "api/state", headers=other._headers) as answer:
        assert answer.status == 401


async def test_every_start_has_a_new_capability() -> None:
    seen = set()
    for _ in range(2):
        async with running() as one:
            seen.add(one.url.rsplit("/", 2)[1])
    assert len(seen) == 2
    assert all(len(capability) >= 32 for capability in seen)


async def test_listens_on_this_machine_only(playground: Playground) -> None:
    port = int(playground.url.split(":")[2].split("/")[0])
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", port))  # would fail if the page listened on all addresses


async def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PlaygroundError, match=f"Port {port} is taken"):
            await serve(DemoBot(), port=port, status=_quiet, advance=_unasked)


async def test_a_bot_that_cannot_start_is_closed_and_says_why() -> None:
    class Broken(DemoBot):
        async def setup_hook(self) -> None:
            raise LookupError("no wood to be found")

    bot = Broken()
    with pytest.raises(LookupError, match="no wood"):
        await serve(bot, port=0, status=_quiet, advance=_unasked)
    assert bot.closed


async def test_the_bot_is_closed_at_the_end() -> None:
    async with running() as one:
        assert not one.bot.closed
    assert one.bot.closed


async def test_the_wood_is_prepared_once_before_the_page_opens(playground: Playground) -> None:
    assert playground.prepared == [(GUILD_ID, THE_WOOD_ID)]


async def test_ids_names_and_rights(playground: Playground) -> None:
    guild = playground.bot.get_guild(GUILD_ID)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == ["the-wood", "tavern"]
    assert guild.text_channels[0].id == THE_WOOD_ID
    ash, hazel = await guild.fetch_member(ASH_ID), await guild.fetch_member(HAZEL_ID)
    assert ash.guild_permissions.manage_guild
    assert not hazel.guild_permissions.manage_guild


async def test_status_is_told_as_it_is(playground: Playground) -> None:
    playground.status.append(PlaygroundStatus("Turn 2 · winter", thinking=True, detail="5 creatures"))
    async with playground.session.get(playground.url + "status") as answer:
        told = await answer.json()
    assert (told["headline"], told["thinking"], told["detail"]) == ("Turn 2 · winter", True, "5 creatures")


async def test_what_the_bot_posts_appears_by_itself(playground: Playground) -> None:
    hazel, rowan = await playground.visit("hazel"), await playground.visit("rowan", "tavern")
    await playground.bot.say("The wind turns.")
    await hazel.wait_for("The wind turns.")
    message = await playground.bot.say("A rumour.", channel="tavern")
    await rowan.wait_for("A rumour.")
    await message.edit(content="A better rumour.")
    await rowan.wait_for("A better rumour.")
    async with playground.session.get(playground.url + "status") as answer:
        assert (await answer.json())["latest"][str(message.channel.id)] == str(message.id)


async def test_a_picture_is_served_as_it_was_drawn(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    view, file = card(3)
    channel = playground.bot.get_channel(THE_WOOD_ID)
    assert isinstance(channel, discord.TextChannel)
    await channel.send(view=view, file=file)
    await hazel.wait_for("Turn 3")
    pictures = [each for each, about in hazel.page["assets"].items() if about["filename"] == "chart.png"]
    address = f"{hazel.address}api/assets/{pictures[0]}"
    async with playground.session.get(address, headers=hazel._headers) as answer:
        assert answer.status == 200
        assert (answer.content_type, answer.headers["X-Display-Width"]) == ("image/png", "240")


async def test_a_private_reply_is_seen_by_its_person_only(playground: Playground) -> None:
    hazel, rowan = await playground.visit("hazel"), await playground.visit("rowan")
    receipt = await hazel.run("short", good="honey", quantity="20")
    assert receipt["settlement"] == "settled"
    await hazel.wait_for("Short 20 honey")
    await playground.bot.say("A later post.")
    await rowan.wait_for("A later post.")
    assert not any("Short 20 honey" in text for text in rowan.texts())


async def test_a_reply_names_the_whole_command(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    await hazel.run("wood creature", name="Grub")
    reply = await hazel.wait_for("Grub hoards honey.")
    assert reply["interaction_header"]["name"] == "wood creature"


async def test_a_refusal_counts_as_an_answer(playground: Playground) -> None:
    rowan, ash = await playground.visit("rowan"), await playground.visit("ash")
    receipt = await rowan.run("poke", mood="wild")
    assert receipt["settlement"] == "settled"
    await rowan.wait_for("Only the wood's keeper may do that.")
    await ash.run("poke", mood="wild")
    await rowan.wait_for("The wood turns wild.")


async def test_autocomplete_offers_before_and_after_typing(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    assert len(await hazel.complete("short", "good", "")) == 5
    assert await hazel.complete("short", "good", "mush") == ["Mushrooms"]


async def test_a_tip_reaches_the_direct_messages(playground: Playground) -> None:
    hazel, private = await playground.visit("hazel"), await playground.visit("hazel", "dm")
    others = await playground.visit("rowan", "dm")
    await hazel.run("insider")
    await private.wait_for("Your tip: honey will crash.")
    await others.look()
    assert others.texts() == []


async def test_buttons_and_dialogs(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    await hazel.run("advance")
    turn = await hazel.wait_for("Turn 2")
    await hazel.click(turn, "Prices again")
    await hazel.wait_for("Honey 18 ▲, acorns 4 ▼")
    await hazel.click(turn, "Short honey")
    await hazel.submit(**{"How many": "33"})
    await hazel.wait_for("You short 33 honey.")


async def test_a_slow_answer_holds_up_nobody(playground: Playground) -> None:
    hazel, rowan = await playground.visit("hazel"), await playground.visit("rowan")
    started = time.monotonic()
    await hazel.run("think", seconds="4")
    await rowan.run("short", good="honey", quantity="1")
    await rowan.wait_for("Short 1 honey")
    await rowan.say("Still thinking, Hazel?")
    await hazel.wait_for("Still thinking, Hazel?")
    assert time.monotonic() - started < 4
    assert not any("Thought for" in text for text in hazel.texts())
    await hazel.wait_for("Thought for 4")


async def test_loops_and_schedulers_run_by_the_wall_clock() -> None:
    bot = DemoBot(beat=0.2)
    async with running(bot) as playground:
        hazel = await playground.visit("hazel")
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(bot.say, "interval", ["scheduled"], seconds=0.3)
        scheduler.start()
        try:
            await hazel.wait_for("beat 4", seconds=5)
            await hazel.wait_for("scheduled", seconds=5)
        finally:
            scheduler.shutdown(wait=False)


async def test_nothing_is_published_while_nothing_happens(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    await playground.bot.say("One thing.")
    await hazel.wait_for("One thing.")
    await asyncio.sleep(0.4)
    before = (await hazel.look())["publishedRevision"]
    await asyncio.sleep(1)
    assert (await hazel.look())["publishedRevision"] == before


async def test_a_page_that_slept_sees_the_present(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    hazel = await playground.visit("hazel")
    monkeypatch.setattr("playground.frames._WATCHED_WITHIN", -1.0)  # every page counts as asleep
    await playground.bot.say("While you slept.")
    await asyncio.sleep(0.4)
    await hazel.look()
    assert any("While you slept." in text for text in hazel.texts())


async def test_a_thread_becomes_a_place_of_those_who_may_see_it(playground: Playground) -> None:
    channel = playground.bot.get_channel(THE_WOOD_ID)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="A table", type=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(HAZEL_ID))
    await thread.send("Take a seat.")
    key = f"thread-{thread.id}"
    async with asyncio.timeout(10):
        while key not in (seen := await _places(playground))["hazel"]:  # noqa: ASYNC110 - as the page looks
            await asyncio.sleep(0.05)
    assert [person for person in seen if key in seen[person]] == ["hazel"]
    visitor = await playground.visit("hazel", key)
    await visitor.wait_for("Take a seat.")


async def test_an_interaction_tells_the_languages_of_its_member_and_server(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    await hazel.run("languages")
    await hazel.wait_for("en-US en-US en-US ENGLISH")
    async with playground.session.post(playground.url + "server-locale", data="zh-TW") as answer:
        assert await answer.json() == {"locale": "zh-TW"}
    playground.session.cookie_jar.update_cookies({COOKIE: "ja"}, URL(playground.url))
    await hazel.run("languages")
    # The bot learns a reader's language from Discord alone: the demo bot, which sets none, speaks English.
    await hazel.wait_for("ja zh-TW zh-TW ENGLISH")


async def test_commands_are_described_in_the_readers_language(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    playground.session.cookie_jar.update_cookies({COOKIE: "ja"}, URL(playground.url))
    entry = await hazel.entry("poke")
    assert entry["description"] == "〔Choose a mood〕"
    assert [choice["name"] for choice in entry["options"][0]["choices"]] == ["〔calm〕", "〔wild〕"]
    await (await playground.visit("ash")).run("poke", mood="wild")
    await hazel.wait_for("The wood turns wild.")


async def test_an_unknown_language_is_refused(playground: Playground) -> None:
    async with playground.session.post(playground.url + "server-locale", data="tlh") as answer:
        assert answer.status == 400


async def test_the_page_speaks_its_readers_language(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.i18n.saying.translation", lambda language, sentence: f"{language}: {sentence}")
    async with playground.session.get(playground.url, headers={"Accept-Language": "es-MX,en;q=0.5"}) as answer:
        page = await answer.text()
    assert '<html lang="es-ES">' in page
    assert ">es: Advance now<" in page
    assert "es: This bot is for tests." in page
    assert "es: a Patron" in page
    assert not re.search(r"\{\{\w+\}\}", page), "every mark is filled"


async def test_a_frame_speaks_its_readers_language(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.i18n.saying.translation", lambda language, sentence: f"{language}: {sentence}")
    monkeypatch.setattr(mending, "mended", mending.mended.__wrapped__)  # without its memory
    monkeypatch.setattr("playground.frames.mended", mending.mended)
    hazel = await playground.visit("hazel", "tavern")
    async with playground.session.get(hazel.address, headers={"Accept-Language": "zh-Hant-HK"}) as answer:
        page = await answer.text()
    assert '<html lang="zh-TW">' in page
    assert "zh_TW: Nobody has said anything yet." in page
    assert "zh_TW: Load earlier messages" in page
    assert not re.search(r"\{\{\w+\}\}", page), "every mark is filled"
    async with playground.session.get(playground.url + "static/zh-TW/messages.js") as answer:
        assert '"zh_TW: Only you can see this"' in await answer.text()
    async with playground.session.get(playground.url + "static/tlh/messages.js") as answer:
        assert answer.status == 404


async def test_a_turn_is_begun_for_the_channel_in_view(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    async with playground.session.post(f"{playground.url}advance?channel={THE_WOOD_ID}") as answer:
        assert answer.status == 202
    await hazel.wait_for("The wood has turned.")
    assert playground.advanced == [THE_WOOD_ID]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (PlaygroundStatus("Turn 2", thinking=True), "The creatures are thinking already. Wait for this turn's card."),
        (PlaygroundStatus("No wood", thinking=False), "Ash, the keeper, plants a wood with /setup."),
    ],
)
async def test_a_turn_is_refused_with_a_reason(playground: Playground, status: PlaygroundStatus, reason: str) -> None:
    playground.status.append(status)
    async with playground.session.post(f"{playground.url}advance?channel={THE_WOOD_ID}") as answer:
        assert answer.status == 409
        assert reason in (await answer.json())["error"]
    assert playground.advanced == []


async def test_posts_are_counted_where_they_stand(playground: Playground) -> None:
    hazel = await playground.visit("hazel")
    await hazel.run("insider")
    await hazel.wait_for("Honey will crash.")
    await playground.bot.say("A post.")
    await playground.bot.say("Another post.")
    async with playground.session.get(playground.url + "status") as answer:
        posted = (await answer.json())["posted"]
    assert posted[str(THE_WOOD_ID)] == 2
    assert sorted(posted.values()) == [1, 2], "the tip is in the direct messages"


def _quiet(_channel: int) -> PlaygroundStatus:
    return PlaygroundStatus("", thinking=False)


async def _unasked(_channel: int) -> None:
    raise AssertionError("nobody asked for a turn")


async def _places(playground: Playground) -> dict[str, list[str]]:
    async with playground.session.get(playground.url + "outline") as answer:
        people = (await answer.json())["people"]
    return {person["key"]: [place["key"] for place in person["places"]] for person in people}
