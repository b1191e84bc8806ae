"""Two runs beside each other: what lies within the intervals, what does not, and what cannot be compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from experiments.report.compare import compare
from experiments.report.results import ReportError, read
from tests.experiments.test_report import put, result

runner = CliRunner()


def figure(value: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {"mean": value, "low": low, "high": high, "runs": 8}


def folder(at: Path, *rows: dict[str, Any], seeds: list[int] | None = None) -> Path:
    put(at, "a.json", result("gambit", "small", [{"seeds": seeds or [1, 2], **row} for row in rows]))
    return at


def test_each_figure_is_found_again_in_the_row_that_is_about_the_same(tmp_path):
    first = folder(
        tmp_path / "first",
        {"mechanism": "rumour", "pnl": figure(5, 4, 6), "honey": {"first": figure(8, 7, 9)}},
        {"mechanism": "glut", "pnl": figure(0, -1, 1), "prices": [1, 2], "runs": figure(3, None, None)},
    )
    again = folder(
        tmp_path / "again",
        {"mechanism": "glut", "pnl": figure(9, 8, 10), "runs": figure(3, None, None)},
        {"mechanism": "rumour", "pnl": figure(6.5, 5.5, 7), "honey": {"first": figure(7, 6, 8)}},
        {"mechanism": "settlement", "pnl": figure(1, 0, 2)},
    )
    found = {(each.row[1], each.path): (each.within, each.apart) for each in compare(read(first), read(again))}
    assert found == {
        ("rumour", ("pnl",)): (False, False),
        ("rumour", ("honey", "first")): (True, False),
        ("glut", ("pnl",)): (False, True),
    }


def test_other_seeds_or_nothing_in_common_are_told(tmp_path):
    first = folder(tmp_path / "first", {"mechanism": "rumour", "pnl": figure(5, 4, 6)})
    others = folder(tmp_path / "others", {"mechanism": "rumour", "pnl": figure(5, 4, 6)}, seeds=[3])
    with pytest.raises(ReportError, match="other seeds"):
        compare(read(first), read(others))
    elsewhere = folder(tmp_path / "elsewhere", {"mechanism": "glut", "pnl": figure(5, 4, 6)})
    told = runner.invoke(app, ["experiment", "compare", str(first), str(elsewhere)])
    assert told.exit_code == 2
    assert "in common" in told.stderr


def test_the_command_names_what_lies_outside(tmp_path):
    first = folder(tmp_path / "first", {"mechanism": "rumour", "pnl": figure(5, 4, 6), "cost": figure(2, 1, 3)})
    again = folder(tmp_path / "again", {"mechanism": "rumour", "pnl": figure(9, 8, 10), "cost": figure(2, 1, 3)})
    said = runner.invoke(app, ["experiment", "compare", str(first), str(again)])
    assert said.stdout.splitlines() == [
        "gambit, small, rumour, pnl: 5 (4 to 6) and 9 (8 to 10)",
        "1 of 2 figures lie within the first run's intervals; 1 have intervals that do not meet",
    ]
    plain = json.loads(runner.invoke(app, ["experiment", "compare", str(first), str(again), "--json"]).stdout)
    assert (plain["figures"], plain["within"], plain["apart"]) == (2, 1, 1)
    assert plain["listed"][0]["figure"] == "pnl"
