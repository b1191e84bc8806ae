"""The outbox over real sockets: each card once and in order, through lost answers, crashes and lost channels."""

import pytest

from bot.app import WoodBot
from bot.i18n import Language, say, speaking
from bot.notes import channel_lost
from engine.records import GIVEN_UP
from tests.wire.faults import Fault
from tests.wire.stage import KEEPER, Wire, eventually
from tests.wire.state import ATTACH, HISTORY, SEND, VIEW, text_of

slow = pytest.mark.slow
POST = "POST /channels/.*/messages"


async def crash_after_discord_accepted(wire: Wire) -> None:
    """Take a turn whose card Discord takes and the bot never hears of; the bot is gone, and the nonce forgotten."""
    wire.discord.faults.once(POST, Fault.CUT_AFTER)
    async with wire.bot() as bot:
        await wire.advance(bot)
        await eventually(lambda: wire.cards == [1])
        wire.discord.rest.down = True
    wire.discord.rest.down = False
    wire.discord.state.nonce_seconds = 0
    wire.clock.forward(minutes=10)
    assert len(await wire.keeper.outbox.pending()) == 1


@pytest.mark.parametrize(
    "fault", [Fault.CUT_AFTER, *(pytest.param(each, marks=slow) for each in Fault if each is not Fault.CUT_AFTER)]
)
async def test_a_card_is_posted_once_whatever_befalls_it(wire: Wire, fault: Fault) -> None:
    await wire.plant()
    wire.discord.faults.once(POST, fault, times=2)
    async with wire.bot() as bot:
        await wire.advance(bot)
        await wire.advance(bot)
        await wire.posted()
    assert wire.discord.faults.befallen[fault] == 2
    assert wire.cards == [1, 2]
    assert wire.shown((await wire.last_post()).message_id)["attachments"][0]["size"] > 10_000
    assert wire.discord.rest.requests["GET channels"] == 0, "the nonce is enough while Discord knows it"


async def test_a_card_that_discord_took_before_a_crash_is_found_in_the_channel(wire: Wire) -> None:
    await wire.plant()
    await crash_after_discord_accepted(wire)
    async with wire.bot():
        await wire.posted()
    assert wire.cards == [1]
    assert (await wire.last_post()).message_id == int(wire.discord.messages(wire.channel_id)[0]["id"])


async def test_the_card_of_another_turn_wood_or_author_is_not_taken_for_it(wire: Wire) -> None:
    await wire.plant()
    await crash_after_discord_accepted(wire)
    (card,) = wire.discord.messages(wire.channel_id)
    rows = [part["components"] for part in card["components"][0]["components"] if part["type"] == 1]
    mark = next(button for row in rows for button in row if button["custom_id"].startswith("wood:ledger-"))
    right = mark["custom_id"]
    for wrong in (right.replace("-1:", "-11:"), right.replace("guild-", "guild-1")):
        mark["custom_id"] = wrong
        async with wire.bot():
            await wire.posted()
        assert len(wire.discord.messages(wire.channel_id)) == 2
        await wire.keeper.outbox.mark((await wire.last_post()).post_id, None)
        wire.discord.state.channels[wire.channel_id].messages.popitem()
    mark["custom_id"] = right
    card["author"] = {**card["author"], "id": "77"}
    async with wire.bot():
        await wire.posted()
    assert len(wire.discord.messages(wire.channel_id)) == 2


@pytest.mark.parametrize("bot_knows", [True, False])
async def test_without_the_permission_to_read_history_a_card_is_sent_anew_with_a_line_in_the_log(
    wire: Wire, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, bot_knows: bool
) -> None:
    await wire.plant()
    await crash_after_discord_accepted(wire)
    wire.discord.state.channels[wire.channel_id].may &= ~HISTORY
    if not bot_knows:
        # As in the first moments after a start, when no server is known yet.
        monkeypatch.setattr(WoodBot, "get_guild", lambda *_: None)
        monkeypatch.setattr(Wire, "_known_to", lambda *_: True)
    async with wire.bot():
        await wire.posted()
    assert wire.cards == [1, 1]
    assert ("sent without looking" in caplog.text) == bot_knows


