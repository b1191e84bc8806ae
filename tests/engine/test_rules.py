"""The numbers: frozen, explained, and those that the written rules fix."""

import pytest
from pydantic import BaseModel, ValidationError

from engine.legends import DECK
from engine.rules import DEFAULT_RULES, SEASON_RULES, Rules
from engine.vocabulary import FOODS, GOODS, Good, LateStake, LegendMode

GROUPS = [getattr(DEFAULT_RULES, name) for name in Rules.model_fields]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: type(group).__name__)
def test_every_number_has_its_reason_and_none_can_change(group: BaseModel):
    for name, field in type(group).model_fields.items():
        assert field.description, name
        assert field.description.endswith(".")
        with pytest.raises(ValidationError):
            setattr(group, name, field.default)


def test_a_misspelt_number_is_refused():
    with pytest.raises(ValidationError):
        Rules.model_validate({"patron": {"steak": 100}})


def test_the_numbers_the_rules_fix():
    assert DEFAULT_RULES.market.opening_reference == {
        Good.ACORNS: 4, Good.BERRIES: 5, Good.MUSHROOMS: 6, Good.HONEY: 9, Good.FIREWOOD: 5,
    }  # fmt: skip
    opening = DEFAULT_RULES.opening
    assert (opening.pebbles, opening.own_crop, opening.firewood) == (40, 10, 4)
    assert DEFAULT_RULES.patron.stake == 100
    assert DEFAULT_RULES.patron.most_patrons == 1_000
    assert DEFAULT_RULES.patron.whispers_heard == 2
    assert DEFAULT_RULES.hearth.different_foods == 2
    assert (DEFAULT_RULES.time.turns_a_chapter, DEFAULT_RULES.time.chapters_a_season) == (8, 6)
    assert DEFAULT_RULES.feelings.shown == 3
    assert DEFAULT_RULES.legends.mode is LegendMode.SETTLEMENT


def test_only_berries_mushrooms_and_acorns_spoil():
    assert set(DEFAULT_RULES.hearth.spoilage_percent) == {Good.BERRIES, Good.MUSHROOMS, Good.ACORNS}
    assert set(FOODS) == set(GOODS) - {Good.FIREWOOD}


def test_a_newcomer_can_afford_the_whole_gambit():
    patron, honey = DEFAULT_RULES.patron, DEFAULT_RULES.market.opening_reference[Good.HONEY]
    margin = -(-honey * patron.initial_margin_percent // 100)
    assert patron.insider_price + patron.whisper_price + patron.spring_price + margin <= patron.stake


def test_rules_survive_the_journal():
    for rules in (DEFAULT_RULES, SEASON_RULES):
        assert Rules.model_validate_json(rules.model_dump_json()) == rules
        assert Rules.model_validate(rules.model_dump(mode="json")) == rules


def test_a_wood_by_the_default_is_written_down_as_before_there_was_a_rule_for_latecomers():
    assert "late_stake" not in DEFAULT_RULES.model_dump_json()
    assert "late_stake" not in DEFAULT_RULES.model_dump(mode="json")["patron"]
    assert SEASON_RULES.patron.late_stake is LateStake.MEDIAN
    assert SEASON_RULES.patron.model_copy(update={"late_stake": LateStake.SAME}) == DEFAULT_RULES.patron


def test_woods_from_before_a_card_was_added_keep_their_hashes():
    assert "cards" not in Rules().model_dump_json()
    assert Rules().with_legends(cards=15).model_dump(mode="json")["legends"]["cards"] == 15
    assert DEFAULT_RULES.legends.cards == SEASON_RULES.legends.cards == len(DECK)
