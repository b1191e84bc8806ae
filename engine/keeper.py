"""The keeper: one for a process. It loads woods, journals and applies inputs, and runs turns.

Every input is journalled and committed before it is acknowledged, and carries an id made upstream,
so that a retry has one effect. The creatures are asked off every lock: Patrons act meanwhile.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy.exc import SQLAlchemyError

from engine import ledger as books
from engine.actions import Action, Leave, Receipt, Refusal, act
from engine.actions.base import mask_worn
from engine.asking import completed, narration_request, turn_request
from engine.cadence import QuietHours, counted_anew, next_due
from engine.claims import TakenOverError
from engine.journal import FIRST_EPOCH, Batch, JournalRow, Snapshot, Thought, compact, of_action, of_closing, of_opening
from engine.minds import MindLine, mind_lines
from engine.patronage import ContractLine, PatronBooks, RankLine, contract_lines, patron_books, purse_lines, ranking
from engine.players import STRANGER, Players
from engine.ports import (
    Clock,
    Council,
    Narration,
    NarrationRequest,
    TurnRequest,
)
from engine.records import Post, TurnReport, WoodRecord, check_cadence, columns_of, record_of
from engine.releases import narrator_view, public_view
from engine.replay import play_row, replay
from engine.rules import DEFAULT_RULES, Rules
from engine.shards import ALL, Shards
from engine.store import AlreadyJournalledError, Store, StoreUnavailableError
from engine.turn import Step, close_turn, open_turn, under_headline
from engine.views import PublicView
from engine.vocabulary import Phase
from engine.world import Wood

log = logging.getLogger(__name__)

LINES_SHOWN: Final = 15
"""Lines of the purse that a Patron's books hold."""


