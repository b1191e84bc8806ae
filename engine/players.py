"""Who is who: the one place that holds the ids by which the outside knows players.

In each wood a player goes by a pseudonym, which is only a running number. Journal, vault and state hashes hold the
pseudonym alone, so that the outside id can be forgotten later and every journal still replays to the same hashes.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from engine import schema as t
from engine.journal import Newcomer
from engine.store import Store

STRANGER: Final = ""
"""The pseudonym of whoever has none: no wood knows it."""

_WOODS_A_QUERY: Final = 500


class Players:
    """The players of every wood, in memory: pseudonyms by outside id. It is asked while a player types."""

    def __init__(self) -> None:
        self._players: dict[str, dict[str, str]] = {}
        self._counts: dict[str, int] = {}

    async def read(self, store: Store, worlds: Sequence[str]) -> None:
        """Know the players of some woods as the store does, whatever was known of them before."""
        for world_id in worlds:
            self.let_go(world_id)
        for group in (worlds[first : first + _WOODS_A_QUERY] for first in range(0, len(worlds), _WOODS_A_QUERY)):
            query = sa.select(t.players).where(t.players.c.world_id.in_(group))
            for world_id, player, user in await store.run(lambda c, query=query: c.execute(query).all()):
                self._count(world_id)
                if user is not None:
                    self._players.setdefault(world_id, {})[user] = player

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

    def let_go(self, world_id: str) -> None:
        """Know nobody of a wood any more, for it is kept here no longer."""
        self._players.pop(world_id, None)
        self._counts.pop(world_id, None)

    def woods_of(self, user: str) -> Iterator[tuple[str, str]]:
        """Yield every wood that knows a player, with the player's pseudonym in it."""
        for world_id, players in self._players.items():
            if user in players:
                yield world_id, players[user]

    def _count(self, world_id: str) -> None:
        self._counts[world_id] = self._counts.get(world_id, 0) + 1
