"""What is shown of seasons: the standings at a chapter's end, the story of one that ended, and the list of them all."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import discord
from discord.utils import format_dt

from bot.ui import faces
from bot.ui.buttons import DeedButton
from bot.ui.pictures import Picture
from bot.ui.scores import MEDALS
from engine.contests.honours import Distinction, Honour, SeasonStory
from engine.contests.season import Season
from engine.staging.hall import EndedWood, Result
from engine.views import PublicView
from engine.vocabulary import capital, pebbles, turns

_RANKED: Final = 10
"""Patrons that a card names; the rest are counted."""

_LEGENDS: Final = 16
_PAGE: Final = 8
"""Seasons on one page of the list; with two winners each it stays below 2,000 characters."""

_CROWNED: Final = 2
"""Winners of one season that the list names; more share a first place only where hardly anybody did anything."""

_HALL_COLOUR: Final = 0xE69F00

HONOUR_FACE: Final = {Honour.SHREWDEST_SHORT: "📉", Honour.KINDEST_LENDER: "🤲", Honour.MOST_HUNTED: "⚖️"}


def standings_card(
    lines: Sequence[tuple[str, int]], view: PublicView, world_id: str, last_turn: int | None
) -> discord.ui.LayoutView:
    """Return the standings at the end of a chapter, the richest first; `last_turn` is that of the season, if any."""
    worths = [worth for _, worth in lines]
    ranked = [f"{_place(worths.index(worth) + 1)} {capital(mask)}: **{worth}**" for mask, worth in lines[:_RANKED]]
    left = last_turn - view.turn if last_turn is not None else 0
    to_go = f" · {turns(left)} to go" if left > 0 else ""
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"-# 🌲 Turn {view.turn}{to_go}\n## 🏆 Standings after chapter {view.chapter}"),
        discord.ui.Separator(),
        discord.ui.TextDisplay("\n".join(_cut(ranked, len(lines)))),
        discord.ui.TextDisplay("-# Net worth in pebbles: purse, margins and loans as the last turn settled."),
    ]
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(DeedButton("board", world_id, view.turn))
    for deed in ("ledger", "prices", "join", "help"):
        row.add_item(DeedButton(deed, world_id))
    return _layout([*parts, row], faces.season_colour(view.season))


def ended_card(
    ended: EndedWood, story: SeasonStory, shown: Sequence[Picture], turn: int | None = None
) -> discord.ui.LayoutView:
    """Return how a wood ended: its poster, podium, honours, legends and charts, the pictures being sent with it.

    The post names the `turn` of its end in its button, by which it is found again in the channel. Looked back at, it
    names none, and what comes next is left out.
    """
    parts: list[discord.ui.Item[Any]] = [
        *(picture.gallery() for picture in shown[:1]),
        discord.ui.TextDisplay(_heading(ended, story)),
        discord.ui.Separator(),
        discord.ui.TextDisplay(_podium(ended.results)),
    ]
    for block in (_honours(story.honours), _legends(story)):
        if block:
            parts += [discord.ui.Separator(visible=False), discord.ui.TextDisplay(block)]
    parts.append(discord.ui.Separator(visible=False))
    parts += [picture.gallery() for picture in shown[1:]]
    if turn is not None and ended.season is not None and ended.season.plan.repeats:
        parts.append(
            discord.ui.TextDisplay("🌱 **The next season begins here in a moment.** Press 🎭 on its first card.")
        )
    parts.append(discord.ui.TextDisplay(_closing(ended)))
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(DeedButton("hall", ended.world_id, turn))
    return _layout([*parts, row], _HALL_COLOUR)


def season_pages(seasons: Sequence[Season], winners: Iterable[Result]) -> list[str]:
    """Return the list of a server's seasons in pages, the newest first."""
    won: dict[str, list[Result]] = {}
    for result in winners:
        won.setdefault(result.world_id, []).append(result)
    lines = [_season_line(season, won.get(season.world_id, [])) for season in reversed(seasons)]
    pages = [lines[start : start + _PAGE] for start in range(0, len(lines), _PAGE)]
    more = "-# `/season history number:` tells the story of one."
    return [
        "\n".join([f"### 🏛️ Every season of this server · page {number} of {len(pages)}", *page, more])
        for number, page in enumerate(pages, 1)
    ]


