"""How eyes tell colours apart: contrast as WCAG 2.2 computes it, and sight without red, green or blue cones."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

RGB = np.ndarray

SIGHT = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What linear RGB looks like to eyes of each kind: Machado, Oliveira and Fernandes (2009), severity 1."""

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def contrast(one: str | Sequence[float], other: str | Sequence[float]) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted(float(_linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def nearest(colours: Sequence[str], sight: str) -> tuple[float, str, str]:
    """Return the two colours that are hardest to tell apart for eyes of a kind, and their distance in OKLab."""
    seen = {colour: _oklab(np.clip(SIGHT[sight] @ _linear(colour), 0, 1)) for colour in colours}
    return min((float(np.linalg.norm(seen[a] - seen[b])), a, b) for a, b in combinations(colours, 2))


def _linear(colour: str | Sequence[float]) -> RGB:
    if isinstance(colour, str):
        colour = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    share = np.asarray(colour[:3], dtype=float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _oklab(linear: RGB) -> RGB:
    return _TO_LAB @ np.cbrt(_TO_LMS @ linear)
