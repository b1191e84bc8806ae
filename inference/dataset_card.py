"""The card that lies beside a file of traces: what is in it, how it was made, and what it is not."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from inference.traces import COLUMNS, CONVENTIONS

_CARD: Final = """\
---
pretty_name: Traces of the Thousand Token Wood
language: [en]
task_categories: [text-generation]
tags: [agents, simulation, economics, small-language-models]
---

# {name}

Every question that the minds of a woodland economy were asked, what they answered word for word, how that was read, and
what the auction made of it: one row an ask, in the order of woods, turns and creatures.

| | |
|---|---|
{facts}

## Who answered

| mind | model | lab | kind | asks | valid JSON |
|---|---|---|---|---:|---:|
{minds}
{caution}
The prompts are this project's own templates (MIT licence). The answers are the models' own: what their makers ask of
their output applies to them.

## Columns

The names are those of OpenTelemetry's semantic conventions for generative AI, {conventions}, where they exist; ours
begin with `wood.`. Messages have the conventions' form: a role and a list of parts.

| column | holds | |
|---|---|---|
{columns}

## What is not in it

No name and no text of a player: Patrons go by masks from a fixed list, and no byte a player typed exists in a prompt.
No secret of the game either: a row holds what a creature was told, which a whisper's truth, the deck and a Patron's
books never are. Before the file was written, every text in it was searched for ids of people and servers, for canaries
planted in secrets, and for fields of the vault; every column is declared, and every number and hash has its shape.

A prompt holds what one creature alone was told. While a season goes on, to publish it is to tell the other players.
"""

_STANDIN: Final = (
    "\nRows of the kind `standin` come from rules, not from a language model: they are evidence of nothing.\n"
)


def card(path: Path, rows: Sequence[Mapping[str, Any]], made_by: Mapping[str, str]) -> str:
    """Return the card of a file that has been written, as Markdown with the metadata header that hubs read.

    Args:
        path: The file.
        rows: What was written to it.
        made_by: What made it, by name: the command, versions.
    """
    facts = {
        "rows": str(len(rows)),
        "woods": str(len({row["wood.world"] for row in rows})),
        "turns": str(len({(row["wood.world"], row["wood.turn"]) for row in rows})),
        "sha256": f"`{hashlib.sha256(path.read_bytes()).hexdigest()}`",
        **made_by,
    }
    return _CARD.format(
        name=path.name,
        facts="\n".join(f"| {name} | {fact} |" for name, fact in facts.items()),
        minds=_minds(rows),
        caution=_STANDIN if any(row["wood.kind"] == "standin" for row in rows) else "",
        conventions=CONVENTIONS,
        columns="\n".join(f"| `{name}` | {column.kind.value} | {column.meaning} |" for name, column in COLUMNS.items()),
    )


def _minds(rows: Sequence[Mapping[str, Any]]) -> str:
    asked: Counter[tuple[str, ...]] = Counter()
    valid: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        mind = (row["wood.mind"], row["gen_ai.request.model"], row["wood.lab"], row["wood.kind"])
        asked[mind] += 1
        valid[mind] += row["wood.valid_json"]
    return "\n".join(
        f"| {' | '.join(mind)} | {asks} | {valid[mind] / asks:.0%} |" for mind, asks in sorted(asked.items())
    )
