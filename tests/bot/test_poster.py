"""The outbox on its way to Discord: once, in order, and never in the way of a turn."""

from typing import Any

import aiohttp
import discord
import pytest

from tests.bot.stage import Stage, text_of


async def test_a_card_is_one_layout_with_a_picture_and_pings_nobody(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    assert card.content == ""
    assert card.embeds == []
    assert [each.filename for each in card.attachments] == ["scene.png", "market.png"]
    assert card.flags.suppress_notifications
    sent = [r.json for r in stage.env.http_requests if r.path == f"/channels/{stage.channel.id}/messages"]
    assert sent[-1]["allowed_mentions"]["parse"] == []
    assert sent[-1]["enforce_nonce"]
    assert len(sent[-1]["nonce"]) <= 25


async def test_a_dropped_answer_is_tried_again_with_the_same_nonce(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.plant()
    send, nonces = discord.PartialMessageable.send, []

    async def unlucky(self: discord.PartialMessageable, *args: Any, **options: Any) -> discord.Message:
        if "view" not in options:
            return await send(self, *args, **options)
        nonces.append(options["nonce"])
        if len(nonces) < 3:
            raise aiohttp.ServerDisconnectedError
        return await send(self, *args, **options)

    monkeypatch.setattr(discord.PartialMessageable, "send", unlucky)
    await stage.boss.slash(stage.channel, "advance")
    assert len(nonces) == 3
    assert len(set(nonces)) == 1
    assert len(stage.cards()) == 1
    assert await stage.keeper.outbox.pending() == []


async def test_a_long_outage_holds_up_no_turn_and_loses_no_card(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()

    async def down(*_: Any, **__: Any) -> None:
        raise aiohttp.ServerDisconnectedError

    with monkeypatch.context() as outage:
        outage.setattr(discord.PartialMessageable, "send", down)
        for _ in range(2):
            await stage.boss.slash(stage.channel, "advance")
    assert stage.keeper.public(stage.world_id).turn == 2
    assert stage.cards() == []
    await stage.bot.turn_clock.look()
    await stage.bot.poster.settle()
    titles = [text_of(card).split("## ")[1].split("\n")[0] for card in stage.cards()]
    assert titles == ["Turn 1", "Turn 2"]
    assert await stage.keeper.outbox.pending() == []


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (404, 10003), (400, 50035)])
async def test_a_channel_that_is_gone_is_given_up_with_a_log_line(
    stage: Stage, status: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.plant()
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/messages", status=status, code=code, times=None)
    await stage.boss.slash(stage.channel, "advance")
    assert await stage.keeper.outbox.pending() == []
    assert "is given up" in caplog.text
    assert stage.keeper.public(stage.world_id).turn == 1


async def test_what_one_process_left_unposted_the_next_one_posts(stage: Stage) -> None:
    await stage.plant()
    await stage.keeper.advance(stage.world_id)
    assert stage.cards() == []
    await stage.bot.close()
    await stage.env.restart_bot(stage.new_bot())
    await stage.env.settle()
    assert len(stage.cards()) == 1


async def test_rounds_that_meet_post_a_card_once(stage: Stage) -> None:
    await stage.plant()
    await stage.keeper.advance(stage.world_id)
    stage.bot.poster.kick()
    stage.bot.poster.kick()
    await stage.bot.poster.wake(stage.world_id)
    await stage.bot.poster.settle()
    assert len(stage.cards()) == 1
