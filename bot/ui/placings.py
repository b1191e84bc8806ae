"""The standing of a tournament as a picture: places, names, and the score of every round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.i18n import listed, say, say_count, word
from bot.ui.art.canvas import WIDTH, Canvas
from bot.ui.art.creatures import draw_creature
from bot.ui.art.fonts import signs_known
from bot.ui.art.theme import SMALLEST, Theme
from bot.ui.plain import plain
from engine.cast import CAST
from engine.contests.matchpoints import Score, Standing
from engine.contests.tournament import TournamentState, finished, scored_rounds, standing

FILE_NAME: Final = "standings.png"

COLUMN: Final = 32
"""Players in one column of the picture."""

MOST_SHOWN: Final = 2 * COLUMN
"""Players in a picture of two columns. In a larger field the best 32 are shown."""

_ROW, _HEAD, _FOOT = 44.0, 112.0, 50.0
_HEADS_AT: Final = 92.0
_NAME_AT: Final = 74.0
_RIGHT: Final = 24.0
_CELLS_ROOM: Final = 290.0
_ALT_LINES: Final = 10


@dataclass(frozen=True)
class Row:
    """One player's line: its place, what it is called, and its scores."""

    place: int
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Placings:
    """The table, with words that are ready to be shown."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: str


def players_shown(state: TournamentState) -> list[str]:
    """Return the entrants whose names a picture of the standing needs."""
    return [each.player for each in _shown(standing(state))]


def describe(state: TournamentState) -> str:
    """Return the picture in words, for those who do not see it; by places, since words hold no names of players."""
    best = listed(
        say("place {place:int} {share:decimal} %", place=each.place, share=f"{each.total / 100:.1f}")
        for each in standing(state)[:_ALT_LINES]
    )
    return say(
        "Table of the standing after round {round:int}, by the mean of all rounds: {best}.",
        round=state.scored,
        best=best,
    )


def placings_of(state: TournamentState, names: Mapping[str, str]) -> Placings:
    """Return the table after the last scored round.

    Args:
        state: The tournament, with a round scored at least.
        names: What the players are called; one who is missing is shown by number.
    """
    standings, rounds, final = standing(state), scored_rounds(state), decided_by_final(state)
    heads = [say("round {round:int}", round=number) for number in range(1, len(rounds) + 1)]
    heads = [*heads[:-1], say("final")] if final else [*heads, say("mean")]
    scores = [{score.player: score for score in each} for each in rounds]
    shown = _shown(standings)
    rows = tuple(
        Row(each.place, names.get(each.player) or _unnamed(each.player), _cells(each, scores, final=final))
        for each in shown
    )
    if finished(state):
        title = say("{name}: the end", name=state.plan.name)
    else:
        title = say("{name}: after round {round:int}", name=state.plan.name, round=state.scored)
    foot = say("Scores in percent, the final in pebbles.") if final else say("Scores in percent.")
    if left_out := len(standings) - len(shown):
        foot = say_count("{count:int} more: /tournament standings", "{count:int} more: /tournament standings", left_out)
    return Placings(title, tuple(heads), rows, foot)


def decided_by_final(state: TournamentState) -> bool:
    """Say whether a tournament is over and was decided by the net worths of a final."""
    return state.plan.rounds > 1 and state.scored == state.plan.rounds and finished(state) is not None


def _unnamed(player: str) -> str:
    return say("entrant {number}", number=player.rpartition("-")[2])


def _shown(standings: Sequence[Standing]) -> Sequence[Standing]:
    return standings if len(standings) <= MOST_SHOWN else standings[:COLUMN]


def _cells(each: Standing, scores: Sequence[Mapping[str, Score]], *, final: bool) -> tuple[str, ...]:
    """Return a player's score of every round in percent and the mean of them, or the final in pebbles instead."""
    cells = [_cell(of_round.get(each.player)) for of_round in scores]
    if not final:
        return (*cells, word("decimal", f"{each.total / 100:.1f}"))
    last = scores[-1].get(each.player)
    if last is None or not last.played:
        return tuple(cells)
    # L10N: p stands for pebbles.
    return (*cells[:-1], say("{sum:int} p", sum=last.net_worth))


