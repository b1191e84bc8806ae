"""What an operator scrapes: counted once a turn, over HTTP, and naming nobody."""

import asyncio
import socket
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bot.metrics import Metrics
from bot.run import run_bot
from bot.settings import Settings, SettingsError
from engine.actions import Join
from engine.keeper import Keeper
from engine.store import MEMORY
from inference.council import load_council
from tests.bot.stage import HandClock, Stage


async def test_every_mind_is_counted_and_nobody_is_named() -> None:
    council, metrics = load_council("standin"), Metrics(HandClock())
    keeper = await Keeper.open(MEMORY, lambda _: council, HandClock())
    await keeper.found("guild-77", 77, 2, council="standin", seed="7", on_clock=False)
    await keeper.act("guild-77", "user-4711", Join(), "i")
    reports = [await keeper.advance("guild-77") for _ in range(3)]
    for report in reports:
        metrics.note(report)
    text = generate_latest(metrics.registry).decode()
    asked = sum(len(report.asks) + len(report.narration) for report in reports)
    assert "wood_turns_total 3.0" in text
    assert f'wood_asks_total{{lab="none",mind="standin",outcome="ok"}} {float(asked)}' in text
    assert f'wood_ask_seconds_count{{mind="standin"}} {float(asked)}' in text
    assert f"wood_trades_total {float(sum(report.trades for report in reports))}" in text
    assert not any(secret in text for secret in ("4711", "guild-77", "Patron"))
    await keeper.close()


async def test_a_turn_taken_by_the_bot_is_counted(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    assert b"wood_turns_total 1.0" in generate_latest(stage.bot.metrics.registry)


async def test_they_are_served_over_http() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    Metrics(HandClock()).serve("127.0.0.1", port)

    def scrape() -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
            return reply.read()

    assert b"wood_turns_total 0.0" in await asyncio.to_thread(scrape)


async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(
            DISCORD_TOKEN="no-token",  # type: ignore[arg-type]
            WOOD_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/wood.db",
            WOOD_COUNCIL="standin",
            WOOD_METRICS_PORT=taken.getsockname()[1],
        )  # pyright: ignore[reportCallIssue]
        with pytest.raises(SettingsError, match="Choose another WOOD_METRICS_PORT"):
            await run_bot(settings)