def named(result: Result) -> str:
    """Return a Patron of an ended wood: the mask, and who wore it where that is known."""
    return capital(result.mask) + (f" (<@{result.user}>)" if result.user else "")


def honour_line(honour: Distinction) -> str:
    """Return an honour, who earned it and with what, in a sentence."""
    face, who = HONOUR_FACE[honour.honour], capital(honour.mask)
    match honour.honour:
        case Honour.SHREWDEST_SHORT:
            deed = f"won {pebbles(honour.pebbles)} with one short of {honour.good}"
        case Honour.KINDEST_LENDER:
            deed = f"lent the creatures {pebbles(honour.pebbles)}"
        case Honour.MOST_HUNTED:
            inquiries = "1 inquiry" if honour.inquiries == 1 else f"{honour.inquiries} inquiries"
            verdicts = "1 verdict" if honour.verdicts == 1 else f"{honour.verdicts} verdicts"
            deed = f"faced {inquiries} and {verdicts} of guilt"
    return f"{face} **{capital(honour.honour)}**: {who} {deed}."


def _heading(ended: EndedWood, story: SeasonStory) -> str:
    played = f"{turns(len(story.turns))} · {_counted(story.trades, 'trade')}"
    if ended.season is None:
        return f"-# 🌲 {played}\n## 🏁 This wood has come to its end"
    return f"-# 🌲 {played}\n## 🏁 Season {ended.season.number} is over"


def _podium(results: Sequence[Result]) -> str:
    if not results:
        return "Nobody wore a mask at the end, so nobody won it."
    lines = [
        f"{_place(result.place)} {named(result)}: **{pebbles(result.net_worth)}**"
        if result.place in MEDALS
        else f"{_place(result.place)} {capital(result.mask)}: {result.net_worth}"
        for result in results[:_RANKED]
    ]
    return "\n".join(_cut(lines, len(results)))


def _honours(honours: Iterable[Distinction]) -> str:
    lines = [honour_line(honour) for honour in honours]
    return "\n".join(["### Honours", *lines]) if lines else ""


def _legends(story: SeasonStory) -> str:
    if not story.legends:
        return ""
    fallen = [f"• {legend.title}, in turn {legend.turn}" for legend in story.legends]
    return "\n".join(["### Legends that fell", *_cut(fallen[:_LEGENDS], len(fallen))])


def _closing(ended: EndedWood) -> str:
    again = f"; `/season history number:{ended.season.number}` shows this again" if ended.season else ""
    return f"-# Contracts, loans and offers are settled, and the masks are off{again}."


def _season_line(season: Season, winners: Sequence[Result]) -> str:
    when = format_dt(season.ended_at or season.begins_at, "D")
    if season.ended_at is None:
        state = (
            f"under way in <#{season.channel_id}>" if season.planted else f"begins {format_dt(season.begins_at, 'f')}"
        )
    elif not winners:
        state = f"{when} · nobody won it"
    else:
        shown = ", ".join(named(winner) for winner in winners[:_CROWNED])
        more = f" and {len(winners) - _CROWNED} more" if len(winners) > _CROWNED else ""
        state = f"{when} · 🥇 {shown}{more}, {pebbles(winners[0].net_worth)}"
    return f"**Season {season.number}** · {state}"


def _place(place: int) -> str:
    return MEDALS.get(place, f"`{place:>2}`")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _cut(lines: list[str], count: int) -> list[str]:
    return lines if count <= len(lines) else [*lines, f"-# … and {count - len(lines)} more"]


def _layout(parts: Iterable[discord.ui.Item[Any]], colour: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return view
