"""Simulations on the stand-in, which shows that the plumbing holds and nothing about minds."""

from pathlib import Path

import pytest

from engine.replay import replay_wood
from engine.store import Store
from experiments.script import Script, ScriptError, Step, load_script
from experiments.simulate import simulate
from inference.council import load_council

SCRIPTS = Path(__file__).parents[2] / "experiments" / "scripts"


async def test_the_report_holds_every_field_and_the_books_stay_whole() -> None:
    council = load_council("standin")
    seen = await simulate(council, turns=6, seed="7")
    report = seen.report()
    assert report["turns"] == 6
    assert report["asks"] == 30
    assert report["valid_json"] == 1.0
    assert set(report["pebbles_total"]) == {1_000_000}
    assert report["firewall"] == {"prompts": 30, "leaks": 0}
    assert len(report["trades_per_turn"]) == len(report["gini"]) == 6
    assert set(report["prices"]) == {"acorns", "berries", "mushrooms", "honey", "firewood"}
    assert len(report["state_hash"]) == 64


async def test_the_same_seed_gives_the_same_wood_and_another_seed_another() -> None:
    hashes = [(await simulate(load_council("standin"), turns=4, seed=seed)).state_hash for seed in ("7", "7", "8")]
    assert hashes[0] == hashes[1] != hashes[2]


async def test_what_is_written_out_replays_to_the_same_hashes(tmp_path: Path) -> None:
    script = load_script(SCRIPTS / "gambit.toml")
    seen = await simulate(load_council("standin"), turns=5, seed="7", script=script, out=tmp_path)
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'sim.db'}")
    try:
        report = await replay_wood(store, "sim")
        hashes = await store.turn_hashes("sim")
    finally:
        await store.close()
    assert report.identical
    assert report.turns == 5
    assert seen.state_hash in hashes.values()


async def test_a_step_the_rules_refuse_ends_the_simulation_with_its_sentence() -> None:
    step = Step(turn=1, who="hazel", what="spring")
    with pytest.raises(ScriptError, match="Use /join first"):
        await simulate(load_council("standin"), turns=1, seed="7", script=Script((step,)))


async def test_a_step_marked_as_refused_must_be_refused() -> None:
    refused = Step(turn=1, who="hazel", what="spring", refused=True)
    allowed = Step(turn=1, who="hazel", what="join", refused=True)
    await simulate(load_council("standin"), turns=1, seed="7", script=Script((refused,)))
    with pytest.raises(ScriptError, match="should not have been"):
        await simulate(load_council("standin"), turns=1, seed="7", script=Script((allowed,)))
