"""Replay: the same journal gives the same hashes; a changed one is found out."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import schema
from engine.actions import Action, BuyForecast, CloseContract, Join, PokeWood, Spring, Whisper
from engine.audit import audit
from engine.ending import end_wood
from engine.journal import JournalRow
from engine.keeper import Keeper
from engine.replay import CANNOT_APPLY, Replay, ReplayReport, apply_row, replay, replay_wood
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Direction, Good, Phase, Poke
from engine.world import Wood
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, BOB, long, short


async def played(keeper: Keeper, count: int = 8) -> Keeper:
    actions = [
        (ALICE, Join()), (BOB, Join()), (ALICE, BuyForecast()), (ALICE, short(Good.HONEY, 5)),
        (BOB, Whisper(creature="Sable", good=Good.HONEY, direction=Direction.RISE)), (ALICE, Spring()),
        (BOB, PokeWood(poke=Poke.DROUGHT)), (BOB, long(Good.BERRIES, 2)), (ALICE, CloseContract(number=1)),
    ]  # fmt: skip
    for number, (user, action) in enumerate(actions):
        await keeper.act("w", user, action, f"i{number}")
        if number >= 5:
            await keeper.advance("w")
    for _ in range(count - 4):
        await keeper.advance("w")
    return keeper


async def test_a_journal_replays_to_identical_hashes(keeper: Keeper):
    await played(keeper)
    assert await replay_wood(keeper.store, "w") == ReplayReport("w", 8, ())
    rows = await keeper.store.journal_since("w", 0)
    *_, (_, last) = replay(rows)
    assert last.state_hash() == keeper.wood("w").state_hash()


async def test_a_replay_crosses_a_season(keeper: Keeper):
    await played(keeper, 50)
    assert keeper.wood("w").world.season == 2
    report = await replay_wood(keeper.store, "w")
    assert (report.turns, report.identical) == (50, True)


async def test_every_turns_hash_is_stored(keeper: Keeper):
    await played(keeper)
    hashes = await keeper.store.turn_hashes("w")
    closings = [row.seq for row in await keeper.store.journal_since("w", 0) if row.kind == "close"]
    assert sorted(hashes) == closings
    assert len(set(hashes.values())) == 8


async def test_a_replay_is_the_same_on_another_hash_seed(keeper: Keeper, url: str):
    await played(keeper)
    await keeper.close()
    code = (
        "import asyncio, sys\nfrom engine.store import Store\nfrom engine.replay import replay_wood\n"
        "async def main():\n    store = await Store.open(sys.argv[1])\n"
        "    print(await replay_wood(store, 'w'))\n    await store.close()\nasyncio.run(main())"
    )
    told = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-c", code, url],
        env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == str(ReplayReport("w", 8, ()))


async def test_a_changed_journal_is_found_out(keeper: Keeper):
    await played(keeper)
    rows = await keeper.store.journal_since("w", 0)
    changed: list[JournalRow] = []
    for row in rows:
        payload = json.loads(row.payload)
        if row.input_id == "act:i3":
            payload["action"]["quantity"] += 1
        changed.append(replace(row, payload=json.dumps(payload)))
    hashes = await keeper.store.turn_hashes("w")
    differing = [
        wood.world.turn for row, wood in replay(changed) if row.kind == "close" and hashes[row.seq] != wood.state_hash()
    ]
    assert differing == list(range(1, 9))


def test_a_journal_without_its_founding_is_an_error():
    with pytest.raises(ValueError, match="founding"):
        apply_row(None, JournalRow(2, "i", "open", 1, "{}", "", 0))


async def test_an_unknown_kind_of_input_is_an_error(keeper: Keeper):
    with pytest.raises(ValueError, match="unknown"):
        apply_row(keeper.wood("w"), JournalRow(2, "i", "dance", 1, "{}", "", 0))


async def test_an_old_wood_replays_by_its_own_numbers(keeper: Keeper):
    rules = DEFAULT_RULES.model_copy(update={"patron": DEFAULT_RULES.patron.model_copy(update={"stake": 321})})
    await keeper.found("b", 3, 4, seed="b", rules=rules)
    assert (await keeper.act("b", ALICE, Join(), "i")).figures["purse"] == 321
    await keeper.advance("b")
    assert (await replay_wood(keeper.store, "b")).identical


async def journalled(keeper: Keeper) -> tuple[Replay, int]:
    """Return the replay of a keeper's whole journal, and its last input."""
    played, rows = Replay(), await keeper.store.journal_since("w", 0)
    for row in rows:
        played.play(row).ledger.drain()
    return played, rows[-1].seq


async def voided_and_ended(open_keeper: KeeperOpener) -> Keeper:
    """Return a keeper of a season in which turns 8, 9 and 11 were voided, and which has ended."""
    keeper = await open_keeper()
    await keeper.found("w", 1, 2, council="script", cadence_seconds=600, seed="seed")
    await played(keeper)
    deeds: list[tuple[int, Action]] = [(1, long(Good.HONEY, 2)), (2, BuyForecast()), (0, short(Good.BERRIES, 1))]
    for turns, action in deeds:
        await keeper.void("w")
        await keeper.act("w", BOB, action, f"with {turns} turns to come")
        for _ in range(turns):
            await keeper.advance("w")
    await keeper.end("w")
    return await open_keeper()


