"""Named streams of randomness: a draw from one never moves another."""

import hashlib
from random import Random


def derive(seed: str, *names: str | int) -> str:
    """Return a child seed (64 hexadecimal digits) of `seed` under the given names."""
    text = "\x1f".join([seed, *map(str, names)])
    return hashlib.sha256(text.encode()).hexdigest()


def stream(seed: str, name: str, turn: int) -> Random:
    """Return the generator of stream `name` in `turn`, the same whenever it is asked for."""
    return Random(int(derive(seed, name, turn), 16))


def canary(seed: str, *names: str | int) -> str:
    """Return the canary planted in the secret called `names`; its shape is `engine.ports.CANARY`."""
    return "xq" + derive(seed, "canary", *names)[:20]
