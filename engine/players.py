"""Who is who: the one place that holds the ids by which the outside knows players.

In each wood a player goes by a pseudonym, which is only a running number. Journal, vault and state hashes hold the
pseudonym alone, so that the outside id can be forgotten later and every journal still replays to the same hashes.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from engine import schema as t
from engine.journal import Newcomer
from engine.store import Store

STRANGER: Final = ""
"""The pseudonym of whoever has none: no wood knows it."""


class Players:
    """The players of every wood, in memory: pseudonyms by outside id. It is asked while a player types."""

    def __init__(self) -> None:
        self._players: dict[str, dict[str, str]] = {}
        self._counts: dict[str, int] = {}

    @classmethod
    async def load(cls, store: Store) -> "Players":
        """Return the players that the store knows."""
        players = cls()
        for world_id, player, user in await store.run(lambda c: c.execute(sa.select(t.players)).all()):
            players._count(world_id)
            if user is not None:
                players._players.setdefault(world_id, {})[user] = player
        return players

    def of(self, world_id: str, user: str) -> str:
        """Return the pseudonym of a player, or `STRANGER`."""
        return self._players.get(world_id, {}).get(user, STRANGER)

    def newcomer(self, world_id: str, user: str) -> Newcomer:
        """Return the next pseudonym for a stranger; it counts once it is committed and `take` says so."""
        return Newcomer(f"player-{self._counts.get(world_id, 0) + 1}", user)

    def take(self, world_id: str, newcomer: Newcomer) -> None:
        """Know a newcomer, whose pseudonym is committed."""
        self._count(world_id)
        self._players.setdefault(world_id, {})[newcomer.user] = newcomer.player

    def drop(self, world_id: str, user: str) -> None:
        """Forget a player's outside id, which the store has forgotten. Its pseudonym is never given again."""
        del self._players[world_id][user]

    def woods_of(self, user: str) -> Iterator[tuple[str, str]]:
        """Yield every wood that knows a player, with the player's pseudonym in it."""
        for world_id, players in self._players.items():
            if user in players:
                yield world_id, players[user]

    def _count(self, world_id: str) -> None:
        self._counts[world_id] = self._counts.get(world_id, 0) + 1
