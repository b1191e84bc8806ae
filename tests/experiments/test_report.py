"""The field report: every figure in it comes from a result, and what was not run is said to be not run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from experiments import intervals
from experiments.report.plots import PLOTS
from experiments.report.results import ReportError, read
from experiments.report.tables import interval
from experiments.report.write import _MARK, _TABLES, TEMPLATE, write

runner = CliRunner()


def result(experiment: str, council: str, rows: list[dict[str, Any]], evidence: bool = True) -> dict[str, Any]:
    return {
        "experiment": experiment,
        "command": f"wood experiment {experiment} --council {council} --seeds 1-2",
        "versions": {"package": "1", "schema": 9, "rules_sha256": "f" * 64},
        "councils": {council: {"seats": {}, "minds": {"m": {"kind": "embedded", "model": "small"}}}},
        "rows": [{**row, "council": council, "evidence": evidence} for row in rows],
    }


def claim(words: str, held: int, of: int) -> dict[str, Any]:
    return {"claim": words, "held": held, "of": of, "share": intervals.share(held, of), "seeds": [1, 2]}


def put(folder: Path, name: str, content: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content))


def test_headlines_stand_by_cast_and_the_standin_apart(tmp_path: Path) -> None:
    put(tmp_path / "r", "a.json", result("edge", "rules", [claim("tips pay", 2, 2)], evidence=False))
    put(tmp_path / "r", "b.json", result("edge", "small", [claim("tips pay", 1, 2)]))
    put(tmp_path / "r", "c.json", result("heat", "small", [claim("wins are seen", 0, 2)]))
    results = read(tmp_path / "r")
    assert results.casts == ["small", "rules"]
    told = _TABLES["robustness"](results).splitlines()
    assert told[0] == "|  | small | rules (no evidence) |"
    assert "| tips pay | 1 of 2 | 2 of 2 |" in told
    assert "| wins are seen | 0 of 2 | not run |" in told
    assert "| valid JSON | not run | not run |" in told


def test_the_notes_stand_beside_each_cast(tmp_path: Path) -> None:
    row = {"adapted": True, "valid_offers": {"part": 9, "of": 10}, "self_buys": {"part": 0, "of": 10}}
    honey = {"mechanism": "rumour", "honey_before": 9, "honey_after": 11, "wins": 0, "seeds": [1]}
    put(tmp_path / "r" / "small", "a.json", result("reliability", "small", [row]))
    put(tmp_path / "r" / "rules", "a.json", result("gambit", "rules", [honey], evidence=False))
    lines = _TABLES["notes"](read(tmp_path / "r")).splitlines()
    assert lines[0] == "|  | told | small | rules (no evidence) |"
    [valid] = [line for line in lines if "tuned small mind: valid offers" in line]
    assert valid.endswith("| second note: all | 90.0% of 10 | not run |")
    [untuned] = [line for line in lines if "the untuned: valid offers" in line]
    assert untuned.endswith("| no seat | not run |")
    [told] = [line for line in lines if "the Run is only told" in line]
    assert told.endswith("| not run | 9 to 11 |")


def test_what_was_run_on_nothing_is_not_called_not_run(tmp_path: Path) -> None:
    nothing = intervals.share(0, 0)
    silent = {"adapted": True, "valid_offers": nothing, "self_buys": nothing, "valid_json": nothing, "acting": nothing}
    mind = {"mind": "m", "model": "small", "creatures": []}
    put(tmp_path / "r", "reliability.json", result("reliability", "small", [{**mind, **silent}]))
    results = read(tmp_path / "r")
    assert "| small | m | small with an adapter | 0 | none | none | none | none |" in _TABLES["reliability"](results)
    told = _TABLES["robustness"](results).splitlines()
    assert "| valid offers | none |" in told
    assert "| valid JSON | not run |" in told
    noted = _TABLES["notes"](results).splitlines()
    assert "| a tuned small mind: valid offers | second note: all | none |" in noted
    assert any(line.startswith("| the untuned: valid offers |") and line.endswith("| no seat |") for line in noted)
    assert (interval(intervals.mean([])), interval(None)) == ("none", "not run")


def test_claims_are_drawn_by_cast_and_those_that_no_run_could_test_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / "r", "a.json", result("ruin", "small", [claim("it defaults", 0, 0)]))
    assert not PLOTS["claims"](read(tmp_path / "r"), tmp_path / "none.png")
    put(tmp_path / "r", "b.json", result("edge", "rules", [claim("tips pay", 1, 2)]))
    assert PLOTS["claims"](read(tmp_path / "r"), tmp_path / "some.png")
    assert (tmp_path / "some.png").stat().st_size > 5_000


def test_what_was_not_run_says_so_and_nothing_is_invented(tmp_path: Path) -> None:
    put(tmp_path / "r", "b.json", result("edge", "small", [claim("tips pay", 1, 2)]))
    target = tmp_path / "docs" / "field-report.md"
    claims = target.parent / "images" / "field-report-claims.png"
    assert write(read(tmp_path / "r"), target, TEMPLATE.read_text()) == [target, claims]
    text = target.read_text()
    assert text.count("*Not run.*") >= 9
    assert "<!--" not in text
    assert "`wood experiment edge --council small --seeds 1-2`" in text


def test_the_template_holds_every_table_and_no_figure_but_the_intervals() -> None:
    text = TEMPLATE.read_text()
    assert {name for kind, name in _MARK.findall(text) if kind == "table"} == set(_TABLES)
    written = _MARK.sub("", text)
    assert set(re.findall(r"\d+(?:\.\d+)?", written)) <= {"95", "0", "1", "0.1"}


def test_a_whole_report_is_made_of_whole_results(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    common = ["--council", "standin", "--seeds", "1-2", "--out", str(folder)]
    for name in ("sandbox", "council", "reliability"):
        assert runner.invoke(app, ["experiment", name, *common, "--turns", "2"]).exit_code == 0
    assert runner.invoke(app, ["experiment", "gambit", *common]).exit_code == 0
    target = tmp_path / "docs" / "field-report.md"
    made = runner.invoke(app, ["experiment", "report", "--from", str(folder), "--to", str(target)])
    assert made.exit_code == 0, made.output
    text, results = target.read_text(), json.loads((folder / "gambit.json").read_text())
    for row in results["rows"]:
        assert f"| {row['mechanism']} | 2 | {row['honey_before']} | {row['honey_after']} |" in text
        assert f"{row['wins']} of 2" in text
    assert "standin (no evidence)" in text
    images = sorted((target.parent / "images").iterdir())
    assert [image.name for image in images] == [
        f"field-report-{name}.png" for name in ("ends", "gambit", "honey", "orders", "prices", "reliability")
    ]
    assert all(f"](images/{image.name})" in text and image.stat().st_size > 5_000 for image in images)
    again = tmp_path / "again" / "field-report.md"
    assert runner.invoke(app, ["experiment", "report", "--from", str(folder), "--to", str(again)]).exit_code == 0
    assert again.read_bytes() == target.read_bytes()


def test_a_council_is_held_once(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        put(tmp_path / "r", name, result("edge", "small", [claim("tips pay", 1, 2)]))
    with pytest.raises(ReportError, match=r"a\.json and b\.json both hold edge on small"):
        read(tmp_path / "r")


def test_a_copied_folder_does_not_double_its_rows(tmp_path: Path) -> None:
    for folder in ("small", "small-old"):
        put(tmp_path / "r" / folder, "edge.json", result("edge", "small", [claim("tips pay", 1, 2)]))
    with pytest.raises(ReportError, match=r"small/edge\.json and small-old/edge\.json both hold edge on small"):
        read(tmp_path / "r")


@pytest.mark.parametrize(
    ("content", "says"), [(None, "holds no results"), ({"rows": []}, "is no result"), ([1], "is no result")]
)
def test_what_is_no_result_gets_one_sentence(content: Any, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    if content is not None:
        put(folder, "odd.json", content)
    shown = runner.invoke(app, ["experiment", "report", "--from", str(folder), "--to", str(tmp_path / "x.md")])
    assert shown.exit_code == 2
    assert says in " ".join(shown.stderr.split())
    assert not (tmp_path / "x.md").exists()
