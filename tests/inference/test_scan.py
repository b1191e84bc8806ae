import re
import sys
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.scan import _BANNED, _FIELDS, _ODD_CASES, _PHRASES, FirewallBreach, check, leaks
from prompts.render import creature_messages
from tests.inference.mind_samples import views

PIECES = [*_FIELDS, *_PHRASES, "Secret(", "xq0123456789abcdef0123", "123456789012345", "Positions", "SEED", "s", "': "]


@given(views())
def test_prompts_made_of_views_are_clean(view) -> None:
    assert [leak for message in creature_messages(view) for leak in leaks(message["content"])] == []


@pytest.mark.parametrize(
    "text",
    [
        "honey xq0123456789abcdef0123 falls",
        "user 123456789012345678",
        "<@42> says",
        "<#42>",
        "planted=True",
        "Claim(good='honey', 'planted': False)",
        "heat: 3",
        "the true forecast is",
        "Secret('...')",
        "SECRET[...]",
        "XQ0123456789ABCDEF0123",
        "positions = 2",
        "po\u017f\u0131t\u0130on: 2",
        "dec\u212a: 1",
        "the \u017fecret seed",
        "a planted whisper",
    ],
)
def test_what_is_secret_is_found(text: str) -> None:
    assert leaks(f"You hold: honey 3. {text}")


@pytest.mark.parametrize(
    "text", ["You keep the vault and hate to sell cheap.", "I planted acorns in the heat.", "A deck of wheat.", "1234"]
)
def test_what_creatures_say_is_not(text: str) -> None:
    assert leaks(text) == []


def test_a_breach_names_the_kind_and_not_the_thing() -> None:
    with pytest.raises(FirewallBreach, match="a canary") as breach:
        check(["fine", "xq0123456789abcdef0123"])
    assert "xq0" not in str(breach.value)


def test_the_quick_look_misses_no_character_that_a_pattern_takes_for_a_letter() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    letters = set(re.findall("[a-z]", every, re.IGNORECASE))
    assert len(letters) > 52
    for letter in letters:
        [plain] = letter.translate(_ODD_CASES).lower()
        assert re.fullmatch(plain, letter, re.IGNORECASE)
        assert plain in ascii_lowercase


@given(st.lists(st.sampled_from([*PIECES, *"abc \u017f\u0131\u0130\u212a:=<@#1"]), max_size=12).map("".join))
def test_the_quick_look_finds_what_the_patterns_find(text: str) -> None:
    assert leaks(text) == [ban.kind for ban in _BANNED if ban.pattern.search(text)]
