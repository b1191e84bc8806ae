from collections import Counter

import pytest

from engine.vocabulary import Direction
from prompts.render import creature_messages
from training.data import kind_of
from training.plan import amounts, make_plan
from training.seasons import Ask, play_season
from training.teacher import stance_for
from training.telling import told, told_in_vain
from training.tempers import Stance, legends_told


@pytest.fixture(scope="module")
def plain() -> list[Ask]:
    return [ask for seed in range(4) for ask in play_season(seed) if kind_of(ask.view) == "plain"]


@pytest.fixture(scope="module")
def pairs(plain) -> list[tuple[Ask, Ask]]:
    return [(ask, news) for ask in plain if (news := told(ask)) is not None]


def test_every_kind_of_news_is_told_and_one_line_of_the_prompt_tells_it(pairs):
    assert set(Counter(kind_of(news.view) for _, news in pairs)) == {"whisper", "favour", "legend", "feeling"}
    for ask, news in pairs:
        quiet, loud = (creature_messages(each.view)[1]["content"].splitlines() for each in (ask, news))
        assert len(set(loud) - set(quiet)) == 1
        assert news.told
        assert news.wood is ask.wood


def test_who_heeds_what_is_told_orders_otherwise_and_who_lets_it_pass_does_not(pairs):
    heeded = passed = 0
    for ask, news in pairs:
        stance = stance_for(news.view, news.answer_seed)
        before, after = make_plan(ask.view, Stance()).orders, make_plan(news.view, stance).orders
        if stance.good is None and stance.task is None and not stance.shunned and not stance.sought:
            passed += 1
            assert after == before
        else:
            heeded += 1
            assert after != before
    assert min(heeded, passed) > len(pairs) // 5


def test_who_has_nothing_to_show_it_by_is_told_nothing(plain):
    able = [ask for ask in plain if ask.view.pebbles >= 14 and amounts(ask.view.spare).get(ask.view.grows, 0) >= 2]
    assert 0 < len(able) < len(plain)
    assert {id(ask) for ask in plain if told(ask)} <= {id(ask) for ask in able}


def test_the_same_ask_is_told_the_same(plain):
    assert [told(ask) for ask in plain[:20]] == [told(ask) for ask in plain[:20]]


def test_idle_news_are_about_what_it_has_none_of_and_change_no_orders_whoever_believes_them(plain):
    idle = [(ask, news) for ask in plain if (news := told_in_vain(ask)) is not None]
    assert len(idle) > 20
    for ask, news in idle:
        about = [claim.good for claim in news.view.heard] + [good for good, _ in legends_told(news.view)]
        assert len(about) == 1
        assert not amounts(ask.view.store)[about[0]]
        for claim in news.view.heard:
            believed = Stance(good=claim.good, direction=claim.direction, source="whisper")
            assert make_plan(news.view, believed).orders == make_plan(ask.view, Stance()).orders
        assert told_in_vain(news) is None
    whispers = [news.view.heard[0] for _, news in idle if news.view.heard]
    assert len(idle) / 4 < len(whispers) < len(idle)
    assert len(whispers) / 3 < sum(claim.direction is Direction.FALL for claim in whispers) < len(whispers) * 2 / 3
