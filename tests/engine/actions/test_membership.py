"""Joining: a mask, a stake, once."""

import pytest

from engine import ledger as books
from engine.actions import Join, Refusal, act
from engine.masks import MASKS
from tests.engine.helpers import ALICE, BOB, STRUCK, is_sentence, joined, purse, wood


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
