"""Heat: what makes a win suspicious, what cools it, and that it stays in the vault."""

import pytest

from engine import heat
from engine.actions import BribeMagistrate, BuyForecast, CloseContract, Refusal, Spring, act
from engine.legends import RUN_ON_OONA
from engine.rules import DEFAULT_RULES
from engine.vocabulary import Good, LegendMode
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, after, is_sentence, joined, long, purse, short, turn, turns, wood

LAW = DEFAULT_RULES.law


def mask(of: Wood, place: int = 0) -> str:
    return of.world.patrons[place]


def forewarned_win(seed: str = "seed") -> Wood:
    """Return a wood in which Alice shorted honey, knowing that the Run was about to fall."""
    return turn(after(joined(wood(seed, RUN_ON_OONA), ALICE), BuyForecast(), short(Good.HONEY), Spring())).wood


def test_a_profit_on_what_was_known_is_a_suspicious_win():
    won = forewarned_win()
    suspicion = heat.of(won, mask(won))
    assert suspicion.heat == LAW.heat_of_a_win
    [proof] = suspicion.evidence
    assert (proof.legend, proof.good, proof.turn) == (RUN_ON_OONA, Good.HONEY, 1)
    assert proof.won > 0


@pytest.mark.parametrize(
    "hand",
    [
        (short(Good.HONEY), Spring()),
        (BuyForecast(), long(Good.HONEY), Spring()),
        (BuyForecast(), short(Good.MUSHROOMS), Spring()),
        (BuyForecast(), Spring()),
        (BuyForecast(), short(Good.HONEY), CloseContract(number=1), Spring()),
    ],
    ids=["it did not know", "it lost", "another good", "no contract", "closed before"],
)
def test_everything_else_leaves_the_magistrate_cold(hand):
    settled = turn(after(joined(wood(first=RUN_ON_OONA), ALICE), *hand)).wood
    assert heat.of(settled, mask(settled)).heat == 0


def test_only_the_one_who_knew_is_heated():
    before = after(joined(wood(first=RUN_ON_OONA), ALICE, BOB), BuyForecast(), short(Good.HONEY), Spring())
    settled = turn(after(before, short(Good.HONEY), user=BOB)).wood
    assert heat.of(settled, mask(settled, 0)).heat > 0
    assert heat.of(settled, mask(settled, 1)).heat == 0


def test_a_profit_and_a_loss_on_the_same_good_are_weighed_together():
    hand = (BuyForecast(), short(Good.HONEY, 2), long(Good.HONEY, 3), Spring())
    settled = turn(after(joined(wood(first=RUN_ON_OONA), ALICE), *hand)).wood
    assert heat.of(settled, mask(settled)).heat == 0


def test_heat_cools_in_quiet_turns_and_never_below_none():
    won = forewarned_win()
    later = turns(won, 2)
    assert heat.of(later, mask(later)).heat == LAW.heat_of_a_win - 2 * LAW.cooling
    assert heat.of(turns(won, 40), mask(won)).heat == 0


def test_a_rumour_that_moves_no_price_heats_nobody():
    before = joined(wood(first=RUN_ON_OONA, mode=LegendMode.RUMOUR), ALICE)
    settled = turn(after(before, BuyForecast(), short(Good.HONEY), Spring())).wood
    assert settled.world.quotes[Good.HONEY].settlement == settled.world.quotes[Good.HONEY].previous
    assert heat.of(settled, mask(settled)).heat == 0


def bribed(pebbles: int, *, taken: bool) -> tuple[Wood, Wood]:
    """Return a heated wood before and after a bribe that the magistrate took, or did not."""
    for seed in range(60):
        won = forewarned_win(str(seed))
        acted = act(won, ALICE, BribeMagistrate(pebbles=pebbles))
        if bool(acted.receipt.figures["taken"]) is taken:
            return won, acted.wood
    raise AssertionError("no seed gave that temper")


def test_a_bribe_taken_cools_and_one_refused_heats_and_both_cost():
    for taken, points in ((True, -10 * LAW.bribe_cools), (False, 10 * LAW.bribe_offends)):
        before, later = bribed(10, taken=taken)
        assert heat.of(later, mask(later)).heat == heat.of(before, mask(before)).heat + points
        assert purse(later, mask(later)) == purse(before, mask(before)) - 10


def test_the_magistrate_takes_one_gift_a_turn():
    _, given = bribed(5, taken=True)
    with pytest.raises(Refusal, match="after the next one") as refused:
        act(given, ALICE, BribeMagistrate(pebbles=5))
    assert is_sentence(str(refused.value))
    act(turn(given).wood, ALICE, BribeMagistrate(pebbles=5))


@pytest.mark.parametrize("pebbles", [0, -3, LAW.most_bribe + 1, 1_000_000])
def test_a_bribe_out_of_bounds_is_refused(pebbles: int):
    with pytest.raises(Refusal, match="1 to 50 pebbles") as refused:
        act(joined(wood(), ALICE), ALICE, BribeMagistrate(pebbles=pebbles))
    assert is_sentence(str(refused.value))


def test_the_words_for_heat_rise_with_it():
    won = forewarned_win()
    words = []
    for points in (-heat.of(won, mask(won)).heat, 1, LAW.line // 2, LAW.line):
        heat.warm(won, mask(won), points)
        words.append(heat.in_words(won, mask(won)))
    assert len(set(words)) == 4
