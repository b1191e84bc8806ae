"""Two runs beside each other: what lies within the intervals, what does not, and what cannot be compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from experiments.report.compare import compare
from experiments.report.results import ReportError, read
from tests.experiments.test_report import claim, put, result

runner = CliRunner()


def figure(value: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {"mean": value, "low": low, "high": high, "runs": 8}


def folder(at: Path, *rows: dict[str, Any], options: str = "--seeds 1-2") -> Path:
    made = result("gambit", "small", [{"seeds": [1, 2], **row} for row in rows])
    put(at, "a.json", {**made, "command": f"wood experiment gambit --council small {options}"})
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


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--seeds 3", "with --seeds 1,2 --turns 15 first and with --seeds 3 the second time"),
        ("--seeds 1-2 --turns 4", "--turns 15 first and with --seeds 1,2 --turns 4 the second time"),
    ],
)
def test_other_seeds_and_other_options_are_told(options: str, says: str, tmp_path):
    row = {"mechanism": "rumour", "pnl": figure(5, 4, 6)}
    first = folder(tmp_path / "first", row, options="--seeds 1-2 --turns 15")
    others = folder(tmp_path / "others", row, options=options)
    with pytest.raises(ReportError, match=says):
        compare(read(first), read(others))


@pytest.mark.parametrize("options", ["--seeds 1,2", "--seeds 2,1", "--seeds 1-2 --borrower Oona"])
def test_the_same_seeds_are_compared_however_they_are_typed_and_whatever_else_is_run(options: str, tmp_path):
    row = {"mechanism": "rumour", "pnl": figure(5, 4, 6)}
    first, again = folder(tmp_path / "first", row), folder(tmp_path / "again", row, options=options)
    assert len(compare(read(first), read(again))) == 1


def test_a_row_that_counts_other_seeds_of_the_same_run_is_compared(tmp_path):
    for name, defaulted in (("first", [2, 3]), ("again", [1])):
        row = {**claim("it defaults", 1, len(defaulted)), "seeds": defaulted}
        put(tmp_path / name, "ruin.json", result("ruin", "small", [row]))
    [found] = compare(read(tmp_path / "first"), read(tmp_path / "again"))
    assert (found.first[0], found.again[0]) == (0.5, 1.0)


def test_rows_without_a_council_are_those_of_the_run_on_the_same_one(tmp_path):
    """The proof of the firewall stands in the results of every council, each with pairs of its own number."""
    for place in ("first", "again"):
        for cast, pairs in (("small", 8), ("rules", 4)):
            made = result("firewall", cast, [claim("woods differ", pairs, pairs)])
            made["rows"][0]["council"] = "a function"
            made["command"] += f" --worlds {pairs}"
            put(tmp_path / place / cast, "firewall.json", made)
    found = compare(read(tmp_path / "first"), read(tmp_path / "again"))
    assert [each.first == each.again for each in found] == [True, True]
    assert len({each.first for each in found}) == 2


def test_nothing_in_common_is_told(tmp_path):
    first = folder(tmp_path / "first", {"mechanism": "rumour", "pnl": figure(5, 4, 6)})
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
