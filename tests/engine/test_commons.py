"""The commons: tithes on hoards, the peddler's discount, relief for the poorest; not a pebble made."""

from hypothesis import given
from hypothesis import strategies as st

from engine import commons
from engine import ledger as books
from engine.cast import CAST, NAMES
from engine.effects import Effects
from engine.rules import DEFAULT_RULES
from engine.vocabulary import PEBBLES, Good
from engine.world import Wood
from tests.engine.helpers import STRUCK, enrich, pebbles, stock, store, wood

RULES = DEFAULT_RULES.commons


def plain() -> Wood:
    """Return a wood in which the commons has nothing to do: no hoard, no surplus, nobody poor."""
    one = wood()
    for member in CAST:
        enrich(one, member.name, RULES.relief_below)
        stock(one, member.name, {member.grows: RULES.peddler_above})
    return one


def chest(of: Wood) -> int:
    return of.ledger.balance(books.COMMONS)


def test_an_ordinary_wood_is_left_alone():
    one = plain()
    before = one.state_hash()
    commons.recirculate(one, Effects())
    assert one.state_hash() == before


def test_the_tithe_is_a_share_of_what_lies_above_the_bound():
    one = plain()
    enrich(one, "Sable", RULES.tithe_above + 100)
    enrich(one, "Oona", RULES.tithe_above)
    before = chest(one)
    commons.recirculate(one, Effects())
    assert pebbles(one, "Sable") == RULES.tithe_above + 100 - RULES.tithe_percent
    assert pebbles(one, "Oona") == RULES.tithe_above
    assert chest(one) == before + RULES.tithe_percent


def test_the_peddler_buys_surplus_of_the_own_crop_at_a_discount():
    one = plain()
    stock(one, "Oona", {Good.HONEY: RULES.peddler_above + 1})
    stock(one, "Sable", {Good.BERRIES: RULES.peddler_above + 50, Good.HONEY: 50})
    effects = Effects()
    before = {name: pebbles(one, name) for name in NAMES}
    commons.recirculate(one, effects)
    assert store(one, "Oona", Good.HONEY) == RULES.peddler_above
    assert store(one, "Sable", Good.BERRIES) == RULES.peddler_above + 50 - RULES.peddler_units
    assert store(one, "Sable", Good.HONEY) == 50
    paid = pebbles(one, "Oona") - before["Oona"]
    assert 1 <= paid < one.world.quotes[Good.HONEY].reference
    assert len([event for event in effects.events if event.kind == "peddler"]) == 2


def test_the_peddler_pays_what_the_chest_holds_and_no_more():
    one = plain()
    one.ledger.move(0, PEBBLES, chest(one), books.COMMONS, books.TREASURY, "test")
    stock(one, "Oona", {Good.HONEY: RULES.peddler_above + 9})
    commons.recirculate(one, Effects())
    assert store(one, "Oona", Good.HONEY) == RULES.peddler_above + 9


def test_the_poorest_are_relieved_first_while_the_chest_lasts():
    one = plain()
    one.ledger.move(0, PEBBLES, chest(one) - RULES.relief - 1, books.COMMONS, books.TREASURY, "test")
    enrich(one, "Mossback", 1)
    enrich(one, "Nettle", 0)
    enrich(one, "Sable", 2)
    commons.recirculate(one, Effects())
    assert [pebbles(one, name) for name in ("Nettle", "Mossback", "Sable")] == [RULES.relief, 2, 2]
    assert chest(one) == 0


def test_relief_begins_below_its_bound():
    one = plain()
    enrich(one, "Mossback", RULES.relief_below - 1)
    commons.recirculate(one, Effects())
    assert pebbles(one, "Mossback") == RULES.relief_below - 1 + RULES.relief
    assert pebbles(one, "Nettle") == RULES.relief_below


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), min_size=5, max_size=5), st.integers(0, 150))
def test_pebbles_only_move(purses: list[tuple[int, int]], chest_holds: int):
    one = plain()
    one.ledger.move(0, PEBBLES, chest(one) - chest_holds, books.COMMONS, books.TREASURY, "test")
    for member, (purse, crop) in zip(CAST, purses, strict=True):
        enrich(one, member.name, purse)
        stock(one, member.name, {member.grows: crop})
    treasury = one.ledger.balance(books.TREASURY)
    commons.recirculate(one, Effects())
    one.ledger.check()
    assert one.ledger.pebbles_total() == STRUCK
    assert one.ledger.balance(books.TREASURY) == treasury
