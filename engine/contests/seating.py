"""Who sits where in a round of a tournament, and how many stay for the next one.

Rounds, tables and seats are counted from 1, as players see them. An order of players is the best first.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.ports import Frozen
from engine.streams import derive

PLAYERS_RANGE: Final = (4, 512)
"""Fewest and most players of a tournament: two tables of two to compare, and all that the seating is tested for."""

TABLE_RANGE: Final = (3, 8)
"""Fewest and most seats a table can be wished to have."""


class Career(Frozen):
    """What a player brings from earlier tournaments: titles won, and points in basis points summed over rounds."""

    titles: int = 0
    points: int = 0


def opening_order(players: Sequence[str], careers: Mapping[str, Career], seed: str) -> tuple[str, ...]:
    """Return the seeding of round 1: by titles, then by points; those alike are drawn from the tournament's seed.

    Every player draws a lot of their own, so that one who leaves moves nobody else, nor does the order of entering.
    """

    def strength(player: str) -> tuple[int, int, str]:
        career = careers.get(player, Career())
        return -career.titles, -career.points, derive(seed, "lot", player)

    return tuple(sorted(players, key=strength))


def table_sizes(players: int, size: int) -> tuple[int, ...]:
    """Return the sizes of a round's tables, the larger first: balanced, none above `size`, and at least two tables.

    Fewer than four players, which leavers can bring about, share one table, since nobody plays alone.

    Raises:
        ValueError: If there are fewer than two players.
    """
    if players < 2:
        raise ValueError(f"{players} player(s) make no table")
    tables = max(2, -(-players // size)) if players >= PLAYERS_RANGE[0] else 1
    each, over = divmod(players, tables)
    return (each + 1,) * over + (each,) * (tables - over)


def seat_round(
    order: Sequence[str], size: int, round_number: int, *, final: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Return the tables of a round, each with its players by seat.

    The order is laid over the tables as a snake (1 2 3, then 6 5 4), so that they are equally strong. Each table is
    then turned by one seat more than the table before it and than in the round before, so that no seat gathers the
    strongest, and whoever is laid into the same place as in the round before still sits elsewhere.

    Args:
        order: The players of the round, the best first.
        size: The most seats a table may have.
        round_number: Which round it is.
        final: Whether all of them sit at one table.
    """
    tables = 1 if final else len(table_sizes(len(order), size))
    laid: list[list[str]] = [[] for _ in range(tables)]
    for place, player in enumerate(order):
        row, column = divmod(place, tables)
        laid[column if row % 2 == 0 else tables - 1 - column].append(player)
    return tuple(_turned(table, number + round_number) for number, table in enumerate(laid))


def survivors(count: int, rounds: int, round_number: int, size: int) -> int:
    """Return how many of `count` players stay after a round that is not the last.

    The last round is the final, of one table. Before it the better half stays, rounded up to whole tables, and never
    fewer than two whole tables, so that there is somebody to be compared with.

    Raises:
        ValueError: If the round is the last one, after which nobody plays on.
    """
    if round_number >= rounds:
        raise ValueError(f"round {round_number} of {rounds} is followed by none")
    if round_number + 1 == rounds:
        return min(count, size)
    half = -(-count // 2)
    whole = -(-half // size) * size
    return min(count, max(whole, 2 * size))


def _turned(table: Sequence[str], by: int) -> tuple[str, ...]:
    return tuple(table[(seat - by) % len(table)] for seat in range(len(table)))
