"""The hostile scheme back: they inform on a Patron and talk it down."""

from engine import heat
from engine.effects import Effects
from engine.feelings import stir
from engine.rules import DEFAULT_RULES
from engine.scheming import scheme
from engine.vocabulary import Nudge
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, joined, wood

FEELINGS, PATRON = DEFAULT_RULES.feelings, DEFAULT_RULES.patron


def hated(points: int = -FEELINGS.strong) -> Wood:
    one = joined(wood(), ALICE, BOB)
    one.world.creatures["Oona"].feelings[one.world.patrons[0]] = points
    return one


def test_a_hostile_creature_informs_and_slanders():
    one, effects = hated(), Effects()
    scheme(one, effects)
    mask = one.world.patrons[0]
    assert heat.of(one, mask).heat == PATRON.informing
    assert heat.of(one, mask).evidence == ()
    assert {n: c.feelings.get(mask) for n, c in one.world.creatures.items() if n != "Oona"} == dict.fromkeys(
        ("Mossback", "Bracken", "Sable", "Nettle"), FEELINGS.slandered
    )
    assert {release.kind for release in effects.releases} == {"slandered"}
    assert effects.events == [], "nobody tells the wood who informed"


def test_a_wary_one_does_not():
    one = hated(-FEELINGS.strong + 1)
    scheme(one, Effects())
    assert heat.of(one, one.world.patrons[0]).heat == 0


def test_nobody_believes_one_it_cannot_stand():
    one = hated()
    one.world.creatures["Sable"].feelings["Oona"] = -FEELINGS.mild
    scheme(one, Effects())
    assert one.world.patrons[0] not in one.world.creatures["Sable"].feelings


def test_a_grudge_between_creatures_is_no_business_of_the_magistrates():
    one = joined(wood(), ALICE)
    one.world.creatures["Oona"].feelings["Sable"] = -FEELINGS.most
    scheme(one, Effects())
    assert one.vault.suspicions.reveal() == {}


def test_notes_are_kept_and_bounded():
    one = hated()
    for turn in range(30):
        one.world.turn = turn
        stir(one.world, "Sable", one.world.patrons[0], Nudge.TIP_TRUE)
    notes = one.world.creatures["Sable"].notes
    assert len(notes) == FEELINGS.notes_kept
    assert notes[-1] == f"turn 29, tip_true: {one.world.patrons[0]}"
