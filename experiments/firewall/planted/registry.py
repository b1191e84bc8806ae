"""The list of planted leaks, which every module beside this one adds to."""

from collections.abc import Callable
from typing import Final

from experiments.firewall.mutants import Mutant, Patcher

MUTANTS: Final[list[Mutant]] = []
"""Every planted leak, in the order in which the modules are imported."""


def planted(leak: Callable[[Patcher], None]) -> Callable[[Patcher], None]:
    """Add a leak to the list; its docstring is its description."""
    MUTANTS.append(Mutant(leak.__name__.replace("_", " "), str(leak.__doc__), leak))
    return leak