async def test_what_waits_is_posted_in_the_servers_language_before_discord_names_the_server(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.guild.locale = "ja"
    await wire.plant()
    async with wire.bot() as bot:
        await eventually(lambda: bot.servers.locale_of(wire.guild.id))
    await wire.keeper.advance(wire.world_id)
    monkeypatch.setattr(WoodBot, "get_guild", lambda *_: None)
    monkeypatch.setattr(Wire, "_known_to", lambda *_: True)
    async with wire.bot():
        await wire.posted()
    (card,) = wire.discord.messages(wire.channel_id)
    with speaking(Language.JAPANESE):
        assert say("## Turn {turn:int}", turn=1) in text_of(card)


async def test_an_outage_holds_up_no_turn_and_loses_no_card(wire: Wire) -> None:
    await wire.plant()
    async with wire.bot() as bot:
        wire.discord.rest.down = True
        for _ in range(3):
            await wire.advance(bot)
        assert wire.keeper.public(wire.world_id).turn == 3
        wire.clock.forward(minutes=10)
        wire.discord.state.nonce_seconds = 0
        wire.discord.rest.down = False
        await wire.posted()
    assert wire.cards == [1, 2, 3]


@slow
async def test_after_a_very_long_outage_the_oldest_cards_are_left_out_with_a_line(wire: Wire) -> None:
    await wire.plant()
    for _ in range(13):
        await wire.keeper.advance(wire.world_id)
    async with wire.bot():
        await wire.posted()
    assert wire.cards == list(range(4, 14))
    first = wire.discord.messages(wire.channel_id)[0]
    assert "The cards of turns 1 to 3 are left out" in first["content"]
    assert wire.discord.rest.over_limit == 0


async def lose(wire: Wire, how: str) -> None:
    channel = wire.discord.state.channels[wire.channel_id]
    if how == "deleted":
        del wire.discord.state.channels[wire.channel_id]
    else:
        channel.may &= ~{"hidden": VIEW, "silenced": SEND, "no files": ATTACH}[how]


@pytest.mark.parametrize(
    "how", ["deleted", "silenced", *(pytest.param(each, marks=slow) for each in ("hidden", "no files"))]
)
async def test_a_lost_channel_pauses_the_wood_and_its_keepers_are_told_once(wire: Wire, how: str) -> None:
    hall = wire.discord.state.add_channel(wire.guild, "hall")
    wire.guild.system_channel_id = hall.id
    await wire.plant()
    for _ in range(3):
        await wire.keeper.advance(wire.world_id)
    await lose(wire, how)
    async with wire.bot() as bot:
        await wire.posted()
        await bot.poster.settle()
        (note,) = hall.messages.values()
        assert note["content"] == channel_lost(wire.channel_id)
    assert wire.keeper.woods()[0].paused
    assert (await wire.last_post()).message_id == GIVEN_UP


async def test_without_a_system_channel_the_owner_is_told(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    await wire.plant()
    async with wire.bot() as bot:
        wire.discord.state.channels[wire.channel_id].may = 0
        await wire.advance(bot)
        await wire.posted()
        await bot.poster.settle()
        told = wire.discord.state.direct_channel(wire.guild.owner_id).messages
        assert len(told) == 1
        wire.discord.state.closed_to_messages.add(wire.guild.owner_id)
        await wire.advance(bot)
        await wire.posted()
        await bot.poster.settle()
        assert len(told) == 1
    assert "could not be told: neither its system channel nor its owner" in caplog.text


async def test_the_last_card_stands_in_the_channel_that_a_keeper_chooses(wire: Wire) -> None:
    await wire.plant()
    new = wire.discord.state.add_channel(wire.guild, "new").id
    async with wire.bot() as bot:
        wire.discord.state.channels[wire.channel_id].may = 0
        for _ in range(2):
            await wire.advance(bot)
        await wire.posted()
        await bot.poster.settle()
        said = await wire.done(
            await wire.discord.command(wire.guild, KEEPER, "setup", keeper=True, channel=str(new), paused=False)
        )
        assert "A turn comes every" in said.text
        await eventually(lambda: wire.discord.cards(new, wire.world_id))
        await wire.posted()
    assert wire.discord.cards(new, wire.world_id) == [2]
    assert not wire.keeper.woods()[0].paused


async def test_a_card_shown_again_is_edited_where_it_stands_and_sent_where_it_does_not(wire: Wire) -> None:
    await wire.plant()
    async with wire.bot() as bot:
        await wire.advance(bot)
        await wire.posted()
        (card,) = wire.discord.messages(wire.channel_id)
        before = [each["id"] for each in card["attachments"]]
        await bot.poster.show(wire.keeper.woods()[0])
        await bot.poster.settle()
        assert card["edited_timestamp"] is not None
        assert [each["id"] in before for each in card["attachments"]] == [False, False]
        assert wire.cards == [1]
        wire.discord.state.channels[wire.channel_id].messages.clear()
        await bot.poster.show(wire.keeper.woods()[0])
        await wire.posted()
    assert wire.cards == [1]
    assert wire.shown((await wire.last_post()).message_id)


@pytest.mark.parametrize("request_", [POST, "DELETE /channels/.*"])
@pytest.mark.parametrize(
    "fault", [Fault.CUT_AFTER, pytest.param(Fault.CUT_BEFORE, marks=slow), pytest.param(Fault.BAD_GATEWAY, marks=slow)]
)
async def test_the_sign_comes_down_whatever_befalls_it(wire: Wire, request_: str, fault: Fault) -> None:
    await wire.plant()
    wire.discord.faults.once(request_, fault)

    async def until_it_stands(_: object) -> None:
        await eventually(lambda: wire.discord.messages(wire.channel_id))

    wire.council.before = until_it_stands
    async with wire.bot(sign_after_seconds=0.0) as bot:
        await wire.advance(bot)
        await bot.poster.settle()
    assert wire.discord.faults.befallen[fault] == 1
    assert [text_of(message).split("\n")[0][:4] for message in wire.discord.messages(wire.channel_id)] == ["-# 🍂"]
    assert wire.cards == [1]


async def test_a_sign_that_a_crash_left_comes_down_with_its_turn(wire: Wire) -> None:
    await wire.plant()

    async def crash(_: object) -> None:
        raise ConnectionAbortedError("the process is killed here")

    wire.council.before = crash
    with pytest.raises(ConnectionAbortedError):
        await wire.keeper.advance(wire.world_id)
    wire.council.before = None
    channel = wire.discord.state.channels[wire.channel_id]
    for turn in (1, 2):
        wire.discord.state.post(channel, {"content": f"💭 *The creatures are thinking about turn {turn} …*"}, [])
    async with wire.bot() as bot:
        await eventually(lambda: wire.cards == [1])
        await bot.poster.settle()
    said = [message["content"] for message in wire.discord.messages(wire.channel_id) if message["content"]]
    assert said == ["💭 *The creatures are thinking about turn 2 …*"]
