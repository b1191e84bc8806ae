"""The deck's cards: real episodes, each with its history in two sentences."""

import re

import pytest

from engine.legends import BY_KEY, DECK, RUN_ON_OONA, Legend
from engine.vocabulary import GOODS, Direction, Good

# An initial ("J. P. Morgan") and a decimal ("22.6") end no sentence.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[.!?](?=\s+[A-Z]|\s*$)")


def sentences(text: str) -> int:
    return len(_SENTENCE_END.findall(text))


def test_there_are_at_least_twelve():
    assert len(DECK) >= 12
    assert len({legend.key for legend in DECK}) == len({legend.title for legend in DECK}) == len(DECK)


@pytest.mark.parametrize("legend", DECK, ids=[legend.key for legend in DECK])
class TestCard:
    def test_its_history_is_exactly_two_sentences(self, legend: Legend):
        assert sentences(legend.history) == 2
        assert legend.history.strip() == legend.history
        assert legend.history.endswith(".")

    def test_its_history_has_a_year_of_the_last_four_centuries(self, legend: Legend):
        years = [int(year) for year in re.findall(r"\b(1[67890]\d\d|20[0-2]\d)s?\b", legend.history)]
        assert years
        assert all(1600 < year < 2026 for year in years)

    def test_its_tale_is_one_line_without_history(self, legend: Legend):
        assert sentences(legend.tale) == 1
        assert not re.search(r"\d", legend.tale)

    def test_a_crash_halves_and_a_mania_doubles(self, legend: Legend):
        assert legend.factor_percent == (50 if legend.direction is Direction.FALL else 200)

    def test_it_fires_a_shock(self, legend: Legend):
        assert legend.shocks


def test_every_good_has_a_legend_and_both_directions_are_told():
    assert {legend.good for legend in DECK} == set(GOODS)
    assert {legend.direction for legend in DECK} == set(Direction)


@pytest.mark.parametrize(
    ("title", "good", "direction", "year"),
    [
        ("The Great Acorn Mania", Good.ACORNS, Direction.RISE, "1637"),
        ("The Hollow Log Trading Company", Good.FIREWOOD, Direction.FALL, "1720"),
        ("The Run on Oona's Hoard", Good.HONEY, Direction.FALL, "1929"),
    ],
)
def test_the_three_first_legends(title: str, good: Good, direction: Direction, year: str):
    legend = next(legend for legend in DECK if legend.title == title)
    assert (legend.good, legend.direction) == (good, direction)
    assert year in legend.history


def test_the_gambits_card():
    assert BY_KEY[RUN_ON_OONA].title == "The Run on Oona's Hoard"
