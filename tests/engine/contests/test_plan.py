"""What a keeper may ask for, and what is said where it cannot be."""

import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.actions.base import Refusal
from engine.contests.plan import (
    NAME_LENGTH,
    TournamentPlan,
    check_field,
    check_name,
    cleaned,
    commitment,
    planned,
    round_seed,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEED = "5eed" * 16


def ask(**changed: Any) -> TournamentPlan:
    terms: dict[str, Any] = {
        "name": "The Acorn Cup",
        "table_size": 4,
        "rounds": 3,
        "turns": 8,
        "cadence_seconds": 600,
        "council": "embedded",
        "starts_at": NOW,
        "seed": SEED,
        "now": NOW,
    }
    return planned(**{**terms, **changed})


def test_a_plan_is_what_was_asked_for() -> None:
    plan = ask(name="  The\nAcorn   Cup ")
    assert (plan.name, plan.table_size, plan.rounds, plan.turns) == ("The Acorn Cup", 4, 3, 8)
    assert SEED not in repr(plan), "the seed is secret until the end"
    assert TournamentPlan.model_validate_json(plan.model_dump_json()) == plan


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "**  __"}, "needs a name with a letter"),
        ({"name": "\u3164\u200b"}, "needs a name with a letter"),
        ({"name": "x" * 41}, "at most 40 characters, and this one 41"),
        ({"table_size": 2}, "A table has from 3 to 8 seats"),
        ({"table_size": 9}, "A table has from 3 to 8 seats"),
        ({"rounds": 0}, "A tournament has from 1 to 5 rounds"),
        ({"rounds": 6}, "A tournament has from 1 to 5 rounds"),
        ({"turns": 1}, "A round has from 2 to 48 turns"),
        ({"turns": 49}, "A round has from 2 to 48 turns"),
        ({"cadence_seconds": 9}, "Choose a cadence in between"),
        ({"starts_at": NOW - timedelta(seconds=1)}, "cannot begin in the past"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        ask(**changed)


@pytest.mark.parametrize(
    "changed",
    [{"name": "x" * 40}, {"table_size": 3}, {"table_size": 8}, {"rounds": 1}, {"rounds": 5}, {"turns": 2},
     {"turns": 48}, {"cadence_seconds": 10}],
)  # fmt: skip
def test_the_bounds_themselves_are_allowed(changed: dict[str, Any]) -> None:
    plan = ask(**changed)
    assert all(getattr(plan, field) == value for field, value in changed.items())


@pytest.mark.parametrize("seed", ["", "7", "x" * 64, SEED.upper(), SEED + "0"])
def test_a_seed_is_256_bits_in_hexadecimal(seed: str) -> None:
    with pytest.raises(ValidationError):
        ask(seed=seed)


@pytest.mark.parametrize(("players", "sentence"), [(0, "at least 4 players, and there are 0"), (3, "at least 4"),
                                                   (513, "at most 512")])  # fmt: skip
def test_a_field_is_neither_too_small_nor_too_large(players: int, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        check_field(players)


@pytest.mark.parametrize("players", [4, 512])
def test_the_smallest_and_the_largest_field_are_allowed(players: int) -> None:
    check_field(players)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@everyone <@123> Cup", "everyone 123 Cup"),
        ("**Winter** _Cup_ `2`", "Winter Cup 2"),
        ("# -# > Cup", "Cup"),
        ("[Cup](https://evil.example)", "Cup https evil example"),
        ("||Cup|| ~~x~~ \\o", "Cup x o"),
        ("C\u202eup\u0000\u200d\u0336", "Cup"),
        ("Fête d'été, 冬の杯 & हिन्दी!", "Fête d'été, 冬の杯 & हिन्दी!".replace("\u094d", "")),
        ("<:oak:99> 🌲 Cup", "oak 99 Cup"),
        ("\u1100\u200d\u1161", "\uac00"),
    ],
)
def test_a_name_is_plain_words(typed: str, name: str) -> None:
    assert check_name(typed) == name


@given(st.text(max_size=80))
def test_a_cleaned_name_does_nothing_and_stays_as_it_is(typed: str) -> None:
    name = cleaned(typed)
    assert cleaned(name) == name
    assert not set(name) & set("@#<>[]()`*_~|\\/:.\n\t")
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn"} for char in name)
    assert name == name.strip()


def test_a_name_too_long_is_measured_after_cleaning() -> None:
    assert len(check_name("*" * 90 + "x" * NAME_LENGTH)) == NAME_LENGTH


def test_anyone_can_check_the_commitment() -> None:
    assert commitment(SEED) == hashlib.sha256(SEED.encode() + b"\x1fcommitment").hexdigest()
    assert commitment(SEED) != commitment("6eed" * 16)


def test_rounds_are_dealt_apart_and_apart_from_the_commitment() -> None:
    derived = {commitment(SEED), *(round_seed(SEED, number) for number in range(1, 6))}
    assert len(derived) == 6
    assert round_seed(SEED, 1) == round_seed(SEED, 1)
