"""What goes wrong on the way to Discord, and what is tried again."""

import hashlib
from typing import Any, Final

import aiohttp
import discord
import stamina

LOST: Final = (aiohttp.ClientError, TimeoutError, OSError)
"""A request or its answer that was lost on the way. discord.py tries none of these again; an `aiohttp.ClientError`
after a POST leaves open whether it had its effect."""

UNREACHED: Final = (discord.HTTPException, *LOST)
"""Every way in which a request to Discord can fail."""

ACKNOWLEDGED_ALREADY: Final = 40060
"""Discord's code for a second acknowledgement of one interaction."""

UNKNOWN_INTERACTION: Final = 10062
"""Discord's code for an interaction that it no longer waits for."""

_PASSING: Final = (401, 408, 429)
"""Refusals that say nothing of the request itself: a token being changed, a slow line, too many requests."""


def passes(error: Exception) -> bool:
    """Say whether what went wrong passes by itself, so that the same request may succeed later."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status in _PASSING
    return isinstance(error, LOST)


def soon() -> Any:
    """Return the attempts at a request that somebody waits for: four within some four seconds, when an answer is lost.

    Only for requests that may be repeated; discord.py itself waits for rate limits and failing servers.
    """
    return stamina.retry_context(on=LOST, attempts=4, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.3)


def nonce_of(text: str) -> str:
    """Return the nonce that stands for `text`: sent twice within minutes, Discord makes one message of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
