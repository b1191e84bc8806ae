"""Shards: how Discord divides the servers of a large bot, and which of them one process keeps."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Shards:
    """The servers of the shards `ids` out of `count`; every server by default.

    Which shard a server is in is Discord's rule, not ours: the upper bits of its id, modulo the number of shards.
    """

    count: int = 1
    ids: tuple[int, ...] = (0,)

    @classmethod
    def named(cls, count: int, text: str | None) -> Self:
        """Return the shards that `0-3` or `0,2,5` names, all of them for None.

        Raises:
            ValueError: If `text` names none, or one that is not among the `count`; the text says what to do.
        """
        if text is None:
            return cls(count, tuple(range(count)))
        ids: set[int] = set()
        try:
            for part in text.split(","):
                first, _, last = part.partition("-")
                ids.update(range(int(first), int(last or first) + 1))
        except ValueError:
            raise ValueError(f"{text!r} names no shards; write them like 0-3 or 0,2,5") from None
        if not ids or not 0 <= min(ids) <= max(ids) < count:
            raise ValueError(f"{text!r} must name some of the shards 0 to {count - 1}, like 0-3 or 0,2,5")
        return cls(count, tuple(sorted(ids)))

    @property
    def all(self) -> bool:
        """Whether these are all the shards there are."""
        return len(self.ids) == self.count

    def holds(self, guild_id: int) -> bool:
        """Say whether a server is in one of them."""
        return (guild_id >> 22) % self.count in self.ids

    def __str__(self) -> str:
        """Say which they are, for a log or a sentence."""
        return f"{', '.join(map(str, self.ids))} of {self.count}"


ALL = Shards()
"""Every server, in one process."""
