"""The palettes by numbers: text that is read, lines that are seen, and colours that stay apart for every eye."""

import pytest

from bot.ui.art.theme import THEMES, Theme
from engine.vocabulary import GOODS
from tests.bot.art.colours import SIGHT, contrast, nearest

both = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)

APART = 0.12
"""In OKLab, where 0.02 is a difference just seen."""


def test_the_measures_know_what_is_known() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert nearest(("#B00000", "#5A5000"), "no red cones")[0] < APART < nearest(("#B00000", "#5A5000"), "all cones")[0]


@both
def test_text_is_read_on_everything_it_stands_on(theme: Theme) -> None:
    for ink in (theme.ink, theme.soft):
        for ground in (theme.ground, theme.panel):
            assert contrast(ink, ground) >= 4.5
    for place in theme.places:
        assert contrast(theme.ground, place) >= 4.5


@both
def test_lines_and_marks_are_seen(theme: Theme) -> None:
    for colour in (*theme.goods.values(), *theme.patrons):
        for ground in (theme.ground, theme.panel):
            assert contrast(colour, ground) >= 3


@both
@pytest.mark.parametrize("sight", SIGHT)
def test_goods_and_patrons_stay_apart(theme: Theme, sight: str) -> None:
    for colours in (list(theme.goods.values()), list(theme.patrons)):
        assert len(colours) == len(GOODS)
        distance, *pair = nearest(colours, sight)
        assert distance >= APART, f"{pair} look alike with {sight}"
