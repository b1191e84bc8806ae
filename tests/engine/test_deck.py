"""The secret deck: drawn per season, every legend once, falling every few turns or when sprung."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import deck
from engine.actions import BuyForecast, Spring
from engine.legends import DECK, RUN_ON_OONA
from engine.rules import DEFAULT_RULES
from engine.turn import close_turn, found, open_turn
from tests.engine.helpers import after, joined, turn, wood

KEYS = [legend.key for legend in DECK]


@given(st.text(max_size=10), st.integers(0, 500))
def test_a_draw_holds_every_legend_once(seed: str, number: int):
    assert sorted(deck.draw(seed, number)) == sorted(KEYS)
    assert deck.draw(seed, number) == deck.draw(seed, number)


def test_orders_differ_by_seed_and_by_season():
    assert len({tuple(deck.draw(str(seed), 0)) for seed in range(10)}) == 10
    assert deck.draw("seed", 0) != deck.draw("seed", 49)


def test_a_wood_goes_on_with_the_cards_there_were_at_its_planting():
    one = open_turn(found("w", "seed", DEFAULT_RULES.with_legends(cards=3))).wood
    assert sorted(one.vault.deck.reveal()) == sorted(KEYS[:3])
    one.vault.deck.replace([KEYS[0]])
    one.vault.due.replace(1)
    deck.take(one)
    assert sorted(one.vault.deck.reveal()) == sorted(KEYS[:3])
    deck.redraw(one)
    assert sorted(one.vault.deck.reveal()) == sorted(KEYS[:3])


@given(st.text(max_size=10), st.integers(0, 500))
def test_a_gap_is_a_few_turns(seed: str, number: int):
    fewest, most = DEFAULT_RULES.legends.gap
    assert 1 <= fewest <= deck.gap(seed, DEFAULT_RULES, number) <= most


def test_a_stacked_deck_has_its_first_card_on_top_and_the_rest_as_drawn():
    stacked, drawn = wood(first=RUN_ON_OONA), wood(first=None)
    assert deck.upcoming(stacked).key == RUN_ON_OONA
    assert stacked.vault.deck.reveal()[1:] == [key for key in drawn.vault.deck.reveal() if key != RUN_ON_OONA]


def test_legends_fall_when_due_each_once_before_any_comes_again():
    one = wood(first=None)
    drawn = one.vault.deck.reveal()
    fallen: list[tuple[int, str]] = []
    for _ in range(47):
        due, top = one.vault.due.reveal(), one.vault.deck.reveal()[0]
        step = turn(one)
        one = step.wood
        facts = [release.fact for release in step.effects.releases if release.kind == "legend_fallen"]
        assert facts == ([top] if one.world.turn == due else [])
        fallen += [(one.world.turn, fact) for fact in facts]
    keys = [key for _, key in fallen]
    assert keys[: len(drawn)] == drawn[: len(keys)]
    fewest, most = DEFAULT_RULES.legends.gap
    numbers = [0, *(number for number, _ in fallen)]
    assert all(fewest <= later - earlier <= most for earlier, later in pairwise(numbers))


def test_an_exhausted_deck_is_drawn_again():
    one = open_turn(wood()).wood
    one.vault.deck.replace([RUN_ON_OONA])
    one.vault.due.replace(1)
    assert deck.take(one).key == RUN_ON_OONA  # pyright: ignore[reportOptionalMemberAccess]
    assert sorted(one.vault.deck.reveal()) == sorted(KEYS)
    assert one.vault.due.reveal() > 1


@pytest.mark.parametrize("thinking", [False, True])
def test_springing_brings_the_top_card_now(thinking: bool):
    one = joined(wood(first=None))
    top = deck.upcoming(one).key
    one = after(open_turn(one).wood if thinking else one, Spring())
    assert deck.due_turn(one) == 1
    closed = close_turn(one if thinking else open_turn(one).wood, {})
    assert [r.fact for r in closed.effects.releases if r.kind == "legend_fallen"] == [top]
    assert deck.upcoming(closed.wood).key != top


def test_what_is_due_is_never_over():
    one = turn(wood()).wood
    one.vault.due.replace(0)
    assert deck.due_turn(one) == 2


def test_a_falling_legend_ends_its_forecasts():
    one = after(joined(wood()), BuyForecast(), Spring())
    assert one.vault.forecasts.reveal()
    assert turn(one).wood.vault.forecasts.reveal() == {}
