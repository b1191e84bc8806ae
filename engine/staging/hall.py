"""Seasons, results and careers in the store: every function is part of one transaction."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine import schema as t
from engine.actions.base import Refusal
from engine.claims import server_in
from engine.contests.season import Season, SeasonPlan
from engine.phrases import say, together, words
from engine.ports import Frozen
from engine.shards import Shards


class Result(Frozen):
    """How an ended wood ended for one player, and in which wood."""

    world_id: str
    player: str
    mask: str
    place: int
    net_worth: int
    deeds: int
    user: str | None


class Manner(Frozen):
    """How what stands in a channel is written and drawn: the `language` and the `theme` of a `WoodRecord`."""

    language: str = ""
    theme: str = ""


class EndedWood(Frozen):
    """A wood that has ended: its story as JSON, its results, the first place first, and the season it was, if any."""

    world_id: str
    guild_id: int
    story: str
    season: Season | None
    results: tuple[Result, ...]


class Played(Frozen):
    """How an ended wood ended for one player; `number` is that of the season it was, None for one that was none."""

    result: Result
    number: int | None
    story: str


def plan_season(connection: sa.Connection, guild_id: int, channel_id: int, begins_at: int, plan: SeasonPlan) -> Season:
    """Enter the next season of a server; it begins at `begins_at`, in seconds since 1970."""
    s = t.seasons
    number = next_number(connection, s, guild_id)
    row = {
        "guild_id": guild_id,
        "number": number,
        "channel_id": channel_id,
        "world_id": f"season-{guild_id}-{number}",
        "begins_at": begins_at,
        "plan": plan.model_dump_json(),
    }
    connection.execute(sa.insert(s).values(**row))
    return season_of({**row, "cancelled": 0, "crowned": 0, "planted": None, "ended_at": None})


def next_number(connection: sa.Connection, table: sa.Table, guild_id: int) -> int:
    """Return the number that the next season or tournament of a server has, after those in `table`."""
    last = connection.execute(sa.select(sa.func.max(table.c.number)).where(table.c.guild_id == guild_id)).scalar()
    return (last or 0) + 1


def seasons(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Season]:
    """Return seasons with what became of their woods, the oldest of each server first."""
    s, w = t.seasons, t.woods
    query = (
        sa.select(*s.c, w.c.world_id.label("planted"), w.c.ended_at)
        .outerjoin(w, w.c.world_id == s.c.world_id)
        .where(*conditions)
        .order_by(s.c.guild_id, s.c.number)
    )
    return [season_of(row) for row in connection.execute(query).mappings()]


def open_seasons(connection: sa.Connection, shards: Shards) -> list[Season]:
    """Return the seasons that need something yet: those to begin, those under way, and those not crowned."""
    s = t.seasons
    return seasons(connection, s.c.cancelled == 0, s.c.crowned == 0, server_in(s.c.guild_id, shards))


def seasons_of(connection: sa.Connection, guild_id: int) -> list[Season]:
    """Return every season of a server that was not cancelled, the oldest first."""
    return seasons(connection, t.seasons.c.guild_id == guild_id, t.seasons.c.cancelled == 0)


def enter(connection: sa.Connection, guild_id: int, channel_id: int, begins_at: datetime, plan: SeasonPlan) -> Season:
    """Plan a season in a channel that is free.

    Raises:
        Refusal: If a season is planned or runs there.
    """
    _require_free(connection, guild_id, channel_id)
    return plan_season(connection, guild_id, channel_id, int(begins_at.timestamp()), plan)


def cancel(connection: sa.Connection, guild_id: int, number: int) -> Season | None:
    """Cancel a season as it stands now, as `cancel_season` does; return it as it was, or None if it is over."""
    s = t.seasons
    this = seasons(connection, s.c.guild_id == guild_id, s.c.number == number, s.c.cancelled == 0)
    if not this or this[0].ended_at is not None:
        return None
    cancel_season(connection, this[0])
    return this[0]


def _require_free(connection: sa.Connection, guild_id: int, channel_id: int) -> None:
    """Check that no season is planned or runs in a channel.

    Raises:
        Refusal: If one is.
    """
    s = t.seasons
    here = (s.c.guild_id == guild_id, s.c.channel_id == channel_id, s.c.cancelled == 0)
    for season in seasons(connection, *here):
        if season.ended_at is None:
            taken = (
                words("Season {number:int} runs in <#{channel:id}> already.")
                if season.planted
                else words("Season {number:int} is planned in <#{channel:id}> already.")
            )
            room = words(
                "Choose another channel, or make room: "
                "/season cancel takes back one that has not begun, /season end ends one that runs."
            )
            raise Refusal(together(say(taken, number=season.number, channel=channel_id), room))


def season_before(connection: sa.Connection, season: Season) -> Season | None:
    """Return the season that ended last in the same channel before one, or None for the first."""
    s = t.seasons
    earlier = (s.c.guild_id == season.guild_id, s.c.channel_id == season.channel_id, s.c.number < season.number)
    ended = [each for each in seasons(connection, *earlier, s.c.cancelled == 0) if each.ended_at is not None]
    return ended[-1] if ended else None


def winners_of(connection: sa.Connection, guild_id: int) -> list[Result]:
    """Return the first places of every ended wood of a server."""
    return _results(connection, t.woods.c.guild_id == guild_id, t.results.c.place == 1)


def ended_wood(connection: sa.Connection, world_id: str) -> EndedWood | None:
    """Return what is kept of a wood that has ended, or None for one that has not."""
    w = t.woods
    query = sa.select(w.c.guild_id, w.c.story).where(w.c.world_id == world_id, w.c.story.is_not(None))
    row = connection.execute(query).first()
    if row is None:
        return None
    season = next(iter(seasons(connection, t.seasons.c.world_id == world_id)), None)
    return EndedWood(
        world_id=world_id,
        guild_id=row.guild_id,
        story=row.story,
        season=season,
        results=tuple(results(connection, world_id)),
    )


def played_by(connection: sa.Connection, user: str, guild_id: int) -> list[Played]:
    """Return how every ended wood of a server ended for a player, in that order, but for the tables of tournaments."""
    w, s, tables = t.woods, t.seasons, t.tournament_tables
    query = (
        sa.select(w.c.world_id, w.c.story, s.c.number)
        .outerjoin(s, s.c.world_id == w.c.world_id)
        .where(w.c.guild_id == guild_id, w.c.story.is_not(None), w.c.world_id.not_in(sa.select(tables.c.world_id)))
    )
    woods = {row.world_id: row for row in connection.execute(query)}
    return [
        Played(result=result, number=woods[result.world_id].number, story=woods[result.world_id].story)
        for result in results_of_user(connection, user, guild_id)
        if result.world_id in woods
    ]


def manner_in(connection: sa.Connection, guild_id: int, channel_id: int | None) -> Manner:
    """Return the language and the theme that what begins in a channel of a server is set to.

    They are those of the wood that grows there or grew there last, or else what all woods of the server agree on.
    """
    w = t.woods
    query = sa.select(w.c.channel_id, w.c.language, w.c.theme, w.c.ended_at)
    query = query.where(w.c.guild_id == guild_id, w.c.invited == 0)
    woods = connection.execute(query.order_by(w.c.ended_at.is_(None).desc(), w.c.ended_at.desc())).all()
    there = next((wood for wood in woods if wood.channel_id == channel_id), None)
    if there is not None:
        return Manner(language=there.language, theme=there.theme)
    grown = [wood for wood in woods if wood.ended_at is None]
    return Manner(language=_agreed(wood.language for wood in grown), theme=_agreed(wood.theme for wood in grown))


def cancel_season(connection: sa.Connection, season: Season) -> None:
    """Take a season back that has not begun, or stop one under way from being followed by the next."""
    _set_season(connection, season, plan=season.plan.model_copy(update={"repeats": False}).model_dump_json())
    if not season.planted:
        _set_season(connection, season, cancelled=1)


def crown(connection: sa.Connection, season: Season) -> None:
    """Note that nothing is left to do for a season."""
    _set_season(connection, season, crowned=1)


def season_of(row: Mapping[Any, Any]) -> Season:
    """Return the season that a row holds, joined with its wood's."""
    ended = row["ended_at"]
    return Season(
        guild_id=row["guild_id"],
        number=row["number"],
        channel_id=row["channel_id"],
        world_id=row["world_id"],
        begins_at=moment(row["begins_at"]),
        plan=SeasonPlan.model_validate_json(row["plan"]),
        cancelled=bool(row["cancelled"]),
        crowned=bool(row["crowned"]),
        planted=row["planted"] is not None,
        ended_at=None if ended is None else moment(ended),
    )


