from collections.abc import Callable
from random import Random

import pytest

from engine.cast import CAST
from engine.views import CreatureView, Debt, Favour, Stock
from engine.vocabulary import Direction, Good, Strength, Task
from tests.training.views import BIRCH, TERMS, claim, view_of
from training.plan import buyable
from training.tempers import TEMPERS, Stance, draw_stance, feelings_for, purse_word

DRAWS = 400


def share(view: CreatureView, held: Callable[[Stance], object]) -> float:
    """Return how often `held` is true of the stance drawn for a view."""
    return sum(bool(held(draw_stance(view, Random(seed)))) for seed in range(DRAWS)) / DRAWS


def acts(stance: Stance) -> bool:
    return stance.good is not None


def test_every_species_of_the_cast_has_a_temper_and_always_is_never():
    assert set(TEMPERS) == {member.species for member in CAST}
    for temper in TEMPERS.values():
        shares = (temper.whisper, temper.gossip, temper.hoard, temper.dump, temper.snub, temper.grudge, temper.borrow)
        assert all(0 <= each < 1 for each in shares)


def test_the_hedgehog_believes_what_the_tortoise_shrugs_at():
    heard = (claim(Good.HONEY, Direction.RISE),)
    shares = {species: share(view_of(species, heard=heard), acts) for species in ("tortoise", "fox", "hedgehog")}
    assert shares["tortoise"] < 0.2 < 0.6 < shares["fox"] < shares["hedgehog"] < 1


def test_the_hedgehog_believes_the_last_thing_heard():
    heard = (claim(Good.HONEY, Direction.RISE), claim(Good.ACORNS, Direction.FALL))
    view = view_of(heard=heard)
    assert share(view, lambda stance: stance.expects(Good.ACORNS, Direction.FALL)) > 0.7


@pytest.mark.parametrize("species", ["owl", "fox", "hedgehog"])
def test_trust_moves_belief_and_who_is_hated_is_never_believed(species):
    heard = (claim(Good.FIREWOOD, Direction.RISE),)
    by_feeling = [
        share(view_of(species, heard=heard, feelings=feelings), acts)
        for feelings in ((f"bitter at {BIRCH}",), (f"wary of {BIRCH}",), (), (f"fond of {BIRCH}",))
    ]
    assert by_feeling[0] == 0
    assert by_feeling == sorted(by_feeling)
    assert by_feeling[-1] > by_feeling[1]


def test_a_little_is_believed_less_than_sharply():
    def heard(strength: Strength) -> CreatureView:
        return view_of("fox", heard=(claim(Good.HONEY, Direction.FALL, strength=strength),))

    assert share(heard(Strength.LITTLE), acts) < share(heard(Strength.SHARPLY), acts)


def test_the_fox_buys_fear_and_sells_hope_and_the_hedgehog_runs_with_the_herd():
    crash, mania = ("Honey crashes from 8 to 4.",), ("Honey soars from 4 to 8.",)
    for species, after_crash, after_mania in (
        ("fox", Direction.RISE, Direction.FALL),
        ("hedgehog", Direction.FALL, Direction.RISE),
    ):
        assert share(view_of(species, news=crash), lambda s, d=after_crash: s.expects(Good.HONEY, d)) > 0.6
        assert share(view_of(species, news=mania), lambda s, d=after_mania: s.expects(Good.HONEY, d)) > 0.6
        assert share(view_of(species, news=crash), lambda s, d=after_mania: s.expects(Good.HONEY, d)) == 0


def test_gossip_that_claims_something_reaches_the_hedgehog():
    view = view_of(gossip='Sable says "A bird says acorns will rise."')
    assert 0.4 < share(view, lambda stance: stance.source == "gossip") < 0.6
    assert share(view_of("tortoise", gossip=view.gossip), acts) == 0


def test_a_whisper_that_is_let_pass_is_remembered_and_gossip_is_not():
    stances = [
        draw_stance(view_of("tortoise", heard=(claim(Good.HONEY, Direction.RISE),)), Random(s)) for s in range(50)
    ]
    assert {stance.passed for stance in stances if not acts(stance)} == {Good.HONEY}
    assert draw_stance(view_of("tortoise", gossip='Sable says "acorns will rise"'), Random(1)).passed is None


def test_favours_are_kept_by_temper_and_may_be_declined():
    favour = Favour(payer=BIRCH, task=Task.DUMP, pebbles=6)
    owl, hedgehog = (share(view_of(species, favour=favour), lambda s: s.task) for species in ("owl", "hedgehog"))
    assert 0 < owl < 0.4 < 0.6 < hedgehog < 1
    hated = view_of("hedgehog", favour=favour, feelings=(f"wary of {BIRCH}",))
    assert share(hated, lambda stance: stance.task) < hedgehog


def test_a_kept_snub_shuns_what_the_other_grows():
    favour = Favour(payer=BIRCH, task=Task.SNUB, whom="Oona", pebbles=6)
    stances = [draw_stance(view_of(favour=favour), Random(seed)) for seed in range(50)]
    assert {stance.shunned for stance in stances if stance.task} == {frozenset({Good.HONEY})}
    assert {stance.shunned for stance in stances if not stance.task} == {frozenset()}


def test_loans_are_taken_by_the_needy_less_by_the_indebted_and_never_of_the_hated():
    def taken(**changed: object) -> float:
        return share(view_of("fox", loan=TERMS, **changed), lambda stance: stance.loan)

    debt = Debt(lender="the Patron of the Oak", owed=9, turns=3, pledge=Stock(good=Good.BERRIES, amount=3))
    assert taken(pebbles=80) < taken(pebbles=20) < taken(pebbles=3)
    assert taken(pebbles=20, debts=(debt,)) < taken(pebbles=20)
    assert taken(pebbles=3, feelings=(f"bitter at {BIRCH}",)) == 0
    assert draw_stance(view_of("fox"), Random(1)).loan is None


def test_a_feeling_for_a_creature_moves_what_is_bought_of_it():
    sour, sweet = view_of(feelings=("bitter at Oona",)), view_of(feelings=("fond of Oona",))
    assert 0.4 < share(sour, lambda stance: Good.HONEY in stance.shunned) < 0.8
    assert 0.4 < share(sweet, lambda stance: Good.HONEY in stance.sought) < 0.8
    assert share(sour, lambda stance: stance.sought) == 0


def test_the_purse_has_a_word_and_what_is_short_may_be_beyond_it():
    assert [purse_word(pebbles) for pebbles in (0, 5, 6, 15, 16, 39, 40)] == [
        *["empty"] * 2,
        *["thin"] * 2,
        *["fair"] * 2,
        "full",
    ]
    short = (Stock(good=Good.HONEY, amount=2),)
    assert buyable(view_of(short_of=short, pebbles=5)) == [Good.HONEY]
    assert buyable(view_of(short_of=short, pebbles=4)) == []
    assert feelings_for(view_of(feelings=("wary of the Patron of the Oak",))) == {"the Patron of the Oak": "wary of"}
