"""The magistrate: inquiry, acquittal, fine, freeze, exile, and their ends."""

import pytest

from engine import contracts, heat
from engine.actions import BribeMagistrate, CloseContract, Join, PokeWood, Refusal, act
from engine.releases import RELEASES, creature_view
from engine.rules import DEFAULT_RULES
from engine.standings import net_worth
from engine.vault import Suspicion
from engine.vocabulary import Good, Poke, Sentence
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, after, is_sentence, joined, long, purse, short, turn, turns, wood

LAW = DEFAULT_RULES.law


def mask(of: Wood) -> str:
    return of.world.patrons[0]


def suspected(verdicts: int = 0, points: int = LAW.line) -> Wood:
    """Return a wood that Alice has just made too hot, with so many verdicts on her already."""
    before = after(joined(wood(), ALICE, BOB), long(Good.ACORNS, 4))
    heat.note(before, mask(before), Suspicion(heat=points + LAW.cooling, verdicts=verdicts))
    return turn(before).wood


def judged(verdicts: int = 0) -> Wood:
    return turns(suspected(verdicts), LAW.inquiry_turns)


def test_crossing_the_line_opens_a_public_inquiry_that_names_no_evidence():
    before = joined(wood(), ALICE)
    heat.note(before, mask(before), Suspicion(heat=LAW.line + LAW.cooling))
    step = turn(before)
    assert step.wood.world.cases[mask(before)].sentence is None
    [told] = [event.text for event in step.effects.events if event.kind == "inquiry"]
    assert mask(before) in told
    assert not any(good in told for good in Good)
    assert {release.kind for release in step.effects.releases} <= RELEASES
    assert step.wood.world.headline == told


def test_below_the_line_there_is_none():
    assert suspected(points=LAW.line - 1).world.cases == {}


def test_heat_does_not_cool_during_an_inquiry():
    before = suspected()
    assert heat.of(turn(before).wood, mask(before)).heat == heat.of(before, mask(before)).heat


def test_a_patron_under_inquiry_still_acts():
    after(suspected(), short(Good.HONEY, 1))


def test_the_first_verdict_is_a_fine_that_the_treasury_gets():
    before = turns(suspected(), LAW.inquiry_turns - 1)
    worth, held = net_worth(before, mask(before)), purse(before, mask(before))
    later = turn(before).wood
    fine = held - purse(later, mask(later))
    assert fine == worth * LAW.fine_percent // 100
    assert fine > 0
    assert any("is fined" in event.text for event in later.world.news)
    assert not any(str(fine) in event.text for event in later.world.news if event.kind == "verdict")
    assert any(f"fine took {fine} pebbles" in letter.text for letter in later.vault.letters.reveal())
    assert heat.of(later, mask(later)) == Suspicion(verdicts=1)
    assert later.world.cases == {}


def test_a_fine_takes_no_more_than_the_purse_holds():
    before = turns(suspected(), LAW.inquiry_turns - 1)
    before = after(
        before, long(Good.HONEY, purse(before, mask(before)) * 2 // before.world.quotes[Good.HONEY].settlement)
    )
    later = turn(before).wood
    assert purse(later, mask(later)) == 0


def test_the_second_verdict_freezes_and_ends():
    frozen = judged(verdicts=1)
    case = frozen.world.cases[mask(frozen)]
    assert (case.sentence, case.until) == (Sentence.FREEZE, frozen.world.turn + LAW.freeze_turns)
    for action in (CloseContract(number=1), BribeMagistrate(pebbles=1), short(Good.HONEY, 1)):
        with pytest.raises(Refusal, match="frozen until turn") as refused:
            act(frozen, ALICE, action)
        assert is_sentence(str(refused.value))
    thawed = turns(frozen, LAW.freeze_turns)
    assert any("is free again" in event.text for event in thawed.world.news)
    after(thawed, CloseContract(number=1))


def test_the_third_verdict_exiles_with_contracts_closed():
    exiled = judged(verdicts=2)
    assert exiled.world.cases[mask(exiled)].sentence is Sentence.EXILE
    assert contracts.of_patron(exiled, mask(exiled)) == []
    for action in (Join(), short(Good.HONEY, 1)):
        with pytest.raises(Refusal, match="exiled until turn"):
            act(exiled, ALICE, action)
    after(turns(exiled, LAW.exile_turns), short(Good.HONEY, 1))


def test_others_and_keepers_go_on_while_one_is_restrained():
    exiled = judged(verdicts=2)
    after(exiled, short(Good.HONEY, 1), user=BOB)
    act(exiled, ALICE, PokeWood(poke=Poke.FROST))


def test_heat_cooled_below_the_line_acquits_and_is_remembered():
    before = suspected()
    heat.warm(before, mask(before), -1)
    later = turns(before, LAW.inquiry_turns)
    assert any("finds nothing" in event.text for event in later.world.news)
    assert later.world.cases == {}
    assert heat.of(later, mask(later)).verdicts == 0
    assert heat.of(later, mask(later)).heat > 0


def test_no_creature_is_told_of_the_law():
    views = [creature_view(of, name) for of in (suspected(), judged(0), judged(2)) for name in of.world.creatures]
    for view in views:
        assert "magistrate" not in view.model_dump_json().lower()
        assert "guilty" not in view.model_dump_json().lower()
