"""What must hold after a run on the wire: every told deed done once, every card posted once, and nothing that grows."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from engine.outbox import Outbox
from engine.records import GIVEN_UP
from engine.replay import replay_wood
from engine.store import Store
from tests.wire.bot_process import BotProcess
from tests.wire.loopback import LoopbackDiscord
from tests.wire.state import Interaction, marks_of, text_of

_RECEIPT: Final = re.compile(r"Your stake is \d+|Contract #\d+: |Contract #\d+ closed at")
"""What a player reads when a deed was done, and never otherwise."""

_MAY_GROW: Final = {"resident_kib": 1.10, "descriptors": 1.10, "journal_bytes": 1.10}
"""How much larger each may be in the last third of a run than in the second; the first is for warming up."""


@dataclass
class Deeds:
    """How the deeds of players ended. Every list but `told` should be empty."""

    told: int = 0
    done: int = 0
    lost: list[int] = field(default_factory=list[int])
    done_though_failed: list[int] = field(default_factory=list[int])
    acknowledged_twice: list[int] = field(default_factory=list[int])


async def deeds(discord: LoopbackDiscord, store: Store) -> Deeds:
    """Compare what players were told with what the journal holds; the journal itself holds every id once."""
    journalled: Counter[int] = Counter()
    for guild in discord.state.guilds.values():
        for row in await store.journal_since(f"guild-{guild.id}", 0):
            if row.kind == "act":
                journalled[int(row.input_id.rpartition(":")[2])] += 1
    found = Deeds(done=journalled.total())
    for interaction in discord.state.interactions.values():
        told = _RECEIPT.search(interaction.text) is not None
        found.told += told
        if told and journalled[interaction.id] != 1:
            found.lost.append(interaction.id)
        if interaction.failed and journalled[interaction.id]:
            found.done_though_failed.append(interaction.id)
        if interaction.refused_acknowledgements > interaction.excused_acknowledgements:
            found.acknowledged_twice.append(interaction.id)
    return found


@dataclass
class Cards:
    """How the cards of all turns ended. Every list should be empty.

    A quick turn's card that was `renewed` shows a later turn by now.
    """

    turns: int = 0
    posted: int = 0
    renewed: int = 0
    given_up: int = 0
    waiting: int = 0
    missing: list[str] = field(default_factory=list[str])
    twice: list[str] = field(default_factory=list[str])
    out_of_order: list[str] = field(default_factory=list[str])
    noted_wrongly: list[str] = field(default_factory=list[str])
    replayed_otherwise: list[str] = field(default_factory=list[str])
    signs_left: int = 0


async def cards(discord: LoopbackDiscord, store: Store) -> Cards:
    """Compare the turns in the store with the cards in the channels."""
    found = Cards(waiting=len(await Outbox(store).pending()))
    for guild in discord.state.guilds.values():
        world_id, channel_id = f"guild-{guild.id}", guild.channels[0]
        report = await replay_wood(store, world_id)
        found.turns += report.turns
        found.replayed_otherwise += [f"{world_id}:{turn}" for turn in report.differing]
        shown = [turn for turn in discord.cards(channel_id, world_id) if turn]
        found.posted += len(shown)
        if shown != sorted(shown):
            found.out_of_order.append(world_id)
        found.twice += [f"{world_id}:{turn}" for turn, times in Counter(shown).items() if times > 1]
        for turn in range(1, report.turns + 1):
            await _look_at(discord, store, world_id, turn, shown=turn in shown, found=found)
        found.signs_left += sum("creatures are thinking" in text_of(each) for each in discord.messages(channel_id))
    return found


async def _look_at(
    discord: LoopbackDiscord, store: Store, world_id: str, turn: int, *, shown: bool, found: Cards
) -> None:
    """Compare one turn's note in the outbox with its card."""
    post = await Outbox(store).card(world_id, turn)
    noted = post.message_id if post else None
    guild = discord.state.guilds[int(world_id.removeprefix("guild-"))]
    message = discord.state.channels[guild.channels[0]].messages.get(noted) if noted else None
    stands = _turns_in(message, world_id) if message else []
    if noted == GIVEN_UP:
        found.given_up += 1
    elif not shown and any(later > turn for later in stands):
        found.renewed += 1
    elif not shown:
        found.missing.append(f"{world_id}:{turn}")
    elif noted is not None and turn not in stands:
        found.noted_wrongly.append(f"{world_id}:{turn}")


def _turns_in(message: dict[str, Any], world_id: str) -> list[int]:
    """Return the turns of a wood that a message is the card of."""
    marks = (mark.removeprefix("wood:ledger-").partition(":") for mark in marks_of(message) if "ledger-" in mark)
    return [int(turn) for turn, _, world in marks if world == world_id]


@dataclass
class Growth:
    """Samples of what a process holds, taken once a second."""

    samples: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in _MAY_GROW})

    def sample(self, bot: BotProcess) -> None:
        """Take a sample of everything."""
        for name, taken in self.samples.items():
            taken.append(getattr(bot, name))

    def report(self) -> dict[str, Any]:
        """Return the medians of the second and the last third of the run, and whether each is flat."""
        told: dict[str, Any] = {}
        for name, taken in self.samples.items():
            second, last = (median(part) if part else 0 for part in _thirds(taken)[1:])
            flat = last <= max(second, 1) * _MAY_GROW[name]
            told[name] = {"second_third": second, "last_third": last, "most": max(taken, default=0), "flat": flat}
        return told


def _thirds(samples: Sequence[int]) -> list[Sequence[int]]:
    size = len(samples) // 3
    return [samples[:size], samples[size : 2 * size], samples[2 * size :]]


def acknowledged(interactions: Sequence[Interaction]) -> dict[str, Any]:
    """Return how many interactions were acknowledged and in which time."""
    seconds = sorted(each.seconds for each in interactions if each.seconds is not None)

    def at(share: float) -> float | None:
        return round(seconds[min(len(seconds) - 1, int(share * len(seconds)))], 3) if seconds else None

    return {
        "acknowledged": len(seconds),
        "twice": sum(each.refused_acknowledgements > each.excused_acknowledgements for each in interactions),
        "p50_s": at(0.50),
        "p99_s": at(0.99),
        "worst_s": at(1.0),
    }


def action_kinds(payloads: Sequence[str]) -> dict[str, int]:
    """Count journalled actions by their kinds."""
    kinds = Counter(json.loads(payload)["action"]["kind"] for payload in payloads)
    return dict(sorted(kinds.items()))
