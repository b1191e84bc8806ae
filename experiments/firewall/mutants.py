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
    """Whether a planted leak was found, after how many pairs, and the first finding."""

    mutant: str
    description: str
    caught: bool
    pairs: int
    finding: str


async def hunt(mutant: Mutant, most_pairs: int, first: int = 0) -> Caught:
    """Run pairs with a leak planted until one is not clean, at most `most_pairs` from number `first` on."""
    with mutant.planted():
        for number in range(first, first + most_pairs):
            report = await compare(random_pair(number))
            if not report.clean:
                finding = (*report.leaks, *report.divergences)[0]
                return Caught(mutant.name, mutant.description, True, number - first + 1, finding)
    return Caught(mutant.name, mutant.description, False, most_pairs, "")