def follow(connection: sa.Connection, season: Season, now: int) -> None:
    """Plan the season that follows one, to begin `now`, unless a later one is planned in the channel already."""
    s = t.seasons
    later = sa.and_(s.c.guild_id == season.guild_id, s.c.channel_id == season.channel_id, s.c.number > season.number)
    if connection.execute(sa.select(s.c.number).where(later, s.c.cancelled == 0)).first() is None:
        plan_season(connection, season.guild_id, season.channel_id, now, season.plan)


def _set_season(connection: sa.Connection, season: Season, **columns: Any) -> None:
    s = t.seasons
    this = sa.and_(s.c.guild_id == season.guild_id, s.c.number == season.number)
    connection.execute(sa.update(s).where(this).values(**columns))


def results(connection: sa.Connection, world_id: str) -> list[Result]:
    """Return how a wood ended, the first place first."""
    return _results(connection, t.results.c.world_id == world_id)


def results_of_user(connection: sa.Connection, user: str, guild_id: int | None = None) -> list[Result]:
    """Return how every ended wood ended for a player, of one server or of all, in the order in which they ended."""
    conditions = [t.players.c.user == user]
    if guild_id is not None:
        conditions.append(t.woods.c.guild_id == guild_id)
    return _results(connection, *conditions)


def _results(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Result]:
    r, p, w = t.results, t.players, t.woods
    query = (
        sa.select(*r.c, p.c.user)
        .join(p, sa.and_(p.c.world_id == r.c.world_id, p.c.player == r.c.player))
        .join(w, w.c.world_id == r.c.world_id)
        .where(*conditions)
        .order_by(w.c.ended_at, r.c.world_id, r.c.place, r.c.mask)
    )
    return [Result.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def has_ended(connection: sa.Connection, world_id: str) -> bool:
    """Say whether a wood has ended."""
    query = sa.select(t.woods.c.ended_at).where(t.woods.c.world_id == world_id)
    return connection.execute(query).scalar() is not None


def moment(seconds: int) -> datetime:
    """Return the time that stands in the store as seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _agreed(settings: Iterable[str]) -> str:
    """Return what all woods are set to; empty where they differ, or where there are none."""
    found = set(settings)
    return found.pop() if len(found) == 1 else ""
