"""What is worked out again from a tournament's seats: the standing, the end, titles and careers."""

from datetime import UTC, datetime

from engine.contests.plan import TournamentPlan
from engine.contests.seating import Career
from engine.contests.tournament import Entrant, Seat, TournamentState, career, finished, scored_rounds, standing, titles

START = datetime(2026, 11, 21, 18, tzinfo=UTC)


def state(*rounds: dict[str, int | None], scored: int, planned: int, over: bool = False) -> TournamentState:
    """Return a tournament by what everybody was worth in each round, two to a table; None where it is not settled."""
    plan = TournamentPlan(
        name="The Acorn Cup", table_size=4, rounds=planned, turns=2, cadence_seconds=600, council="standin",
        starts_at=START, seed="5eed" * 16,
    )  # fmt: skip
    seats = [
        Seat(round=number, table=1 + index // 2, seat=1 + index % 2, player=player, net_worth=worth, played=bool(worth))
        for number, worths in enumerate(rounds, 1)
        for index, (player, worth) in enumerate(worths.items())
    ]
    entrants = tuple(Entrant(player=player) for player in rounds[0])
    return TournamentState(plan=plan, entrants=entrants, seats=tuple(seats), scored=scored, over=over)


FIRST: dict[str, int | None] = {"ada": 150, "ben": 90, "cat": 140, "dot": 80}


def test_before_the_first_score_nobody_stands_anywhere() -> None:
    fresh = state(dict.fromkeys(FIRST), scored=0, planned=2)
    assert standing(fresh) == ()
    assert finished(fresh) is None


def test_the_standing_counts_scored_rounds_alone() -> None:
    second = {"cat": 500, "ada": None}
    running = state(FIRST, second, scored=1, planned=2)
    assert [each.player for each in standing(running)] == ["ada", "ben", "cat", "dot"]
    assert len(scored_rounds(running)) == 1
    assert finished(running) is None


def test_a_final_decides_and_gives_the_title() -> None:
    over = state(FIRST, {"cat": 120, "ada": 110}, scored=2, planned=2, over=True)
    ended = finished(over)
    assert ended is not None
    assert ended.podium == ("cat", "ada", "ben")
    assert standing(over) == ended.standings
    assert titles([("cat", over)]) == ["The Acorn Cup"]
    assert titles([("ada", over)]) == []


def test_a_career_sums_titles_and_the_scores_of_all_rounds() -> None:
    over = state(FIRST, {"cat": 120, "ada": 110}, scored=2, planned=2, over=True)
    cat = [score.score for scores in scored_rounds(over) for score in scores if score.player == "cat"]
    assert len(cat) == 2
    assert career([("cat", over)]) == Career(titles=1, points=sum(cat))
    assert career([("cat", over), ("ben", over)]).titles == 1
    assert career([]) == Career()


def test_a_tournament_without_a_podium_counts_for_nothing() -> None:
    running = state(FIRST, dict.fromkeys(["ada", "cat"]), scored=1, planned=2)
    assert career([("ada", running)]) == Career()
