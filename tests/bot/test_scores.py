"""The scoreboard's pages, ties and own place."""

from bot.ui.scores import PAGE, pages_of, scoreboard
from engine.masks import MASKS
from engine.patronage import RankLine

HUNDRED = [RankLine(mask=MASKS[number], net_worth=1_000 - number // 2) for number in range(100)]


def test_a_page_shows_its_patrons_and_the_readers_place_below():
    own = HUNDRED[40].mask
    lines = scoreboard(HUNDRED, own, 1).splitlines()
    assert sum("**" in line for line in lines) == PAGE + 1
    assert "← you" in lines[-2]
    assert "⋯" in lines


def test_the_readers_own_page_shows_it_once():
    own = HUNDRED[PAGE].mask
    assert scoreboard(HUNDRED, own, 2).count("← you") == 1
    assert "⋯" not in scoreboard(HUNDRED, own, 2)


def test_equals_share_a_place():
    lines = scoreboard(HUNDRED, None, 1).splitlines()
    assert lines[1].startswith("🥇")
    assert lines[2].startswith("🥇")
    assert lines[3].startswith("🥉")


def test_every_page_is_within_discords_limit_and_all_are_shown():
    thousand = [RankLine(mask=mask, net_worth=10**6) for mask in MASKS]
    pages = [scoreboard(thousand, MASKS[-1], page) for page in range(1, pages_of(thousand) + 1)]
    assert max(map(len, pages)) < 2_000
    assert all(any(f"{mask[1:]}:" in page for page in pages) for mask in MASKS)


def test_a_newcomer_and_a_stranger_are_told_why_they_are_missing():
    assert "once a turn has settled" in scoreboard(HUNDRED, "the Patron of Nowhere", 1)
    assert "/join" in scoreboard(HUNDRED, None, 1)
