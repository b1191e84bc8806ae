"""Every picture that the bot sends: what is on it, under what name it is attached, and what it says in words.

A picture is known before it is drawn, so that a card can show it, and `bot.ui.studio` draws it.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.ui import faces, placings
from bot.ui.art.theme import Theme
from bot.ui.placings import draw_placings, placings_of
from bot.ui.plots import Board, Chart, Line, Row, draw_board, draw_chart
from bot.ui.reading import closed_turn, fallen_legend, in_order
from bot.ui.scenes import (
    Portrait,
    Poster,
    Scene,
    Sitter,
    look_of,
    paint_portrait,
    paint_poster,
    paint_scene,
)
from engine.contests.honours import SeasonStory
from engine.contests.tournament import TournamentState
from engine.rules import Rules
from engine.staging.hall import EndedWood
from engine.views import CreatureFace, PublicView
from engine.vocabulary import GOODS, Good, capital, pebbles, turns
from engine.weather import CHAPTER_NAMES

_SPARK_TURNS: Final = 16
"""Prices that a sparkline shows."""

_ALT_LONGEST: Final = 1024
"""Characters that Discord takes as a description."""


@dataclass(frozen=True)
class Picture:
    """A picture to be drawn: `draw` makes PNG of `subject`, which holds all that is on it.

    `name` is that of the file, and `alt` what it shows in words.
    """

    name: str
    alt: str
    draw: Callable[[Theme, Any], bytes]
    subject: Hashable

    def gallery(self) -> discord.ui.MediaGallery[Any]:
        """Return the part of a layout that shows it; each in one of its own, since Discord crops two to squares."""
        gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
        gallery.add_item(media=f"attachment://{self.name}", description=self.alt[:_ALT_LONGEST])
        return gallery


def of_turn(view: PublicView) -> tuple[Picture, Picture]:
    """Return the two pictures of a turn's card: its scene, and the market's board."""
    return scene(view), board(view)


def scene(view: PublicView) -> Picture:
    """Return the scene of a turn: the wood at its time of year, and the creatures in their moods."""
    legend = fallen_legend(view)
    subject = Scene(
        season=view.season,
        sitters=tuple(map(_sitter, view.creatures)),
        legend=(legend.good, legend.direction) if legend else None,
    )
    told = "; ".join(_posture(face) for face in view.creatures)
    alt = f"Painting of the wood in {view.season}. Behind a log: {told}."
    if legend:
        alt += f" Over the trees hangs {_AS_OMEN[legend.good]}, and an arrow points {_WAY[legend.direction]}."
    return Picture("scene.png", alt, paint_scene, subject)


def board(view: PublicView) -> Picture:
    """Return the market's board: every good's price, its last change, and how it came there."""
    rows = tuple(
        Row(quote.good, str(quote.good), quote.settlement, quote.change, _lately(view, quote.good, quote.settlement))
        for quote in in_order(view)
    )
    turn = closed_turn(view)
    heading = f"Prices after turn {turn}, in pebbles" if turn else "Opening prices, in pebbles"
    return Picture("market.png", _prices_told("Board of prices", view), draw_board, Board(heading, rows))


def prices(view: PublicView, good: Good | None = None) -> Picture:
    """Return the chart of a wood's settlement prices, with one `good` brought forward, or all alike."""
    turn = closed_turn(view)
    lines = tuple(
        Line(
            label=str(name),
            turns=tuple(range(turn - len(view.history[name]) + 1, turn + 1)),
            heights=view.history[name],
            good=name,
            faded=good is not None and name is not good,
        )
        for name in GOODS
        if name in view.history
    )
    chart = Chart("Settlement prices, in pebbles a unit", "turn", lines)
    return Picture("prices.png", _prices_told("Line chart of settlement prices", view), draw_chart, chart)


def of_season(ended: EndedWood, story: SeasonStory) -> list[Picture]:
    """Return the pictures of an ended wood: its poster, all its prices, and what the best were worth.

    A wood without a closed turn has no charts, and one without Patrons no second one.
    """
    shown = [_poster(ended, story)]
    if story.turns:
        shown.append(_season_chart("season-prices.png", "Settlement prices, in pebbles a unit", _price_lines(story)))
        if worths := _worth_lines(story):
            shown.append(_season_chart("season-worths.png", "Net worth of the best, in pebbles", worths))
    return shown


