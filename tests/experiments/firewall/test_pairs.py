"""Noninterference holds, and the pairs that show it are not empty."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.actions import (
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Leave,
    Lend,
    OpenContract,
    PokeWood,
    Spring,
    Whisper,
)
from engine.vocabulary import Stance
from experiments.firewall.pairs import PairReport, compare
from experiments.firewall.plans import (
    BOOKS_TURNS,
    KEEPER,
    TURNS,
    Move,
    PairPlan,
    draw_books_pair,
    draw_pair,
    random_pair,
)
from experiments.firewall.report import planned_failures_unlogged
from experiments.firewall.runs import play

ROOT = Path(__file__).resolve().parents[3]
FEW, MANY = 60, 1_000


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with planned_failures_unlogged():
        yield


def compared(plan: PairPlan) -> PairReport:
    return asyncio.run(compare(plan))


def check(numbers: range) -> None:
    """Compare the pairs of `numbers`: all clean, and at least nine in ten tell something."""
    reports = {number: compared(random_pair(number)) for number in numbers}
    assert {n: r for n, r in reports.items() if not r.clean} == {}
    telling = [r for r in reports.values() if r.turns >= 2 and r.told + r.suspected and r.secrets_differ]
    assert len(telling) >= 0.9 * len(reports)
    assert sum(r.turns for r in reports.values()) >= 2.2 * len(reports)
    assert all(r.prompts >= 10 * r.turns for r in reports.values())


def test_woods_that_differ_in_secrets_alone_show_the_same() -> None:
    check(range(FEW))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_pairs_show_the_same() -> None:
    check(range(FEW, FEW + MANY))


@settings(max_examples=25 if os.environ.get("HYPOTHESIS_PROFILE", "quick") == "quick" else 500)
@given(chance=st.randoms(use_true_random=False))
def test_no_pair_that_hypothesis_can_think_of_differs(chance: Random) -> None:
    report = compared(draw_pair(chance))
    assert report.clean
    assert report.turns >= 1
    assert report.told


@settings(max_examples=10 if os.environ.get("HYPOTHESIS_PROFILE", "quick") == "quick" else 300, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_no_books_pair_that_hypothesis_can_think_of_differs(chance: Random) -> None:
    assert compared(draw_books_pair(chance)).clean


def test_books_pairs_are_compared_while_the_magistrate_knows_different_things() -> None:
    reports = [compared(draw_books_pair(Random(f"books {number}"))) for number in range(20)]
    assert all(report.clean for report in reports)
    assert sum(report.suspected >= 1 for report in reports) >= 15
    assert sum(report.suspected >= 4 for report in reports) >= 5
    assert max(report.turns for report in reports) == BOOKS_TURNS


def test_plans_come_from_their_number_alone() -> None:
    assert random_pair(5) == random_pair(5)
    assert random_pair(5) != random_pair(6)
    assert compared(random_pair(5)) == compared(random_pair(5))


def test_the_two_woods_of_a_plan_have_the_same_public_script() -> None:
    for number in range(40):
        one, other = ([_public(move) for move in v.moves if _public(move)] for v in random_pair(number).variants)
        assert one == other


def _public(move: Move) -> tuple[object, ...] | None:
    """Return what others may learn of a move, or None for a secret one."""
    action = move.action
    if move.secret:
        return None
    if isinstance(action, OpenContract):
        return (move.turn, move.thinking, move.actor, action.good) if action.stance is Stance.SHORT else None
    if isinstance(action, Ally | BribeCreature | Join | Leave | Lend | Whisper | PokeWood):
        return (move.turn, move.thinking, move.actor, action)
    assert isinstance(action, BribeMagistrate | BuyForecast | CloseContract | Spring)
    return None


def test_plans_hold_every_kind_of_move() -> None:
    kinds = {
        move.action.kind + str(getattr(move.action, "stance", ""))
        for number in range(60)
        for variant in random_pair(number).variants
        for move in variant.moves
    }
    assert kinds == {
        "join",
        "leave",
        "openshort",
        "openlong",
        "close",
        "insider",
        "whisper",
        "spring",
        "poke",
        "bribe",
        "bribe_magistrate",
        "ally",
        "lend",
    }
    actors = {move.actor for variant in random_pair(1).variants for move in variant.moves}
    assert {0, 1} <= actors <= {KEEPER, 0, 1, 2, 3}


def test_the_same_secrets_are_compared_to_the_end() -> None:
    plan = random_pair(2)
    report = compared(replace(plan, variants=(plan.variants[0], plan.variants[0])))
    assert report.clean
    assert (report.turns, report.told, report.secrets_differ) == (TURNS, 0, False)


def test_a_public_difference_is_seen() -> None:
    plan = random_pair(2)
    one, other = plan.variants
    without = replace(other, moves=tuple(move for move in other.moves if not isinstance(move.action, Join)))
    report = compared(replace(plan, variants=(one, without)))
    assert any(line.startswith("turn 0, founded: public view") for line in report.divergences)


def test_the_woods_part_at_the_first_release_that_differs() -> None:
    """A legend that falls in one wood only is declared: what follows it is not compared."""
    plan = random_pair(2)
    one = plan.variants[0]
    later = replace(one, moves=tuple(move for move in one.moves if not isinstance(move.action, Spring)))
    springing = Move(2, thinking=False, actor=0, action=Spring())
    sooner = replace(later, moves=tuple(sorted((*later.moves, springing), key=lambda m: (m.turn, m.thinking))))
    report = compared(replace(plan, variants=(later, sooner)))
    assert report.clean
    assert report.turns == 2


_FINGERPRINT = """
import asyncio, hashlib
from experiments.firewall.plans import random_pair
from experiments.firewall.runs import play
async def main():
    plan = random_pair(11)
    text = [str((c.shown, [r.model_dump_json() for r in c.requests])) async for c in play(plan, plan.variants[0])]
    print(hashlib.sha256("".join(text).encode()).hexdigest())
asyncio.run(main())
"""


@pytest.mark.slow
def test_what_a_wood_shows_does_not_depend_on_the_hash_seed() -> None:
    prints = {
        subprocess.run(
            [sys.executable, "-c", _FINGERPRINT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(prints) == 1


async def test_a_run_shows_five_asks_a_turn_and_traces_of_each() -> None:
    plan = replace(random_pair(2), voided=0, ends=False)
    seen = [checkpoint async for checkpoint in play(plan, plan.variants[0])]
    assert [c.moment for c in seen] == ["founded", *["at rest", "asked", "thinking", "closed"] * TURNS]
    for checkpoint in seen:
        if checkpoint.moment == "asked":
            creatures = [request.creature for request in checkpoint.requests if not request.attempt]
            assert len(creatures) == len(set(creatures)) == 5
    assert all(("traces" in c.shown) == (c.moment == "closed") for c in seen)
    assert any(request.attempt for c in seen for request in c.requests), "no second attempt was ever made"


async def test_a_keeper_voids_a_turn_and_ends_a_season_in_some_pairs_and_both_are_compared() -> None:
    plans = [random_pair(number) for number in range(FEW)]
    assert 0 < sum(bool(plan.voided) for plan in plans) < FEW
    assert 0 < sum(plan.ends for plan in plans) < FEW
    plan = replace(plans[2], voided=3, ends=True)
    moments = [(seen.moment, seen.turn) async for seen in play(plan, plan.variants[0])]
    place = moments.index(("voided", 3))
    assert moments[place - 1 : place + 2] == [("closed", 3), ("voided", 3), ("at rest", 4)]
    assert moments[-2:] == [("closed", TURNS), ("ended", TURNS)]
    assert (await compare(plan)).clean
