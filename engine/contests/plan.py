"""What a keeper decides on a tournament before it begins, checked, and the seed that everything in it is dealt from."""

import unicodedata
from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from engine.actions.base import Refusal
from engine.contests.seating import PLAYERS_RANGE, TABLE_RANGE
from engine.phrases import say, words
from engine.ports import Frozen
from engine.records import CADENCE_RANGE, check_cadence
from engine.streams import derive

NAME_LENGTH: Final = 40
"""Most characters of a tournament's name, so that it fits into a thread's with the round and the table."""

ROUNDS_RANGE: Final = (1, 5)
"""Fewest and most rounds: five halve 128 players down to a final of eight."""

TURNS_RANGE: Final = (2, 48)
"""Fewest and most turns of a round: one to act before and one to see what came of it, and a whole season."""

_SIGNS: Final = frozenset("'’!?&+,-")
"""The signs a name may hold: none of which Discord reads as markup, a mention, an emoji or a link within a line."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})
"""Categories of characters that are not seen, or change how others are seen."""

_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""The letters that are not seen either: Hangul's fillers."""


class TournamentPlan(Frozen):
    """The terms of a tournament. `turns` are those of one round; `seed` is secret until the end."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
    table_size: int = Field(ge=TABLE_RANGE[0], le=TABLE_RANGE[1])
    rounds: int = Field(ge=ROUNDS_RANGE[0], le=ROUNDS_RANGE[1])
    turns: int = Field(ge=TURNS_RANGE[0], le=TURNS_RANGE[1])
    cadence_seconds: int = Field(ge=CADENCE_RANGE[0], le=CADENCE_RANGE[1])
    council: str
    starts_at: AwareDatetime
    seed: str = Field(pattern="^[0-9a-f]{64}$", repr=False)


def cleaned(name: str) -> str:
    """Return a name as letters, digits, spaces and a few signs on one line, with nothing unseen in it."""
    shown = "".join(_shown(char) for char in unicodedata.normalize("NFC", name))
    return unicodedata.normalize("NFC", " ".join(shown.split()).lstrip(" -+,"))


def check_name(name: str) -> str:
    """Return a name cleaned.

    Raises:
        Refusal: If nothing is left of it, or too much.
    """
    clean = cleaned(name)
    if not any(char.isalnum() for char in clean):
        raise Refusal(words("A tournament needs a name with a letter or a digit in it."))
    if len(clean) > NAME_LENGTH:
        raise Refusal(
            say(
                "A tournament's name has at most {most:int} characters, and this one {count:int}.",
                most=NAME_LENGTH,
                count=len(clean),
            )
        )
    return clean


def check_field(players: int) -> None:
    """Check that a tournament can begin with so many players.

    Raises:
        Refusal: If they are too few or too many.
    """
    fewest, most = PLAYERS_RANGE
    if players < fewest:
        raise Refusal(
            say(
                "A tournament takes at least {fewest:int} players, and there are {players:int}.",
                fewest=fewest,
                players=players,
            )
        )
    if players > most:
        raise Refusal(
            say("A tournament takes at most {most:int} players. Begin a second one for the others.", most=most)
        )


def check_start(starts_at: datetime, now: datetime) -> None:
    """Check that a tournament begins in time to come.

    Raises:
        Refusal: If it would begin in the past.
    """
    if starts_at < now:
        raise Refusal(words("A tournament cannot begin in the past. Choose a later time."))


def check_terms(table_size: int, rounds: int, turns: int, cadence_seconds: int) -> None:
    """Check the numbers of a tournament.

    Raises:
        Refusal: If one of them is out of bounds.
    """
    for value, (fewest, most), terms in (
        (
            table_size,
            TABLE_RANGE,
            words("A table has from {fewest:int} to {most:int} seats. Choose a number in between."),
        ),
        (
            rounds,
            ROUNDS_RANGE,
            words("A tournament has from {fewest:int} to {most:int} rounds. Choose a number in between."),
        ),
        (turns, TURNS_RANGE, words("A round has from {fewest:int} to {most:int} turns. Choose a number in between.")),
    ):
        if not fewest <= value <= most:
            raise Refusal(say(terms, fewest=fewest, most=most))
    check_cadence(cadence_seconds)


def planned(
    name: str,
    *,
    table_size: int,
    rounds: int,
    turns: int,
    cadence_seconds: int,
    council: str,
    starts_at: datetime,
    seed: str,
    now: datetime,
) -> TournamentPlan:
    """Return the plan of a tournament that a keeper asks for at `now`.

    Raises:
        Refusal: If something in it cannot be; the text says what to choose instead.
    """
    clean = check_name(name)
    check_terms(table_size, rounds, turns, cadence_seconds)
    check_start(starts_at, now)
    return TournamentPlan(
        name=clean,
        table_size=table_size,
        rounds=rounds,
        turns=turns,
        cadence_seconds=cadence_seconds,
        council=council,
        starts_at=starts_at,
        seed=seed,
    )


def commitment(seed: str) -> str:
    """Return what is published before the first turn: the SHA-256 of the seed, the character 31 and `commitment`.

    Once the seed is published too, anyone can see that it stood before. The seed is 256 bits of chance, which nobody
    finds by trying; the word behind it keeps this hash apart from all seeds that are derived from it.
    """
    return derive(seed, "commitment")


def round_seed(seed: str, round_number: int) -> str:
    """Return the seed that every table of a round is founded from."""
    return derive(seed, "round", round_number)


def _shown(char: str) -> str:
    """Return what becomes of a character in a name: itself, a space, or nothing where it could not be seen."""
    category = unicodedata.category(char)
    if char in _FILLERS:
        return ""
    if category[0] in "LN" or category == "Mc" or char in _SIGNS:
        return char
    return " " if char.isspace() or category not in _UNSEEN else ""
