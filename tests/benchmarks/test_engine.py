"""The engine's benchmark does what it says: the same turns, whole, with the Patrons it names."""

from benchmarks import engine
from benchmarks.engine import Played, full_turn, play, timed
from benchmarks.instant import InstantCouncil
from engine.actions import act
from engine.keeper import Keeper
from engine.ports import Decision
from engine.store import MEMORY
from engine.turn import found
from tests.engine.helpers import FixedClock


async def test_it_reports_both_woods_and_that_every_hash_was_right() -> None:
    steps: list[int] = []
    report = await engine.run(turns=6, done=lambda: steps.append(1))
    crowded = report["with_patrons"]
    assert (report["patrons"], crowded["patrons"]) == (0, 8)
    assert report["open_contracts"] == 0 < crowded["open_contracts"]
    for part in (report, crowded):
        assert (part["turns"], part["rounds"], part["identical"]) == (6, engine.ROUNDS, True)
        assert 0 < part["slowest"] <= part["turns_per_s"] <= part["fastest"] <= part["undisturbed"]
    assert len(steps) == 2 * engine.ROUNDS


async def test_a_turn_that_goes_otherwise_is_told(monkeypatch) -> None:
    async def other(turns: int, patrons: int) -> list[Played]:
        played = await play(turns, patrons)
        nothing = dict.fromkeys(played[1].decisions, Decision())
        return [played[0], Played((), nothing, played[1].state_hash, 0), *played[2:]]

    monkeypatch.setattr(engine, "play", other)
    assert not (await timed(turns=3, patrons=0)).identical


async def test_a_full_turn_is_the_keepers() -> None:
    played = await play(turns=4, patrons=0)
    keeper = await Keeper.open(MEMORY, lambda _: InstantCouncil([turn.decisions for turn in played]), FixedClock())
    await keeper.found("bench", 1, 2, seed=engine.SEED)
    wood = keeper.wood("bench")
    for turn in played:
        wood, state_hash = full_turn(wood, turn.decisions)
        assert (await keeper.advance("bench")).state_hash == state_hash
    await keeper.close()


async def test_patrons_hold_contracts_all_along() -> None:
    wood = found("bench", engine.SEED)
    played = await play(turns=5, patrons=3)
    for turn in played:
        for user, action in turn.moves:
            wood = act(wood, user, action).wood
        wood, _ = full_turn(wood, turn.decisions)
    assert len(wood.world.patrons) == 3
    assert all(turn.contracts for turn in played[1:])