@dataclass
class _Living:
    """A loaded wood with its place in the journal. `lock` guards its changes, `thinking` its asking.

    `opened_hash` is the public hash of the wood as the turn under way was opened, `opened_at` when that
    was, in seconds since 1970. `epoch` is the one under which this process keeps the wood; `doubtful` says that a
    write failed and nobody knows whether it happened all the same.
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


class Keeper:
    """The one door through which anything changes a wood."""

    def __init__(self, store: Store, councils: Callable[[str], Council], clock: Clock, shards: Shards = ALL) -> None:
        """Use `Keeper.open`, which also loads the woods."""
        self._store = store
        self._shards = shards
        self._councils = councils
        self._clock = clock
        self._living: dict[str, _Living] = {}
        self._of_guild: dict[int, str] = {}
        self._players = Players()
        self._founding = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, councils: Callable[[str], Council], clock: Clock, shards: Shards = ALL) -> "Keeper":
        """Open the store at `url`, claim the woods of `shards` and load them with what came since their snapshots.

        Args:
            url: An SQLAlchemy address, such as `sqlite+aiosqlite:///wood.db`.
            councils: Returns the council of a name, the same one each time; it is asked every turn.
            clock: Where the time comes from.
            shards: The servers whose woods are kept here; others are other processes'.

        Raises:
            StoreError: If the store cannot be used.
        """
        keeper = cls(await Store.open(url, writer=True, shards=shards), councils, clock, shards)
        await keeper._claim()
        return keeper

    async def close(self) -> None:
        """Finish what is being written and close the store."""
        await self._store.close()

    @property
    def store(self) -> Store:
        """The store, for reading traces and replaying."""
        return self._store

    async def found(
        self,
        world_id: str,
        guild_id: int,
        channel_id: int,
        *,
        council: str = "embedded",
        cadence_seconds: int = 3600,
        seed: str | None = None,
        rules: Rules = DEFAULT_RULES,
        legends: Sequence[str] = (),
        on_clock: bool = True,
    ) -> WoodRecord:
        """Plant a wood and commit it.

        Args:
            world_id: Its id in the store.
            guild_id: The Discord server it lives in.
            channel_id: The channel its turns are posted to.
            council: The council that thinks for its creatures.
            cadence_seconds: Seconds between two turns.
            seed: The season seed; drawn at random when None.
            rules: The numbers of the wood.
            legends: The keys of the legends to put on top of the deck, in their order.
            on_clock: Whether the clock moves it; otherwise only `advance` does.

        Raises:
            Refusal: If the wood stands already, the cadence is out of bounds, or the server is of another shard.
        """
        check_cadence(cadence_seconds)
        self._councils(council)
        if not self._shards.holds(guild_id):
            raise Refusal("Another process of the bot keeps this server. Try again in a moment.")
        founding = {
            "world_id": world_id,
            "seed": seed if seed is not None else secrets.token_hex(16),
            "rules": rules.model_dump(mode="json"),
            "legends": list(legends),
        }
        row = JournalRow(1, "found", "found", 0, compact(founding), "", self._now())
        wood = play_row(None, row)
        opening = wood.ledger.drain()
        due = datetime.fromtimestamp(counted_anew(self._now(), cadence_seconds), UTC) if on_clock else None
        record = WoodRecord(
            world_id=world_id,
            guild_id=guild_id,
            channel_id=channel_id,
            council=council,
            cadence_seconds=cadence_seconds,
            next_turn_at=due,
            paused=False,
        )
        async with self._founding:
            if world_id in self._living:
                raise Refusal("A wood grows here already. Change its settings instead of planting another.")
            await self._store.add_wood(columns_of(record), Batch(world_id, row, opening, Snapshot.of(1, wood.write())))
            self._take_in(_Living(record, wood, 1, asyncio.Lock()))
        return record

    async def configure(
        self,
        world_id: str,
        *,
        channel_id: int | None = None,
        council: str | None = None,
        cadence_seconds: int | None = None,
        paused: bool | None = None,
        quiet_hours: QuietHours | Literal["none"] | None = None,
    ) -> WoodRecord:
        """Change public settings of a wood, those that are given; a new cadence or new quiet hours count from now.

        Raises:
            Refusal: If the cadence is out of bounds.
        """
        living = self._living[world_id]
        changes: dict[str, Any] = {}
        if channel_id is not None:
            changes["channel_id"] = channel_id
        if council is not None:
            self._councils(council)
            changes["council"] = council
        if cadence_seconds is not None:
            check_cadence(cadence_seconds)
            changes["cadence_seconds"] = cadence_seconds
        if paused is not None:
            changes["paused"] = paused
        if quiet_hours is not None:
            changes["quiet_hours"] = None if quiet_hours == "none" else quiet_hours
        async with living.lock:
            record = living.record.model_copy(update=changes)
            if record.next_turn_at is not None and changes.keys() & {"cadence_seconds", "quiet_hours"}:
                due = counted_anew(self._now(), record.cadence_seconds, record.quiet_hours)
                record = record.model_copy(update={"next_turn_at": datetime.fromtimestamp(due, UTC)})
            if record != living.record:
                await self._unless_taken(living, self._store.update_wood(epoch=living.epoch, **columns_of(record)))
            living.record = record
        return record

    def woods(self) -> list[WoodRecord]:
        """Return the settings of every wood."""
        return [living.record for living in self._living.values()]

    def of_guild(self, guild_id: int) -> WoodRecord | None:
        """Return the wood of a server, or None."""
        world_id = self._of_guild.get(guild_id)
        return None if world_id is None else self.record(world_id)

    def record(self, world_id: str) -> WoodRecord:
        """Return the settings of a wood."""
        return self._living[world_id].record

    def wood(self, world_id: str) -> Wood:
        """Return the state of a wood as it is now. Callers read it and never change it."""
        return self._living[world_id].wood

    def public(self, world_id: str) -> PublicView:
        """Return what everybody may know of a wood now."""
        return public_view(self.wood(world_id).world)

    def thinking(self, world_id: str) -> bool:
        """Say whether the creatures of a wood are thinking now."""
        return self._living[world_id].thinking

    def contracts_of(self, world_id: str, user: str) -> tuple[ContractLine, ...]:
        """Return a player's open contracts; none for a stranger."""
        mask = self.mask(world_id, user)
        return contract_lines(self.wood(world_id), mask) if mask else ()

    def player(self, world_id: str, user: str) -> str:
        """Return the pseudonym by which a wood knows a player, or one that it knows nobody by."""
        return self._players.of(world_id, user)

    def mask(self, world_id: str, user: str) -> str | None:
        """Return the mask a player wears in a wood, or None for a stranger."""
        return mask_worn(self.wood(world_id), self.player(world_id, user))

    def standings(self, world_id: str) -> list[RankLine]:
        """Return all Patrons by net worth as the last turn settled; for players, never for a prompt."""
        return ranking(self.wood(world_id))

    async def minds(self, world_id: str, turns: int) -> list[MindLine]:
        """Return how well each mind did in the last `turns` turns of a wood; none before the first."""
        since = self.wood(world_id).world.turn - turns + 1
        return mind_lines(await self._store.recent_asks(world_id, since))

    async def books(self, world_id: str, user: str) -> PatronBooks:
        """Return a player's private books.

        Raises:
            NotAPatron: If the player has not joined.
        """
        mine = patron_books(self.wood(world_id), self.player(world_id, user))
        postings = await self._store.purse_postings(world_id, books.patron_account(mine.mask), LINES_SHOWN)
        return mine.model_copy(update={"lines": purse_lines(postings, mine.mask)})

    async def act(self, world_id: str, user: str, action: Action, input_id: str) -> Receipt:
        """Apply a player's action; when this returns it is committed and survives a kill.

        Args:
            world_id: The wood.
            user: The player's outside id.
            action: What the player wants.
            input_id: The upstream id of this input; the same id again has no second effect and returns
                the same receipt.

        Raises:
            Refusal: With the sentence for the player; nothing has changed then.
        """
        living = self._living[world_id]
        # Apart from the keeper's own inputs, whatever an upstream calls its own.
        input_id = f"act:{input_id}"
        async with self._alone(living):
            player, newcomer = self.player(world_id, user), None
            if player == STRANGER:
                newcomer = self._players.newcomer(world_id, user)
                player = newcomer.player
            try:
                acted = act(living.wood, player, action)
                batch = of_action(living.seq + 1, self._now(), input_id, player, action, acted)
                batch.newcomer = newcomer
                await self._commit(living, acted.wood, batch)
            except Refusal:
                # What was done once may well not be allowed twice.
                seen = await self._store.find_input(world_id, input_id)
                if seen is None:
                    raise
                return Receipt.model_validate_json(seen.receipt)
            except AlreadyJournalledError as again:
                return Receipt.model_validate_json(again.row.receipt)
            return acted.receipt

    async def forget(self, user: str, input_id: str) -> int:
        """Let a player leave every wood and forget its outside id; return how many woods knew it.

        In each wood both are one transaction. What the player did stays in the journal under its pseudonym.

        Args:
            user: The player's outside id.
            input_id: The upstream id of this input.
        """
        known = list(self._players.woods_of(user))
        for world_id, _ in known:
            # Shielded, because memory must follow the store also when the caller has gone.
            await asyncio.shield(self._forget_in(world_id, user, input_id))
        if known:
            await self._store.scrub()
        return len(known)

    def known_in(self, user: str) -> list[tuple[WoodRecord, str]]:
        """Return every wood that knows a player, with the pseudonym it goes by there."""
        return [(self._living[world_id].record, player) for world_id, player in self._players.woods_of(user)]

    async def _forget_in(self, world_id: str, user: str, input_id: str) -> None:
        living = self._living[world_id]
        async with self._alone(living):
            player = self.player(world_id, user)
            if player == STRANGER:
                return
            if mask_worn(living.wood, player) is None:
                await self._store.forget_player(world_id, player)
            else:
                acted = act(living.wood, player, Leave())
                batch = of_action(living.seq + 1, self._now(), f"act:{input_id}", player, Leave(), acted)
                batch.forgotten = player
                await self._commit(living, acted.wood, batch)
            self._players.drop(world_id, user)

    async def advance(self, world_id: str) -> TurnReport:
        """Run the next turn, or go on with one that a crash left open: open, ask, narrate, close.

        The narrator is asked off the lock too, about the turn as it would close now.

        Raises:
            Refusal: If the creatures are thinking already.
        """
        living = self._living[world_id]
        if living.thinking:
            raise Refusal("The creatures are thinking already. Wait for this turn's card.")
        living.thinking = True
        try:
            council = self._councils(living.record.council)
            async with self._alone(living):
                await self._open(living)
            request = turn_request(living.wood, living.opened_hash)
            deliberation = await council.deliberate(request)
            opened = living.wood
            decisions = completed(opened, deliberation.decisions)
            closed = close_turn(opened, decisions)
            asked = narration_request(closed.wood, request)
            narration = await _narrated(council, asked)
            told = narration.headline
            async with self._alone(living):
                if living.wood is not opened:
                    closed = close_turn(living.wood, decisions)
                    if narrator_view(closed.wood.world) != asked.view:
                        told = ""  # somebody acted while the narrator wrote, and the news are others
                thought = Thought(decisions, deliberation.asks, narration.asks, told)
                return await self._close(living, request, thought, under_headline(closed, told) if told else closed)
        finally:
            living.thinking = False

    async def due(self, now: datetime) -> list[str]:
        """Return the woods whose turn is due and whose creatures are not thinking, longest overdue first.

        A due wood of the shards that is not kept here yet, for another process kept it, is claimed first.
        """
        due = await self._store.due(int(now.timestamp()))
        await self._claim([world_id for world_id in due if world_id not in self._living])
        return [world_id for world_id in due if world_id in self._living and not self.thinking(world_id)]

    def unfinished(self) -> list[str]:
        """Return the woods that a crash left in the middle of a turn; `advance` goes on with it."""
        return [
            world_id
            for world_id, living in self._living.items()
            if living.wood.world.phase is Phase.THINKING and not living.thinking
        ]

    async def pending_posts(self, world_id: str | None = None) -> list[Post]:
        """Return the posts not sent yet, of one wood or of all that are kept here, oldest first."""
        return [self._post(row) for row in await self._store.unsent(world_id) if row["world_id"] in self._living]

    async def woods_with_pending_posts(self) -> list[str]:
        """Return the woods that have posts not sent yet, the longest waiting first."""
        return [world_id for world_id in await self._store.woods_with_unsent() if world_id in self._living]

    async def last_post(self, world_id: str) -> Post | None:
        """Return the newest post of a wood, sent or not; None before its first turn."""
        row = await self._store.last_post(world_id)
        return None if row is None else self._post(row)

    async def mark_posted(self, post_id: int, message_id: int) -> None:
        """Note the message a post became, or `GIVEN_UP`; it is not sent again."""
        await self._store.mark_sent(post_id, message_id)

    async def post_again(self, post_id: int) -> None:
        """Let a post be sent anew, because it was given up or its message is gone."""
        await self._store.mark_sent(post_id, None)

    async def turn_view(self, world_id: str, turn: int) -> PublicView | None:
        """Return the public view of a closed turn, or None when there was none."""
        text = await self._store.turn_view(world_id, turn)
        return PublicView.model_validate_json(text) if text else None

    def _take_in(self, living: _Living) -> None:
        self._living[living.record.world_id] = living
        self._of_guild.setdefault(living.record.guild_id, living.record.world_id)

    def _let_go(self, record: WoodRecord) -> None:
        del self._living[record.world_id]
        self._of_guild = {guild: name for guild, name in self._of_guild.items() if name != record.world_id}

    def _post(self, row: Mapping[str, Any]) -> Post:
        record, view = self._living[row["world_id"]].record, PublicView.model_validate_json(row["view"])
        place = {"guild_id": record.guild_id, "channel_id": record.channel_id}
        return Post.model_validate({**row, **place, "at": datetime.fromtimestamp(row["at"], UTC), "view": view})

    async def overtaken(self) -> None:
        """Return once another process keeps a shard of this one: time to stop."""
        await self._store.overtaken()

    async def _claim(self, worlds: Sequence[str] | None = None) -> None:
        """Claim woods and load them: those named, or all of the shards for None."""
        if worlds is not None and not worlds:
            return
        rows = await self._store.claim(worlds)
        await self._players.read(self._store, [row["world_id"] for row in rows])
        for row in rows:
            epoch = row.pop("epoch")
            living = await self._load(record_of(row))
            living.epoch = epoch
            self._take_in(living)

    @asynccontextmanager
    async def _alone(self, living: _Living) -> AsyncGenerator[None]:
        """Hold a wood's lock, with the wood as the store has it."""
        async with living.lock:
            if living.doubtful:
                stored = await self._load(living.record)
                await self._players.read(self._store, [living.record.world_id])
                living.wood, living.seq, living.opened_hash = stored.wood, stored.seq, stored.opened_hash
                living.doubtful = False
            yield

    async def _unless_taken(self, living: _Living, writing: Awaitable[None]) -> None:
        """Write to a wood; if another process has taken it over, take it back where the shards are still held here.

        Raises:
            Refusal: If it was taken over; nothing is written then, and what was in memory is forgotten.
        """
        try:
            await writing
        except TakenOverError as error:
            world_id = error.world_id
            log.warning("%s; what this process had in memory is dropped", error)
            if self._living.get(world_id) is living:
                self._let_go(living.record)
                try:
                    await self._claim([world_id])
                except (SQLAlchemyError, StoreUnavailableError):
                    log.warning("%s is left to it, for this process has lost its shards", world_id)
            raise Refusal("The wood has moved to another process of the bot. Try again in a moment.") from error
        except (SQLAlchemyError, StoreUnavailableError):
            living.doubtful = True
            raise

    async def _load(self, record: WoodRecord) -> _Living:
        saved = await self._store.snapshot(record.world_id)
        wood, seq = Wood.restore(saved.world, saved.sealed), saved.seq
        opened_hash = wood.public_hash()  # of a turn that an earlier version saved open
        for row, after in replay(await self._store.journal_since(record.world_id, seq), wood):
            wood, seq = after, row.seq
            if row.kind == "open":
                opened_hash = wood.public_hash()
        return _Living(record, wood, seq, asyncio.Lock(), opened_hash=opened_hash)

    async def _open(self, living: _Living) -> None:
        """Open the next turn, unless a crash left one open."""
        living.opened_at = self._now()
        if living.wood.world.phase is Phase.THINKING:
            return
        wood = open_turn(living.wood).wood
        opened_hash = wood.public_hash()
        await self._commit(living, wood, of_opening(living.seq + 1, living.opened_at, wood))
        living.opened_hash = opened_hash

    async def _close(self, living: _Living, request: TurnRequest, thought: Thought, closed: Step) -> TurnReport:
        wood, was_due, due = closed.wood, living.record.next_turn_at, self._next_due(living)
        written, view = wood.write(), public_view(wood.world)
        batch = of_closing(
            living.seq + 1, self._now(), request, thought, living.wood, closed, written, view, next_turn_at=due
        )
        await self._commit(living, wood, batch)
        if due is not None:
            living.record = living.record.model_copy(update={"next_turn_at": datetime.fromtimestamp(due, UTC)})
        return TurnReport(
            world_id=request.world_id,
            turn=request.turn,
            view=view,
            trades=len(closed.effects.trades),
            asks=thought.asks,
            narration=thought.narration,
            verdicts=tuple((v.creature, not v.refused, v.refused) for v in closed.effects.verdicts),
            state_hash=written.state_hash,
            late=None if was_due is None else max(0.0, (self._clock.now() - was_due).total_seconds()),
        )

    async def _commit(self, living: _Living, wood: Wood, batch: Batch) -> None:
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

    async def _write(self, living: _Living, wood: Wood, batch: Batch) -> None:
        batch.epoch = living.epoch
        await self._unless_taken(living, self._store.commit(batch))
        living.wood, living.seq = wood, batch.row.seq
        if batch.newcomer is not None:
            self._players.take(batch.world_id, batch.newcomer)

    def _next_due(self, living: _Living) -> int | None:
        """Return when the next turn is due, or None when no clock moves the wood."""
        record = living.record
        if record.next_turn_at is None:
            return None
        due = int(record.next_turn_at.timestamp())
        return next_due(due, living.opened_at, self._now(), record.cadence_seconds, record.quiet_hours)

    def _now(self) -> int:
        """Return the time in seconds since 1970."""
        return int(self._clock.now().timestamp())


async def _narrated(council: Council, asked: NarrationRequest) -> Narration:
    """Return the narrator's headline; whatever breaks in it costs the headline, and never the turn."""
    try:
        return await council.narrate(asked)
    except Exception:
        log.exception("The narrator broke in turn %s of %s", asked.turn, asked.world_id)
        return Narration()
