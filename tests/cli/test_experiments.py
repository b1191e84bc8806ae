"""`wood experiment` as it is typed: what made a result stands in it, and a recording gives the same bytes again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import experiment as experiment_commands
from cli.experiment_order import Order
from cli.main import app
from experiments.edge import run as experiment
from experiments.firewall import report
from experiments.firewall.mutants import Mutant
from experiments.firewall.plans import PairPlan, random_pair
from experiments.firewall.planted import MUTANTS
from inference import embedded
from inference.mind import MindError

runner = CliRunner()

EXPERIMENTS: dict[str, tuple[str, ...]] = {
    "sandbox": ("--turns", "2"),
    "council": ("--turns", "2"),
    "reliability": ("--turns", "2"),
    "gambit": (),
    "edge": (),
    "heat": (),
    "ruin": ("--borrower", "Oona"),
    "firewall": ("--worlds", "2"),
    "tournament": ("--players", "4", "--table", "4", "--rounds", "1", "--turns", "2"),
}


def _experiment(name: str, *arguments: str, council: str = "standin"):
    return runner.invoke(app, ["experiment", name, "--council", council, "--seeds", "1", *arguments])


def _sentence(result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return " ".join(result.stderr.split())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_recording_gives_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    kept, more = str(tmp_path / "minds.jsonl"), EXPERIMENTS[name]
    live = _experiment(name, *more, "--record", kept, "--out", str(tmp_path / "live"))
    assert live.exit_code == 0, live.output
    again = _experiment(name, *more, "--replay", kept, "--out", str(tmp_path / "again"))
    assert again.exit_code == 0, again.output
    bytes_of = [(tmp_path / folder / f"{name}.json").read_bytes() for folder in ("live", "again")]
    assert bytes_of[0] == bytes_of[1]
    result = json.loads(bytes_of[0])
    assert result["rows"]
    by_minds = [row for row in result["rows"] if row["council"] == "standin"]
    assert by_minds
    assert not any(row["evidence"] for row in by_minds)


def test_what_made_a_result_stands_in_it() -> None:
    shown = _experiment("edge", "--json")
    result = json.loads(shown.stdout)
    assert result["command"] == "wood experiment edge --council standin --seeds 1"
    assert set(result["versions"]) == {"package", "schema", "rules_sha256"}
    assert result["councils"]["standin"]["seats"]["Oona"] == "standin"
    assert result["councils"]["standin"]["minds"]["standin"]["kind"] == "standin"


def test_another_seed_than_was_recorded_is_one_sentence(tmp_path: Path) -> None:
    kept = str(tmp_path / "minds.jsonl")
    assert _experiment("edge", "--record", kept).exit_code == 0
    result = runner.invoke(app, ["experiment", "edge", "--council", "standin", "--seeds", "2", "--replay", kept])
    assert "has no answer to" in _sentence(result)


def test_a_stopped_tournament_process_of_a_replay_is_one_sentence(tmp_path: Path) -> None:
    kept = str(tmp_path / "minds.jsonl")
    assert _experiment("edge", "--record", kept).exit_code == 0
    result = _experiment("tournament", *EXPERIMENTS["tournament"], "--replay", kept)
    assert "ended by itself" in _sentence(result)


@pytest.mark.slow
def test_all_of_a_report_goes_on_where_it_was_and_gives_the_same_bytes_again(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def run(folder: Path = tmp_path, *more: str) -> dict[Path, bytes]:
        order = ("experiment", "all", "--council", "standin", "--seeds", "1", "--out", str(folder), *more)
        made = runner.invoke(app, order)
        assert made.exit_code == 0, made.output
        return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.json")}

    results = run()
    assert {file.stem for file in results} == set(EXPERIMENTS)
    assert {file.parent for file in results if file.stem != "council"} == {Path("standin")}
    kept, lost = tmp_path / "standin" / "sandbox.json", tmp_path / "standin" / "gambit.json"
    written = kept.stat().st_mtime_ns
    answers = (tmp_path / "answers.jsonl").read_bytes()
    lost.unlink()
    assert run() == results
    assert kept.stat().st_mtime_ns == written
    assert (tmp_path / "answers.jsonl").read_bytes() == answers, "nobody was asked anew"
    replayed = tmp_path_factory.mktemp("replayed")
    assert run(replayed, "--replay", str(tmp_path / "answers.jsonl")) == results
    assert not list(replayed.glob("*.jsonl")), "nobody was asked at all"


def test_all_keeps_a_council_of_ones_own_in_a_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Order] = []
    monkeypatch.setattr(experiment_commands, "_BODIES", dict.fromkeys(EXPERIMENTS, ran.append))
    own = tmp_path / "mine.toml"
    own.write_text("")
    made = runner.invoke(app, ["experiment", "all", "--council", str(own), "--out", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    assert {order.name for order in ran} == set(EXPERIMENTS)
    assert all(order.names == [str(own)] for order in ran)
    assert {order.out_dir for order in ran if order.name != "council"} == {tmp_path / "out" / "mine"}


def test_all_refuses_councils_whose_results_would_lie_in_one_folder(tmp_path: Path) -> None:
    two = ("--council", "standin", "--council", str(tmp_path / "standin.toml"))
    assert "in one folder" in _sentence(runner.invoke(app, ["experiment", "all", *two, "--out", str(tmp_path)]))


class TestFirewall:
    """`wood firewall`, with few planted leaks."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report, "MUTANTS", MUTANTS[:1])

    def test_a_proof_that_holds_says_nothing_more(self) -> None:
        shown = runner.invoke(app, ["firewall", "--worlds", "1", "--json"])
        assert shown.exit_code == 0, shown.output
        assert json.loads(shown.stdout)["telling"] == 1
        assert not shown.stderr.strip()

    def test_a_red_proof_says_what_leaked_on_a_line_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        harmless = Mutant("nothing", "It leaks nothing at all.", lambda _: None)
        monkeypatch.setattr(report, "MUTANTS", [harmless])
        monkeypatch.setattr(report, "PAIRS_A_MUTANT", 1)
        leak = next(mutant for mutant in MUTANTS if mutant.name == "name for a mask")
        with leak.planted():
            shown = runner.invoke(app, ["firewall", "--worlds", "2", "--json"])
            found = report.run(2).findings
        assert shown.exit_code == 1
        assert json.loads(shown.stdout)["divergent"] == 2
        assert found
        assert [line for line in shown.stderr.splitlines() if line.strip()] == found

    def test_a_planted_leak_that_is_not_caught_is_described(self, monkeypatch: pytest.MonkeyPatch) -> None:
        harmless = Mutant("nothing", "It leaks nothing at all.", lambda _: None)
        monkeypatch.setattr(report, "MUTANTS", [harmless])
        monkeypatch.setattr(report, "PAIRS_A_MUTANT", 1)
        shown = runner.invoke(app, ["firewall", "--worlds", "1"])
        assert shown.exit_code == 1
        assert shown.stderr.strip() == "not caught: It leaks nothing at all."
        assert "0 of 1 planted leaks caught" in " ".join(shown.stdout.split())

    def test_a_proof_in_which_nothing_was_secret_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def alike(number: int) -> PairPlan:
            plan = random_pair(number)
            return replace(plan, variants=(plan.variants[0], plan.variants[0]))

        monkeypatch.setattr(report, "random_pair", alike)
        shown = runner.invoke(app, ["firewall", "--worlds", "2"])
        assert shown.exit_code == 2
        assert "nothing is proved" in " ".join(shown.stderr.split())


