"""The published field report: its document is what its results give, and its results what its recording gives."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.experiment import CASTS
from cli.main import app
from experiments.report.results import Results, read
from experiments.report.write import TEMPLATE, write

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "data" / "field-report"
DOCUMENT = ROOT / "docs" / "field-report.md"
EXPERIMENTS = {"sandbox", "reliability", "gambit", "edge", "heat", "ruin", "firewall", "tournament", "council"}


@pytest.fixture(scope="module")
def published() -> Results:
    return read(PUBLISHED)


def test_the_document_is_what_the_results_give(published: Results, tmp_path: Path) -> None:
    written = write(published, tmp_path / DOCUMENT.name, TEMPLATE.read_text(encoding="utf-8"))
    assert DOCUMENT.read_text(encoding="utf-8") == written[0].read_text(encoding="utf-8")
    missing = [plot.name for plot in written[1:] if not (DOCUMENT.parent / "images" / plot.name).is_file()]
    assert missing == []


def test_every_experiment_was_run_on_every_cast_and_eight_seeds(published: Results) -> None:
    assert set(published.rows) == EXPERIMENTS
    assert sorted(published.casts) == sorted(CASTS)
    for name, made in published.made.items():
        assert {cast for result in made for cast in result["councils"]} == set(CASTS), name
        wanted = "--seeds 1-2" if name == "tournament" else "--seeds 1-8"
        assert all(wanted in result["command"] for result in made), name


def test_no_row_of_the_standin_counts_as_evidence(published: Results) -> None:
    told = {row["council"]: row["evidence"] for rows in published.rows.values() for row in rows}
    assert {cast: told[cast] for cast in CASTS} == {cast: cast != "standin" for cast in CASTS}


@pytest.mark.slow
def test_the_results_are_to_the_byte_what_the_recorded_minds_give(tmp_path: Path) -> None:
    recorded = str(PUBLISHED / "answers.jsonl")
    again = CliRunner().invoke(app, ["experiment", "all", "--replay", recorded, "--out", str(tmp_path)])
    assert again.exit_code == 0, again.stderr
    results = sorted(file.relative_to(PUBLISHED) for file in PUBLISHED.rglob("*.json"))
    differ = [str(name) for name in results if (tmp_path / name).read_bytes() != (PUBLISHED / name).read_bytes()]
    assert (len(results), differ) == (len(CASTS) * len(EXPERIMENTS - {"council"}) + 1, [])
