"""The short form of the soak: nothing lost, nothing twice. Whether memory stays flat takes `tests.wire.soak` longer."""

from pathlib import Path

import pytest

from tests.wire.soak import soak


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_bad_wire_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    told = await soak(seconds=40, seed=11, guilds=4, shards=2, room=tmp_path)
    assert told["faults"].keys() >= {"cut-after", "cut-before", "bad-gateway", "slow"}
    assert told["deeds"]["told"] > 0
    assert told["cards"]["turns"] > 4
    assert told["clean"], told
    assert told["growth"]["journal_bytes"]["flat"]
