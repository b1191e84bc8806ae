"""The turn's card and the other public pictures of a wood, as Components V2 layouts."""

from collections.abc import Iterable
from typing import Any, Final

import discord

from bot.ui import faces
from bot.ui.buttons import card_row, first_row
from bot.ui.charts import FILE_NAME, closed_turn, describe, in_order
from bot.ui.plain import plain
from engine.legends import DECK, Legend
from engine.views import CreatureFace, GoodQuote, PublicView

_TRADES_SHOWN: Final = 10
_NEWS_SHOWN: Final = 6


def turn_card(view: PublicView, world_id: str) -> discord.ui.LayoutView:
    """Return the card of a turn. It shows the attachment `prices.png`, which is sent with it.

    A card is far below Discord's 40 components and 4,000 characters: every list in it is cut, and
    creatures' speech is cut by the engine.
    """
    legend = fallen_legend(view)
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(_opening(view, legend))]
    parts += [discord.ui.Separator(), discord.ui.TextDisplay(price_lines(view)), _chart(view)]
    for block in (_trades(view), _voices(view.creatures), _news(view, legend)):
        if block:
            parts += [discord.ui.Separator(visible=False), discord.ui.TextDisplay(block)]
    parts += [discord.ui.TextDisplay(_footer(view)), first_row(world_id), card_row(world_id, closed_turn(view))]
    colour = faces.LEGEND_COLOUR if legend else faces.season_colour(view.season)
    return _layout(parts, colour)


def prices_card(view: PublicView, world_id: str) -> discord.ui.LayoutView:
    """Return prices and chart alone."""
    title = f"### 📈 Prices after turn {closed_turn(view)}"
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"{title}\n{price_lines(view)}"),
        _chart(view),
        discord.ui.TextDisplay("-# Contracts settle at these prices when a turn closes. One unit, in pebbles."),
        card_row(world_id),
    ]
    return _layout(parts, faces.season_colour(view.season))


def chart_card(view: PublicView) -> discord.ui.LayoutView:
    """Return the chart alone."""
    return _layout([_chart(view)], faces.season_colour(view.season))


def fallen_legend(view: PublicView) -> Legend | None:
    """Return the legend that fell in the turn of a view, or None."""
    for line in view.news:
        for legend in DECK:
            if line.startswith(f"{legend.title}!"):
                return legend
    return None


def price_lines(view: PublicView) -> str:
    """Return one line a good: price, change with an arrow, and what traded."""
    return "\n".join(map(_price_line, in_order(view)))


def _price_line(quote: GoodQuote) -> str:
    moved = f"**{faces.arrow(quote.change)}**" if quote.change else "steady"
    traded = f" · {quote.traded} traded" if quote.traded else ""
    return f"{faces.GOOD_FACE[quote.good]} **{quote.settlement}** {quote.good} · {moved}{traded}"


def _opening(view: PublicView, legend: Legend | None) -> str:
    when = f"-# 🌲 Chapter {view.chapter} · {view.season}"
    turn = closed_turn(view)
    if legend is None:
        title = f"Turn {turn}" if turn else "A new wood"
        return f"{when}\n## {title}\n{plain(view.headline)}"
    price = next((line for line in view.news if line.startswith(f"{legend.good.capitalize()} ")), "")
    moved = f"\n**{plain(price)}**" if price else ""
    return f"{when}\n## Turn {turn}: {legend.title}\n{legend.tale}{moved}\n> 📜 **It happened.** {legend.history}"


def _chart(view: PublicView) -> discord.ui.MediaGallery[Any]:
    gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
    gallery.add_item(media=f"attachment://{FILE_NAME}", description=describe(view))
    return gallery


def _trades(view: PublicView) -> str:
    if not closed_turn(view):
        return ""
    if all(face.silent for face in view.creatures if not face.back):
        return "**Trades**\nNobody made an offer."
    if not view.trades:
        return "**Trades**\nNobody would meet anybody's price."
    return "**Trades**\n" + "\n".join(_cut(map(plain, view.trades), _TRADES_SHOWN))


def _voices(creatures: Iterable[CreatureFace]) -> str:
    return "\n".join(filter(None, map(_voice, creatures)))


def _voice(creature: CreatureFace) -> str:
    name = f"{faces.SPECIES_FACE[creature.species]} **{creature.name}**"
    if creature.back:
        return f"{name} is banished, and returns in turn {creature.back}."
    if creature.silent:
        return f"{name} did nothing this turn: {reason_of(creature)}."
    return f"{name}  “{plain(creature.said)}”" if creature.said else ""


def reason_of(creature: CreatureFace) -> str:
    """Return why a creature did nothing, to stand after a colon and before a full stop."""
    reason = plain(creature.silent[:120]).rstrip(".")
    return reason[:1].lower() + reason[1:]


def _news(view: PublicView, legend: Legend | None) -> str:
    told = {view.headline}
    lines = [line for line in view.news if line not in told and not (legend and line.startswith(legend.title))]
    if legend:
        lines = [line for line in lines if not line.startswith(f"{legend.good.capitalize()} ")]
    return "\n".join(_cut([f"• {plain(line)}" for line in lines], _NEWS_SHOWN))


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
