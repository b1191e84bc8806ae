"""What an operator scrapes: counted once a turn, over HTTP, and naming nobody."""

import asyncio
import re
import socket
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bot import logs
from bot.metrics import Metrics
from bot.run import run_bot
from bot.settings import Settings, SettingsError
from bot.watch import look
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
    verdicts = [verdict for report in reports for verdict in report.verdicts]
    accepted = sum(taken for _, taken, _ in verdicts)
    assert f'wood_orders_total{{mind="standin",outcome="accepted"}} {float(accepted)}' in text
    assert f"wood_trades_total {float(sum(report.trades for report in reports))}" in text
    assert not any(secret in text for secret in ("user-4711", "guild-77", "Patron"))
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


async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "install", lambda *_: None)
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


def figures(stage: Stage) -> dict[str, float]:
    """Return every sample as it would be scraped, by its name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in stage.bot.metrics.registry.collect()
        for sample in family.samples
    }


async def test_interactions_are_counted_by_what_they_were_and_how_they_ended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=3)
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=50)
    await stage.ben.slash(stage.channel, "ledger")
    await stage.boss.slash(stage.channel, "advance")
    await stage.ada.click(stage.cards()[-1], label="Prices")
    await stage.ben.click(stage.cards()[-1], label="My ledger")
    now = figures(stage)
    for what, outcome, count in (
        ("/join", "done", 1), ("/short", "done", 1), ("/short", "refused", 1), ("/ledger", "refused", 1),
        ("/advance", "done", 1), ("button prices", "done", 1), ("button ledger", "refused", 1),
    ):  # fmt: skip
        assert now[f"wood_interactions_total[('outcome', '{outcome}'), ('what', '{what}')]"] == count
    assert now["wood_refusals_total[('kind', 'not_a_patron')]"] == 2
    assert now["wood_refusals_total[('kind', 'not_enough_pebbles')]"] == 1
    assert now["wood_acknowledge_seconds_count"] == 7

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the store broke")

    stage.expected.append(RuntimeError)
    monkeypatch.setattr(stage.keeper, "act", broken)
    await stage.ada.slash(stage.channel, "spring")
    assert figures(stage)["wood_interactions_total[('outcome', 'failed'), ('what', '/spring')]"] == 1


async def test_an_acknowledgement_is_counted_from_discords_own_time(stage: Stage) -> None:
    stage.bot.metrics.note_acknowledged(stage.clock.now() - timedelta(seconds=1.2))
    stage.bot.metrics.note_acknowledged(stage.clock.now() + timedelta(seconds=5))
    now = figures(stage)
    assert now["wood_acknowledge_seconds_sum"] == pytest.approx(1.2)
    assert now["wood_acknowledge_seconds_bucket[('le', '1.0')]"] == 1
    assert now["wood_acknowledge_seconds_bucket[('le', '1.5')]"] == 2


async def test_a_late_turn_is_seen(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    stage.clock.forward(seconds=60 + 45)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()
    await stage.boss.slash(stage.channel, "advance")
    now = figures(stage)
    assert (now["wood_turn_late_seconds_count"], now["wood_turn_late_seconds_sum"]) == (2, 45)


async def test_the_outbox_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    await look(stage.keeper, stage.bot.metrics)
    assert (figures(stage)["wood_outbox_posts"], figures(stage)["wood_outbox_oldest_seconds"]) == (0, 0)
    for _ in range(2):
        await stage.keeper.advance(stage.world_id)
        stage.clock.forward(seconds=50)
    await look(stage.keeper, stage.bot.metrics)
    assert (figures(stage)["wood_outbox_posts"], figures(stage)["wood_outbox_oldest_seconds"]) == (2, 100)
    await stage.bot.poster.wake(stage.world_id)
    await look(stage.keeper, stage.bot.metrics)
    assert (figures(stage)["wood_outbox_posts"], figures(stage)["wood_outbox_oldest_seconds"]) == (0, 0)


async def test_commits_are_timed(stage: Stage) -> None:
    await stage.plant()
    before = figures(stage)["wood_commit_seconds_count"]
    await stage.ada.slash(stage.channel, "join")
    await stage.keeper.advance(stage.world_id)
    now = figures(stage)
    assert now["wood_commit_seconds_count"] == before + 3, "an action, an opening and a closing"
    assert now["wood_commit_seconds_sum"] > 0


async def test_no_label_names_a_player_a_mask_or_a_server(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "insider")
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    for label in ("My ledger", "Prices", "How to play", "First trade"):
        await stage.ada.click(card, label=label)
    text = generate_latest(stage.bot.metrics.registry).decode()
    mask = stage.keeper.mask(stage.world_id, str(stage.ada.id)) or "?"
    for private in (str(stage.ada.id), str(stage.guild.id), str(stage.channel.id), mask, "player-", "guild-"):
        assert private not in text, private
    labels = {name for family in stage.bot.metrics.registry.collect() for s in family.samples for name in s.labels}
    assert labels <= {"mind", "lab", "outcome", "kind", "what", "why", "le"}


def test_the_operators_page_explains_every_metric_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    ours = {family.name for family in Metrics(HandClock()).registry.collect() if family.name.startswith("wood_")}
    assert set(re.findall(r"\| `(wood_[a-z_]+)` \|", page)) == ours