def portrait(face: CreatureFace, season: str) -> Picture:
    """Return the portrait card of a creature."""
    lines = (f"the {face.species}", "banished for now" if face.back else f"feels {face.mood}", f"grows {face.grows}")
    subject = Portrait(_sitter(face), season, face.name, lines)
    where = f"Portrait of {face.name} the {face.species} in {season}"
    told = f"{where}: banished, and its place is empty." if face.back else f"{where}, looking {subject.sitter.look}."
    return Picture("portrait.png", told, paint_portrait, subject)


def standings(state: TournamentState, names: Mapping[str, str]) -> Picture:
    """Return the table of a tournament after its last scored round; `names` are what the players are called."""
    return Picture(placings.FILE_NAME, placings.describe(state), draw_placings, placings_of(state, names))


_WAY: Final = {"rise": "up", "fall": "down"}
_AS_OMEN: Final = {
    Good.ACORNS: "a great acorn",
    Good.BERRIES: "a bunch of great berries",
    Good.MUSHROOMS: "a great mushroom",
    Good.HONEY: "a great pot of honey",
    Good.FIREWOOD: "a great stack of firewood",
}


def _sitter(face: CreatureFace) -> Sitter:
    look = look_of(face.mood, silent=bool(face.silent))
    return Sitter(face.name, face.species, face.grows, look, away=bool(face.back))


def _posture(face: CreatureFace) -> str:
    if face.back:
        return f"the empty place of {face.name} the {face.species}"
    return f"{face.name} the {face.species}, {look_of(face.mood, silent=bool(face.silent))}"


def _lately(view: PublicView, good: Good, price: int) -> tuple[int, ...]:
    return view.history.get(good, ())[-_SPARK_TURNS:] or (price,)


def _prices_told(what: str, view: PublicView) -> str:
    told = ", ".join(f"{quote.good} {quote.settlement} ({faces.arrow(quote.change)})" for quote in in_order(view))
    return f"{what} in pebbles up to turn {closed_turn(view)}: {told}."


def _season_chart(name: str, heading: str, lines: Sequence[Line]) -> Picture:
    told = ", ".join(f"{line.label} {line.heights[-1]}" for line in lines)
    alt = f"Line chart. {heading}, at the end: {told}."
    return Picture(name, alt, draw_chart, Chart(heading, "turn", tuple(lines)))


def _price_lines(story: SeasonStory) -> list[Line]:
    over = tuple(line.turn for line in story.turns)
    return [Line(str(good), over, tuple(line.prices[good] for line in story.turns), good) for good in GOODS]


def _worth_lines(story: SeasonStory) -> list[Line]:
    """Return the lines of the best Patrons, each from the first turn after which it was ranked to the end."""
    lines: list[Line] = []
    for rank, place in enumerate(story.ranking[: len(GOODS)]):
        ranked = [line for line in story.turns if place.mask in line.worths]
        # The last point is the final result: what was open has been settled then.
        over = tuple(line.turn for line in ranked) or (story.turns[-1].turn,)
        worths = (*(line.worths[place.mask] for line in ranked[:-1]), place.net_worth)
        lines.append(Line(faces.short_mask(place.mask), over, worths, rank=rank))
    return lines


def _poster(ended: EndedWood, story: SeasonStory) -> Picture:
    chapter = max(0, len(story.turns) - 1) // Rules().time.turns_a_chapter
    season = CHAPTER_NAMES[chapter % len(CHAPTER_NAMES)]
    title = f"Season {ended.season.number}" if ended.season else "The end of a wood"
    legends = "1 legend" if len(story.legends) == 1 else f"{len(story.legends)} legends"
    trades = "1 trade" if story.trades == 1 else f"{story.trades} trades"
    subtitle = f"{turns(len(story.turns))} · {trades} · {legends}"
    podium = tuple((faces.short_mask(result.mask), str(result.net_worth)) for result in ended.results[:3])
    told = ", ".join(f"{capital(mask)} with {pebbles(int(worth))}" for mask, worth in podium)
    alt = f"Poster of the wood in {season}. {title}: {subtitle}." + (f" The best: {told}." if told else "")
    footer = "Net worth in pebbles" if podium else "Nobody wore a mask at the end"
    return Picture("season.png", alt, paint_poster, Poster(season, title, subtitle, podium, footer))
