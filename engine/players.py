"""Who is who: the one place that holds the ids by which the outside knows players.

In each wood a player goes by a pseudonym, which is only a running number. Journal, vault and state hashes hold the
pseudonym alone, so that the outside id can be forgotten later and every journal still replays to the same hashes.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from engine import schema as t
from engine.store import Newcomer, Store

STRANGER: Final = ""
"""The pseudonym of whoever has none: no wood knows it."""


def pseudonym(number: int) -> str:
    """Return how a wood calls the player of a number."""
    return f"player-{number}"


class Players:
    """The players of every wood, in memory: numbers by outside id. It is asked while a player types."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}
        self._last: dict[str, int] = {}

    @classmethod
    async def load(cls, store: Store) -> "Players":
        """Return the players that the store knows."""
        players = cls()
        rows = await store.run(lambda c: c.execute(sa.select(t.players)).all())
        for world_id, number, user in rows:
            players._last[world_id] = max(number, players._last.get(world_id, 0))
            if user is not None:
                players._numbers.setdefault(world_id, {})[user] = number
        return players

    def of(self, world_id: str, user: str) -> str:
        """Return the pseudonym of a player, or `STRANGER`."""
        number = self.number(world_id, user)
        return STRANGER if number is None else pseudonym(number)

    def number(self, world_id: str, user: str) -> int | None:
        """Return the number of a player in a wood, or None for a stranger."""
        return self._numbers.get(world_id, {}).get(user)

    def newcomer(self, world_id: str, user: str) -> Newcomer:
        """Return the next number for a stranger; it counts once it is committed and `take` says so."""
        return Newcomer(self._last.get(world_id, 0) + 1, user)

    def take(self, world_id: str, newcomer: Newcomer) -> None:
        """Know a newcomer, whose number is committed."""
        self._last[world_id] = newcomer.number
        self._numbers.setdefault(world_id, {})[newcomer.user] = newcomer.number

    def drop(self, world_id: str, user: str) -> None:
        """Forget a player's outside id, which the store has forgotten. Its number is never given again."""
        del self._numbers[world_id][user]

    def woods_of(self, user: str) -> Iterator[tuple[str, int]]:
        """Yield every wood that knows a player, with the player's number in it."""
        for world_id, numbers in self._numbers.items():
            if user in numbers:
                yield world_id, numbers[user]
