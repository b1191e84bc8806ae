"""Turns by hand and by the clock: never two at once, one after downtime, one wood's trouble its own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.keeper import Keeper
from tests.bot.stage import NEVER, Stage, text_of


async def test_a_second_advance_while_creatures_think_is_refused(stage: Stage) -> None:
    await stage.plant()
    go_on = asyncio.Event()

    async def slowly(_: Any) -> None:
        await asyncio.sleep(0.05)  # longer than the sign waits
        await stage.env.external_wait(go_on.wait(), reason="a slow mind")

    stage.council.before = slowly
    first = await stage.boss.slash(stage.channel, "advance")
    assert "thinking about turn 1" in text_of(first)
    assert "thinking about turn 1" in stage.channel.last_message.content
    assert stage.channel.last_message.flags.suppress_notifications
    second = await stage.boss.slash(stage.channel, "advance")
    assert second.ephemeral
    assert text_of(second) == "The creatures are thinking already. Wait for this turn's card."
    # Patrons act meanwhile.
    assert "Your stake is 100" in text_of(await stage.ada.slash(stage.channel, "join"))

    go_on.set()
    await stage.env.settle()
    assert stage.council.asked == [(stage.world_id, 1)]
    assert "Turn 1 is over" in text_of(first)
    assert len(stage.cards()) == 1
    assert not any("thinking about" in message.content for message in stage.channel.history())


async def test_a_quick_turn_shows_no_sign(stage: Stage) -> None:
    await stage.plant()
    stage.bot.poster._sign_after_seconds = NEVER
    await stage.boss.slash(stage.channel, "advance")
    requests = [request for request in stage.env.http_requests if request.method == "DELETE"]
    assert requests == []
    assert len(stage.cards()) == 1


async def test_a_due_wood_takes_its_turn_once(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    assert stage.council.asked == []
    stage.clock.forward(seconds=60)
    await asyncio.gather(stage.bot.turn_clock.look(), stage.bot.turn_clock.look())
    await stage.bot.turn_clock.settle()
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    assert stage.council.asked == [(stage.world_id, 1)]
    assert len(stage.cards()) == 1


async def test_after_downtime_a_wood_takes_one_turn_and_not_a_burst(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    stage.clock.forward(days=3)
    for _ in range(5):
        await stage.bot.turn_clock.look()
        await stage.bot.turn_clock.settle()
    assert stage.council.asked == [(stage.world_id, 1)]
    stage.clock.forward(seconds=61)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    assert stage.council.asked == [(stage.world_id, 1), (stage.world_id, 2)]


async def test_a_paused_wood_is_never_due(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    await stage.boss.slash(stage.channel, "setup", paused=True)
    stage.clock.forward(days=1)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    assert stage.council.asked == []


async def test_one_woods_trouble_stops_no_other_and_is_tried_again_after_a_rest(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.plant(cadence_seconds=60)
    await stage.keeper.found("elsewhere", 5, stage.channel.id, council="plain", cadence_seconds=60, seed="8")

    async def trouble(request: Any) -> None:
        if request.world_id == "elsewhere":
            raise ZeroDivisionError("a council that breaks its promise")

    stage.council.before = trouble
    stage.clock.forward(seconds=60)
    for _ in range(3):
        await stage.bot.turn_clock.look()
        await stage.bot.turn_clock.settle()
    assert sorted(stage.council.asked) == [("elsewhere", 1), (stage.world_id, 1)]
    assert "a council that breaks its promise" in caplog.text

    stage.council.before = None
    stage.clock.forward(seconds=61)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    assert stage.council.asked.count(("elsewhere", 1)) == 2
    assert stage.keeper.public("elsewhere").turn == 1


async def test_a_turn_left_open_by_a_crash_goes_on_at_the_next_start(stage: Stage) -> None:
    await stage.plant()

    async def crash(_: Any) -> None:
        raise ConnectionAbortedError("the process is killed here")

    stage.council.before = crash
    with pytest.raises(ConnectionAbortedError):
        await stage.keeper.advance(stage.world_id)
    assert stage.keeper.unfinished() == [stage.world_id]
    stage.council.before = None
    await stage.bot.close()
    await stage.env.restart_bot(stage.new_bot())
    await stage.env.settle()
    assert stage.keeper.unfinished() == []
    assert stage.keeper.public(stage.world_id).turn == 1
    assert "Turn 1" in text_of(stage.cards()[-1])


async def test_the_clock_looks_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.clock import TurnClock

    looked = asyncio.Event()

    async def due(self: Keeper, now: object) -> list[str]:
        assert now == stage.clock.time
        looked.set()
        return []

    monkeypatch.setattr(Keeper, "due", due)
    clock = TurnClock(stage.keeper, stage.bot.turns, stage.bot.poster, stage.clock, tick_seconds=0.05)
    clock.start()
    clock.start()
    await asyncio.wait_for(looked.wait(), 5)
    await clock.stop()


async def test_a_look_that_the_store_answered_touches_the_heartbeat(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.clock import TurnClock

    heartbeat = tmp_path / "heartbeat"
    clock = TurnClock(stage.keeper, stage.bot.turns, stage.bot.poster, stage.clock, 60, heartbeat)
    await clock.look()
    assert heartbeat.exists()
    heartbeat.unlink()

    async def fails(self: Keeper, now: object) -> list[str]:
        raise OSError

    monkeypatch.setattr(Keeper, "due", fails)
    with pytest.raises(OSError):  # noqa: PT011
        await clock.look()
    assert not heartbeat.exists()


async def test_stopping_in_the_middle_of_a_turn_takes_the_sign_down_and_keeps_the_turn(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    never = asyncio.Event()

    async def think_on(_: Any) -> None:
        await never.wait()

    stage.council.before = think_on
    stage.clock.forward(seconds=60)
    await stage.bot.turn_clock.look()
    async with asyncio.timeout(5):
        while stage.channel.last_message is None:  # noqa: ASYNC110 - Discord tells of it by no event here
            await asyncio.sleep(0.01)
    assert "thinking about turn 1" in stage.channel.last_message.content
    await stage.bot.turn_clock.stop()
    assert stage.channel.history() == []
    assert stage.keeper.unfinished() == [stage.world_id]
