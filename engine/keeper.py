"""The keeper: one for a process. It loads woods, journals and applies inputs, and runs turns.

Every input is journalled and committed before it is acknowledged, and carries an id made upstream,
so that a retry has one effect. The creatures are asked off every lock: Patrons act meanwhile.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from engine import ledger as books
from engine.actions import Acted, Action, Leave, Receipt, Refusal, act
from engine.actions.base import mask_worn
from engine.effects import Effects
from engine.minds import MindLine, mind_lines
from engine.patronage import ContractLine, PatronBooks, RankLine, contract_lines, patron_books, purse_lines, ranking
from engine.players import STRANGER, Players
from engine.ports import (
    NARRATOR,
    AskRecord,
    Clock,
    Council,
    Decision,
    Frozen,
    Narration,
    NarrationRequest,
    TurnRequest,
)
from engine.releases import narrator_view, public_view
from engine.replay import play_row, replay
from engine.rules import DEFAULT_RULES, Rules
from engine.store import Batch, JournalRow, Snapshot, Store, StoreError, compact
from engine.streams import derive
from engine.turn import close_turn, open_turn
from engine.views import PublicView
from engine.vocabulary import Phase
from engine.world import Wood

log = logging.getLogger(__name__)

LINES_SHOWN: Final = 15
"""Lines of the purse that a Patron's books hold."""

CADENCE_RANGE: Final = (10, 7 * 24 * 3600)
"""Fewest and most seconds between two turns on the clock."""


class WoodRecord(Frozen):
    """The public settings of one wood. `next_turn_at` is in UTC; None means that no clock moves it."""

    world_id: str
    guild_id: int
    channel_id: int
    council: str
    cadence_seconds: int
    next_turn_at: datetime | None
    paused: bool


class TurnReport(Frozen):
    """A closed turn. `asks` are those of the creatures, `narration` the narrator's; `view` is public.

    `late` is the seconds from when the turn was due to its commit: 0 for one taken early, None without a clock.
    """

    world_id: str
    turn: int
    view: PublicView
    trades: int
    asks: tuple[AskRecord, ...]
    narration: tuple[AskRecord, ...]
    verdicts: tuple[tuple[str, bool, str], ...]
    state_hash: str
    late: float | None = None


class Post(Frozen):
    """A post of the outbox: the card of a closed turn, waiting for its channel."""

    post_id: int
    world_id: str
    guild_id: int
    channel_id: int
    turn: int
    nonce: str
    view: PublicView


@dataclass
class _Living:
    """A loaded wood with its place in the journal. `lock` guards its changes, `thinking` its asking.

    `opened_hash` is the public hash of the wood as the turn under way was opened, `opened_at` when that
    was, in seconds since 1970.
    """

    record: WoodRecord
    wood: Wood
    seq: int
    lock: asyncio.Lock
    thinking: bool = False
    opened_hash: str = ""
    opened_at: int = 0


@dataclass(frozen=True)
class _Thought:
    """What the council made of a turn: the decisions and their asks, and what the narrator was asked and said."""

    decisions: Mapping[str, Decision]
    asks: tuple[AskRecord, ...]
    asked: NarrationRequest
    narration: Narration