def _cell(score: Score | None) -> str:
    if score is None:
        return ""
    return word("decimal", f"{score.score / 100:.1f}") if score.played else say("away")


def draw_placings(theme: Theme, placings: Placings) -> bytes:
    """Draw the table in one column or two."""
    count = -(-len(placings.rows) // COLUMN)
    lines = -(-len(placings.rows) // count)
    columns = [placings.rows[start : start + lines] for start in range(0, len(placings.rows), lines)]
    canvas = Canvas(WIDTH * len(columns), _HEAD + _ROW * lines + _FOOT, theme.ground)
    for place, member in enumerate(CAST):
        draw_creature(canvas, member.species, "cheerful", canvas.width - 44 * (len(CAST) - place) + 14, 38, 32)
    title = canvas.fitted(_drawable(placings.title), 27, canvas.width - 44 * len(CAST) - 44, bold=True, title=True)
    canvas.text(24, 42, title, size=27, ink=theme.ink, bold=True, title=True)
    for index, column in enumerate(columns):
        with canvas.moved(index * WIDTH, 0):
            _draw_column(canvas, theme, placings.heads, column)
    foot = canvas.fitted(placings.foot, SMALLEST, canvas.width - 48)
    canvas.text(24, canvas.height - 25, foot, size=SMALLEST, ink=theme.soft)
    return canvas.png()


def _draw_column(canvas: Canvas, theme: Theme, heads: Sequence[str], rows: Sequence[Row]) -> None:
    # The cells of a column are as wide as what is in them, and rounds that would crowd the names out are left away.
    widths = [
        max(canvas.measure(text, size, bold=True) for text, size in _texts(heads, rows, index)) + 16
        for index in range(len(heads))
    ]
    kept = len(heads)
    while kept > 1 and sum(widths[-kept:]) > _CELLS_ROOM:
        kept -= 1
    first = len(heads) - kept
    edges = [WIDTH - _RIGHT - sum(widths[index + 1 :]) for index in range(len(heads))]
    for head, edge in zip(heads[first:], edges[first:], strict=True):
        canvas.text(edge, _HEADS_AT, head, size=SMALLEST, ink=theme.soft, align="right")
    room = WIDTH - _RIGHT - sum(widths[first:]) - _NAME_AT
    for line, row in enumerate(rows):
        middle = _HEAD + _ROW * (line + 0.5)
        if line % 2 == 0:
            canvas.box(12, middle - _ROW / 2, WIDTH - 24, _ROW, theme.panel, corner=10)
        best = row.place <= len(theme.places)
        if best:
            canvas.oval(42, middle, 16, fill=theme.places[row.place - 1])
        canvas.text(42, middle, str(row.place), size=SMALLEST, ink=theme.ground if best else theme.soft, bold=best,
                    align="middle")  # fmt: skip
        name = canvas.fitted(_drawable(row.name), 23, room, bold=best)
        canvas.text(_NAME_AT, middle, name, size=23, ink=theme.ink, bold=best)
        for index in range(first, len(heads)):
            last = index == len(heads) - 1
            canvas.text(edges[index], middle, row.cells[index], size=22, ink=theme.ink if last else theme.soft,
                        bold=last, align="right")  # fmt: skip


def _texts(heads: Sequence[str], rows: Sequence[Row], index: int) -> list[tuple[str, float]]:
    return [(heads[index], SMALLEST), *((row.cells[index], 22.0) for row in rows)]


def _drawable(name: str) -> str:
    """Return a name without what the pictures' fonts have no sign for."""
    known = signs_known()
    return " ".join("".join(char for char in plain(name) if ord(char) in known).split())
