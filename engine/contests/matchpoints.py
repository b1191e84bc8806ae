"""The scoring of a tournament, as in duplicate bridge: by comparison with those who were dealt the same.

Law 78A of the Laws of Duplicate Bridge (2017) gives two matchpoints for every result beaten and one for every equal
one, among contestants who played the same board. Here the board is the wood of a round, and the result a net worth in
pebbles. Matchpoints are made a share of the most that could be had, as the percentages of bridge, so that fields of
different size compare. Scores are integers in basis points, fractions dropped.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from engine.ports import Frozen

WHOLE: Final = 10_000
"""The score of one who beat everybody, in basis points."""

PODIUM: Final = 3
"""Places on the podium."""


class Result(Frozen):
    """What one player ended a round with. `played` is false for one who did nothing in it, or left before its end."""

    table: int
    seat: int
    player: str
    net_worth: int
    played: bool


class Matchpoints(Frozen):
    """Matchpoints against some opponents, and the most that could be had against them: 0 where there were none."""

    points: int
    top: int


class Score(Frozen):
    """A player's score of one round, in basis points, and what it is the mean of.

    `place` is the place at the table, which equal ones share; those who did not play come last.
    """

    table: int
    seat: int
    player: str
    net_worth: int
    played: bool
    place: int
    in_seat: Matchpoints
    in_field: Matchpoints
    score: int


class Standing(Frozen):
    """Where a player stands: rounds seated in and played in, the mean score of the former, and the tie-breaks.

    `total` and `last` are in basis points; `net_worth` is in pebbles, summed over the rounds played.
    """

    place: int
    player: str
    rounds: int
    played: int
    total: int
    last: int
    net_worth: int


def score_round(results: Sequence[Result]) -> list[Score]:
    """Return the scores of a round, in the order of the results.

    A score is the mean of two shares: of the matchpoints against the same seat at the other tables, and of those
    against all others of the round. A seat without a counterpart is scored against all others alone. Who did not play
    scores 0 and is compared with nobody, so that it helps no one to have been seated like them; who alone played has
    beaten the field.
    """
    field = sorted(result.net_worth for result in results if result.played)
    tables, seats = _grouped(results)
    scores: list[Score] = []
    for result in results:
        in_seat = _against(seats[result.seat], result)
        in_field = _against(field, result)
        scores.append(
            Score(
                **result.model_dump(),
                place=_place(tables[result.table], result),
                in_seat=in_seat,
                in_field=in_field,
                score=_mean_share([in_seat, in_field]) if result.played else 0,
            )
        )
    return scores


def standing_after(rounds: Sequence[Sequence[Score]], seeding: Sequence[str]) -> list[Standing]:
    """Return the standing of all players after some rounds, the best first.

    Who reached a later round stands before who did not. Then counts the total, the mean of the scores of all rounds
    one was seated in. Ties are broken by the score of the last of them, then by the net worths of the rounds played
    in, summed, then by the better seed, which no two share.

    Args:
        rounds: The scores of each round.
        seeding: All players, the best seed first.
    """
    by_player: defaultdict[str, list[Score]] = defaultdict(list)
    for scores in rounds:
        for score in scores:
            by_player[score.player].append(score)
    standings = [_standing(player, by_player[player]) for player in seeding]
    ranked = sorted(standings, key=lambda s: (-s.rounds, -s.total, -s.last, -s.net_worth))  # stable: then by seed
    return placed(ranked)


def standing_with_final(rounds: Sequence[Sequence[Score]], seeding: Sequence[str]) -> list[Standing]:
    """Return the standing of a tournament whose last round was a final.

    The finalists stand by the net worth they ended it with, those who did not play it behind the others; ties are
    broken by the standing before it. All others stand as they did.
    """
    before = {standing.player: standing.place for standing in standing_after(rounds[:-1], seeding)}
    final = {score.player: score for score in rounds[-1]}
    standings = standing_after(rounds, seeding)

    def result(standing: Standing) -> tuple[bool, int, int]:
        score = final[standing.player]
        return not score.played, -score.net_worth, before[standing.player]

    finalists = sorted((s for s in standings if s.player in final), key=result)
    return placed([*finalists, *(s for s in standings if s.player not in final)])


def placed(standings: Sequence[Standing]) -> list[Standing]:
    """Return standings with their places counted anew, in the order given."""
    return [standing.model_copy(update={"place": place}) for place, standing in enumerate(standings, start=1)]


def podium(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return the first three of a standing, fewer when fewer played at all."""
    return tuple(standing.player for standing in standings if standing.played)[:PODIUM]


def _grouped(results: Sequence[Result]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return the net worths of those who played, ascending, by table and by seat."""
    tables: defaultdict[int, list[int]] = defaultdict(list)
    seats: defaultdict[int, list[int]] = defaultdict(list)
    for result in sorted(results, key=lambda result: result.net_worth):
        if result.played:
            tables[result.table].append(result.net_worth)
            seats[result.seat].append(result.net_worth)
    return tables, seats


def _against(worths: Sequence[int], result: Result) -> Matchpoints:
    """Return the matchpoints of a result among ascending `worths`, its own being one of them."""
    if not result.played:
        return Matchpoints(points=0, top=0)
    beaten = bisect_left(worths, result.net_worth)
    equal = bisect_right(worths, result.net_worth) - beaten - 1
    return Matchpoints(points=2 * beaten + equal, top=2 * (len(worths) - 1))


def _place(worths: Sequence[int], result: Result) -> int:
    better = len(worths) - bisect_right(worths, result.net_worth) if result.played else len(worths)
    return better + 1


def _mean_share(halves: Sequence[Matchpoints]) -> int:
    shares = [Fraction(half.points, half.top) for half in halves if half.top]
    return int(WHOLE * sum(shares) / len(shares)) if shares else WHOLE


def _standing(player: str, scores: Sequence[Score]) -> Standing:
    played = [score for score in scores if score.played]
    return Standing(
        place=0,
        player=player,
        rounds=len(scores),
        played=len(played),
        total=sum(score.score for score in scores) // max(1, len(scores)),
        last=scores[-1].score if scores else 0,
        net_worth=sum(score.net_worth for score in played),
    )