class Keeper:
    """The one door through which anything changes a wood."""

    def __init__(self, store: Store, councils: Callable[[str], Council], clock: Clock) -> None:
        """Use `Keeper.open`, which also loads the woods."""
        self._store = store
        self._councils = councils
        self._clock = clock
        self._living: dict[str, _Living] = {}
        self._players = Players()
        self._founding = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, councils: Callable[[str], Council], clock: Clock) -> "Keeper":
        """Open the store at `url` and load every wood, applying what was journalled since its snapshot.

        Args:
            url: An SQLAlchemy address, such as `sqlite+aiosqlite:///wood.db`.
            councils: Returns the council of a name, the same one each time; it is asked every turn.
            clock: Where the time comes from.

        Raises:
            StoreError: If the store cannot be used.
        """
        keeper = cls(await Store.open(url, writer=True), councils, clock)
        keeper._players = await Players.load(keeper._store)
        for row in await keeper._store.woods():
            record = _record(row)
            keeper._living[record.world_id] = await keeper._load(record)
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
            Refusal: If the wood stands already, or the cadence is out of bounds.
        """
        _check_cadence(cadence_seconds)
        self._councils(council)
        founding = {
            "world_id": world_id,
            "seed": seed if seed is not None else secrets.token_hex(16),
            "rules": rules.model_dump(mode="json"),
            "legends": list(legends),
        }
        row = self._row(1, "found", "found", 0, founding)
        wood = play_row(None, row)
        opening = wood.ledger.drain()
        due = int(self._clock.now().timestamp()) + cadence_seconds if on_clock else None
        columns: dict[str, Any] = {
            "world_id": world_id,
            "guild_id": guild_id,
            "channel_id": channel_id,
            "council": council,
            "cadence_seconds": cadence_seconds,
            "next_turn_at": due,
            "paused": 0,
        }
        async with self._founding:
            if world_id in self._living:
                raise Refusal("A wood grows here already. Change its settings instead of planting another.")
            await self._store.add_wood(columns, Batch(world_id, row, opening, Snapshot(1, *wood.dump())))
            record = _record(columns)
            self._living[world_id] = _Living(record, wood, 1, asyncio.Lock())
        return record

    async def configure(
        self,
        world_id: str,
        *,
        channel_id: int | None = None,
        council: str | None = None,
        cadence_seconds: int | None = None,
        paused: bool | None = None,
    ) -> WoodRecord:
        """Change public settings of a wood; a new cadence counts from now.

        Raises:
            Refusal: If the cadence is out of bounds.
        """
        living = self._living[world_id]
        changes: dict[str, Any] = {"channel_id": channel_id, "council": council, "paused": paused}
        if council is not None:
            self._councils(council)
        if cadence_seconds is not None:
            _check_cadence(cadence_seconds)
            due = int(self._clock.now().timestamp()) + cadence_seconds
            changes |= {"cadence_seconds": cadence_seconds, "next_turn_at": due}
        changes = {name: value for name, value in changes.items() if value is not None}
        if paused is not None:
            changes["paused"] = int(paused)
        async with living.lock:
            if changes:
                await self._store.update_wood(world_id, **changes)
            if "next_turn_at" in changes:
                changes["next_turn_at"] = datetime.fromtimestamp(changes["next_turn_at"], UTC)
            living.record = living.record.model_copy(
                update={**changes, "paused": bool(changes.get("paused", living.record.paused))}
            )
        return living.record

    def woods(self) -> list[WoodRecord]:
        """Return the settings of every wood."""
        return [living.record for living in self._living.values()]

    def of_guild(self, guild_id: int) -> WoodRecord | None:
        """Return the wood of a server, or None."""
        return next((record for record in self.woods() if record.guild_id == guild_id), None)

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
        async with living.lock:
            seen = await self._store.find_input(world_id, input_id)
            if seen is not None:
                return Receipt.model_validate_json(seen.receipt)
            player, newcomer = self.player(world_id, user), None
            if player == STRANGER:
                newcomer = self._players.newcomer(world_id, user)
                player = newcomer.player
            acted = act(living.wood, player, action)
            batch = self._act_batch(living, player, action, acted, input_id)
            batch.newcomer = newcomer
            await self._commit(living, acted.wood, batch)
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
        async with living.lock:
            player = self.player(world_id, user)
            if player == STRANGER:
                return
            if mask_worn(living.wood, player) is None:
                await self._store.forget_player(world_id, player)
            else:
                acted = act(living.wood, player, Leave())
                batch = self._act_batch(living, player, Leave(), acted, f"act:{input_id}")
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
            async with living.lock:
                await self._open(living)
            request = turn_request(living.wood, living.opened_hash)
            deliberation = await council.deliberate(request)
            decisions = _complete(living.wood, deliberation.decisions)
            asked = narration_request(close_turn(living.wood, decisions).wood, request)
            narration = await _narrated(council, asked)
            async with living.lock:
                return await self._close(living, request, _Thought(decisions, deliberation.asks, asked, narration))
        finally:
            living.thinking = False

    async def due(self, now: datetime) -> list[str]:
        """Return the woods whose turn is due and whose creatures are not thinking, longest overdue first."""
        due = await self._store.due(int(now.timestamp()))
        return [world_id for world_id in due if world_id in self._living and not self.thinking(world_id)]

    def unfinished(self) -> list[str]:
        """Return the woods that a crash left in the middle of a turn; `advance` goes on with it."""
        return [
            world_id
            for world_id, living in self._living.items()
            if living.wood.world.phase is Phase.THINKING and not living.thinking
        ]

    async def pending_posts(self) -> list[Post]:
        """Return the posts not sent yet, oldest first."""
        posts: list[Post] = []
        for row in await self._store.unsent():
            record = self._living[row["world_id"]].record
            view = PublicView.model_validate_json(row.pop("view"))
            posts.append(Post(**row, guild_id=record.guild_id, channel_id=record.channel_id, view=view))
        return posts

    async def mark_posted(self, post_id: int, message_id: int) -> None:
        """Note the message a post became; it is not sent again."""
        await self._store.mark_sent(post_id, message_id)

    async def turn_view(self, world_id: str, turn: int) -> PublicView | None:
        """Return the public view of a closed turn, or None when there was none."""
        text = await self._store.turn_view(world_id, turn)
        return PublicView.model_validate_json(text) if text else None

    async def _load(self, record: WoodRecord) -> _Living:
        saved = await self._store.snapshot(record.world_id)
        wood, seq = Wood.restore(saved.world, saved.sealed), saved.seq
        opened_hash = wood.public_hash()  # of a turn left open, as it was opened
        for row, after in replay(await self._store.journal_since(record.world_id, seq), wood):
            wood, seq = after, row.seq
        return _Living(record, wood, seq, asyncio.Lock(), opened_hash=opened_hash)

    async def _open(self, living: _Living) -> None:
        """Open the next turn, unless a crash left one open."""
        living.opened_at = int(self._clock.now().timestamp())
        if living.wood.world.phase is Phase.THINKING:
            return
        wood = open_turn(living.wood).wood
        turn = wood.world.turn
        row = self._row(living.seq + 1, f"open:{turn}", "open", turn, {})
        batch = Batch(living.record.world_id, row, wood.ledger.drain(), Snapshot(row.seq, *wood.dump()))
        await self._commit(living, wood, batch)
        living.opened_hash = wood.public_hash()

    async def _close(self, living: _Living, request: TurnRequest, thought: _Thought) -> TurnReport:
        world_id, told = living.record.world_id, thought.narration.headline
        step = close_turn(living.wood, thought.decisions, told)
        if told and narrator_view(step.wood.world) != thought.asked.view:
            told = ""  # somebody acted while the narrator wrote, and the news are others
            step = close_turn(living.wood, thought.decisions)
        wood, effects = step.wood, step.effects
        postings = wood.ledger.drain()
        answers = {name: decision.model_dump_json() for name, decision in thought.decisions.items()}
        payload = {"decisions": answers, "headline": told}
        row = self._row(living.seq + 1, f"close:{request.turn}", "close", request.turn, payload)
        view, state_hash, public_hash = public_view(wood.world), wood.state_hash(), wood.public_hash()
        was_due, due = living.record.next_turn_at, self._next_due(living)
        batch = Batch(
            world_id,
            row,
            postings,
            Snapshot(row.seq, *wood.dump()),
            turn={
                "turn": request.turn,
                "season": wood.world.season,
                "state_hash": state_hash,
                "public_hash": public_hash,
                "view": view.model_dump_json(),
                "effects": _public_effects(effects),
            },
            asks=ask_rows(request, (*thought.asks, *thought.narration.asks), living.wood, effects, public_hash),
            next_turn_at=due,
            nonce=derive(world_id, "post", request.turn)[:24],
        )
        await self._commit(living, wood, batch)
        if due is not None:
            living.record = living.record.model_copy(update={"next_turn_at": datetime.fromtimestamp(due, UTC)})
        return TurnReport(
            world_id=world_id,
            turn=request.turn,
            view=view,
            trades=len(effects.trades),
            asks=thought.asks,
            narration=thought.narration.asks,
            verdicts=tuple((v.creature, not v.refused, v.refused) for v in effects.verdicts),
            state_hash=state_hash,
            late=None if was_due is None else max(0.0, (self._clock.now() - was_due).total_seconds()),
        )

    def _act_batch(self, living: _Living, player: str, action: Action, acted: Acted, input_id: str) -> Batch:
        payload = {"user": player, "action": action.model_dump(mode="json")}
        receipt = acted.receipt.model_dump_json()
        row = self._row(living.seq + 1, input_id, "act", acted.wood.world.turn, payload, receipt)
        return Batch(living.record.world_id, row, acted.wood.ledger.drain())

    async def _commit(self, living: _Living, wood: Wood, batch: Batch) -> None:
        """Write, and only then let the new state be seen.

        A caller that is cancelled meanwhile leaves memory behind the store, never before it: the
        write itself is not undone, so the state is taken over either way.
        """
        writing = asyncio.ensure_future(self._store.commit(batch))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            self._take_over(living, wood, batch)
            raise
        self._take_over(living, wood, batch)

    def _take_over(self, living: _Living, wood: Wood, batch: Batch) -> None:
        living.wood, living.seq = wood, batch.row.seq
        if batch.newcomer is not None:
            self._players.take(batch.world_id, batch.newcomer)

    def _next_due(self, living: _Living) -> int | None:
        """Return when the next turn is due: a cadence after this one was.

        A turn opened early, by hand, and one opened late, after downtime, count from now.
        """
        record = living.record
        if record.next_turn_at is None:
            return None
        now, due = int(self._clock.now().timestamp()), int(record.next_turn_at.timestamp())
        following, punctual = due + record.cadence_seconds, 0 <= living.opened_at - due <= record.cadence_seconds // 4
        return following if punctual and following > now else now + record.cadence_seconds

    def _row(
        self, seq: int, input_id: str, kind: str, turn: int, payload: Mapping[str, Any], receipt: str = ""
    ) -> JournalRow:
        at = int(self._clock.now().timestamp())
        return JournalRow(seq, input_id, kind, turn, compact(payload), receipt, at)


def _record(row: Mapping[str, Any]) -> WoodRecord:
    due = row["next_turn_at"]
    at = None if due is None else datetime.fromtimestamp(due, UTC)
    return WoodRecord.model_validate({**row, "next_turn_at": at, "paused": bool(row["paused"])})


def _check_cadence(seconds: int) -> None:
    fewest, most = CADENCE_RANGE
    if not fewest <= seconds <= most:
        raise Refusal(f"A turn takes from {fewest} seconds to a week. Choose a cadence in between.")


def turn_request(wood: Wood, opened_hash: str) -> TurnRequest:
    """Return what the council is asked about an opened turn; `opened_hash` is the public hash as it was opened."""
    world = wood.world
    return TurnRequest(
        world_id=world.world_id,
        season=world.season,
        turn=world.turn,
        seed=int(derive(world.seed, "sampling", world.turn)[:8], 16) & 0x7FFFFFFF,
        public_hash=opened_hash,
        views=tuple(world.asked),
    )


async def _narrated(council: Council, asked: NarrationRequest) -> Narration:
    """Return the narrator's headline; whatever breaks in it costs the headline, and never the turn."""
    try:
        return await council.narrate(asked)
    except Exception:
        log.exception("The narrator broke in turn %s of %s", asked.turn, asked.world_id)
        return Narration()


