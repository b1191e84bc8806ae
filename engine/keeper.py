"""The keeper: one for a process. It loads woods, journals and applies inputs, and runs turns.

Every input is journalled and committed before it is acknowledged, and carries an id made upstream,
so that a retry has one effect. The creatures are asked off every lock: Patrons act meanwhile.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from engine import ledger as books
from engine.actions import Action, Join, Leave, PokeWood, Receipt, Refusal, act
from engine.actions.base import mask_worn
from engine.cadence import QuietHours
from engine.ending import end_wood
from engine.endings import before_last_turn, results_of, told_of
from engine.journal import Batch, Ended, JournalRow, NewPost, Snapshot, compact, of_action, of_ending, of_voiding
from engine.minds import MindLine, mind_lines
from engine.outbox import Outbox
from engine.patronage import ContractLine, PatronBooks, RankLine, contract_lines, patron_books, purse_lines, ranking
from engine.phrases import words
from engine.players import STRANGER
from engine.ports import Clock, Council
from engine.records import PostKind, TurnReport, WoodRecord, columns_of
from engine.releases import public_view
from engine.replay import play_row
from engine.rules import DEFAULT_RULES, Rules
from engine.settings import configured, extended, first_due, postponed, require_settings
from engine.shards import ALL, Shards
from engine.staging.archive import forget_user
from engine.store import AlreadyJournalledError, Store
from engine.streams import derive
from engine.turn_runner import TurnRunner, over
from engine.views import PublicView
from engine.vocabulary import Phase
from engine.voiding import require_voidable, void_turn
from engine.woods import Living, Woods
from engine.world import Wood

LINES_SHOWN: Final = 15
"""Lines of the purse that a Patron's books hold."""


class Told(NamedTuple):
    """What a keeper of a wood did to it, for everybody to read: the upstream id of the deed, and a sentence."""

    input_id: str
    text: str


