"""The state of a wood: time, forks, hashes and dumps."""

from collections.abc import Iterator
from typing import get_args, get_type_hints

from pydantic import BaseModel

from engine import ledger as books
from engine.actions import Ally, Lend, PokeWood, Whisper
from engine.ports import Decision
from engine.turn import close_turn, open_turn
from engine.vocabulary import Direction, Good, Poke
from engine.world import Piece, Quote, World
from tests.engine.helpers import ALICE, after, joined, turn, wood

WHISPER = Whisper(creature="Nettle", good=Good.HONEY, direction=Direction.FALL)
LEND = Lend(creature="Mossback", principal=4, interest=0, turns=3, good=Good.ACORNS)


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


def parts_of(value: object) -> Iterator[object]:
    """Yield everything that can be changed in place, down to what is frozen."""
    if isinstance(value, list | dict | Piece | World):
        yield value
    held = vars(value).values() if isinstance(value, Piece | World) else value
    held = held.values() if isinstance(held, dict) else held
    for part in held if isinstance(value, list | dict | Piece | World) else ():
        yield from parts_of(part)


def test_a_forked_world_shares_nothing_that_can_be_changed():
    one = after(joined(wood()), WHISPER, LEND, Ally(one="Oona", other="Bracken"), PokeWood(poke=Poke.FROST))
    lent = close_turn(open_turn(one).wood, {"Mossback": Decision(loan=True)}).wood
    for world in (open_turn(one).wood.world, lent.world):
        assert world.loans or world.offered
        fork = world.fork()
        assert fork == world
        assert type(fork.quotes[Good.HONEY]) is Quote
        mine, theirs = list(parts_of(world)), list(parts_of(fork))
        assert len(mine) == len(theirs) > 30
        assert not {id(part) for part in mine} & {id(part) for part in theirs}


def test_all_that_a_world_shares_with_its_forks_is_frozen():
    """What is neither a `Piece` nor a list or table of them is shared: it must refuse to be changed."""
    models: set[type[BaseModel]] = set()

    def look(annotation: object) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            models.add(annotation)
        elif isinstance(annotation, type) and issubclass(annotation, Piece):
            for kind in get_type_hints(annotation).values():
                look(kind)
        for part in get_args(annotation):
            look(part)

    for field in World.model_fields.values():
        look(field.annotation)
    assert len(models) > 5
    assert [model for model in models if not model.model_config.get("frozen")] == []


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
