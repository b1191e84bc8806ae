"""`wood bench`: one JSON object a part, all of them without a name, and one sentence for bad input."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import clock, engine, store
from benchmarks.peers import run
from cli.main import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A size that takes no time, and no peers to be measured."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    whole_engine, whole_store = engine.run, store.run
    monkeypatch.setattr(engine, "run", lambda _turns, done: whole_engine(2, done))
    monkeypatch.setattr(store, "run", lambda folder, **_: whole_store(folder, woods=2, turns=1, actions=2))


def report(*arguments: str) -> dict[str, Any]:
    result = runner.invoke(app, ["bench", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_part_is_measured_alone() -> None:
    assert list(report("engine")) == ["engine"]
    assert list(report("store")) == ["store"]


@pytest.mark.parametrize("named", [[], ["all"]])
def test_all_parts_are_measured_when_none_is_named_and_a_council_that_does_not_answer_is_left_out(
    named: list[str],
) -> None:
    result = runner.invoke(app, ["bench", *named, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    assert list(json.loads(result.stdout)) == ["engine", "store"]
    said = " ".join(result.stderr.split())
    assert "The council is left out" in said
    assert "The peers are left out: wood bench peers installs them." in said


def test_a_council_that_answers_is_measured_with_the_others() -> None:
    figures = report("all", "--council", "standin")
    assert list(figures) == ["engine", "store", "council"]
    assert figures["council"]["failed"] == 0 < figures["council"]["asks"]


def test_peers_that_are_installed_are_measured_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def measured(*_) -> dict[str, Any]:
        return {"peers": {"other": {"decisions_per_s": 1.0, "ours": 9.0}}}

    monkeypatch.setattr(run, "installed", lambda _: True)
    monkeypatch.setattr(run, "run", measured)
    assert report("all", "--council", "standin")["peers"]["other"] == {"decisions_per_s": 1.0, "ours": 9.0}
    assert list(report("peers")) == ["peers"]


def test_peers_that_cannot_be_installed_get_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = runner.invoke(app, ["bench", "peers"])
    assert result.exit_code == 2
    assert "environments are made with uv. Install it" in " ".join(result.stderr.split())


def test_a_clock_that_stands_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stands(*_) -> dict[str, Any]:
        raise clock.ClockError("A turn failed with OSError: no space left on device")

    monkeypatch.setattr(clock, "run", stands)
    result = runner.invoke(app, ["bench", "clock"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "A turn failed with OSError" in result.stderr


@pytest.mark.parametrize(("memory", "words"), [(104.0, "104.0 MiB, ours 60.0"), (None, "memory is not told")])
def test_memory_of_peers_is_told_in_words_where_it_is_known(
    memory: float | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = dict.fromkeys(("decisions_per_s", "ours", "ratio", "ratio_unwritten", "calls_per_decision"), 1.0)
    told = {**rates, "version": "1", "prompt_chars_per_decision": 1, "memory_mib": memory, "ours_memory_mib": 60.0}

    async def measured(*_) -> dict[str, Any]:
        return {"peers": {"other": told}}

    monkeypatch.setattr(run, "installed", lambda _: True)
    monkeypatch.setattr(run, "run", measured)
    result = runner.invoke(app, ["bench", "peers"], catch_exceptions=False)
    assert words in " ".join(result.stdout.split())


def test_figures_are_told_in_words() -> None:
    result = runner.invoke(app, ["bench", "all", "--council", "standin"], catch_exceptions=False)
    text = " ".join(result.stdout.split())
    for words in ("full turns a second of one core", "durable turns a second", "replay identical", "five creatures"):
        assert words in text


def test_a_folder_that_is_none_gets_a_sentence(tmp_path: Path) -> None:
    for part in ("store", "all"):
        result = runner.invoke(app, ["bench", part, "--in", str(tmp_path / "absent")])
        assert result.exit_code == 2
        assert result.stdout == ""
        assert " ".join(result.stderr.split()).endswith("Name one on the disk that shall be measured.")
