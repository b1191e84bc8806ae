"""What the three field notes told of their own woods, beside what the same question gives here on each cast.

The notes are posts of the Build Small Hackathon of June 2026 about another program: the first of five creatures on
one Qwen2.5-3B, the second and third of a council of four labs' models with a tuned Qwen of half a billion weights.
Each told of single runs, so nothing here can be equal; what can be asked is whether it goes the same way. Where a
figure is the wish of this game's design and no note's, it says so.
"""

from collections.abc import Callable
from typing import Any, Final

from experiments.report.results import Results, Row
from experiments.report.tables import NOT_RUN, Cell, gambit_cell, heads_of, pooled, sandbox_cell, share, table


def notes(results: Results) -> str:
    """Return the table: a question, what was told of it, and what each cast says."""
    casts = results.casts
    rows = ((asked, told, *(cell(results, cast) for cast in casts)) for asked, told, cell in _ASKED)
    return table(("", "told", *heads_of(results)), rows)


def _of_seeds(name: str, creature: str) -> Cell:
    """Return a cell with on how many seeds a creature was this at the end."""

    def cell(results: Results, cast: str) -> str:
        row = next(results.of("sandbox", cast), None)
        return NOT_RUN if row is None else f"{row[name].get(creature, 0)} of {len(row['seeds'])}"

    return cell


def _honey(row: Row) -> str:
    """Return the mean price of honey at which it was shorted and at which the Patron collected.

    It collects in the turn of the Run's fall under settlement, and `experiments.gambit.HEARD` turns later otherwise.
    """
    return f"{row['honey_before']} to {row['honey_after']}"


def _ends(name: str) -> Callable[[Row | None], str]:
    def shown(row: Any) -> str:
        return NOT_RUN if row is None else f"{row['first']['mean']:.2g} to {row[name]['mean']:.2g}"

    return shown


def _leaks(results: Results, cast: str) -> str:
    rows = [row for row in results.of("firewall", cast) if "prompt" in row["claim"]]
    return f"none on {rows[0]['held']} of {rows[0]['of']} seeds" if rows else NOT_RUN


_ASKED: Final[tuple[tuple[str, str, Cell], ...]] = (
    ("valid JSON before any repair", "first note: every call", sandbox_cell("valid_json", shown=share)),
    ("firewood, first turn to dearest after the rumour", "the design's wish: 4 or 5 to 7 and more",
     sandbox_cell("firewood", shown=_ends("highest_after_rumour"))),
    ("Gini, first turn to last", "first note: a gap that widens; the design's wish: 0.1 to 0.3 and more",
     sandbox_cell("gini", shown=_ends("last"))),
    ("the woodcutter ends richest", "first note: so it ended", _of_seeds("richest", "Bracken")),
    ("the hoarder ends broke", "first note: so it ended", _of_seeds("broke", "Oona")),
    ("honey when the Run is only told", "first note: from 10 down to 3 within some turns; third, with a council: up",
     gambit_cell("rumour", _honey)),
    ("honey when the Run settles the price", "third note: why it does", gambit_cell("settlement", _honey)),
    ("a tuned small mind: valid offers", "second note: all", pooled("valid_offers", adapted=True)),
    ("a tuned small mind: bought what it grows", "second note: never", pooled("self_buys", adapted=True)),
    ("the untuned: valid offers", "first note: judgement was the weak part", pooled("valid_offers", adapted=False)),
    ("a secret in a prompt", "second note: none", _leaks),
)  # fmt: skip
