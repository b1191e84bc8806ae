"""Every picture that the bot sends: what is on it, under what name it is attached, and what it says in words.

A picture is known before it is drawn, so that a card can show it, and `bot.ui.studio` draws it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import discord

from bot.i18n import Language, joined, listed, said, say, say_count, spoken, word, words
from bot.ui import faces, placings
from bot.ui.art.theme import Theme
from bot.ui.placings import draw_placings, placings_of
from bot.ui.plots import Board, Chart, Line, Row, draw_board, draw_chart
from bot.ui.reading import Struck, closed_turn, fallen_legend, in_order, struck
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
from engine.vocabulary import GOODS, Direction, Good, capital, pebbles, turns
from engine.weather import CHAPTER_NAMES

_SPARK_TURNS: Final = 16
"""Prices that a sparkline shows."""

_ALT_LONGEST: Final = 1024
"""Characters that Discord takes as a description."""


@dataclass(frozen=True)
class Picture:
    """A picture to be drawn: `draw` makes PNG of `subject`, which holds all that is on it, its words among it.

    `name` is that of the file, and `alt` what it shows in words. It is drawn with the signs of its `language`: Chinese
    and Japanese write many a character differently.
    """

    name: str
    alt: str
    draw: Callable[[Theme, Any], bytes]
    subject: Hashable
    language: Language = field(default_factory=spoken)

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
        struck=struck(view),
    )
    alt = [
        say("Painting of the wood in {season:season}.", season=view.season),
        say("Behind a log: {creatures}.", creatures="; ".join(map(_posture, view.creatures))),
    ]
    if legend:
        alt.append(say(_OVER_THE_TREES[legend.direction], omen=said(_AS_OMEN[legend.good])))
    alt += _strokes(subject.struck)
    return Picture("scene.png", joined(alt), paint_scene, subject)


def board(view: PublicView) -> Picture:
    """Return the market's board: every good's price, its last change, and how it came there."""
    rows = tuple(
        Row(
            quote.good,
            word("label", quote.good),
            quote.settlement,
            quote.change,
            _lately(view, quote.good, quote.settlement),
        )
        for quote in in_order(view)
    )
    turn = closed_turn(view)
    heading = say("Prices after turn {turn:int}, in pebbles", turn=turn) if turn else say("Opening prices, in pebbles")
    alt = say("Board of prices in pebbles up to turn {turn:int}: {prices}.", turn=turn, prices=_prices_told(view))
    return Picture("market.png", alt, draw_board, Board(heading, rows))


def prices(view: PublicView, good: Good | None = None) -> Picture:
    """Return the chart of a wood's settlement prices, with one `good` brought forward, or all alike."""
    turn = closed_turn(view)
    lines = tuple(
        Line(
            label=word("label", name),
            turns=tuple(range(turn - len(view.history[name]) + 1, turn + 1)),
            heights=view.history[name],
            good=name,
            faded=good is not None and name is not good,
        )
        for name in GOODS
        if name in view.history
    )
    alt = say(
        "Line chart of settlement prices in pebbles up to turn {turn:int}: {prices}.",
        turn=turn,
        prices=_prices_told(view),
    )
    return Picture("prices.png", alt, draw_chart, _chart(said(_PRICES), lines))


def of_season(ended: EndedWood, story: SeasonStory) -> list[Picture]:
    """Return the pictures of an ended wood: its poster, all its prices, and what the best were worth.

    A wood without a closed turn has no charts, and one without Patrons no second one.
    """
    shown = [_poster(ended, story)]
    if story.turns:
        shown.append(_season_chart("season-prices.png", said(_PRICES), _price_lines(story)))
        if worths := _worth_lines(story):
            heading = say("Net worth of the best, in pebbles")
            shown.append(_season_chart("season-worths.png", heading, worths))
    return shown


def portrait(face: CreatureFace, season: str) -> Picture:
    """Return the portrait card of a creature."""
    lines = (
        say("the {species:species}", species=face.species),
        say("banished for now") if face.back else say("feels {mood:mood}", mood=face.mood),
        say("grows {crop:good}", crop=face.grows),
    )
    subject = Portrait(_sitter(face), season, face.name, lines)
    who = {"name": face.name, "species": face.species, "season": season}
    if face.back:
        alt = say(
            "Portrait of {name:name} the {species:species} in {season:season}: banished, and its place is empty.", **who
        )
    else:
        alt = say(
            "Portrait of {name:name} the {species:species} in {season:season}, looking {look:look}.",
            **who,
            look=subject.sitter.look,
        )
    return Picture("portrait.png", alt, paint_portrait, subject)


