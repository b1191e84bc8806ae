"""A tournament's board: the one message that shows where it stands, drawn anew as it goes on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import discord
from discord.utils import format_dt

from bot.i18n import joined, say, say_count, told, word
from bot.ui.entries import board_row
from bot.ui.placings import FILE_NAME, decided_by_final, describe
from engine.contests.matchpoints import Standing
from engine.contests.plan import TournamentPlan, commitment
from engine.contests.seating import PLAYERS_RANGE
from engine.contests.tournament import TournamentState, finished, standing
from engine.staging.archive import StoredTable, Tournament
from engine.vocabulary import turns

_OPEN, _PLAYING, _WON, _OFF = 0x56B4E9, 0x009E73, 0xF0E442, 0x8B7355
_MEDALS: Final = ("🥇", "🥈", "🥉")
_TABLES_SHOWN: Final = 40
"""Tables named on a board; with 128 it would pass Discord's 4,000 characters."""

_BEST_SHOWN: Final = 5

Users = Mapping[str, str | None]
"""The outside ids of a tournament's entrants; None for one that is forgotten."""


def board(tournament: Tournament, tables: Sequence[StoredTable], users: Users) -> discord.ui.LayoutView:
    """Return the board of a tournament. From the first scored round on it shows `standings.png`, sent with it.

    Args:
        tournament: It, with the turns that its tables have closed.
        tables: The tables of its last round.
        users: Who its entrants are.
    """
    state = tournament.state
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(_opening(tournament))]
    for text in filter(None, _stage(tournament, tables, users)):
        parts += [discord.ui.TextDisplay(text), discord.ui.Separator(visible=False)]
    if state.scored:
        gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
        gallery.add_item(media=f"attachment://{FILE_NAME}", description=describe(state))
        parts.append(gallery)
    parts += [discord.ui.Separator(), discord.ui.TextDisplay(_terms(state.plan))]
    parts += [discord.ui.TextDisplay(_dealing(tournament)), board_row(tournament.tournament_id, *_deeds(state))]
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=_colour(tournament)))
    return view


def name_of(user: str | None) -> str:
    """Return a player as a message shows it; nobody is pinged."""
    return say("a player who is forgotten") if user is None else f"<@{user}>"


def best_lines(state: TournamentState, users: Users, most: int = _BEST_SHOWN) -> str:
    """Return the best of the standing, one a line."""
    return "\n".join(place_line(state, each, users) for each in standing(state)[:most])


def place_line(state: TournamentState, each: Standing, users: Users) -> str:
    """Return one player's line of a standing; where a final decided, the mean of the rounds does not stand in it."""
    medal = _MEDALS[each.place - 1] if each.place <= len(_MEDALS) else f"`{each.place:>3}`"
    name = name_of(users.get(each.player))
    return f"{medal} {name}" if decided_by_final(state) else f"{medal} {name} **{percent(each.total)}**"


def percent(score: int) -> str:
    """Return a score in basis points as a percentage."""
    return f"{word('decimal', f'{score / 100:.1f}')} %"


