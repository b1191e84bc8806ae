"""The turn's card and the other public pictures of a wood, as Components V2 layouts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import discord

from bot.i18n import listed, said, say, say_count, told, word, words
from bot.ui import faces, pictures
from bot.ui.buttons import card_rows
from bot.ui.pictures import Picture
from bot.ui.plain import plain
from bot.ui.reading import Deal, closed_turn, deals_of, fallen_legend, in_order, most_moved
from engine.legends import Legend
from engine.views import CreatureFace, GoodQuote, PublicView
from engine.vocabulary import FUEL, Direction, capital, counted, pebbles

_DEALS_SHOWN: Final = 8
_NEWS_SHOWN: Final = 5
_LINE: Final = 180
"""Characters of a line of news or trade that are shown; the wood's own lines are shorter."""

_ROSE: Final = words(
    "💰 **{good:Good} rose by {much:int}**: every unit long won {sum:pebbles}, every unit short lost as much."
)
_FELL: Final = words(
    "💰 **{good:Good} fell by {much:int}**: every unit short won {sum:pebbles}, every unit long lost as much."
)


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
    title = say("### 📈 Prices after turn {turn:int}", turn=closed_turn(view))
    settled = say("-# Contracts settle at these prices when a turn closes. One unit, in pebbles.")
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"{title}\n{price_lines(view)}"),
        pictures.prices(view).gallery(),
        discord.ui.TextDisplay(f"{_stakes(view)}\n{settled}"),
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
    reason = plain(told(creature.silent)[:120]).rstrip(".。")
    return reason[:1].lower() + reason[1:]


def _price_line(quote: GoodQuote) -> str:
    moved = f"**{faces.arrow(quote.change)}**" if quote.change else say("steady")
    price = f"{faces.GOOD_FACE[quote.good]} **{word('int', str(quote.settlement))}** {word('label', quote.good)}"
    traded = say_count("{count:int} traded", "{count:int} traded", quote.traded)
    return " · ".join([price, moved, *([traded] if quote.traded else [])])


def _opening(view: PublicView, legend: Legend | None) -> str:
    when = say(
        "-# {face} {season:Season} · chapter {chapter:int}",
        face=faces.season_face(view.season),
        season=capital(view.season),
        chapter=view.chapter,
    )
    turn = closed_turn(view)
    if legend is None:
        title = say("## Turn {turn:int}", turn=turn) if turn else say("## A new wood")
        return f"{when}\n{title}\n{plain(told(view.headline))}"
    price = next((line for line in view.news if line.startswith(f"{legend.good.capitalize()} ")), "")
    face = "📉" if legend.direction is Direction.FALL else "📈"
    return "\n".join(
        [
            when,
            say("## Turn {turn:int}: {title:title}", turn=turn, title=legend.title),
            said(legend.tale),
            *([f"{face} **{plain(told(price))}**"] if price else []),
            say("> 📜 **It happened.** {history}", history=said(legend.history)),
        ]
    )


def _voices(creatures: Iterable[CreatureFace]) -> str:
    return "\n".join(map(_voice, creatures))


def _voice(creature: CreatureFace) -> str:
    name = f"{faces.SPECIES_FACE[creature.species]} **{creature.name}**"
    if creature.back:
        return say("{name} is banished, and returns in turn {turn:int}.", name=name, turn=creature.back)
    if creature.silent:
        return say("{name} did nothing this turn: {reason}.", name=name, reason=reason_of(creature))
    felt = f"{name} · {word('mood', creature.mood)}"
    return f"{felt} · “{plain(creature.said)}”" if creature.said else felt


def _market(view: PublicView) -> str:
    """Return who sold what to whom, and what that means for those who bet on it."""
    if not closed_turn(view):
        return say(
            "**Nothing has traded yet.** Bet on a price before the creatures meet: `/short` if it will fall, "
            "`/long` if it will rise."
        )
    if all(face.silent for face in view.creatures if not face.back):
        lines = [say("Nobody made an offer.")]
    elif not view.trades:
        lines = [say("Nobody would meet anybody's price.")]
    else:
        deals, others = deals_of(view.trades)
        lines = _cut([*map(_deal_line, deals), *map(_news_line, others)], _DEALS_SHOWN)
    return "\n".join([say("**What traded**"), *lines, _stakes(view)])


def _deal_line(deal: Deal) -> str:
    goods = say("**{goods:goods}** at **{price:int}**", goods=counted(deal.units, deal.good), price=deal.price)
    return f"{faces.GOOD_FACE[deal.good]} {goods} · {_units(deal.sellers)} → {_units(deal.buyers)}"


def _units(traders: Counter[str]) -> str:
    """Return traders with the units of each; one alone has them all."""
    if len(traders) == 1:
        return plain(next(iter(traders)))
    return listed(f"{plain(name)} {units}" for name, units in sorted(traders.items()))


def _stakes(view: PublicView) -> str:
    """Return what the widest move of the turn was worth to those who had bet on that price."""
    quote = most_moved(view)
    if quote is None:
        return say("💰 No price moved, so no bet won or lost.")
    much = abs(quote.change)
    return say(_ROSE if quote.change > 0 else _FELL, good=capital(quote.good), much=much, sum=pebbles(much))


def _news(view: PublicView, legend: Legend | None) -> str:
    lines = [line for line in view.news if line != view.headline and not (legend and line.startswith(legend.title))]
    if legend:
        lines = [line for line in lines if not line.startswith(f"{legend.good.capitalize()} ")]
    return "\n".join(_cut([f"• {_news_line(line)}" for line in lines], _NEWS_SHOWN))


def _news_line(line: str) -> str:
    return plain(told(line)[:_LINE])


def _footer(view: PublicView) -> str:
    hearths = say("-# 🔥 every hearth burns {fuel:goods} a night", fuel=counted(view.fuel_need, FUEL))
    patrons = say_count("{count:int} Patron", "{count:int} Patrons", view.patrons)
    return f"{hearths} · 🎭 {patrons if view.patrons else say('no Patron yet')}"


def _cut(lines: Iterable[str], most: int) -> list[str]:
    kept = list(lines)
    return kept if len(kept) <= most else [*kept[:most], faces.more(len(kept) - most)]


def _layout(parts: Iterable[discord.ui.Item[Any]], colour: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return view
