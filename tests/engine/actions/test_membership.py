"""Joining: a mask, a stake, once."""

import pytest

from engine import ledger as books
from engine.actions import Join, Refusal, act
from engine.masks import MASKS
from engine.rules import DEFAULT_RULES, SEASON_RULES
from engine.turn import found
from engine.vault import Standing
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, STRUCK, is_sentence, joined, purse, turn, wood


def test_a_patron_gets_a_mask_and_a_stake_out_of_the_treasury():
    before = wood()
    acted = act(before, ALICE, Join())
    mask = acted.wood.world.patrons[0]
    assert mask in MASKS
    assert purse(acted.wood, mask) == acted.receipt.figures["purse"] == 100
    assert acted.wood.ledger.balance(books.TREASURY) == before.ledger.balance(books.TREASURY) - 100
    assert acted.wood.ledger.pebbles_total() == STRUCK
    assert mask in acted.receipt.text


def test_nobody_else_learns_who_it_is():
    acted = act(wood(), ALICE, Join())
    assert acted.effects.events == []
    assert ALICE not in acted.wood.world.model_dump_json() + acted.receipt.text


def test_two_patrons_wear_two_masks():
    one = joined(wood(), ALICE, BOB)
    assert len(set(one.world.patrons)) == 2
    assert one.vault.members.reveal() == dict(zip((ALICE, BOB), one.world.patrons, strict=True))


def test_a_second_mask_is_refused():
    one = joined(wood())
    before = one.state_hash()
    with pytest.raises(Refusal) as refused:
        act(one, ALICE, Join())
    assert is_sentence(str(refused.value))
    assert one.state_hash() == before


def test_when_every_mask_is_worn_the_next_is_refused():
    one = wood()
    one.world.patrons = list(MASKS)
    with pytest.raises(Refusal) as refused:
        act(one, ALICE, Join())
    assert is_sentence(str(refused.value))
    one.world.patrons = list(MASKS[:-1])
    assert len(act(one, ALICE, Join()).wood.world.patrons) == 1_000


def ranked(*worths: int) -> Wood:
    """Return the wood of a season in which Patrons of these net worths are ranked."""
    one = found("wood", "seed", SEASON_RULES)
    one.vault.standings.replace([Standing(mask=mask, net_worth=n) for mask, n in zip(MASKS, worths, strict=False)])
    return one


@pytest.mark.parametrize(
    ("worths", "lent"),
    [((), 100), ((137,), 137), ((180, 150, 20), 150), ((180, 150, 110, 20), 110), ((900, 800, 10), 200), ((0, 0), 50)],
)
def test_a_latecomer_to_a_season_is_lent_the_median_within_bounds(worths: tuple[int, ...], lent: int):
    acted = act(ranked(*worths), ALICE, Join())
    assert purse(acted.wood, acted.wood.world.patrons[0]) == acted.receipt.figures["purse"] == lent
    assert f"Your stake is {lent} pebbles." in acted.receipt.text
    assert acted.wood.ledger.pebbles_total() == STRUCK


def test_a_latecomer_to_any_other_wood_is_lent_what_all_were():
    one = ranked(180, 150, 20)
    one.world.rules = DEFAULT_RULES
    assert act(one, ALICE, Join()).receipt.figures["purse"] == 100


def test_before_the_first_ranking_everybody_is_lent_the_same():
    one = joined(found("wood", "seed", SEASON_RULES), ALICE, BOB)
    assert [purse(one, mask) for mask in one.world.patrons] == [100, 100]
    assert act(turn(one).wood, "user-late", Join()).receipt.figures["purse"] == 100