async def test_voided_turns_and_an_end_replay_and_are_sound(open_keeper: KeeperOpener, url: str):
    keeper = await voided_and_ended(open_keeper)
    rows = await keeper.store.journal_since("w", 0)
    kinds = ("void", "close", "end")
    told = [row.input_id for row in rows if row.kind in kinds]
    assert told[8:] == ["void:8", "close:9", "void:9", "close:10", "close:11", "void:11", "end"]
    saved = await keeper.store.snapshot("w")
    ended = Wood.restore(saved.world, saved.sealed)
    assert (ended.world.phase, ended.world.turn) == (Phase.ENDED, 11)
    assert await replay_wood(keeper.store, "w") == ReplayReport("w", 11, ())
    *_, (_, last) = replay(rows)
    assert last.state_hash() == ended.state_hash()
    assert audit(Path(url.removeprefix("sqlite+aiosqlite:///"))).faults == []


@pytest.mark.parametrize("kind", ["void", "end"])
async def test_their_changed_postings_are_found_out(open_keeper: KeeperOpener, url: str, kind: str):
    file = Path(url.removeprefix("sqlite+aiosqlite:///"))
    keeper = await voided_and_ended(open_keeper)
    seq = next(row.seq for row in await keeper.store.journal_since("w", 0) if row.kind == kind)
    await keeper.close()
    with closing(sqlite3.connect(file)) as connection, connection:
        query = "UPDATE postings SET quantity = quantity + 1 WHERE seq = ? AND n = 0"
        assert connection.execute(query, (seq,)).rowcount == 1
    told = [fault.text for fault in audit(file).faults]
    assert f"the postings of input {seq} are not what the replay moves" in told


async def test_a_turn_keeps_the_hash_it_closed_with_when_it_is_voided(keeper: Keeper):
    await played(keeper)
    hashes = await keeper.store.turn_hashes("w")
    await keeper.void("w")
    assert await keeper.store.turn_hashes("w") == hashes
    assert await replay_wood(keeper.store, "w") == ReplayReport("w", 8, ())


async def test_a_voiding_is_journalled_with_its_snapshot_and_drains_its_postings(keeper: Keeper):
    await played(keeper)
    await keeper.void("w")
    row = (await keeper.store.journal_since("w", 0))[-1]
    assert (row.input_id, row.kind, row.turn, row.payload) == ("void:8", "void", 8, '{"turn":8}')
    assert await memos(keeper, row.seq) == {"turn 8 voided"}
    assert (await keeper.store.snapshot("w")).seq == row.seq


async def test_an_ending_is_journalled_with_its_snapshot_and_drains_its_postings(keeper: Keeper):
    await played(keeper)
    await keeper.end("w")
    row = (await keeper.store.journal_since("w", 0))[-1]
    assert (row.input_id, row.kind, row.turn, row.payload) == ("end", "end", 8, "{}")
    saved = await keeper.store.snapshot("w")
    assert saved.seq == row.seq
    assert '"phase":"ended"' in saved.world
    assert any("the season is over" in memo for memo in await memos(keeper, row.seq))


async def memos(keeper: Keeper, seq: int) -> set[str]:
    """Return the memos of what an input moved."""
    query = sa.select(schema.postings.c.memo).where(schema.postings.c.seq == seq)
    return set(await keeper.store.run(lambda c: c.execute(query).scalars().all()))


async def test_a_voiding_that_does_not_follow_is_found_out(keeper: Keeper):
    await played(keeper, 5)
    void = JournalRow(99, "void:5", "void", 5, '{"turn": 5}', "", 0)
    for row in (replace(void, payload='{"turn": 4}'), replace(void, payload="{}")):
        replayed, _ = await journalled(keeper)
        with pytest.raises(CANNOT_APPLY):
            replayed.play(row)
    with pytest.raises(ValueError, match="the one before"):
        Replay(keeper.wood("w")).play(void)
    with pytest.raises(ValueError, match="the one before"):
        apply_row(keeper.wood("w"), void)


async def test_a_voiding_goes_back_to_the_rest_that_the_voiding_before_it_made(keeper: Keeper):
    await played(keeper, 4)
    await keeper.void("w")
    rest = keeper.wood("w").state_hash()
    await keeper.act("w", BOB, long(Good.HONEY, 2), "since")
    await keeper.advance("w")
    before = (await journalled(keeper))[0].before_last_turn
    assert before is not None
    assert before.state_hash() == rest


async def test_what_follows_an_end_is_found_out(keeper: Keeper):
    await played(keeper, 4)
    ended = end_wood(keeper.wood("w")).wood
    for row in (JournalRow(9, "i", "open", 5, "{}", "", 0), JournalRow(9, "i", "end", 4, "{}", "", 0)):
        with pytest.raises(CANNOT_APPLY):
            apply_row(ended, row)
