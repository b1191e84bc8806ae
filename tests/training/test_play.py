import pytest

from engine.cast import NAMES
from inference.config import MindConfig
from training.play import Game, Mark, advantages, earnings, in_words, play, seating, told_of

MINDS = ("ours", "theirs", "third")


def game(seed: int, **worth: int) -> Game:
    """Return a game in which a creature ends with what its mind is worth, and Bracken with 100 more for its seat."""
    seats = seating(MINDS, seed)
    wealth = {name: worth[mind] + (100 if name == "Bracken" else 0) for name, mind in seats.items()}
    marks = {Mark.REFERENCE: wealth, Mark.LAST_TRADE: wealth, Mark.PURSE: dict.fromkeys(NAMES, 10)}
    return Game(seed, seats, marks, trades=3.0, failures=0)


def test_over_as_many_seeds_as_minds_each_sits_once_in_every_seat():
    seats = [seating(MINDS, seed) for seed in range(3)]
    assert all({each[name] for each in seats} == set(MINDS) for name in NAMES)


def test_the_worth_of_a_seat_is_taken_off():
    above = advantages([game(seed, ours=60, theirs=50, third=40) for seed in range(6)])
    assert {mind: round(sum(values) / 6, 6) for mind, values in above.items()} == {
        "ours": 10,
        "theirs": 0,
        "third": -10,
    }
    assert above["ours"] == pytest.approx([10] * 6)


def test_earnings_compare_the_minds_game_by_game():
    result = earnings([game(seed, ours=60, theirs=50 + seed % 3, third=40) for seed in range(9)])
    ours = result["minds"]["ours"]
    assert ours[Mark.REFERENCE]["over"]["third"]["low"] > 15
    assert ours[Mark.PURSE]["over"]["third"]["mean"] == 0
    assert set(ours[Mark.LAST_TRADE]["over"]) == {"theirs", "third"}
    assert sum(each[Mark.REFERENCE]["wins"]["part"] for each in result["minds"].values()) == 9
    assert result["trades_a_turn"]["mean"] == 3
    assert len(list(in_words(result))) == 3


async def test_minds_play_whole_woods_and_the_same_again_for_the_same_seeds():
    minds = {name: MindConfig(kind="standin") for name in ("one", "two")}
    turns: list[int] = []
    told: list[str] = []
    games = await play(
        minds, [1, 2], turns=3, on_turn=lambda: turns.append(1), on_game=lambda game: told.append(told_of(game))
    )
    assert [line.split(":")[0] for line in sorted(told)] == ["seed 1", "seed 2"]
    assert all("one " in line and "two " in line for line in told)
    assert len(turns) == 6
    assert [each.seed for each in games] == [1, 2]
    assert games == await play(minds, [1, 2], turns=3)
    assert games[0].seats == seating(["one", "two"], 1)
    assert all(set(games[0].wealth[mark]) == set(NAMES) for mark in Mark)
    assert not any(each.failures for each in games)
    assert sum(each.trades for each in games) > 0


def test_one_game_alone_is_told_without_an_interval():
    told = list(in_words(earnings([game(1, ours=60, theirs=50, third=40)])))
    assert len(told) == 3
    assert all("reference" in line and "(" not in line for line in told)
