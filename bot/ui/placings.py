"""The standing of a tournament as a picture: places, names, and the score of every round."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final

import discord

from bot.ui.plain import plain
from engine.contests.matchpoints import Score, Standing
from engine.contests.tournament import TournamentState, finished, scored_rounds, standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FILE_NAME: Final = "standings.png"

COLUMN: Final = 32
"""Players in one column of the picture."""

MOST_SHOWN: Final = 2 * COLUMN
"""Players in a picture of two columns. In a larger field the best 32 are shown."""

_BACKGROUND, _BAND, _INK, _FAINT = "#1e1f22", "#2b2d31", "#dbdee1", "#949ba4"
_PLACE_COLOURS: Final = {1: "#F0E442", 2: "#C9CDD3", 3: "#E69F00"}
_WIDTH, _ROW, _HEAD, _FOOT = 6.4, 0.30, 0.95, 0.35  # inches
_DPI: Final = 160
_NAME_LENGTH: Final = 24
_ALT_LINES: Final = 10

_drawing = Lock()
"""Matplotlib's caches of fonts are shared by all threads."""

_Row = tuple[int, str, tuple[str, ...]]


def players_shown(state: TournamentState) -> list[str]:
    """Return the entrants whose names a picture of the standing needs."""
    return [each.player for each in _shown(standing(state))]


def describe(state: TournamentState) -> str:
    """Return the picture in words, for those who do not see it; by places, since words hold no names of players."""
    best = ", ".join(f"place {each.place} {each.total / 100:.1f} %" for each in standing(state)[:_ALT_LINES])
    return f"Table of the standing after round {state.scored}, by the mean of all rounds: {best}."


async def standings_picture(state: TournamentState, names: Mapping[str, str]) -> discord.File:
    """Return the standing after the last scored round, drawn off the event loop, as a file to send.

    Args:
        state: The tournament, with a round scored at least.
        names: What the players are called; one who is missing is shown by number.
    """
    standings, rounds, final = standing(state), scored_rounds(state), decided_by_final(state)
    heads = [f"round {number}" for number in range(1, len(rounds) + 1)]
    heads = [*heads[:-1], "final"] if final else [*heads, "mean"]
    scores = [{score.player: score for score in each} for each in rounds]
    shown = _shown(standings)
    rows = tuple(
        (each.place, names.get(each.player, each.player.replace("-", " ")), _cells(each, scores, final=final))
        for each in shown
    )
    title = f"{state.plan.name}: " + ("the end" if finished(state) else f"after round {state.scored}")
    left_out = len(standings) - len(shown)
    picture = await asyncio.to_thread(_draw_once, title, tuple(heads), rows, left_out)
    return discord.File(io.BytesIO(picture), FILE_NAME, description=describe(state))


def decided_by_final(state: TournamentState) -> bool:
    """Say whether a tournament is over and was decided by the net worths of a final."""
    return state.plan.rounds > 1 and state.scored == state.plan.rounds and finished(state) is not None


def _shown(standings: Sequence[Standing]) -> Sequence[Standing]:
    return standings if len(standings) <= MOST_SHOWN else standings[:COLUMN]


def _cells(each: Standing, scores: Sequence[Mapping[str, Score]], *, final: bool) -> tuple[str, ...]:
    """Return a player's score of every round in percent and the mean of them, or the final in pebbles instead."""
    cells = [_cell(of_round.get(each.player)) for of_round in scores]
    if not final:
        return (*cells, f"{each.total / 100:.1f}")
    last = scores[-1].get(each.player)
    return (*cells[:-1], f"{last.net_worth} p" if last is not None and last.played else cells[-1])


def _cell(score: Score | None) -> str:
    if score is None:
        return ""
    return f"{score.score / 100:.1f}" if score.played else "away"


def _draw_once(title: str, heads: tuple[str, ...], rows: tuple[_Row, ...], left_out: int) -> bytes:
    with _drawing:
        return _draw(title, heads, rows, left_out)


@lru_cache(maxsize=16)
def _draw(title: str, heads: tuple[str, ...], rows: tuple[_Row, ...], left_out: int) -> bytes:
    """Return the table as PNG."""
    # Imported here because it takes a second, and a bot shall answer before that.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = -(-len(rows) // COLUMN)
    lines = -(-len(rows) // count)
    columns = [rows[start : start + lines] for start in range(0, len(rows), lines)]
    width, height = _WIDTH * len(columns), _HEAD + _ROW * lines + _FOOT
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_BACKGROUND)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), facecolor=_BACKGROUND)
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)  # inches from the top left
    axes.axis("off")
    axes.text(0.25, 0.33, title, color=_INK, fontsize=15, fontweight="bold", va="center", parse_math=False)
    for index, column in enumerate(columns):
        _draw_column(axes, index * _WIDTH, heads, column)
    foot = "scores in percent, the final in pebbles" if heads[-1] == "final" else "scores in percent"
    if left_out:
        foot += f" · and {left_out} more: /tournament standings"
    axes.text(0.25, height - 0.19, foot, color=_FAINT, fontsize=9, va="center")
    buffer = io.BytesIO()
    canvas.print_png(buffer)
    return buffer.getvalue()


def _draw_column(axes: "Axes", left: float, heads: Sequence[str], rows: Sequence[_Row]) -> None:
    from matplotlib.patches import Rectangle

    step = min(0.8, 3.3 / len(heads))
    edges = [left + _WIDTH - 0.3 - step * (len(heads) - 1 - place) for place in range(len(heads))]
    for head, edge in zip(heads, edges, strict=True):
        axes.text(edge, 0.74, head, color=_FAINT, fontsize=9.5, ha="right", va="center")
    for line, (place, name, cells) in enumerate(rows):
        middle = _HEAD + _ROW * (line + 0.5)
        if line % 2 == 0:
            band = Rectangle((left + 0.12, middle - _ROW / 2), _WIDTH - 0.24, _ROW, color=_BAND, linewidth=0)
            axes.add_patch(band)
        colour = _PLACE_COLOURS.get(place, _INK)
        weight = "bold" if place in _PLACE_COLOURS else "normal"
        axes.text(left + 0.55, middle, str(place), color=colour, fontsize=11, ha="right", va="center", weight=weight)
        label = _drawable(name)
        axes.text(left + 0.72, middle, label, color=colour, fontsize=11, va="center", weight=weight, parse_math=False)
        for cell, edge in zip(cells[:-1], edges, strict=False):
            axes.text(edge, middle, cell, color=_INK, fontsize=11, ha="right", va="center")
        axes.text(edges[-1], middle, cells[-1], color=colour, fontsize=11, ha="right", va="center", weight=weight)


def _drawable(name: str) -> str:
    """Return a name without what the picture's font has no sign for, cut to the width of its column."""
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont("DejaVu Sans")).get_charmap()
    kept = " ".join("".join(char for char in plain(name) if ord(char) in known).split())
    return kept if len(kept) <= _NAME_LENGTH else f"{kept[: _NAME_LENGTH - 1]}…"
