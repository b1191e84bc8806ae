"""How the engine words sentences, and that it words none otherwise."""

import ast
from collections.abc import Iterator
from pathlib import Path

from engine.phrases import say, together, words

ENGINE = Path(__file__).parents[2] / "engine"

FOR_OPERATORS = {"audit.py", "backup.py", "postgres.py", "privacy.py", "rules.py", "shards.py", "soundness.py"}
"""Modules whose sentences are for who runs the bot, or reads its code."""

LISTED = {"cast.py", "legends.py", "vocabulary.py"}
"""Modules whose words the catalogues list by themselves."""

REWORDED = {"cadence.py"}
"""Modules for whose errors the bot has words of its own."""

FOR_PLAYERS = {"Refusal", "StoreUnavailableError"}
"""Errors that players read."""

WORDED = {"say", "words"}


def test_a_template_is_said_with_its_places_filled() -> None:
    assert say("{goods:goods} at {price:int}", goods="3 honey", price=4) == "3 honey at 4"
    assert words("A plain day.") == "A plain day."


def test_sentences_stand_together_without_those_that_are_not_there() -> None:
    assert together("One.", "", "Two.") == "One. Two."


def test_every_sentence_of_the_engine_is_worded_so_that_it_is_found_again() -> None:
    raw = [
        f"{path.relative_to(ENGINE)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted(ENGINE.rglob("*.py"))
        if path.name not in FOR_OPERATORS | LISTED | REWORDED and "migrations" not in path.parts
        for node in _raw_sentences(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not raw, "word it with `say` or `words` of `engine.phrases`"


def _raw_sentences(tree: ast.Module) -> Iterator[ast.JoinedStr | ast.Constant]:
    """Yield the sentences in a module that are neither worded nor out of a player's sight.

    Out of sight are docstrings, logs, the descriptions of fields, and errors that are not for players.
    """
    hidden: set[ast.AST] = set()
    for node in ast.walk(tree):
        if _hides(node):
            hidden.update(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            hidden.update(each for each in ast.walk(node) if each is not node)
        if isinstance(node, ast.JoinedStr | ast.Constant) and node not in hidden and _is_sentence(node):
            yield node


def _hides(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id=error))):
            return error not in FOR_PLAYERS
        case ast.ClassDef(name=error) if error.endswith("Error"):
            return error not in FOR_PLAYERS
        case ast.Call(func=ast.Name(id=name)):
            return name in WORDED | {"Field"}
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return True
    return False


def _is_sentence(node: ast.JoinedStr | ast.Constant) -> bool:
    """Say whether a text has several words and ends as a sentence does."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in parts)
    return isinstance(getattr(node, "value", ""), str) and " " in text.strip() and text.rstrip()[-1:] in (".", "!", "?")
