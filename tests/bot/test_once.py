"""An interaction is handled once, and a crowd is acknowledged before it is served."""

import asyncio

from bot import once
from bot.crowd import Crowd
from bot.once import Once


def test_an_id_is_new_once_and_only_the_latest_are_remembered(monkeypatch) -> None:
    monkeypatch.setattr(once, "_REMEMBERED", 3)
    seen = Once()
    assert [seen.first(number) for number in (1, 2, 1, 3, 4)] == [True, True, False, True, True]
    assert not seen.first(2), "remembered still"
    assert seen.first(1), "forgotten, as the oldest of four"


async def serve(crowd: Crowd, order: list[str], acknowledged: asyncio.Event) -> None:
    with crowd.acknowledging():
        await acknowledged.wait()
        order.append("acknowledged")
    await crowd.let_pass()
    order.append("served")


async def test_a_few_wait_for_nobody() -> None:
    crowd, order, at_once, later = Crowd(), [], asyncio.Event(), asyncio.Event()
    others = [asyncio.create_task(serve(crowd, order, later)) for _ in range(10)]
    at_once.set()
    await serve(crowd, order, at_once)
    assert order == ["acknowledged", "served"]
    later.set()
    await asyncio.gather(*others)


async def test_a_crowd_is_acknowledged_before_the_first_of_it_is_served() -> None:
    crowd, order, events = Crowd(), [], [asyncio.Event() for _ in range(40)]
    tasks = [asyncio.create_task(serve(crowd, order, event)) for event in events]
    for event in events:
        await asyncio.sleep(0)
        event.set()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == ["acknowledged"] * 40 + ["served"] * 40


async def test_nobody_waits_for_ever_behind_a_crowd(monkeypatch) -> None:
    monkeypatch.setattr("bot.crowd._WAIT_SECONDS", 0.01)
    crowd, order, never, now = Crowd(), [], asyncio.Event(), asyncio.Event()
    stuck = [asyncio.create_task(serve(crowd, order, never)) for _ in range(40)]
    await asyncio.sleep(0)
    now.set()
    await serve(crowd, order, now)
    assert order == ["acknowledged", "served"]
    never.set()
    await asyncio.gather(*stuck)
