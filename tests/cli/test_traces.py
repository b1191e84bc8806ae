"""`wood traces` as it is typed: the dataset with its card, the refusal, and a turn read as a story."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

runner = CliRunner()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    result = runner.invoke(app, ["sim", "--turns", "2", "--council", "standin", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    return tmp_path / "sim.db"


def _traces(database: Path, *arguments: str):
    return runner.invoke(app, ["traces", "--db", str(database), *arguments])


def test_the_card_says_what_was_written(database: Path) -> None:
    target = database.with_name("open.jsonl")
    assert _traces(database, "--to", str(target)).exit_code == 0
    card = target.with_suffix(".md").read_text()
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert f"| rows | {len(rows)} |" in card
    assert "| turns | 2 |" in card
    assert hashlib.sha256(target.read_bytes()).hexdigest() in card
    assert "evidence of nothing" in card
    assert str(database.parent) not in card
    assert all(f"| `{column}` |" in card for column in rows[0])


def test_the_card_goes_where_it_is_wanted(database: Path) -> None:
    card = database.with_name("about") / "README.md"
    assert _traces(database, "--to", str(database.with_name("open.jsonl")), "--card", str(card)).exit_code == 0
    assert card.is_file()
    assert not database.with_name("open.md").exists()


def _plant(database: Path, change: str, *values: str) -> None:
    with sqlite3.connect(database) as connection:
        assert connection.execute(change, values).rowcount


@pytest.mark.parametrize("leak", ["xq0123456789abcdef0123", "471100471100471100", "heat: 3"])
def test_a_leak_in_a_prompt_is_refused_and_nothing_is_written(database: Path, leak: str) -> None:
    _plant(database, "UPDATE asks SET record = replace(record, 'You hold:', ?) WHERE creature = 'Oona'", leak)
    result = _traces(database, "--to", str(database.with_name("open.jsonl")))
    assert result.exit_code == 2
    said = " ".join(result.stderr.split())
    assert said.startswith("Nothing was written: gen_ai.input.messages of turn 1 of Oona's ask holds ")
    assert leak not in said
    assert not list(database.parent.glob("open.*"))


def test_the_id_of_a_player_is_known_from_the_store(database: Path) -> None:
    """A mind that says seventeen digits has made them up, unless they are somebody's."""
    spoken = 'UPDATE asks SET record = replace(record, \'"thought":"\', \'"thought":"47110047110047110 \')'
    _plant(database, spoken)
    assert _traces(database, "--to", str(database.with_name("open.jsonl"))).exit_code == 0
    _plant(database, "INSERT INTO players (world_id, player, user) VALUES ('sim', 'player-1', '47110047110047110')")
    refused = _traces(database, "--to", str(database.with_name("again.jsonl")))
    assert refused.exit_code == 2
    assert "an id or a canary of the store" in " ".join(refused.stderr.split())


def test_a_turn_is_told_as_a_story(database: Path) -> None:
    result = _traces(database, "--show", "2")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "Turn 2, " in result.stdout
    for creature in ("Mossback", "Oona", "Bracken", "Sable", "Nettle"):
        assert f"\n{creature} (standin: rules, none)\n" in result.stdout
    for label in ("told  You are Oona the owl.", "orders  ", "thought  ", "says  ", "prices  ", "headline  "):
        assert label in result.stdout


def test_what_a_mind_wrote_cannot_steer_the_terminal(database: Path) -> None:
    planted = 'UPDATE asks SET record = replace(record, \'"thought":"\', \'"thought":"\\u001b[2J[red]\')'
    _plant(database, planted)
    shown = _traces(database, "--show", "1").stdout
    assert "\x1b" not in shown
    assert "[2J[red]" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--to FILE.jsonl"),
        (("--show", "9"), "No turn 9 has been played to its end"),
        (("--show", "1", "--wood", "elsewhere"), "Name one of them with --wood: sim."),
        (("--to", "wood.csv"), ".jsonl nor .parquet"),
    ],
)
def test_bad_input_gets_one_sentence(database: Path, arguments: tuple[str, ...], says: str) -> None:
    result = _traces(database, *arguments)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
