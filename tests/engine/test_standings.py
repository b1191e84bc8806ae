"""The standings: who is worth what as the last turn settled."""

from engine import standings
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, BOB, after, joined, long, purse, turn, wood


def test_patrons_are_ranked_by_purse_and_margins_as_the_turn_settled():
    settled = turn(after(joined(wood(), ALICE, BOB), long(Good.HONEY, 10))).wood
    ranking = standings.latest(settled)
    assert {standing.mask for standing in ranking} == set(settled.world.patrons)
    assert [s.net_worth for s in ranking] == sorted((s.net_worth for s in ranking), reverse=True)
    alice = next(s for s in ranking if s.mask == settled.world.patrons[0])
    assert alice.net_worth == standings.net_worth(settled, alice.mask) > purse(settled, alice.mask)


def test_what_is_done_between_turns_does_not_move_them():
    settled = turn(joined(wood(), ALICE, BOB)).wood
    assert standings.latest(after(settled, long(Good.HONEY, 3))) == standings.latest(settled)


def test_equals_stand_in_the_order_of_their_masks_and_newcomers_wait():
    settled = turn(joined(wood(), ALICE, BOB)).wood
    assert [s.mask for s in standings.latest(settled)] == sorted(settled.world.patrons)
    assert len(standings.latest(joined(settled, "user-dora"))) == 2
