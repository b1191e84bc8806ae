"""The cards of seasons: what they say, and that the fullest ones stay within Discord's limits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ui.careers import profile
from bot.ui.pictures import of_season
from bot.ui.seasons import ended_card, honour_line, season_pages, standings_card
from engine.contests.career import Finish, PatronCareer
from engine.contests.honours import Distinction, FallenLegend, Honour, Place, SeasonStory, TurnLine
from engine.contests.season import Season, SeasonPlan
from engine.legends import DECK
from engine.masks import MASKS
from engine.releases import public_view
from engine.staging.hall import EndedWood, Result
from engine.vocabulary import GOODS, Good
from tests.engine.helpers import wood

LONGEST = sorted(MASKS, key=len)[-100:]
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
USER = "9" * 19


def results(*worths: int, user: str | None = USER) -> tuple[Result, ...]:
    places = {worth: place for place, worth in reversed(list(enumerate(worths, 1)))}
    return tuple(
        Result(world_id="w", player=f"player-{n}", mask=mask, place=places[worth], net_worth=worth, deeds=1, user=user)
        for n, (mask, worth) in enumerate(zip(LONGEST, worths, strict=False))
    )


def season(number: int = 12, **fields: Any) -> Season:
    return Season(
        guild_id=1, number=number, channel_id=10**18, world_id="w", begins_at=WHEN,
        plan=SeasonPlan(repeats=True), planted=True, **fields,
    )  # fmt: skip


def ended(*worths: int, user: str | None = USER) -> EndedWood:
    return EndedWood(world_id="w", guild_id=1, story="", season=season(), results=results(*worths, user=user))


def story(turns: int = 48, patrons: int = 7, honours: tuple[Distinction, ...] = ()) -> SeasonStory:
    masks = LONGEST[:patrons]
    line = {"prices": dict.fromkeys(GOODS, 9), "worths": dict.fromkeys(masks, 100)}
    return SeasonStory(
        turns=tuple(TurnLine(turn=turn, **line) for turn in range(1, turns + 1)),
        trades=1,
        legends=tuple(FallenLegend(turn=n, title=legend.title) for n, legend in enumerate(DECK * 3)),
        ranking=tuple(Place(mask=mask, net_worth=100) for mask in masks),
        honours=honours,
    )


HONOURS = (
    Distinction(honour=Honour.SHREWDEST_SHORT, mask=LONGEST[0], pebbles=1, good=Good.HONEY),
    Distinction(honour=Honour.KINDEST_LENDER, mask=LONGEST[1], pebbles=40),
    Distinction(honour=Honour.MOST_HUNTED, mask=LONGEST[2], inquiries=1, verdicts=2),
)


def said(view: Any) -> str:
    return "\n".join(part.content for part in view.walk_children() if hasattr(part, "content"))


def test_the_fullest_card_of_an_end_is_within_discords_limits():
    told = story(honours=HONOURS)
    over = ended(*range(1000, 900, -1))
    view = ended_card(over, told, of_season(over, told), 96)
    assert view.total_children_count <= 40
    assert view.content_length() <= 4000
    assert "… and 90 more" in said(view)
    assert f"… and {3 * len(DECK) - 16} more" in said(view)


def test_honours_are_told_in_sentences():
    text = said(ended_card(ended(10), story(honours=HONOURS), []))
    assert "won 1 pebble with one short of honey." in text
    assert "lent the creatures 40 pebbles." in text
    assert "faced 1 inquiry. 2 verdicts said guilty." in text


@pytest.mark.parametrize(
    ("inquiries", "verdicts", "told"),
    [
        (2, 0, "faced 2 inquiries. No verdict said guilty."),
        (3, 1, "faced 3 inquiries. 1 verdict said guilty."),
    ],
)
def test_inquiries_and_verdicts_are_counted_each_for_itself(inquiries: int, verdicts: int, told: str):
    hunted = Distinction(honour=Honour.MOST_HUNTED, mask=LONGEST[2], inquiries=inquiries, verdicts=verdicts)
    assert honour_line(hunted).endswith(told)


def test_those_alike_share_a_place_and_who_is_forgotten_is_a_mask_alone():
    text = said(ended_card(ended(100, 100, 90, user=None), story(), []))
    assert text.count("🥇") == 2
    assert "🥈" not in text
    assert text.count("🥉") == 1
    assert "<@" not in text


def test_what_comes_next_is_told_as_it_ends_and_not_when_looked_back_at():
    assert "The next season begins here" in said(ended_card(ended(1), story(), [], 48))
    assert "The next season begins here" not in said(ended_card(ended(1), story(), []))


def test_a_season_has_a_poster_and_two_charts_one_without_patrons_and_none_without_turns():
    names = ["season.png", "season-prices.png", "season-worths.png"]
    assert [shown.name for shown in of_season(ended(5), story(turns=2))] == names
    assert [shown.name for shown in of_season(ended(), story(turns=1, patrons=0))] == names[:2]
    assert [shown.name for shown in of_season(ended(), story(turns=0))] == names[:1]


def test_the_pictures_of_a_season_tell_in_words_what_they_show():
    poster, _, worths = of_season(ended(90, 80, 70, 60), story(turns=41, patrons=7))
    assert "in early spring. Season 12: 41 turns" in poster.alt
    assert poster.alt.count("pebbles") == 3, "the best three"
    assert worths.alt.count(" 100") == 5, "the best five"


@pytest.mark.parametrize("last_turn", [None, 48])
def test_the_standings_name_ten_and_count_the_rest(last_turn: int | None):
    lines = [(mask, 300 - n) for n, mask in enumerate(LONGEST)]
    view = standings_card(lines, public_view(wood().world), "w", last_turn)
    assert "… and 90 more" in said(view)
    assert ("to go" in said(view)) == (last_turn is not None)
    assert view.content_length() <= 4000


def test_every_page_of_the_history_is_a_message():
    ended_at = datetime(2027, 3, 1, tzinfo=UTC)
    pages = season_pages([season(number, ended_at=ended_at) for number in range(1, 30)], results(*[100] * 40))
    assert len(pages) == 4
    assert all(len(page) <= 2000 for page in pages)
    assert pages[0].index("Season 29") < pages[0].index("Season 28")


def test_the_longest_profile_is_a_message():
    finishes = tuple(Finish(season=n, mask=LONGEST[0], place=1, net_worth=10**6, patrons=1000) for n in range(300))
    career = PatronCareer(
        finishes=finishes, won=tuple(range(300)), best=finishes[0], worst=finishes[0], honours=dict.fromkeys(Honour, 9)
    )
    text = profile(f"<@{USER}>", career, [f"{'A name of sixty characters ':.<60}"] * 40)
    assert len(text) <= 2000
    assert "300 won: seasons 295, 296, 297, 298, 299 and 295 more" in text
