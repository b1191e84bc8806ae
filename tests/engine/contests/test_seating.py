"""Who sits where: every field from 4 to 512 players, every size of table."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contests.seating import (
    PLAYERS_RANGE,
    TABLE_RANGE,
    Career,
    opening_order,
    seat_round,
    survivors,
    table_sizes,
)

FIELDS = range(PLAYERS_RANGE[0], PLAYERS_RANGE[1] + 1)
SIZES = range(TABLE_RANGE[0], TABLE_RANGE[1] + 1)

players = st.integers(*PLAYERS_RANGE).map(lambda count: [f"player {number}" for number in range(count)])
sizes = st.integers(*TABLE_RANGE)
seeds = st.text("0123456789abcdef", min_size=64, max_size=64)


class TestTables:
    @pytest.mark.parametrize("size", SIZES)
    def test_every_field_is_divided_evenly(self, size: int) -> None:
        for count in FIELDS:
            tables = table_sizes(count, size)
            assert sum(tables) == count
            assert len(tables) >= 2
            assert 2 <= min(tables) <= max(tables) <= size
            assert max(tables) - min(tables) <= 1
            assert len(tables) == 2 or (len(tables) - 1) * size < count, "no more tables than it takes"

    def test_four_make_two_tables_and_fewer_share_one(self) -> None:
        assert table_sizes(4, 4) == (2, 2)
        assert table_sizes(7, 3) == (3, 2, 2)
        assert table_sizes(3, 8) == (3,)
        assert table_sizes(2, 8) == (2,)

    @pytest.mark.parametrize("count", [0, 1])
    def test_nobody_plays_alone(self, count: int) -> None:
        with pytest.raises(ValueError, match="make no table"):
            table_sizes(count, 4)


class TestSeats:
    @pytest.mark.parametrize("size", SIZES)
    def test_everybody_sits_once_at_tables_of_the_right_size(self, size: int) -> None:
        for count in FIELDS:
            tables = seat_round(range(count), size, 1)  # type: ignore[arg-type]
            assert sorted(player for table in tables for player in table) == list(range(count))
            assert sorted(map(len, tables), reverse=True) == list(table_sizes(count, size))

    def test_eight_players_at_two_tables(self) -> None:
        assert seat_round("12345678", 4, 1) == (("8", "1", "4", "5"), ("6", "7", "2", "3"))
        assert seat_round("12345678", 4, 2) == (("5", "8", "1", "4"), ("3", "6", "7", "2"))

    @given(rows=st.sampled_from([4, 6, 8]), tables=st.integers(2, 64))
    def test_the_snake_makes_full_tables_equally_strong(self, rows: int, tables: int) -> None:
        seated = seat_round(range(rows * tables), rows, 1)  # type: ignore[arg-type]
        assert len({sum(table) for table in seated}) == 1  # type: ignore[arg-type]

    @given(size=sizes, tables=st.integers(2, 64), number=st.integers(1, 5))
    def test_no_seat_gathers_the_strongest(self, size: int, tables: int, number: int) -> None:
        seated = seat_round(range(size * tables), size, number)  # type: ignore[arg-type]
        best = [table.index(min(table)) for table in seated]
        counts = [best.count(seat) for seat in range(size)]
        assert max(counts) - min(counts) <= 1

    @given(order=players, size=sizes, number=st.integers(1, 4))
    def test_the_same_place_is_another_seat_in_the_next_round(self, order: list[str], size: int, number: int) -> None:
        for before, after in zip(seat_round(order, size, number), seat_round(order, size, number + 1), strict=True):
            assert set(before) == set(after)
            assert all(one != other for one, other in zip(before, after, strict=True))

    def test_a_final_is_one_table(self) -> None:
        assert seat_round("1234", 4, 3, final=True) == (("2", "3", "4", "1"),)


class TestCut:
    def test_sixty_four_players_in_three_rounds(self) -> None:
        assert survivors(64, 3, 1, 4) == 32
        assert survivors(32, 3, 2, 4) == 4

    def test_the_half_is_rounded_up_to_whole_tables(self) -> None:
        assert survivors(65, 3, 1, 4) == 36
        assert survivors(20, 3, 1, 4) == 12

    def test_two_whole_tables_stay_until_the_final(self) -> None:
        assert survivors(8, 3, 1, 4) == 8
        assert survivors(10, 3, 1, 8) == 10
        assert survivors(10, 3, 2, 8) == 8

    @pytest.mark.parametrize("size", SIZES)
    def test_every_field_comes_down_to_a_final_of_one_table(self, size: int) -> None:
        for count in FIELDS:
            for rounds in range(2, 6):
                fields = [count]
                for number in range(1, rounds):
                    fields.append(survivors(fields[-1], rounds, number, size))
                assert all(after <= before for before, after in pairwise(fields))
                assert all(2 * after >= before for before, after in pairwise(fields[:-1])), "the better half stays"
                assert fields[-1] == min(count, size)

    def test_nobody_plays_on_after_the_last_round(self) -> None:
        with pytest.raises(ValueError, match="followed by none"):
            survivors(4, 1, 1, 4)


class TestSeeding:
    def test_titles_come_before_points_and_points_before_the_lot(self) -> None:
        careers = {"b": Career(titles=1), "c": Career(titles=1, points=5), "d": Career(points=9)}
        order = opening_order(["a", "b", "c", "d", "e"], careers, "5eed")
        assert order[:3] == ("c", "b", "d")
        assert set(order[3:]) == {"a", "e"}

    @given(order=players, seed=seeds, chance=st.randoms(use_true_random=False))
    def test_the_lot_depends_on_nobody_else(self, order: list[str], seed: str, chance: Random) -> None:
        shuffled = chance.sample(order, len(order))
        assert opening_order(shuffled, {}, seed) == opening_order(order, {}, seed)
        gone = chance.choice(order)
        without = tuple(player for player in opening_order(order, {}, seed) if player != gone)
        assert opening_order([player for player in order if player != gone], {}, seed) == without

    def test_another_seed_draws_other_lots(self) -> None:
        order = [str(number) for number in range(20)]
        assert len({opening_order(order, {}, f"seed {number}") for number in range(20)}) == 20