def standings(state: TournamentState, names: Mapping[str, str]) -> Picture:
    """Return the table of a tournament after its last scored round; `names` are what the players are called."""
    return Picture(placings.FILE_NAME, placings.describe(state), draw_placings, placings_of(state, names))


def trade_count(trades: int) -> str:
    """Return so many trades in words."""
    return say_count("{count:int} trade", "{count:int} trades", trades)


_PRICES: Final = words("Settlement prices, in pebbles a unit")
_OVER_THE_TREES: Final = {
    Direction.RISE: words("Over the trees hangs {omen}, and an arrow points up."),
    Direction.FALL: words("Over the trees hangs {omen}, and an arrow points down."),
}
_IN_THE_CLOUD: Final = {
    Direction.RISE: words("A rumour: in a cloud of talk, {good:good} and an arrow that points up."),
    Direction.FALL: words("A rumour: in a cloud of talk, {good:good} and an arrow that points down."),
}
_AS_OMEN: Final = {
    Good.ACORNS: words("a great acorn"),
    Good.BERRIES: words("a bunch of great berries"),
    Good.MUSHROOMS: words("a great mushroom"),
    Good.HONEY: words("a great pot of honey"),
    Good.FIREWOOD: words("a great stack of firewood"),
}


def _sitter(face: CreatureFace) -> Sitter:
    look = look_of(face.mood, silent=bool(face.silent))
    return Sitter(face.name, face.species, face.grows, look, away=bool(face.back))


def _posture(face: CreatureFace) -> str:
    if face.back:
        return say("the empty place of {name:name} the {species:species}", name=face.name, species=face.species)
    return say(
        "{name:name} the {species:species}, {look:look}",
        name=face.name,
        species=face.species,
        look=look_of(face.mood, silent=bool(face.silent)),
    )


def _strokes(done: Struck) -> Iterator[str]:
    """Yield in words what the weather-god's hand did to a painted wood."""
    if done.drought:
        yield say("A drought: a scorching sun over withered trees and cracked ground.")
    if done.frost:
        yield say("A frost: rime on trees and ground, icicles on the log, and flowers of ice in the corners.")
    if done.windfalls:
        yield say(
            "A windfall: a gust of wind brings down {goods}.", goods=listed(word("good", g) for g in done.windfalls)
        )
    for good, direction in done.rumours:
        yield say(_IN_THE_CLOUD[direction], good=good)


def _lately(view: PublicView, good: Good, price: int) -> tuple[int, ...]:
    return view.history.get(good, ())[-_SPARK_TURNS:] or (price,)


def _prices_told(view: PublicView) -> str:
    return listed(
        f"{word('label', quote.good)} {quote.settlement} ({faces.arrow(quote.change)})" for quote in in_order(view)
    )


def _season_chart(name: str, heading: str, lines: Sequence[Line]) -> Picture:
    ends = listed(f"{line.label} {line.heights[-1]}" for line in lines)
    alt = say("Line chart. {heading}, at the end: {ends}.", heading=heading, ends=ends)
    return Picture(name, alt, draw_chart, _chart(heading, tuple(lines)))


def _chart(heading: str, lines: tuple[Line, ...]) -> Chart:
    # L10N: below a chart, where its turns run from left to right.
    return Chart(heading, say("turn"), lines)


def _price_lines(story: SeasonStory) -> list[Line]:
    over = tuple(line.turn for line in story.turns)
    return [Line(word("label", good), over, tuple(line.prices[good] for line in story.turns), good) for good in GOODS]


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
    title = say("Season {number:int}", number=ended.season.number) if ended.season else say("The end of a wood")
    legends = say_count("{count:int} legend", "{count:int} legends", len(story.legends))
    subtitle = " · ".join([word("turns", turns(len(story.turns))), trade_count(story.trades), legends])
    podium = tuple((faces.short_mask(result.mask), str(result.net_worth)) for result in ended.results[:3])
    footer = say("Net worth in pebbles") if podium else say("Nobody wore a mask at the end")
    alt = [
        say("Poster of the wood in {season:season}.", season=season),
        say("{title}: {subtitle}.", title=title, subtitle=subtitle),
    ]
    if podium:
        best = (
            say("{tree:name} with {sum:pebbles}", tree=capital(tree), sum=pebbles(int(worth))) for tree, worth in podium
        )
        alt.append(say("The best: {best}.", best=listed(best)))
    return Picture("season.png", joined(alt), paint_poster, Poster(season, title, subtitle, podium, footer))
