"""Testing the proof: every planted leak must turn the pairs red."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from experiments.firewall.pairs import compare
from experiments.firewall.plans import random_pair

Wrap = Callable[[Any], Any]


class Patcher:
    """Replaces functions of the running code for as long as a leak is planted."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def wrap(self, owner: object, name: str, wrap: Wrap) -> None:
        """Replace `owner.name` by what `wrap` makes of it."""
        self._stack.enter_context(mock.patch.object(owner, name, wrap(getattr(owner, name))))


@dataclass(frozen=True)
class Mutant:
    """One planted leak, and what it does in a sentence."""

    name: str
    description: str
    leak: Callable[[Patcher], None]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Let the code leak within this context."""
        with ExitStack() as stack:
            self.leak(Patcher(stack))
            yield


@dataclass(frozen=True)
class Caught:
    """What a planted leak does, and the first finding that gave it away; no text if nothing did."""

    description: str
    finding: str

    @property
    def caught(self) -> bool:
        """Whether it was found."""
        return bool(self.finding)


async def hunt(mutant: Mutant, most_pairs: int) -> Caught:
    """Run pairs with a leak planted until one is not clean, at most `most_pairs`."""
    with mutant.planted():
        for number in range(most_pairs):
            report = await compare(random_pair(number))
            if not report.clean:
                return Caught(mutant.description, (*report.leaks, *report.divergences)[0])
    return Caught(mutant.description, "")
