"""Replay: the same journal gives the same hashes; a changed one is found out."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from engine.actions import BuyForecast, CloseContract, Join, PokeWood, Spring, Whisper
from engine.journal import JournalRow
from engine.keeper import Keeper
from engine.replay import ReplayReport, apply_row, replay, replay_wood
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Direction, Good, Poke
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
