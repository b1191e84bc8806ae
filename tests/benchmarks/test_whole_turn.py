"""A benchmarked turn is the Keeper's: what both would write is the same, and a narrator that breaks costs no turn."""

import pytest

from benchmarks.engine import SEED, play
from benchmarks.instant import HEADLINE, InstantCouncil
from benchmarks.whole_turn import unwritten_turn, whole_turn
from engine.journal import Batch
from engine.keeper import Keeper
from engine.ports import Decision, Narration, NarrationRequest
from engine.store import MEMORY, Store
from engine.turn import found
from tests.engine.helpers import FixedClock


async def _one_missing(turns: int) -> InstantCouncil:
    """Return a council that tells nothing of Oona, who was asked."""
    played = [turn.decisions for turn in await play(turns, patrons=0)]
    return InstantCouncil([{name: each for name, each in turn.items() if name != "Oona"} for turn in played])


async def test_it_writes_what_the_keeper_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    commit, committed = Store.commit, list[Batch]()

    async def noting(self: Store, batch: Batch) -> None:
        committed.append(batch)
        await commit(self, batch)

    monkeypatch.setattr(Store, "commit", noting)
    council = await _one_missing(4)
    keeper = await Keeper.open(MEMORY, lambda _: council, FixedClock())
    await keeper.found("bench", 1, 2, seed=SEED, on_clock=False)
    wood = keeper.wood("bench")
    for _ in range(4):
        turn = await whole_turn(wood, council)
        report = await keeper.advance("bench")
        closing, kept = turn.closing, committed[-1]
        assert (closing.row.input_id, closing.row.payload) == (kept.row.input_id, kept.row.payload)
        assert (closing.turn, closing.posts, closing.asks) == (kept.turn, kept.posts, kept.asks)
        assert list(closing.postings) == list(kept.postings)
        assert closing.snapshot is not None is not kept.snapshot
        assert (closing.snapshot.world, closing.snapshot.sealed) == (kept.snapshot.world, kept.snapshot.sealed)
        assert turn.written.state_hash == report.state_hash
        wood = turn.closed.wood
        assert "Oona" in closing.row.payload
        assert wood.world.headline == HEADLINE
    await keeper.close()


async def test_what_is_not_written_down_is_the_same_turn() -> None:
    council, wood = await _one_missing(1), found("bench", SEED)
    assert (await unwritten_turn(wood, council)).wood.write() == (await whole_turn(wood, council)).written


async def test_a_narrator_that_breaks_costs_the_headline_alone() -> None:
    class Broken(InstantCouncil):
        async def narrate(self, request: NarrationRequest) -> Narration:
            raise ConnectionError

    turn = await whole_turn(found("bench", SEED), Broken([{"Oona": Decision()}]))
    assert turn.closed.wood.world.turn == 1
    assert '"headline":""' in turn.closing.row.payload
