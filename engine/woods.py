"""The woods that a process keeps: in memory as the store has them, claimed, written to, and let go."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from engine.actions.base import Refusal
from engine.cast import NAMES
from engine.claims import TakenOverError
from engine.journal import FIRST_EPOCH, Batch
from engine.phrases import words
from engine.players import Players
from engine.records import WoodRecord, record_of
from engine.replay import replay
from engine.store import Store, StoreError, StoreUnavailableError
from engine.world import Wood

T = TypeVar("T")
log = logging.getLogger(__name__)


class NotHere(Refusal):
    """The wood has ended, or another process keeps it."""

    def __init__(self) -> None:
        super().__init__(
            words("This wood has come to its end, or is just moving. /season history tells of those that ended.")
        )


@dataclass
class Living:
    """A loaded wood with its place in the journal. `lock` guards its changes, `thinking` its asking.

    `opened_hash` is the public hash of the wood as the turn under way was opened, `opened_at` when that
    was, in seconds since 1970. `epoch` is the one under which this process keeps the wood; `doubtful` says that a
    write failed and nobody knows whether it happened all the same, `ended` that the wood is kept no more.
    """

    record: WoodRecord
    wood: Wood
    seq: int
    lock: asyncio.Lock
    thinking: bool = False
    opened_hash: str = ""
    opened_at: int = 0
    epoch: int = FIRST_EPOCH
    doubtful: bool = False
    ended: bool = False


class Woods:
    """The woods of a process by their ids; what is seen of one is always committed."""

    def __init__(self, store: Store) -> None:
        """Keep no wood yet; `claim` takes over what the store holds."""
        self._store = store
        self._living: dict[str, Living] = {}
        self._of_channel: dict[int, str] = {}
        self._of_guild: dict[int, dict[str, Living]] = {}
        self.players = Players()

    def __iter__(self) -> Iterator[Living]:
        """Yield every wood that is kept."""
        return iter(list(self._living.values()))

    def __contains__(self, world_id: str) -> bool:
        """Say whether a wood is kept here."""
        return world_id in self._living

    def __getitem__(self, world_id: str) -> Living:
        """Return a wood.

        Raises:
            NotHere: If it is not kept here, for it has ended.
        """
        living = self._living.get(world_id)
        if living is None:
            raise NotHere
        return living

    def of_channel(self, channel_id: int) -> Living | None:
        """Return the wood whose cards a channel shows, or None."""
        world_id = self._of_channel.get(channel_id)
        return None if world_id is None else self._living[world_id]

    def of_guild(self, guild_id: int) -> list[Living]:
        """Return the woods of a server."""
        return list(self._of_guild.get(guild_id, {}).values())

    def take_in(self, living: Living) -> None:
        """Keep a wood."""
        self._of_guild.setdefault(living.record.guild_id, {})[living.record.world_id] = living
        self._living[living.record.world_id] = living
        self._note_channel(living.record)

    def settle(self, living: Living, record: WoodRecord) -> None:
        """Note the new settings of a wood, which are committed."""
        if self._of_channel.get(living.record.channel_id) == record.world_id:
            del self._of_channel[living.record.channel_id]
        living.record = record
        self._note_channel(record)

    def _note_channel(self, record: WoodRecord) -> None:
        """Note whose cards a channel shows. A table that is played in one for want of a thread is a guest there."""
        if record.invited:
            self._of_channel.setdefault(record.channel_id, record.world_id)
        else:
            self._of_channel[record.channel_id] = record.world_id

    def let_go(self, living: Living) -> None:
        """Keep a wood no more."""
        self._living.pop(living.record.world_id, None)
        self._of_guild[living.record.guild_id].pop(living.record.world_id, None)
        if self._of_channel.get(living.record.channel_id) == living.record.world_id:
            del self._of_channel[living.record.channel_id]
        self.players.let_go(living.record.world_id)

    async def claim(self, worlds: Sequence[str] | None = None) -> None:
        """Claim woods and load them with what came since their snapshots: those named, or all of the shards for None.

        Raises:
            StoreError: If one of them cannot be loaded.
        """
        if worlds is not None and not worlds:
            return
        rows = await self._store.claim(worlds)
        await self.players.read(self._store, [row["world_id"] for row in rows])
        for row in rows:
            living = await self._load(record_of(row))
            living.epoch = row["epoch"]
            self.take_in(living)

    @asynccontextmanager
    async def alone(self, living: Living) -> AsyncGenerator[None]:
        """Hold a wood's lock, with the wood as the store has it.

        Raises:
            NotHere: If it ended while this waited.
        """
        async with living.lock:
            if living.ended:
                raise NotHere
            if living.doubtful:
                stored = await self._load(living.record)
                await self.players.read(self._store, [living.record.world_id])
                living.wood, living.seq, living.opened_hash = stored.wood, stored.seq, stored.opened_hash
                living.doubtful = False
            yield

    async def unless_taken(self, living: Living, writing: Awaitable[T]) -> T:
        """Write to a wood; if another process has taken it over, take it back where the shards are still held here.

        Raises:
            Refusal: If it was taken over; nothing is written then, and what was in memory is forgotten.
        """
        try:
            return await writing
        except TakenOverError as error:
            world_id = error.world_id
            log.warning("%s was taken over by another process; what this one had in memory is dropped", world_id)
            if self._living.get(world_id) is living:
                self.let_go(living)
                try:
                    await self.claim([world_id])
                except (SQLAlchemyError, StoreUnavailableError):
                    log.warning("%s is left to it, for this process has lost its shards", world_id)
            raise Refusal(words("The wood has moved to another process of the bot. Try again in a moment.")) from error
        except (SQLAlchemyError, StoreUnavailableError):
            living.doubtful = True
            raise

    async def commit(self, living: Living, wood: Wood, batch: Batch) -> None:
        """Write, and only then let the new state be seen.

        A caller that is cancelled meanwhile undoes neither, and holds its lock until both are done.
        """
        writing = asyncio.ensure_future(self._write(living, wood, batch))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait({writing})
            if (error := writing.exception()) is not None:
                log.warning("An input of %s whose sender had gone was not written: %s", batch.world_id, error)
            raise

    async def _write(self, living: Living, wood: Wood, batch: Batch) -> None:
        batch.epoch = living.epoch
        await self.unless_taken(living, self._store.commit(batch))
        living.wood, living.seq = wood, batch.row.seq
        if batch.newcomer is not None:
            self.players.take(batch.world_id, batch.newcomer)

    async def _load(self, record: WoodRecord) -> Living:
        saved = await self._store.snapshot(record.world_id)
        wood, seq = Wood.restore(saved.world, saved.sealed), saved.seq
        if set(wood.world.creatures) != set(NAMES):
            raise StoreError(
                f"The wood {record.world_id} was planted with other creatures than this version has: "
                f"{', '.join(wood.world.creatures)}. Go on with it in the version that did, or use a new database."
            )
        opened_hash = wood.public_hash()  # of a turn that an earlier version saved open
        for row, after in replay(await self._store.journal_since(record.world_id, seq), wood):
            wood, seq = after, row.seq
            if row.kind == "open":
                opened_hash = wood.public_hash()
        return Living(record, wood, seq, asyncio.Lock(), opened_hash=opened_hash)
