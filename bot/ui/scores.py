"""The scoreboard and a Patron's objective."""

from collections.abc import Sequence
from typing import Final

from bot.i18n import joined, labelled, said, say, word, words
from engine.patronage import PatronBooks, RankLine
from engine.vocabulary import capital, pebbles

PAGE: Final = 15
"""Patrons on one page of the scoreboard; with the reader's own line it is far below 2,000 characters."""

MEDALS: Final = {1: "🥇", 2: "🥈", 3: "🥉"}
_BAR: Final = 12

_MAGISTRATE: Final = {
    "holds a file on you": words("⚖️ The magistrate holds a file on you."),
    "watches you": words("⚖️ The magistrate watches you."),
    "has heard your name": words("⚖️ The magistrate has heard your name."),
    "has never heard of you": words("⚖️ The magistrate has never heard of you."),
}
"""By `engine.heat.in_words`."""


def scoreboard(ranking: Sequence[RankLine], own: str | None, page: int) -> str:
    """Return one page (from 1) of the ranking, with the reader's own place below when it is on another."""
    places = _places(ranking)
    shown = places[(page - 1) * PAGE : page * PAGE]
    mine = [each for each in places if each[1].mask == own]
    title = say("### 🏆 Scoreboard · page {page:int} of {pages:int}", page=page, pages=pages_of(ranking))
    lines = [title, *(_line(*each, own) for each in shown)]
    if mine and mine[0] not in shown:
        lines += ["⋯", _line(*mine[0], own)]
    lines.append(say("-# Net worth in pebbles: purse, margins and loans as the last turn settled."))
    if own is None:
        lines.append(say("-# You are not in this wood yet: /join."))
    elif not mine:
        lines.append(say("-# Your place is shown once a turn has settled."))
    return "\n".join(lines)


def pages_of(ranking: Sequence[RankLine]) -> int:
    """Return how many pages a ranking fills, at least one."""
    return max(1, -(-len(ranking) // PAGE))


def objective(books: PatronBooks) -> str:
    """Return what a Patron is asked for, how far it is, and how the magistrate looks at it."""
    left = books.objective - books.net_worth
    state = say("{sum:pebbles} to go.", sum=pebbles(left)) if left > 0 else say("Reached! Now keep it.")
    if books.rank:
        place = say("Place **{rank:int}** of {patrons:int}.", rank=books.rank, patrons=books.patrons)
    else:
        place = say("Ranked once a turn has settled.")
    title = say("### 🎯 Be worth {sum:pebbles}", sum=pebbles(books.objective))
    return f"{title}\n{progress(books)}\n{joined([state, place])}\n{magistrate_line(books)}"


def magistrate_line(books: PatronBooks) -> str:
    """Return how the magistrate looks at a Patron."""
    return said(_MAGISTRATE[books.magistrate])


def progress(books: PatronBooks) -> str:
    """Return a bar of the way to the objective."""
    full = round(max(0.0, min(1.0, books.net_worth / books.objective)) * _BAR)
    return say(
        "`{bar}` {net_worth:int} of {objective:int}",
        bar="▰" * full + "▱" * (_BAR - full),
        net_worth=books.net_worth,
        objective=books.objective,
    )


def _places(ranking: Sequence[RankLine]) -> list[tuple[int, RankLine]]:
    """Return each standing with its place; equals share one."""
    first: dict[int, int] = {}
    return [(first.setdefault(line.net_worth, place), line) for place, line in enumerate(ranking, start=1)]


def _line(place: int, standing: RankLine, own: str | None) -> str:
    who, worth = word("Mask", capital(standing.mask)), word("int", str(standing.net_worth))
    line = labelled(f"{MEDALS.get(place, f'`{place:>3}`')} {who}", f"**{worth}**")
    return f"{line} {say('← you')}" if standing.mask == own else line