class Keeper:
    """The one door through which anything changes a wood."""

    def __init__(self, store: Store, councils: Callable[[str], Council], clock: Clock, shards: Shards = ALL) -> None:
        """Use `Keeper.open`, which also loads the woods."""
        self._store = store
        self._shards = shards
        self._councils = councils
        self._clock = clock
        self._woods = Woods(store)
        self._turns = TurnRunner(self._woods, councils, clock)
        self._founding = asyncio.Lock()
        self.outbox = Outbox(store)

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
        await keeper._woods.claim()
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
        last_turn: int | None = None,
        invited: bool = False,
        quiet_hours: QuietHours | None = None,
        language: str = "",
        theme: str = "",
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
            last_turn: The turn after which it ends; None for one that goes on for ever.
            invited: Whether it is joined by those alone whom `seat` seats.
            quiet_hours: The hours in which no turn is due.
            language: What its cards are posted in; empty for the server's.
            theme: What its pictures are drawn in; empty for the bot's own.

        Raises:
            Refusal: If the wood stands already or stood once, the cadence is out of bounds, there is no such language
                or theme, or the server is of another shard.
        """
        require_settings({"cadence_seconds": cadence_seconds, "language": language, "theme": theme})
        self._councils(council)
        if not self._shards.holds(guild_id):
            raise Refusal(words("Another process of the bot keeps this server. Try again in a moment."))
        founding = {
            "world_id": world_id,
            "seed": seed if seed is not None else secrets.token_hex(16),
            "rules": rules.model_dump(mode="json"),
            "legends": list(legends),
        }
        row = JournalRow(1, "found", "found", 0, compact(founding), "", self._now())
        wood = play_row(None, row)
        opening = wood.ledger.drain()
        record = WoodRecord(
            world_id=world_id,
            guild_id=guild_id,
            channel_id=channel_id,
            council=council,
            cadence_seconds=cadence_seconds,
            next_turn_at=None,
            paused=False,
            quiet_hours=quiet_hours,
            last_turn=last_turn,
            invited=invited,
            language=language,
            theme=theme,
        )
        if on_clock:
            record = record.model_copy(update={"next_turn_at": first_due(record, self._now())})
        async with self._founding:
            if world_id in self._woods or await self._store.has_wood(world_id):
                raise Refusal(words("A wood grows here already. Change its settings instead of planting another."))
            await self._store.add_wood(columns_of(record), Batch(world_id, row, opening, Snapshot.of(1, wood.write())))
            self._woods.take_in(Living(record, wood, 1, asyncio.Lock()))
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
        language: str | None = None,
        theme: str | None = None,
        told: Told | None = None,
    ) -> WoodRecord:
        """Change public settings of a wood, those that are given; a new cadence or new quiet hours count from now.

        `told` is posted in the wood's channel, and done once however often it comes.

        Raises:
            Refusal: If the cadence is out of bounds, or there is no such language or theme.
        """
        asked: dict[str, Any] = {
            "channel_id": channel_id,
            "council": council,
            "cadence_seconds": cadence_seconds,
            "paused": paused,
            "quiet_hours": quiet_hours,
            "language": language,
            "theme": theme,
        }
        changes = {name: value for name, value in asked.items() if value is not None}
        if quiet_hours == "none":
            changes["quiet_hours"] = None
        if council is not None:
            self._councils(council)
        require_settings(changes)
        return await self._set(world_id, lambda record: configured(record, changes, self._now()), told)

    async def postpone(self, world_id: str, seconds: int, told: Told) -> WoodRecord:
        """Let the next turn of a wood come later by so many seconds, and post that.

        Raises:
            Refusal: If no clock moves the wood.
        """
        return await self._set(world_id, lambda record: postponed(record, seconds), told)

    async def extend(self, world_id: str, turns: int, told: Told) -> WoodRecord:
        """Let a wood end so many turns later, and post that.

        Raises:
            Refusal: If it has no last turn.
        """
        return await self._set(world_id, lambda record: extended(record, turns, self._now()), told)

    async def finish(self, world_id: str, told: Told) -> WoodRecord:
        """Let the turn that closed last, or the one under way, be the last of a wood, and post that.

        Raises:
            Refusal: If it has ended already.
        """
        changes = {"last_turn": self._woods[world_id].wood.world.turn, "next_turn_at": None}
        return await self._set(world_id, lambda record: record.model_copy(update=changes), told)

    async def _set(
        self, world_id: str, changed: Callable[[WoodRecord], WoodRecord], told: Told | None = None
    ) -> WoodRecord:
        """Commit the settings of a wood as `changed` makes them, with a post of what was done."""
        living = self._woods[world_id]
        async with self._woods.alone(living):
            record = changed(living.record)
            if record != living.record or told is not None:
                notice = None if told is None else self._notice(living, told)
                writing = self._store.update_wood(epoch=living.epoch, notice=notice, **columns_of(record))
                if await self._woods.unless_taken(living, writing):
                    self._woods.settle(living, record)
            return living.record

    def _notice(self, living: Living, told: Told) -> dict[str, Any]:
        """Return the row of the outbox that tells everybody what a keeper of the wood did."""
        world_id = living.record.world_id
        return {
            "turn": living.wood.world.turn,
            "kind": PostKind.NOTICE,
            "nonce": derive(world_id, "notice", told.input_id)[:24],
            "content": compact(told.text),
            "at": self._now(),
        }

    def require_council(self, council: str) -> None:
        """Make sure that a council can be used; whatever is wrong with it is raised as whoever made it raises it."""
        self._councils(council)

    def woods(self) -> list[WoodRecord]:
        """Return the settings of every wood that is kept here."""
        return [living.record for living in self._woods]

    def of_guild(self, guild_id: int) -> list[WoodRecord]:
        """Return the woods of a server, the tables of its tournaments among them."""
        return [living.record for living in self._woods.of_guild(guild_id)]

    def of_channel(self, channel_id: int) -> WoodRecord | None:
        """Return the wood whose cards a channel or thread shows, or None."""
        living = self._woods.of_channel(channel_id)
        return None if living is None else living.record

    async def free_id(self, name: Callable[[int], str]) -> str:
        """Return the first of the ids `name(1)`, `name(2)` and so on that no wood has or ever had."""
        number = 1
        while await self._store.has_wood(name(number)):
            number += 1
        return name(number)

    def keeps(self, world_id: str) -> bool:
        """Say whether a wood is kept here; one that ended is not."""
        return world_id in self._woods

    def record(self, world_id: str) -> WoodRecord:
        """Return the settings of a wood."""
        return self._woods[world_id].record

    def wood(self, world_id: str) -> Wood:
        """Return the state of a wood as it is now. Callers read it and never change it."""
        return self._woods[world_id].wood

    def public(self, world_id: str) -> PublicView:
        """Return what everybody may know of a wood now."""
        return public_view(self.wood(world_id).world)

    def thinking(self, world_id: str) -> bool:
        """Say whether the creatures of a wood are thinking now."""
        return self._woods[world_id].thinking

    def contracts_of(self, world_id: str, user: str) -> tuple[ContractLine, ...]:
        """Return a player's open contracts; none for a stranger."""
        mask = self.mask(world_id, user)
        return contract_lines(self.wood(world_id), mask) if mask else ()

    def player(self, world_id: str, user: str) -> str:
        """Return the pseudonym by which a wood knows a player, or one that it knows nobody by."""
        return self._woods.players.of(world_id, user)

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
        living = self._woods[world_id]
        if living.record.invited and isinstance(action, Join):
            raise Refusal(
                words("The seats of this table are given by its tournament. Watch it with /tournament watch.")
            )
        if living.record.invited and isinstance(action, PokeWood):
            raise Refusal(words("This is one of several tables that are dealt alike, so nobody pokes it alone."))
        return await self._act(living, user, action, input_id)

    async def seat(self, world_id: str, user: str, input_id: str) -> Receipt:
        """Let a player join a wood that only the invited may join, like `act`.

        Raises:
            Refusal: If the player wears a mask there already.
        """
        return await self._act(self._woods[world_id], user, Join(), input_id)

    async def _act(self, living: Living, user: str, action: Action, input_id: str) -> Receipt:
        world_id = living.record.world_id
        # Apart from the keeper's own inputs, whatever an upstream calls its own.
        input_id = f"act:{input_id}"
        async with self._woods.alone(living):
            player, newcomer = self.player(world_id, user), None
            if player == STRANGER:
                newcomer = self._woods.players.newcomer(world_id, user)
                player = newcomer.player
            try:
                acted = act(living.wood, player, action)
                batch = of_action(living.seq + 1, self._now(), input_id, player, action, acted)
                batch.newcomer = newcomer
                await self._woods.commit(living, acted.wood, batch)
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
        """Let a player leave every wood and forget its outside id; return how many woods and tournaments knew it.

        In each wood that grows both are one transaction. What the player did stays in the journal under its pseudonym.

        Args:
            user: The player's outside id.
            input_id: The upstream id of this input.
        """
        known = list(self._woods.players.woods_of(user))
        for world_id, _ in known:
            # Shielded, because memory must follow the store also when the caller has gone.
            await asyncio.shield(self._forget_in(world_id, user, input_id))
        struck = await self._store.run(lambda c: forget_user(c, user))
        if known or struck:
            await self._store.scrub()
        return len(known) + struck

    def known_in(self, user: str) -> list[tuple[WoodRecord, str]]:
        """Return every wood that knows a player, with the pseudonym it goes by there."""
        return [(self._woods[world_id].record, player) for world_id, player in self._woods.players.woods_of(user)]

    async def _forget_in(self, world_id: str, user: str, input_id: str) -> None:
        living = self._woods[world_id]
        async with self._woods.alone(living):
            player = self.player(world_id, user)
            if player == STRANGER:
                return
            if mask_worn(living.wood, player) is None:
                await self._store.forget_player(world_id, player)
            else:
                acted = act(living.wood, player, Leave())
                batch = of_action(living.seq + 1, self._now(), f"act:{input_id}", player, Leave(), acted)
                batch.forgotten = player
                await self._woods.commit(living, acted.wood, batch)
            self._woods.players.drop(world_id, user)

    async def advance(self, world_id: str) -> TurnReport:
        """Run the next turn of a wood, or go on with one that a crash left open.

        Raises:
            Refusal: If the creatures are thinking already, or the last turn has closed.
        """
        return await self._turns.advance(self._woods[world_id])

    async def end(self, world_id: str) -> None:
        """End a wood that rests: settle what is open, rank the Patrons, tell its story, and keep it no more.

        Raises:
            Refusal: If the creatures are thinking, or it has ended already.
        """
        living = self._woods[world_id]
        async with self._woods.alone(living):
            if living.thinking or living.wood.world.phase is Phase.THINKING:
                raise Refusal(words("The creatures are thinking. The wood can end once this turn has closed."))
            try:
                if living.wood.world.phase is not Phase.ENDED:  # as after a commit that only seemed to fail
                    await self._end(living)
            finally:
                if living.wood.world.phase is Phase.ENDED:  # also when who asked for it has gone
                    living.ended = True
                    self._woods.let_go(living)

    async def _end(self, living: Living) -> None:
        world_id, ended = living.record.world_id, end_wood(living.wood)
        rows = await self._store.journal_since(world_id, 0)
        story, deeds = await asyncio.to_thread(told_of, rows, ended.wood)
        batch = of_ending(living.seq + 1, self._now(), ended, ended.wood.write())
        batch.ended = Ended(results_of(ended.wood, deeds), story)
        batch.posts.append(NewPost(PostKind.ENDED, derive(world_id, "ended")[:24]))
        await self._woods.commit(living, ended.wood, batch)

    async def void(self, world_id: str) -> str:
        """Void the last closed turn of a wood, post that, and return the sentence that says so.

        Raises:
            Refusal: If it cannot be voided.
        """
        living = self._woods[world_id]
        if living.record.invited:
            raise Refusal(words("This is one of several tables that move together, so no turn of it is voided alone."))
        async with self._woods.alone(living):
            require_voidable(living.wood.world)
            rows = await self._store.journal_since(world_id, 0)
            before = await asyncio.to_thread(before_last_turn, rows)
            voided = void_turn(living.wood, before)
            batch = of_voiding(living.seq + 1, self._now(), voided, voided.wood.write())
            told = voided.wood.world.headline
            batch.posts.append(NewPost(PostKind.NOTICE, derive(world_id, "void", batch.row.turn)[:24], told))
            await self._woods.commit(living, voided.wood, batch)
            return told

    async def due(self, now: datetime) -> list[str]:
        """Return the woods whose turn is due and whose creatures are not thinking, longest overdue first.

        A due wood of the shards that is not kept here yet, for another process kept it, is claimed first.
        """
        due = await self._store.due(int(now.timestamp()))
        await self._woods.claim([world_id for world_id in due if world_id not in self._woods])
        return [world_id for world_id in due if world_id in self._woods and not self.thinking(world_id)]

    def unfinished(self) -> list[str]:
        """Return the woods that a crash left in the middle of a turn; `advance` goes on with it."""
        return [
            living.record.world_id
            for living in self._woods
            if living.wood.world.phase is Phase.THINKING and not living.thinking
        ]

    def over(self) -> list[str]:
        """Return the woods whose last turn has closed and that have not ended yet; `end` ends them."""
        return [living.record.world_id for living in self._woods if over(living) and not living.thinking]

    async def turn_view(self, world_id: str, turn: int) -> PublicView | None:
        """Return the public view of a closed turn, or None when there was none."""
        text = await self._store.turn_view(world_id, turn)
        return PublicView.model_validate_json(text) if text else None

    async def overtaken(self) -> None:
        """Return once another process keeps a shard of this one: time to stop."""
        await self._store.overtaken()

    def _now(self) -> int:
        """Return the time in seconds since 1970."""
        return int(self._clock.now().timestamp())
