"""What passes by itself, and what does not."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.retries import nonce_of, passes


def refusal(status: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (aiohttp.ServerDisconnectedError(), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (refusal(500), True),
        (refusal(503), True),
        (refusal(429), True),
        (refusal(401), True),
        (refusal(400), False),
        (refusal(403), False),
        (refusal(404), False),
        (ValueError(), False),
        (RuntimeError(), False),
    ],
)
def test_what_is_tried_again(error: Exception, expected: bool) -> None:
    assert passes(error) == expected


def test_a_nonce_is_short_stable_and_its_own() -> None:
    assert nonce_of("a") == nonce_of("a") != nonce_of("b")
    assert len(nonce_of("a")) <= 25
