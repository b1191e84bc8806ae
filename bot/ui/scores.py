"""The scoreboard and a Patron's objective."""

from collections.abc import Sequence
from typing import Final

from engine.patronage import PatronBooks, RankLine
from engine.vocabulary import capital

PAGE: Final = 15
"""Patrons on one page of the scoreboard; with the reader's own line it is far below 2,000 characters."""

MEDALS: Final = {1: "🥇", 2: "🥈", 3: "🥉"}
_BAR: Final = 12


def scoreboard(ranking: Sequence[RankLine], own: str | None, page: int) -> str:
    """Return one page (from 1) of the ranking, with the reader's own place below when it is on another."""
    places = _places(ranking)
    shown = places[(page - 1) * PAGE : page * PAGE]
    mine = [each for each in places if each[1].mask == own]
    lines = [f"### 🏆 Scoreboard · page {page} of {pages_of(ranking)}", *(_line(*each, own) for each in shown)]
    if mine and mine[0] not in shown:
        lines += ["⋯", _line(*mine[0], own)]
    lines.append("-# Net worth in pebbles: purse, margins and loans as the last turn settled.")
    if own is None:
        lines.append("-# You are not in this wood yet: /join.")
    elif not mine:
        lines.append("-# Your place is shown once a turn has settled.")
    return "\n".join(lines)


def pages_of(ranking: Sequence[RankLine]) -> int:
    """Return how many pages a ranking fills, at least one."""
    return max(1, -(-len(ranking) // PAGE))


def objective(books: PatronBooks) -> str:
    """Return what a Patron is asked for, how far it is, and how the magistrate looks at it."""
    left = books.objective - books.net_worth
    state = f"{left} pebbles to go." if left > 0 else "Reached! Now keep it."
    place = f"Place **{books.rank}** of {books.patrons}." if books.rank else "Ranked once a turn has settled."
    return (
        f"### 🎯 Be worth {books.objective} pebbles\n{progress(books)}\n{state} {place}\n"
        f"⚖️ The magistrate {books.magistrate}."
    )


def progress(books: PatronBooks) -> str:
    """Return a bar of the way to the objective."""
    full = round(max(0.0, min(1.0, books.net_worth / books.objective)) * _BAR)
    return f"`{'▰' * full}{'▱' * (_BAR - full)}` {books.net_worth} of {books.objective}"


def _places(ranking: Sequence[RankLine]) -> list[tuple[int, RankLine]]:
    """Return each standing with its place; equals share one."""
    first: dict[int, int] = {}
    return [(first.setdefault(line.net_worth, place), line) for place, line in enumerate(ranking, start=1)]


def _line(place: int, standing: RankLine, own: str | None) -> str:
    who = capital(standing.mask)
    line = f"{MEDALS.get(place, f'`{place:>3}`')} {who}: **{standing.net_worth}**"
    return f"{line} ← you" if standing.mask == own else line
