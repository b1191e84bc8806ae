"""`wood finetune` as it is typed: bad input is one sentence, and every command does what it says."""

import json

import pytest
from typer.testing import CliRunner

from cli.main import app

runner = CliRunner()

STANDIN = """
[minds.rules]
kind = "standin"
[seats]
Mossback = "rules"
Oona = "rules"
Bracken = "rules"
Sable = "rules"
Nettle = "rules"
"""


@pytest.fixture
def council(tmp_path):
    file = tmp_path / "council.toml"
    file.write_text(STANDIN, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["data", "--answers", "nowhere.jsonl"], "nowhere.jsonl holds no answers. Run wood finetune candidates first"),
        (["train", "--data", "nowhere.jsonl"], "nowhere.jsonl holds no lessons. Run wood finetune data first."),
        (["evaluate", "--mode", "loose"], "A mode is constrained or free."),
        (["evaluate", "--mind", "owl"], "No mind 'owl' sits in the council embedded."),
        (["evaluate", "--council", "nowhere"], "There is no council 'nowhere'"),
        (["evaluate", "--adapter", "nowhere.gguf"], "nowhere.gguf is no adapter."),
        (["evaluate", "--play", "one"], "'one' names no seeds."),
    ],
)
def test_bad_input_is_one_sentence(arguments, sentence):
    result = runner.invoke(app, ["finetune", *arguments])
    assert result.exit_code == 2
    assert sentence.casefold() in " ".join(result.stderr.split()).casefold()
    assert not result.stdout


def test_an_evaluation_is_one_object_with_the_fields_that_checks_read(council):
    asked = ["finetune", "evaluate", "--council", council, "--asks", "6", "--listen", "1", "--play", "1-2", "--json"]
    result = runner.invoke(app, asked)
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert set(figures) == {"minds", "listening", "play"}
    for mode in ("constrained", "free"):
        score = figures["minds"]["rules"][mode]
        assert {"asks", "valid_json", "valid_offers", "self_buys", "acting", "seconds_per_ask"} <= set(score)
    assert set(figures["listening"]["rules"]["Nettle"]["whispered rise"]) == {"change", "up", "down", "heeded"}
    assert figures["play"]["seeds"] == [1, 2]


def test_candidates_and_lessons_are_written(council, tmp_path):
    answers, lessons = tmp_path / "candidates.jsonl", tmp_path / "lessons.jsonl"
    asked = ["candidates", "--council", council, "--asks", "5", "--to", str(answers)]
    assert "of rules written to" in " ".join(runner.invoke(app, ["finetune", *asked]).stdout.split())
    result = runner.invoke(
        app, ["finetune", "data", "--examples", "50", "--answers", str(answers), "--to", str(lessons)]
    )
    assert result.exit_code == 0, result.stderr
    assert len(lessons.read_text(encoding="utf-8").splitlines()) == 50
    assert json.loads(lessons.with_suffix(".card.json").read_text(encoding="utf-8"))["examples"] == 50


def test_so_many_copies_of_every_mind_answer_as_were_asked_for(monkeypatch):
    seen = {}
    monkeypatch.setattr("cli.finetune._evaluated", lambda minds, *_: seen.update(minds) or {})
    assert runner.invoke(app, ["finetune", "evaluate", "--copies", "3"]).exit_code == 0
    assert set(seen) == {"gemma", "smollm2", "wood"}
    assert {mind.workers for mind in seen.values()} == {3}
