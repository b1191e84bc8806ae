"""What is shown of seasons: the standings at a chapter's end, the story of one that ended, and the list of them all."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import discord
from discord.utils import format_dt

from bot.i18n import joined, labelled, listed, say, say_count, word
from bot.ui import faces
from bot.ui.buttons import DeedButton
from bot.ui.pictures import Picture, trade_count
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
    ranked = [
        labelled(f"{_place(worths.index(worth) + 1)} {word('Mask', capital(mask))}", f"**{word('int', str(worth))}**")
        for mask, worth in lines[:_RANKED]
    ]
    when = say("-# 🌲 Turn {turn:int}", turn=view.turn)
    left = last_turn - view.turn if last_turn is not None else 0
    if left > 0:
        when += " · " + say("{left:turns} to go", left=turns(left))
    title = say("## 🏆 Standings after chapter {chapter:int}", chapter=view.chapter)
    settled = say("-# Net worth in pebbles: purse, margins and loans as the last turn settled.")
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"{when}\n{title}"),
        discord.ui.Separator(),
        discord.ui.TextDisplay("\n".join(_cut(ranked, len(lines)))),
        discord.ui.TextDisplay(settled),
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
        coming = say("🌱 **The next season begins here in a moment.** Press 🎭 on its first card.")
        parts.append(discord.ui.TextDisplay(coming))
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
    more = say("-# `/season history number:` tells the story of one.")
    titles = [
        say("### 🏛️ Every season of this server · page {page:int} of {pages:int}", page=number, pages=len(pages))
        for number in range(1, len(pages) + 1)
    ]
    return ["\n".join([title, *page, more]) for title, page in zip(titles, pages, strict=True)]


def named(result: Result) -> str:
    """Return a Patron of an ended wood: the mask, and who wore it where that is known."""
    mask = word("Mask", capital(result.mask))
    return f"{mask} (<@{result.user}>)" if result.user else mask


def honour_line(honour: Distinction) -> str:
    """Return an honour, who earned it and with what, in a sentence."""
    title = f"{HONOUR_FACE[honour.honour]} **{word('Honour', capital(honour.honour))}**"
    return labelled(title, _deed(honour))


def _deed(honour: Distinction) -> str:
    who, much = capital(honour.mask), pebbles(honour.pebbles)
    match honour.honour:
        case Honour.SHREWDEST_SHORT:
            return say(
                "{who:Mask} won {sum:pebbles} with one short of {good:good}.", who=who, sum=much, good=honour.good
            )
        case Honour.KINDEST_LENDER:
            return say("{who:Mask} lent the creatures {sum:pebbles}.", who=who, sum=much)
        case Honour.MOST_HUNTED:
            faced = say_count(
                "{who:Mask} faced {count:int} inquiry.",
                "{who:Mask} faced {count:int} inquiries.",
                honour.inquiries,
                who=who,
            )
            return joined((faced, _verdicts(honour.verdicts)))


def _verdicts(guilty: int) -> str:
    if guilty == 0:
        return say("No verdict said guilty.")
    return say_count("{count:int} verdict said guilty.", "{count:int} verdicts said guilty.", guilty)


def _heading(ended: EndedWood, story: SeasonStory) -> str:
    played = f"-# 🌲 {word('turns', turns(len(story.turns)))} · {trade_count(story.trades)}"
    if ended.season is None:
        return f"{played}\n{say('## 🏁 This wood has come to its end')}"
    return f"{played}\n{say('## 🏁 Season {number:int} is over', number=ended.season.number)}"


def _podium(results: Sequence[Result]) -> str:
    if not results:
        return say("Nobody wore a mask at the end, so nobody won it.")
    return "\n".join(_cut([_result_line(result) for result in results[:_RANKED]], len(results)))


def _result_line(result: Result) -> str:
    if result.place in MEDALS:
        worth = f"**{word('pebbles', pebbles(result.net_worth))}**"
        return labelled(f"{_place(result.place)} {named(result)}", worth)
    who = f"{_place(result.place)} {word('Mask', capital(result.mask))}"
    return labelled(who, word("int", str(result.net_worth)))


def _honours(honours: Iterable[Distinction]) -> str:
    lines = [honour_line(honour) for honour in honours]
    return "\n".join([say("### Honours"), *lines]) if lines else ""


def _legends(story: SeasonStory) -> str:
    if not story.legends:
        return ""
    fallen = [say("• {title:title}, in turn {turn:int}", title=each.title, turn=each.turn) for each in story.legends]
    return "\n".join([say("### Legends that fell"), *_cut(fallen[:_LEGENDS], len(fallen))])


def _closing(ended: EndedWood) -> str:
    if ended.season is None:
        return say("-# Contracts, loans and offers are settled, and the masks are off.")
    return say(
        "-# Contracts, loans and offers are settled, and the masks are off; "
        "`/season history number:{number}` shows this again.",
        number=ended.season.number,
    )


def _season_line(season: Season, winners: Sequence[Result]) -> str:
    number = say("**Season {number:int}**", number=season.number)
    if season.ended_at is not None:
        return f"{number} · {format_dt(season.ended_at, 'D')} · {_winners(winners)}"
    if season.planted:
        return f"{number} · {say('under way in {channel}', channel=f'<#{season.channel_id}>')}"
    return f"{number} · {say('begins {date}', date=format_dt(season.begins_at, 'f'))}"


def _winners(winners: Sequence[Result]) -> str:
    if not winners:
        return say("nobody won it")
    shown, left_out = listed(named(winner) for winner in winners[:_CROWNED]), len(winners) - _CROWNED
    if left_out > 0:
        shown = say_count("{names} and {count:int} more", "{names} and {count:int} more", left_out, names=shown)
    return f"🥇 {listed([shown, word('pebbles', pebbles(winners[0].net_worth))])}"


def _place(place: int) -> str:
    return MEDALS.get(place, f"`{place:>2}`")


def _cut(lines: list[str], count: int) -> list[str]:
    return lines if count <= len(lines) else [*lines, faces.more(count - len(lines))]


def _layout(parts: Iterable[discord.ui.Item[Any]], colour: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return view
