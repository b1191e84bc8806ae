"""Every planted leak turns the proof red, and leaves nothing behind."""

import asyncio
import logging

import pytest

from engine import releases, turn_runner, weather
from engine import turn as turns
from engine.actions import OpenContract
from experiments.firewall.mutants import Mutant, hunt
from experiments.firewall.pairs import compare
from experiments.firewall.plans import random_pair
from experiments.firewall.planted import MUTANTS
from experiments.firewall.report import PAIRS_A_MUTANT, planned_failures_unlogged
from inference.council import MindCouncil

PATCHED = [
    (turn_runner, "turn_request"),
    (releases, "creature_view"),
    (weather, "stream"),
    (turns, "open_turn"),
    (turns, "close_turn"),
    (OpenContract, "apply"),
    (MindCouncil, "_request"),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_leak_is_caught(mutant: Mutant) -> None:
    with planned_failures_unlogged():
        caught = asyncio.run(hunt(mutant, PAIRS_A_MUTANT))
    assert caught.caught, f"not caught: {mutant.description}"
    assert caught.finding


def test_there_are_enough_of_them_and_each_says_what_it_does() -> None:
    assert len(MUTANTS) >= 18
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant.description for mutant in MUTANTS}) == len(MUTANTS)
    assert all(mutant.description.endswith(".") and len(mutant.description) > 20 for mutant in MUTANTS)


def test_nothing_stays_planted() -> None:
    before = [getattr(owner, name) for owner, name in PATCHED]
    for mutant in MUTANTS:
        with mutant.planted():
            assert mutant.leak
    assert [getattr(owner, name) for owner, name in PATCHED] == before
    with planned_failures_unlogged():
        assert asyncio.run(compare(random_pair(0))).clean


def test_code_that_does_not_leak_is_not_accused() -> None:
    harmless = Mutant("nothing", "It leaks nothing at all.", lambda _: None)
    with planned_failures_unlogged():
        caught = asyncio.run(hunt(harmless, 3))
    assert (caught.caught, caught.pairs, caught.finding) == (False, 3, "")


def test_the_log_is_heard_again_afterwards() -> None:
    with planned_failures_unlogged():
        assert logging.getLogger("inference.council").disabled
    assert not logging.getLogger("inference.council").disabled
