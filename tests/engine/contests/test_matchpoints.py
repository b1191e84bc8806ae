"""The scoring against its written rule: by hand, by brute force, and by what must not change it."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.contests.matchpoints import (
    WHOLE,
    Matchpoints,
    Result,
    Score,
    podium,
    score_round,
    standing_after,
    standing_with_final,
)
from engine.contests.seating import seat_round

counts = st.integers(4, 40)
sizes = st.integers(3, 8)


@st.composite
def rounds(draw: st.DrawFn, *, absent: bool = True) -> list[Result]:
    """Draw the results of a round: few different net worths, so that many are equal."""
    names = [f"p{number}" for number in range(draw(counts))]
    seated = seat_round(names, draw(sizes), draw(st.integers(1, 5)))
    return [
        Result(
            table=table,
            seat=seat,
            player=player,
            net_worth=draw(st.integers(0, 12)),
            played=not absent or draw(st.integers(0, 4)) > 0,
        )
        for table, players in enumerate(seated, start=1)
        for seat, player in enumerate(players, start=1)
    ]


def result(table: int, seat: int, player: str, net_worth: int, *, played: bool = True) -> Result:
    return Result(table=table, seat=seat, player=player, net_worth=net_worth, played=played)


EIGHT = [
    result(1, 1, "Hal", 940), result(1, 2, "Ada", 1_310), result(1, 3, "Dot", 1_050), result(1, 4, "Eve", 1_050),
    result(2, 1, "Fay", 1_120), result(2, 2, "Gus", 700), result(2, 3, "Ben", 1_400),
    result(2, 4, "Cat", 1_000, played=False),
]  # fmt: skip
"""The worked example of docs/tournaments.md."""


def by_player(scores: list[Score]) -> dict[str, Score]:
    return {score.player: score for score in scores}


class TestByHand:
    def test_the_worked_example(self) -> None:
        scores = by_player(score_round(EIGHT))
        figures = {
            name: (score.place, score.in_seat.points, score.in_field.points, score.score)
            for name, score in scores.items()
        }
        assert figures == {
            "Ada": (1, 2, 10, 9_166),
            "Ben": (1, 2, 12, 10_000),
            "Cat": (4, 0, 0, 0),
            "Dot": (2, 0, 5, 2_083),
            "Eve": (2, 0, 5, 4_166),
            "Fay": (2, 2, 8, 8_333),
            "Gus": (3, 0, 0, 0),
            "Hal": (4, 0, 2, 833),
        }
        assert scores["Eve"].in_seat == Matchpoints(points=0, top=0), "her counterpart did not play"
        assert {score.in_field.top for score in scores.values() if score.played} == {12}
        order = ["Ada", "Ben", "Cat", "Dot", "Eve", "Fay", "Gus", "Hal"]
        standings = [(s.player, s.total) for s in standing_after([list(scores.values())], order)]
        assert [name for name, _ in standings] == ["Ben", "Ada", "Fay", "Eve", "Dot", "Hal", "Gus", "Cat"]

    def test_the_worked_example_is_the_one_in_the_docs(self) -> None:
        def of(matchpoints: Matchpoints) -> str:
            return f"{matchpoints.points} of {matchpoints.top}" if matchpoints.top else "–"

        rows = [
            f"| {s.player} | {s.table} | {s.seat} | {s.net_worth if s.played else 'did not play'} | {s.place} "
            f"| {of(s.in_seat)} | {of(s.in_field)} | {s.score} |"
            for s in score_round(EIGHT)
        ]
        page = Path(__file__).resolve().parents[3] / "docs" / "tournaments.md"
        assert "\n".join(rows) in page.read_text(encoding="utf-8")

    def test_a_seat_without_a_counterpart_is_scored_by_the_field(self) -> None:
        scores = score_round([result(1, 1, "a", 5), result(1, 2, "b", 4), result(1, 3, "c", 4), result(2, 1, "d", 1)])
        assert [score.score for score in scores] == [10_000, 5_000, 5_000, 0]

    def test_one_table_is_scored_by_its_own_players(self) -> None:
        scores = score_round([result(1, 1, "a", 5), result(1, 2, "b", 7), result(1, 3, "c", 6)])
        assert [score.score for score in scores] == [0, 10_000, 5_000]

    def test_who_alone_played_has_beaten_the_field(self) -> None:
        scores = score_round([result(1, 1, "a", 0), result(1, 2, "b", 9, played=False)])
        assert [score.score for score in scores] == [WHOLE, 0]
        assert [score.place for score in scores] == [1, 2]


@dataclass
class Brute:
    """The same rule, pair by pair."""

    points: int = 0
    top: int = 0


def compare(one: Result, others: list[Result]) -> Brute:
    brute = Brute()
    for other in others:
        brute.points += 2 if one.net_worth > other.net_worth else int(one.net_worth == other.net_worth)
        brute.top += 2
    return brute


class TestProperties:
    @given(rounds())
    def test_it_is_what_pair_by_pair_gives(self, results: list[Result]) -> None:
        there = [other for other in results if other.played]
        for one, score in zip(results, score_round(results), strict=True):
            if not one.played:
                assert (score.score, score.in_seat, score.in_field) == (0, *[Matchpoints(points=0, top=0)] * 2)
                continue
            seat = compare(one, [other for other in there if other.seat == one.seat and other.player != one.player])
            field = compare(one, [other for other in there if other.player != one.player])
            assert (score.in_seat.points, score.in_seat.top) == (seat.points, seat.top)
            assert (score.in_field.points, score.in_field.top) == (field.points, field.top)
            assert score.place == 1 + sum(o.table == one.table and o.net_worth > one.net_worth for o in there)
            if seat.top:
                assert score.score == WHOLE * (seat.points * field.top + field.points * seat.top) // (
                    2 * seat.top * field.top
                )

    @given(rounds())
    def test_matchpoints_sum_to_one_for_each_pair_and_side(self, results: list[Result]) -> None:
        scores = [score for score in score_round(results) if score.played]
        assert sum(score.in_field.points for score in scores) == len(scores) * (len(scores) - 1)
        seats: defaultdict[int, list[Score]] = defaultdict(list)
        for score in scores:
            seats[score.seat].append(score)
        for alike in seats.values():
            assert sum(score.in_seat.points for score in alike) == len(alike) * (len(alike) - 1)

    @given(rounds(), st.randoms(use_true_random=False))
    def test_names_of_tables_and_the_order_of_results_change_no_score(
        self, results: list[Result], chance: Random
    ) -> None:
        names = {table: number for number, table in enumerate(chance.sample(range(1, 99), 40), start=1)}
        tables = {number: table for table, number in names.items()}
        renamed = [one.model_copy(update={"table": tables[one.table]}) for one in results]
        chance.shuffle(renamed)
        before, after = by_player(score_round(results)), by_player(score_round(renamed))
        assert {name: (s.score, s.place) for name, s in before.items()} == {
            name: (s.score, s.place) for name, s in after.items()
        }

    @given(rounds(absent=False), st.integers(0, 39))
    def test_a_player_who_stays_away_helps_no_seat(self, results: list[Result], who: int) -> None:
        """Whatever the absent one holds, the others' scores are the same, and each seat's mean share is one half."""
        gone = who % len(results)
        rest = [r.model_copy(update={"played": False, "net_worth": 99}) if i == gone else r for i, r in
                enumerate(results)]  # fmt: skip
        without = [r for i, r in enumerate(results) if i != gone]
        seen = {name: score.score for name, score in by_player(score_round(rest)).items() if score.played}
        assert seen == {score.player: score.score for score in score_round(without)}

    @given(rounds(absent=False), st.integers(0, 39), st.integers(1, 5))
    def test_to_end_richer_never_costs_points(self, results: list[Result], who: int, more: int) -> None:
        who %= len(results)
        richer = list(results)
        richer[who] = results[who].model_copy(update={"net_worth": results[who].net_worth + more})
        assert score_round(richer)[who].score >= score_round(results)[who].score


def score(player: str, points: int, net_worth: int = 0, *, played: bool = True) -> Score:
    none = Matchpoints(points=0, top=0)
    return Score(
        table=1, seat=1, player=player, net_worth=net_worth, played=played, place=1,
        in_seat=none, in_field=none, score=points,
    )  # fmt: skip


def names(standings: list) -> list[str]:
    assert [standing.place for standing in standings] == list(range(1, len(standings) + 1))
    return [standing.player for standing in standings]


class TestStanding:
    def test_before_a_round_the_seeding_stands(self) -> None:
        assert names(standing_after([], ["b", "a"])) == ["b", "a"]
        assert podium(standing_after([], ["b", "a"])) == ()

    def test_the_mean_of_all_rounds_counts(self) -> None:
        played = [[score("a", 4_000), score("b", 5_000)], [score("a", 6_001), score("b", 4_000)]]
        standings = standing_after(played, ["b", "a"])
        assert names(standings) == ["a", "b"]
        assert [(s.total, s.last, s.rounds) for s in standings] == [(5_000, 6_001, 2), (4_500, 4_000, 2)]

    def test_a_round_not_played_counts_as_nothing_scored(self) -> None:
        played = [[score("a", 8_000, 7)], [score("a", 0, 1_000, played=False)]]
        (standing,) = standing_after(played, ["a"])
        assert (standing.total, standing.rounds, standing.played, standing.net_worth) == (4_000, 2, 1, 7)

    def test_who_came_further_stands_higher(self) -> None:
        played = [[score("a", 4_000), score("b", 9_000)], [score("a", 0)]]
        assert names(standing_after(played, ["b", "a"])) == ["a", "b"]

    def test_each_tie_break_decides_once(self) -> None:
        """With those behind it pulling the other way."""
        last = [[score("a", 6_000, 9), score("b", 4_000, 1)], [score("a", 4_000, 9), score("b", 6_000, 1)]]
        assert names(standing_after(last, ["a", "b"])) == ["b", "a"]
        worth = [[score("a", 5_000, 5), score("b", 5_000, 2)], [score("a", 5_000, 5), score("b", 5_000, 9)]]
        assert names(standing_after(worth, ["a", "b"])) == ["b", "a"]
        seed = [[score("a", 5_000, 5), score("b", 5_000, 5)]]
        assert names(standing_after(seed, ["b", "a"])) == ["b", "a"]

    def test_what_one_holds_without_playing_breaks_no_tie(self) -> None:
        played = [[score("a", 0, 1_000, played=False), score("b", 0, 1)]]
        assert names(standing_after(played, ["a", "b"])) == ["b", "a"]

    def test_a_final_goes_by_net_worth_and_its_ties_by_the_standing_before(self) -> None:
        first = [score("a", 9_000), score("b", 8_000), score("c", 7_000), score("d", 6_000), score("e", 5_000)]
        final = [
            score("a", 10_000, 2_000, played=False), score("b", 0, 700), score("c", 9_000, 700), score("d", 1, 800),
        ]  # fmt: skip
        standings = standing_with_final([first, final], list("edcba"))
        assert names(standings) == ["d", "b", "c", "a", "e"]
        assert podium(standings) == ("d", "b", "c")

    def test_who_never_played_is_on_no_podium(self) -> None:
        standings = standing_after([[score("a", 5), score("b", 0, played=False)]], ["a", "b"])
        assert podium(standings) == ("a",)