@pytest.mark.parametrize("change", ["command", "versions", "councils", "broken"])
def test_a_result_is_kept_only_if_it_was_made_alike(change: str, tmp_path: Path) -> None:
    def run() -> bytes:
        Order("edge", ["standin"], "1", None, None, tmp_path, as_json=False, keeps=True).run(experiment)
        return (tmp_path / "edge.json").read_bytes()

    made = run()
    stale = json.loads(made) | {"rows": []}
    (tmp_path / "edge.json").write_text(json.dumps(stale))
    assert run() != made, "what was made alike is kept, whatever it says"
    stale[change] = "otherwise"
    (tmp_path / "edge.json").write_text("{" if change == "broken" else json.dumps(stale))
    assert run() == made


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--replay", "absent.jsonl"), "absent.jsonl is not there"),
        (("--replay", __file__), "is no recording of minds"),
        (("--replay", __file__, "--record", "b.jsonl"), "Leave one of them out"),
    ],
)
def test_bad_input_gets_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in _sentence(_experiment("edge", *arguments))


@pytest.mark.slow
@pytest.mark.minds
@pytest.mark.timeout(1_800)
def test_real_minds_are_recorded_and_their_weights_are_not_needed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = str(tmp_path / "minds.jsonl")
    more = ("--turns", "2", "--record", kept, "--out", str(tmp_path / "live"))
    assert _experiment("sandbox", *more, council="embedded").exit_code == 0

    def gone() -> Path:
        raise MindError("the weights are not here")

    monkeypatch.setattr(embedded, "WEIGHTS", dict.fromkeys(embedded.WEIGHTS, gone))
    for number, name in enumerate(("sandbox", "reliability")):
        out = str(tmp_path / f"again-{number}")
        again = _experiment(name, "--turns", "2", "--replay", kept, "--out", out, council="embedded")
        assert again.exit_code == 0, again.output
    live = (tmp_path / "live" / "sandbox.json").read_bytes()
    assert live == (tmp_path / "again-0" / "sandbox.json").read_bytes()
    result = json.loads(live)
    assert result["rows"][0]["evidence"] is True
    minds = result["councils"]["embedded"]["minds"]
    assert all(len(mind["weights_sha256"]) == 64 for mind in minds.values())
    assert len(minds["wood"]["adapter_sha256"]) == 64
