"""Every planted leak turns the proof red, and leaves nothing behind."""

import asyncio
import logging

import pytest

from experiments.firewall.mutants import Mutant, Patcher, Wrap, hunt
from experiments.firewall.pairs import compare
from experiments.firewall.plans import random_pair
from experiments.firewall.planted import MUTANTS
from experiments.firewall.report import PAIRS_A_MUTANT, planned_failures_unlogged


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_leak_is_caught(mutant: Mutant) -> None:
    with planned_failures_unlogged():
        caught = asyncio.run(hunt(mutant, PAIRS_A_MUTANT))
    assert caught.caught, f"not caught: {mutant.description}"
    assert caught.description == mutant.description


def test_there_are_enough_of_them_and_each_says_what_it_does() -> None:
    assert len(MUTANTS) >= 18
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant.description for mutant in MUTANTS}) == len(MUTANTS)
    assert all(mutant.description.endswith(".") and len(mutant.description) > 20 for mutant in MUTANTS)


def test_nothing_stays_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    patched: dict[tuple[object, str], object] = {}
    planting = Patcher.wrap

    def noted(self: Patcher, owner: object, name: str, wrap: Wrap) -> None:
        patched.setdefault((owner, name), getattr(owner, name))
        planting(self, owner, name, wrap)

    monkeypatch.setattr(Patcher, "wrap", noted)
    for mutant in MUTANTS:
        patched.clear()
        with mutant.planted():
            assert patched, f"nothing is planted: {mutant.description}"
            assert all(getattr(owner, name) is not was for (owner, name), was in patched.items()), mutant.description
        assert all(getattr(owner, name) is was for (owner, name), was in patched.items()), mutant.description
    with planned_failures_unlogged():
        assert asyncio.run(compare(random_pair(0))).clean


def test_code_that_does_not_leak_is_not_accused() -> None:
    harmless = Mutant("nothing", "It leaks nothing at all.", lambda _: None)
    with planned_failures_unlogged():
        caught = asyncio.run(hunt(harmless, 3))
    assert (caught.caught, caught.finding) == (False, "")


def test_the_log_is_heard_again_afterwards() -> None:
    with planned_failures_unlogged():
        assert logging.getLogger("inference.council").disabled
    assert not logging.getLogger("inference.council").disabled