def cadence_words(seconds: int) -> str:
    """Return the time between two turns in words, in the largest unit that divides it."""
    if seconds % 86_400 == 0:
        return say_count("a turn every day", "a turn every {count:int} days", seconds // 86_400)
    if seconds % 3_600 == 0:
        return say_count("a turn every hour", "a turn every {count:int} hours", seconds // 3_600)
    if seconds % 60 == 0:
        return say_count("a turn every minute", "a turn every {count:int} minutes", seconds // 60)
    return say_count("a turn every second", "a turn every {count:int} seconds", seconds)


def _opening(tournament: Tournament) -> str:
    return f"{say('-# 🏟️ Tournament {number:int}', number=tournament.number)}\n## {tournament.state.plan.name}"


def _stage(tournament: Tournament, tables: Sequence[StoredTable], users: Users) -> Iterator[str]:
    """Yield what there is to say of where the tournament stands."""
    state = tournament.state
    if state.paused and not state.over:
        yield say("⏸️ **Paused by a keeper of this server.** Nothing moves until it goes on.")
    if tournament.reason is not None:
        yield joined([say("**Called off.**"), told(tournament.reason)])
    elif state.over:
        yield _podium(state, users)
    elif not state.seats:
        yield _lobby(state)
    else:
        yield _round(state)
        yield _table_lines(tournament, tables)
    if state.scored and not (state.over and tournament.reason is None):
        yield f"{say('**After round {round:int}**', round=state.scored)}\n{best_lines(state, users)}"


def _lobby(state: TournamentState) -> str:
    count = sum(not entrant.withdrawn for entrant in state.entrants)
    if count:
        entered = say_count("**{count:int} player** has joined.", "**{count:int} players** have joined.", count)
    else:
        entered = say("Nobody has joined yet.")
    needed = say("It takes at least {fewest:int}.", fewest=PLAYERS_RANGE[0]) if count < PLAYERS_RANGE[0] else ""
    at = state.plan.starts_at
    begins = say("It begins {soon}, on {date}.", soon=format_dt(at, "R"), date=format_dt(at, "f"))
    return f"{joined([entered, needed])}\n{begins}"


def _round(state: TournamentState) -> str:
    plan = state.plan
    if plan.rounds > 1 and state.round == plan.rounds:
        title = say("The final")
    else:
        title = say("Round {round:int} of {rounds:int}", round=state.round, rounds=plan.rounds)
    closed = min((table.turn for table in state.tables if table.round == state.round), default=0)
    if state.scored == state.round:
        return say("**{round}** is over.", round=title)
    beat = state.beat
    coming = ""
    if beat is not None and beat.round == state.round and beat.turn > closed and not state.paused:
        coming = say("Turn {turn:int} comes {soon}.", turn=beat.turn, soon=format_dt(beat.due, "R"))
    if not closed:
        length = say("**{round}** · {length:turns}.", round=title, length=turns(plan.turns))
        return joined([length, coming or say("The tables are being set.")])
    played = say(
        "**{round}** · turn {turn:int} of {turns:int} is over at every table.",
        round=title,
        turn=closed,
        turns=plan.turns,
    )
    return joined([played, coming])


def _table_lines(tournament: Tournament, tables: Sequence[StoredTable]) -> str:
    shown = [
        f"{table.number} {say('here') if table.channel_id == tournament.channel_id else f'<#{table.channel_id}>'}"
        for table in tables
        if table.channel_id is not None
    ]
    if not shown:
        return ""
    line = say("-# Tables: {tables}", tables=" · ".join(shown[:_TABLES_SHOWN]))
    left_out = len(shown) - _TABLES_SHOWN
    if left_out > 0:
        line += " " + say_count("… and {count:int} more", "… and {count:int} more", left_out)
    return line


def _podium(state: TournamentState, users: Users) -> str:
    ended = finished(state)
    if ended is None or not ended.podium:
        return say("**It is over.** Nobody played, so there is no podium.")
    names = [name_of(users.get(player)) for player in ended.podium]
    first, *others = (f"{medal} {name}" for medal, name in zip(_MEDALS, names, strict=False))
    return "\n".join([f"### {first}", *others])


def _terms(plan: TournamentPlan) -> str:
    rounds = say_count(
        "{count:int} round of {length:turns}",
        "{count:int} rounds of {length:turns}",
        plan.rounds,
        length=turns(plan.turns),
    )
    tables = say("tables of {size:int}", size=plan.table_size)
    council = say("council “{name}”", name=plan.council)
    scoring = say(
        "-# All tables of a round are dealt alike. Half of a score is what you made of your seat against those who had "
        "the same one elsewhere, half is your net worth against the whole field."
    )
    return f"-# {' · '.join([rounds, tables, cadence_words(plan.cadence_seconds), council])}\n{scoring}"


def _dealing(tournament: Tournament) -> str:
    state = tournament.state
    if not state.over or not state.seats:
        return say(
            "-# 🔏 Dealt beforehand; the seed's commitment is `{commitment}`.", commitment=commitment(state.plan.seed)
        )
    return say(
        "-# 🔓 The commitment was `{commitment}`, and the seed `{seed}`. All can check that they belong together with "
        "`{check}`; whoever keeps the store replays every table with `{replay}`.",
        commitment=commitment(state.plan.seed),
        seed=state.plan.seed,
        check=r"printf '%s\037commitment' SEED | sha256sum",
        replay="wood replay --db FILE",
    )


def _deeds(state: TournamentState) -> tuple[str, ...]:
    if state.over:
        return ("places",)
    return ("withdraw", "places") if state.seats else ("enter", "withdraw", "places")


def _colour(tournament: Tournament) -> int:
    if tournament.reason is not None:
        return _OFF
    if tournament.state.over:
        return _WON
    return _PLAYING if tournament.state.seats else _OPEN
