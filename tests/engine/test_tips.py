"""Whispers: the vault knows whether each is true, and nobody else does until a legend falls."""

import pytest

from engine import deck
from engine.actions import Spring, Whisper, act
from engine.legends import RUN_ON_OONA
from engine.rules import DEFAULT_RULES
from engine.turn import close_turn, open_turn
from engine.vocabulary import Direction, Flavour, Good, Strength
from tests.engine.helpers import ALICE, BOB, CAROL, after, joined, turn, wood

FEELINGS = DEFAULT_RULES.feelings


def claim(creature: str = "Nettle", good: Good = Good.HONEY, direction: Direction = Direction.FALL) -> Whisper:
    return Whisper(creature=creature, good=good, direction=direction, strength=Strength.LITTLE, flavour=Flavour.WITNESS)


@pytest.mark.parametrize("good", list(Good))
@pytest.mark.parametrize("direction", list(Direction))
def test_a_whisper_is_true_when_it_matches_the_deck_and_planted_when_not(good: Good, direction: Direction):
    one = after(joined(wood(first=RUN_ON_OONA)), claim(good=good, direction=direction))
    assert [tip.true for tip in one.vault.tips.reveal()] == [(good, direction) == (Good.HONEY, Direction.FALL)]


def test_its_hearer_gets_the_claim_without_its_truth():
    true = after(joined(wood(first=RUN_ON_OONA)), claim())
    planted = after(joined(wood(first="great-squeeze")), claim())
    heard = [
        next(view for view in open_turn(one).wood.world.asked if view.name == "Nettle").heard for one in (true, planted)
    ]
    assert heard[0] == heard[1]
    assert (heard[0][0].speaker, heard[0][0].good, heard[0][0].direction) == (
        true.world.patrons[0], Good.HONEY, Direction.FALL,
    )  # fmt: skip
    assert (heard[0][0].strength, heard[0][0].flavour) == (Strength.LITTLE, Flavour.WITNESS)


def test_a_creature_listens_to_two_whom_it_likes_best_whoever_came_first():
    def heard(users: list[str]) -> list[str]:
        one = joined(wood(), ALICE, BOB, CAROL)
        one.world.creatures["Nettle"].feelings[one.world.patrons[2]] = 5
        for user in users:
            one = after(one, claim(), user=user)
        opened = open_turn(one).wood
        assert len(opened.vault.tips.reveal()) == 2
        left_out = [letter.mask for letter in opened.vault.letters.reveal()]
        [view] = [view for view in opened.world.asked if view.name == "Nettle"]
        speakers = [each.speaker for each in view.heard]
        assert sorted([*speakers, *left_out]) == sorted(one.world.patrons)
        assert speakers[0] == one.world.patrons[2]
        return speakers

    assert heard([ALICE, BOB, CAROL]) == heard([CAROL, BOB, ALICE]) == heard([BOB, ALICE, CAROL])


def test_a_planted_whisper_costs_trust_and_a_true_one_earns_it():
    assert FEELINGS.tip_false < 0 < FEELINGS.tip_true
    for direction, points in ((Direction.FALL, FEELINGS.tip_true), (Direction.RISE, FEELINGS.tip_false)):
        one = turn(after(joined(wood(first=RUN_ON_OONA)), claim(direction=direction), Spring())).wood
        assert one.world.creatures["Nettle"].feelings == {one.world.patrons[0]: points}


def test_every_whisper_about_a_fallen_legend_is_judged_and_its_speaker_told_alone():
    one = joined(wood(first=RUN_ON_OONA), ALICE, BOB)
    one = after(one, claim("Nettle"), claim("Sable", direction=Direction.RISE), Spring())
    one = act(one, BOB, claim("Oona", good=Good.BERRIES)).wood
    step = turn(one)
    alice, bob = one.world.patrons
    assert step.wood.vault.tips.reveal() == []
    letters = [(letter.mask, letter.text) for letter in step.wood.vault.letters.reveal()]
    assert sorted((mask, "true" in text) for mask, text in letters) == sorted(
        [(alice, True), (alice, False), (bob, False)]
    )
    proved = {(r.to, r.fact.rsplit(" ", 1)[1]) for r in step.effects.releases if r.kind == "tip_proved"}
    assert proved == {("Nettle", "true"), ("Sable", "false"), ("Oona", "false")}


def test_a_whisper_is_not_judged_before_it_was_heard():
    """Spoken while they think, it is heard next turn: its hearer cannot think less of the speaker before."""
    opened = open_turn(after(joined(wood(first=RUN_ON_OONA)), Spring())).wood
    closed = close_turn(after(opened, claim(direction=Direction.RISE)), {}).wood
    assert closed.world.creatures["Nettle"].feelings == {}


def test_the_deck_is_not_moved_by_a_whisper():
    one = joined(wood())
    whispered = after(one, claim())
    assert deck.upcoming(whispered) == deck.upcoming(one)
    assert deck.due_turn(whispered) == deck.due_turn(one)
