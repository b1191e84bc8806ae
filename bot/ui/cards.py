"""The turn's card and the other public pictures of a wood, as Components V2 layouts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import discord

from bot.ui import faces, pictures
from bot.ui.buttons import card_rows
from bot.ui.pictures import Picture
from bot.ui.plain import plain
from bot.ui.reading import Deal, closed_turn, deals_of, fallen_legend, in_order, most_moved
from engine.legends import Legend
from engine.views import CreatureFace, GoodQuote, PublicView
from engine.vocabulary import Direction, capital, counted, pebbles

_DEALS_SHOWN: Final = 8
_NEWS_SHOWN: Final = 5
_LINE: Final = 180
"""Characters of a line of news or trade that are shown; the wood's own lines are shorter."""

_ROSE: Final = "💰 **{good} rose by {much}**: every unit long won {pebbles}, every unit short lost as much."
_FELL: Final = "💰 **{good} fell by {much}**: every unit short won {pebbles}, every unit long lost as much."


def turn_card(view: PublicView, world_id: str) -> discord.ui.LayoutView:
    """Return the card of a turn. It shows the pictures `pictures.of_turn`, which are sent with it.

    A card is far below Discord's 40 components and 4,000 characters: every list in it is cut, and
    creatures' speech is cut by the engine.
    """
    legend = fallen_legend(view)
    scene, board = pictures.of_turn(view)
    parts: list[discord.ui.Item[Any]] = [scene.gallery(), discord.ui.TextDisplay(_opening(view, legend))]
    parts += [discord.ui.Separator(), discord.ui.TextDisplay(_voices(view.creatures))]
    parts += [discord.ui.Separator(), board.gallery()]
    for block in filter(None, (_market(view), _news(view, legend))):
        parts += [discord.ui.TextDisplay(block), discord.ui.Separator(visible=False)]
    parts += [discord.ui.TextDisplay(_footer(view)), *card_rows(world_id, closed_turn(view))]
    colour = faces.LEGEND_COLOUR if legend else faces.season_colour(view.season)
    return _layout(parts, colour)


def prices_card(view: PublicView, world_id: str) -> discord.ui.LayoutView:
    """Return prices and chart alone. It shows `pictures.prices`, which is sent with it."""
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"### 📈 Prices after turn {closed_turn(view)}\n{price_lines(view)}"),
        pictures.prices(view).gallery(),
        discord.ui.TextDisplay(
            f"{_stakes(view)}\n-# Contracts settle at these prices when a turn closes. One unit, in pebbles."
        ),
        *card_rows(world_id),
    ]
    return _layout(parts, faces.season_colour(view.season))


def picture_card(picture: Picture, text: str, view: PublicView) -> discord.ui.LayoutView:
    """Return a picture with a text below it, if there is one."""
    below = [discord.ui.TextDisplay(text)] if text else []
    return _layout([picture.gallery(), *below], faces.season_colour(view.season))


def price_lines(view: PublicView) -> str:
    """Return one line a good: price, change with an arrow, and what traded."""
    return "\n".join(map(_price_line, in_order(view)))


def reason_of(creature: CreatureFace) -> str:
    """Return why a creature did nothing, to stand after a colon and before a full stop."""
    reason = plain(creature.silent[:120]).rstrip(".")
    return reason[:1].lower() + reason[1:]


def _price_line(quote: GoodQuote) -> str:
    moved = f"**{faces.arrow(quote.change)}**" if quote.change else "steady"
    traded = f" · {quote.traded} traded" if quote.traded else ""
    return f"{faces.GOOD_FACE[quote.good]} **{quote.settlement}** {quote.good} · {moved}{traded}"


def _opening(view: PublicView, legend: Legend | None) -> str:
    when = f"-# {faces.season_face(view.season)} {capital(view.season)} · chapter {view.chapter}"
    turn = closed_turn(view)
    if legend is None:
        title = f"Turn {turn}" if turn else "A new wood"
        return f"{when}\n## {title}\n{plain(view.headline)}"
    price = next((line for line in view.news if line.startswith(f"{legend.good.capitalize()} ")), "")
    face = "📉" if legend.direction is Direction.FALL else "📈"
    moved = f"\n{face} **{plain(price)}**" if price else ""
    return f"{when}\n## Turn {turn}: {legend.title}\n{legend.tale}{moved}\n> 📜 **It happened.** {legend.history}"


def _voices(creatures: Iterable[CreatureFace]) -> str:
    return "\n".join(map(_voice, creatures))


def _voice(creature: CreatureFace) -> str:
    name = f"{faces.SPECIES_FACE[creature.species]} **{creature.name}**"
    if creature.back:
        return f"{name} is banished, and returns in turn {creature.back}."
    if creature.silent:
        return f"{name} did nothing this turn: {reason_of(creature)}."
    return f"{name} · {creature.mood} · “{plain(creature.said)}”" if creature.said else f"{name} · {creature.mood}"


def _market(view: PublicView) -> str:
    """Return who sold what to whom, and what that means for those who bet on it."""
    if not closed_turn(view):
        return (
            "**Nothing has traded yet.** Bet on a price before the creatures meet: `/short` if it will fall, "
            "`/long` if it will rise."
        )
    if all(face.silent for face in view.creatures if not face.back):
        told = ["Nobody made an offer."]
    elif not view.trades:
        told = ["Nobody would meet anybody's price."]
    else:
        deals, others = deals_of(view.trades)
        told = _cut([*map(_deal_line, deals), *(plain(line[:_LINE]) for line in others)], _DEALS_SHOWN)
    return "\n".join(["**What traded**", *told, _stakes(view)])


def _deal_line(deal: Deal) -> str:
    goods = f"{faces.GOOD_FACE[deal.good]} **{counted(deal.units, deal.good)}** at **{deal.price}**"
    return f"{goods} · {_units(deal.sellers)} → {_units(deal.buyers)}"


def _units(traders: Counter[str]) -> str:
    """Return traders with the units of each; one alone has them all."""
    if len(traders) == 1:
        return plain(next(iter(traders)))
    return ", ".join(f"{plain(name)} {units}" for name, units in sorted(traders.items()))


def _stakes(view: PublicView) -> str:
    """Return what the widest move of the turn was worth to those who had bet on that price."""
    quote = most_moved(view)
    if quote is None:
        return "💰 No price moved, so no bet won or lost."
    told = _ROSE if quote.change > 0 else _FELL
    much = abs(quote.change)
    return told.format(good=capital(quote.good), much=much, pebbles=pebbles(much))


def _news(view: PublicView, legend: Legend | None) -> str:
    told = {view.headline}
    lines = [line for line in view.news if line not in told and not (legend and line.startswith(legend.title))]
    if legend:
        lines = [line for line in lines if not line.startswith(f"{legend.good.capitalize()} ")]
    return "\n".join(_cut([f"• {plain(line[:_LINE])}" for line in lines], _NEWS_SHOWN))


def _footer(view: PublicView) -> str:
    patrons = {0: "no Patron yet", 1: "1 Patron"}.get(view.patrons, f"{view.patrons} Patrons")
    return f"-# 🔥 every hearth burns {view.fuel_need} firewood a night · 🎭 {patrons}"


def _cut(lines: Iterable[str], most: int) -> list[str]:
    kept = list(lines)
    return kept if len(kept) <= most else [*kept[:most], f"-# … and {len(kept) - most} more"]


def _layout(parts: Iterable[discord.ui.Item[Any]], colour: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return view
