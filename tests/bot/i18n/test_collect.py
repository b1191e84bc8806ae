"""The catalogues list what the code says, and every place in a sentence is of a kind that there is."""

import ast
import re
from pathlib import Path

import pytest

from bot.i18n.collect import collected, files
from bot.i18n.kinds import KINDS

_ROOT = Path(__file__).resolve().parents[3]


def test_the_catalogues_are_as_they_would_be_written() -> None:
    stale = [path.name for path, content in files().items() if path.read_bytes() != content]
    assert not stale, "run `uv run python -m bot.i18n.collect`, then translate what is new"


def test_what_is_said_within_an_f_string_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "engine").mkdir()
    text = """f"{say('One within')} and {n} {say_count('{count} owl', '{count} owls', n)}"; say("Another")"""
    (tmp_path / "bot" / "told.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr("bot.i18n.collect._ROOT", tmp_path)
    found = {message.id for message in collected()}
    assert {"One within", ("{count} owl", "{count} owls"), "Another"} <= found


def test_nothing_is_said_under_a_name_that_is_not_looked_for() -> None:
    renamed = [
        f"{path.relative_to(_ROOT)}: {each.name} as {each.asname}"
        for folder in ("bot", "engine", "playground")
        for path in (_ROOT / folder).rglob("*.py")
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom)
        for each in statement.names
        if each.name in ("say", "say_count", "words", "stored") and each.asname
    ]
    assert renamed == ["bot/i18n/__init__.py: say as stored"]


def test_every_place_has_a_kind_that_there_is() -> None:
    for message in collected():
        for sentence in [message.id] if isinstance(message.id, str) else message.id:
            for name, kind in re.findall(r"\{(\w+):(\w+)\}", sentence):
                assert kind in KINDS, f"{{{name}:{kind}}} in {sentence!r}"
