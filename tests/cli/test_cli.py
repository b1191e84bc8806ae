"""The `wood` command: its JSON, its exit status, and the one sentence that bad input gets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

runner = CliRunner()
ROOT = Path(__file__).parents[2]


def _json(*arguments: str) -> dict[str, object]:
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _refused(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    return " ".join(result.stderr.split())


def test_sim_prints_one_json_object() -> None:
    report = _json("sim", "--turns", "2", "--seed", "7", "--council", "standin")
    assert report["turns"] == 2
    assert report["council"]["Oona"]["kind"] == "standin"  # type: ignore[index]


def test_a_simulation_written_out_replays_on_another_hash_seed(tmp_path: Path) -> None:
    _json("sim", "--turns", "3", "--council", "standin", "--out", str(tmp_path))
    for name in ("prices.png", "trades-and-gini.png", "traces.jsonl", "sim.db"):
        assert (tmp_path / name).stat().st_size > 0
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "replay", "--db", str(tmp_path / "sim.db"), "--json"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == {"worlds": 1, "turns": 3, "identical": True}


def test_replay_notices_a_journal_that_was_tampered_with(tmp_path: Path) -> None:
    import sqlite3

    _json("sim", "--turns", "3", "--council", "standin", "--out", str(tmp_path))
    with sqlite3.connect(tmp_path / "sim.db") as connection:
        connection.execute("UPDATE turns SET state_hash = 'x' WHERE turn = 2")
    result = runner.invoke(app, ["replay", "--db", str(tmp_path / "sim.db"), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["identical"] is False


def test_traces_are_written_one_line_an_ask(tmp_path: Path) -> None:
    _json("sim", "--turns", "2", "--council", "standin", "--out", str(tmp_path))
    target = tmp_path / "open.jsonl"
    result = runner.invoke(app, ["traces", "--db", str(tmp_path / "sim.db"), "--to", str(target)])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert len(lines) == 12
    assert {line["gen_ai.agent.name"] for line in lines} == {
        "Mossback",
        "Oona",
        "Bracken",
        "Sable",
        "Nettle",
        "the narrator",
    }


def test_experiment_gambit_prints_its_rows() -> None:
    result = _json("experiment", "gambit", "--council", "standin", "--seeds", "1,2")
    assert len(result["rows"]) == 3  # type: ignore[arg-type]


def test_council_check_asks_every_mind() -> None:
    result = _json("council", "check", "--council", "standin")
    assert all(mind["ok"] for mind in result["minds"])  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sim", "--council", "nobody"), "nobody"),
        (("sim", "--council", "standin", "--script", "absent.toml"), "absent.toml"),
        (("replay", "--db", "absent.db"), "absent.db is no database"),
        (("traces", "--db", "absent.db", "--to", "x.jsonl"), "absent.db is no database"),
        (("experiment", "gambit", "--seeds", "a-b"), "names no seeds"),
        (("play", "--cadence", "1s"), "is no cadence"),
        (("play", "--cadence", "soon"), "is no cadence"),
    ],
)
def test_bad_input_gets_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in _refused(*arguments)


def test_the_bot_without_a_token_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    assert "DISCORD_TOKEN" in _refused("bot")
