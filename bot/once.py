"""Every interaction is handled once, however often Discord delivers it."""

from collections import OrderedDict
from typing import Final

_REMEMBERED: Final = 20_000
"""Ids kept. A session that is resumed repeats the events of its last minutes."""


class Once:
    """Remembers which interactions came lately. What changes a wood is kept apart by the journal as well, for good."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()

    def first(self, interaction_id: int) -> bool:
        """Say whether an interaction comes for the first time, and remember it."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True