def narration_request(closed: Wood, request: TurnRequest) -> NarrationRequest:
    """Return what the narrator is asked about a turn, given the wood as it would be closed."""
    return NarrationRequest(
        world_id=request.world_id,
        season=request.season,
        turn=request.turn,
        seed=request.seed,
        view=narrator_view(closed.world),
    )


def _complete(wood: Wood, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
    """Return a decision for every creature that was asked; a missing one is a no-op."""
    missing = Decision.nothing("its mind gave no answer")
    return {name: decisions.get(name, missing) for name in (view.name for view in wood.world.asked)}


def _public_effects(effects: Effects) -> str:
    trades = [[t.good, t.buyer, t.seller, t.quantity, t.price] for t in effects.trades]
    return compact({"events": [event.model_dump(mode="json") for event in effects.events], "trades": trades})


def ask_rows(
    request: TurnRequest, asks: Sequence[AskRecord], opened: Wood, effects: Effects, hash_after: str
) -> list[dict[str, Any]]:
    """Return the rows of a turn's asks, with the notes of the creatures in the wood as it was opened.

    The auction's verdicts belong to a creature's last attempt.
    """
    last = {ask.creature: ask.attempt for ask in asks}
    return [
        {
            "turn": request.turn,
            "creature": ask.creature,
            "attempt": ask.attempt,
            "season": request.season,
            "record": ask.model_dump_json(),
            "verdicts": compact(
                [
                    verdict.model_dump(mode="json")
                    for verdict in effects.verdicts
                    if verdict.creature == ask.creature and ask.attempt == last[ask.creature]
                ]
            ),
            "notes": compact([] if ask.creature == NARRATOR else opened.world.creatures[ask.creature].notes),
            "hash_before": request.public_hash,
            "hash_after": hash_after,
        }
        for ask in asks
    ]


__all__ = ["Keeper", "Post", "StoreError", "TurnReport", "WoodRecord"]
