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
    assert report["firewall"] == {"prompts": 30 + report["headlines"]["asked"], "leaks": 0}
    assert report["headlines"]["asked"] >= 4, "a legend is told in its own words, and no narrator asked"
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


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
async def test_the_script_of_the_law_shows_every_verdict_and_the_cartel(seed: str) -> None:
    told: list[str] = []
    seen = await simulate(
        load_council("standin"),
        turns=33,
        seed=seed,
        script=load_script(SCRIPTS / "law.toml"),
        on_turn=lambda report: told.extend(f"{report.turn}: {line}" for line in report.view.news),
    )
    assert set(seen.pebbles) == {1_000_000}
    for turn, words in (
        (2, "opens an inquiry into"),
        (5, "is fined"),
        (7, "opens an inquiry into"),
        (10, "are frozen until turn 14"),
        (14, "is free again"),
        (16, "opens an inquiry into"),
        (19, "is exiled from the wood until turn 31"),
        (31, "is free again"),
    ):
        assert [line for line in told if line.startswith(f"{turn}: ") and words in line], (turn, words)
    assert sum("opens an inquiry" in line for line in told) == 3
    assert any("The pact of Bracken and Sable is over." in line for line in told)


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
async def test_the_script_of_the_second_note_shows_ruin_and_return(seed: str) -> None:
    script = load_script(SCRIPTS / "second_note.toml")
    seen = await simulate(load_council("standin"), turns=10, seed=seed, script=script)
    kinds = {(event["turn"], event["kind"]) for event in seen.report()["events"]}
    assert {(1, "pact"), (5, "inquiry"), (8, "pact"), (8, "verdict"), (9, "returned")} <= kinds
    assert {"margin_call", "default", "banished"} <= {kind for _, kind in kinds}
    assert set(seen.pebbles) == {1_000_000}


async def test_a_step_that_may_be_refused_is_no_mistake_either_way() -> None:
    steps = tuple(Step(turn=1, who="hazel", what=what, may_be_refused=True) for what in ("spring", "join"))
    await simulate(load_council("standin"), turns=1, seed="7", script=Script(steps))
