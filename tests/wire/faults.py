"""What goes wrong on the way: a seeded plan of faults, and single ones that a test asks for."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One thing that happens to a request."""

    LIMITED = "limited"  # 429 of this route, with Retry-After
    LIMITED_ALL = "limited-all"  # 429 of the whole bot
    ERROR = "error"  # 500, nothing done
    BAD_GATEWAY = "bad-gateway"  # 502 after the effect
    CUT_BEFORE = "cut-before"  # the connection is reset, nothing done
    CUT_AFTER = "cut-after"  # the connection is reset after the effect: a lost response
    SLOW = "slow"  # done and answered, late


DONE_BUT_UNSAID = (Fault.BAD_GATEWAY, Fault.CUT_AFTER)
"""The faults after which the sender cannot know that its request was done."""

SOME_OF_EACH: Mapping[Fault, float] = {
    Fault.LIMITED: 0.01,
    Fault.LIMITED_ALL: 0.002,
    Fault.ERROR: 0.01,
    Fault.BAD_GATEWAY: 0.01,
    Fault.CUT_BEFORE: 0.02,
    Fault.CUT_AFTER: 0.03,
    Fault.SLOW: 0.03,
}
"""The share of requests that each fault befalls in the soak."""


@dataclass
class FaultPlan:
    """Decides for every request what befalls it; the same seed, the same decisions in the same order."""

    seed: int = 0
    shares: Mapping[Fault, float] = field(default_factory=dict[Fault, float])
    befallen: Counter[Fault] = field(default_factory=Counter[Fault])
    _asked_for: list[tuple[re.Pattern[str], Fault]] = field(default_factory=list[tuple[re.Pattern[str], Fault]])

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def once(self, request: str, fault: Fault, times: int = 1) -> None:
        """Let a fault befall the next requests that match, such as `POST .*/messages`."""
        self._asked_for += [(re.compile(request), fault)] * times

    def stop(self) -> None:
        """Let everything go well from now on."""
        self.shares = {}
        self._asked_for.clear()

    def next(self, request: str) -> Fault | None:
        """Return what befalls a request, written as its method and path."""
        for index, (pattern, fault) in enumerate(self._asked_for):
            if pattern.fullmatch(request):
                del self._asked_for[index]
                self.befallen[fault] += 1
                return fault
        drawn = self._random.random()
        for fault, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                self.befallen[fault] += 1
                return fault
        return None
