"""What a player brings from earlier tournaments, worked out again from how those ended."""

from collections.abc import Iterable

from engine.contests.seating import Career
from engine.contests.tournament import TournamentState, finished, scored_rounds


def career(played: Iterable[tuple[str, TournamentState]]) -> Career:
    """Return a player's career: titles won, and the scores of all rounds summed.

    Args:
        played: The tournaments that are over, each with the entrant that the player was in it. One that did not get
            to its podium counts for nothing.
    """
    titles = points = 0
    for entrant, state in played:
        ended = finished(state)
        if ended is not None:
            titles += ended.podium[:1] == (entrant,)
            points += sum(s.score for scores in scored_rounds(state) for s in scores if s.player == entrant)
    return Career(titles=titles, points=points)
