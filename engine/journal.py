"""What an input writes, as plain data: its row in the journal, and everything that follows from it.

An input is an action, the opening, closing or voiding of a turn, or the end of a season. Its batch is written whole or
not at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from engine.actions import Acted, Action
from engine.effects import Effects
from engine.ledger import Posting
from engine.ports import NARRATOR, AskRecord, Decision, TurnRequest
from engine.records import PostKind
from engine.streams import derive
from engine.turn import Step
from engine.views import PublicView
from engine.world import Wood, Written

_COMPACT: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))

FIRST_EPOCH: Final = 1
"""The epoch of a wood that was never taken over."""


@dataclass(frozen=True)
class JournalRow:
    """One input as journalled: what came in, in which order, and what its actor was told."""

    seq: int
    input_id: str
    kind: str
    turn: int
    payload: str
    receipt: str
    at: int


@dataclass(frozen=True)
class Snapshot:
    """A wood as saved after the input `seq`: the public world, and the sealed rest."""

    seq: int
    world: str
    sealed: str

    @classmethod
    def of(cls, seq: int, written: Written) -> "Snapshot":
        """Return the snapshot of a wood as written down after the input `seq`."""
        return cls(seq, written.world, written.sealed)


class Newcomer(NamedTuple):
    """A player who acts in a wood for the first time: its pseudonym there, and its outside id."""

    player: str
    user: str


class NewPost(NamedTuple):
    """A post to be written: what it shows, as plain data where it is no card of a turn, and what tells it apart."""

    kind: PostKind
    nonce: str
    content: object = None


class Ended(NamedTuple):
    """What the ending of a wood writes beside its input: the rows of its results, and its story as JSON."""

    results: list[dict[str, Any]]
    story: str


@dataclass
class Batch:
    """Everything one input writes. Rows of `asks` and `turn` are given as column dictionaries.

    `forgotten` is the pseudonym of a player whose outside id is struck out. `epoch` is the one under which the writing
    process keeps the wood (`engine.claims`). `next_turn_at` is written where `moves_clock` says so, and None is then no
    turn any more. `posts` belong to the turn of the input.
    """

    world_id: str
    row: JournalRow
    postings: Sequence[Posting]
    snapshot: Snapshot | None = None
    turn: dict[str, Any] | None = None
    asks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    next_turn_at: int | None = None
    moves_clock: bool = False
    posts: list[NewPost] = field(default_factory=list[NewPost])
    ended: Ended | None = None
    newcomer: Newcomer | None = None
    forgotten: str | None = None
    epoch: int = FIRST_EPOCH


@dataclass(frozen=True)
class Thought:
    """What a council made of a turn; `asks` are those of the creatures, `narration` the narrator's.

    `headline` is the narrator's, or empty where the template's stands.
    """

    decisions: Mapping[str, Decision]
    asks: tuple[AskRecord, ...] = ()
    narration: tuple[AskRecord, ...] = ()
    headline: str = ""


def of_action(seq: int, at: int, input_id: str, player: str, action: Action, acted: Acted) -> Batch:
    """Return what a player's action writes; `at` is in seconds since 1970, and drains the postings."""
    world = acted.wood.world
    payload = compact({"user": player, "action": action.model_dump(mode="json")})
    row = JournalRow(seq, input_id, "act", world.turn, payload, acted.receipt.model_dump_json(), at)
    return Batch(world.world_id, row, acted.wood.ledger.drain())


def of_opening(seq: int, at: int, wood: Wood) -> Batch:
    """Return what the opening of a turn writes, `wood` being the opened one, and drain its postings.

    It saves no snapshot: an opening follows from the one of the turn before as surely as from its own.
    """
    world = wood.world
    row = JournalRow(seq, f"open:{world.turn}", "open", world.turn, compact({}), "", at)
    return Batch(world.world_id, row, wood.ledger.drain())


def of_closing(
    seq: int,
    at: int,
    request: TurnRequest,
    thought: Thought,
    opened: Wood,
    closed: Step,
    written: Written,
    view: PublicView,
) -> Batch:
    """Return what the closing of a turn writes, its card's post included, and drain its postings.

    Args:
        seq: The input's place in the journal.
        at: When it is, in seconds since 1970.
        request: What the council was asked.
        thought: What it made of that.
        opened: The wood before the closing.
        closed: The closing.
        written: The closed wood, written down.
        view: What everybody may know of the closed wood.
    """
    answers = {name: decision.model_dump_json() for name, decision in thought.decisions.items()}
    payload = compact({"decisions": answers, "headline": thought.headline})
    public_hash = written.public_hash
    return Batch(
        request.world_id,
        JournalRow(seq, f"close:{request.turn}", "close", request.turn, payload, "", at),
        closed.wood.ledger.drain(),
        Snapshot.of(seq, written),
        turn={
            "turn": request.turn,
            "season": closed.wood.world.season,
            "state_hash": written.state_hash,
            "public_hash": public_hash,
            "view": view.model_dump_json(),
            "effects": _public_effects(closed.effects),
        },
        asks=ask_rows(request, (*thought.asks, *thought.narration), opened, closed.effects, public_hash),
        posts=[NewPost(PostKind.TURN, derive(request.world_id, "post", request.turn)[:24])],
    )


def of_ending(seq: int, at: int, ended: Step, written: Written) -> Batch:
    """Return what the end of a season writes, `written` being the ended wood written down, and drain its postings."""
    world = ended.wood.world
    row = JournalRow(seq, "end", "end", world.turn, compact({}), "", at)
    return Batch(world.world_id, row, ended.wood.ledger.drain(), Snapshot.of(seq, written))


def of_voiding(seq: int, at: int, voided: Step, written: Written) -> Batch:
    """Return what voiding the last turn writes, `written` being the wood after it, and drain its postings.

    Its snapshot spares those who load the wood the turn that was voided, and the one before.
    """
    world = voided.wood.world
    row = JournalRow(seq, f"void:{world.turn}", "void", world.turn, compact({"turn": world.turn}), "", at)
    return Batch(world.world_id, row, voided.wood.ledger.drain(), Snapshot.of(seq, written))


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
                    verdict.plain()
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


def _public_effects(effects: Effects) -> str:
    trades = [[t.good, t.buyer, t.seller, t.quantity, t.price] for t in effects.trades]
    return compact({"events": [vars(event) for event in effects.events], "trades": trades})


def compact(value: object) -> str:
    """Return `value` as compact JSON with sorted keys, the form in which the store keeps plain data."""
    return _COMPACT.encode(value)
