"""Named streams of randomness: the same whenever asked for, and apart from one another."""

import re

from engine.ports import CANARY
from engine.streams import canary, derive, stream
from engine.turn import found
from tests.engine.helpers import turn


def test_a_stream_is_the_same_whenever_it_is_asked_for():
    assert [stream("s", "harvest", 3).random() for _ in range(2)] == [stream("s", "harvest", 3).random()] * 2


def test_seed_name_and_turn_each_make_another_stream():
    draws = {stream(*key).random() for key in (("s", "a", 1), ("s", "a", 2), ("s", "b", 1), ("t", "a", 1))}
    assert len(draws) == 4


def test_names_cannot_run_into_each_other():
    assert derive("s", "a", "b") != derive("s", "ab")
    assert derive("s", "a", 1) != derive("s", "a1")
    assert derive("s", 1, 2) == derive("s", "1", "2")
    assert re.fullmatch(r"[0-9a-f]{64}", derive("s"))


def test_a_draw_from_one_does_not_move_another():
    before = stream("s", "public", 1).random()
    stream("s", "secret", 1).random()
    assert stream("s", "public", 1).random() == before


def test_a_canary_has_its_shape_and_differs_by_secret():
    marks = {canary("s", "tip", number) for number in range(50)}
    assert len(marks) == 50
    assert all(CANARY.fullmatch(mark) for mark in marks)


def test_other_secrets_leave_the_public_world_as_it_was():
    woods = [found("w", "seed", secret_seed=secret) for secret in ("one", "two")]
    for one in woods:
        one.vault.due.replace(10)
    assert woods[0].vault.deck.reveal() != woods[1].vault.deck.reveal()
    for _ in range(9):
        woods = [turn(one).wood for one in woods]
        assert woods[0].public_hash() == woods[1].public_hash()
        assert woods[0].state_hash() != woods[1].state_hash()
