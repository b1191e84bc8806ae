"""Five hundred interactions in one moment: all acknowledged, each done once. How fast, `tests.wire.burst` says."""

from pathlib import Path

import pytest

from tests.wire.burst import burst


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_five_hundred_at_once_are_all_acknowledged_and_done_once(tmp_path: Path) -> None:
    # A busy machine may take longer than Discord waits; what is asked here is whether any is dropped.
    told = await burst(500, 10, tmp_path, within_seconds=120.0)
    for kind in ("join", "short", "autocomplete"):
        assert (told[kind]["acknowledged"], told[kind]["twice"]) == (500, 0)
    assert told["journalled"] == {"join": 500, "open": 500}
