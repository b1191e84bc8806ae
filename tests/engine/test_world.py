"""The state of a wood: time, forks, hashes and dumps."""

from engine import ledger as books
from engine.turn import open_turn
from engine.vocabulary import Good
from tests.engine.helpers import ALICE, joined, turn, wood


def test_time_is_counted_from_one():
    one = wood()
    assert (one.world.season_turn, one.world.chapter, one.world.coming_turn) == (0, 1, 1)
    opened = open_turn(one).wood
    assert (opened.world.season_turn, opened.world.chapter, opened.world.coming_turn) == (1, 1, 1)
    assert turn(one).wood.world.coming_turn == 2


def test_a_fork_is_independent():
    one = joined(wood())
    before = one.state_hash()
    other = one.fork()
    other.world.creatures["Oona"].mood = 5
    other.world.quotes[Good.HONEY].settlement = 1
    other.ledger.move(0, "pebbles", 1, books.TREASURY, books.EXCHANGE, "test")
    other.vault.deck.reveal().clear()
    other.vault.members.reveal()["somebody"] = "else"
    assert one.state_hash() == before


def test_the_hash_covers_the_secrets_and_the_public_hash_does_not():
    one, other = wood(), wood()
    assert one.state_hash() == other.state_hash()
    other.vault.due.replace(99)
    assert one.state_hash() != other.state_hash()
    assert one.public_hash() == other.public_hash()


def test_the_public_half_of_a_dump_holds_no_secret():
    one = joined(wood())
    written = one.write()
    public, private = written.world, written.sealed
    for secret in (one.vault.canary.reveal(), one.vault.seed.reveal(), ALICE, "run-on-oonas-hoard"):
        assert secret not in public
        assert secret in private
