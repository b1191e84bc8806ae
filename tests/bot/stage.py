"""The pretend server that the bot's tests play in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from simcord.env import Env

from bot.app import WoodBot, create_bot
from engine.actions.base import Refusal
from engine.keeper import Keeper
from engine.legends import RUN_ON_OONA
from engine.ports import Decision, Deliberation, Narration, NarrationRequest, Order, TurnRequest
from engine.vocabulary import Side

NEVER = 3600.0
"""Seconds between two looks of the clock in tests, which look by hand."""


class HandClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def forward(self, **much: float) -> None:
        self.time += timedelta(**much)


class PlainCouncil:
    """Everybody sells what it grows and buys what it lacks, at the going price, without a model."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.silent: dict[str, str] = {}
        self.takes_loans = False
        self.before: Callable[[TurnRequest], Any] | None = None

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        self.asked.append((request.world_id, request.turn))
        if self.before is not None:
            await self.before(request)
        decisions: dict[str, Decision] = {}
        for view in request.views:
            prices = {price.good: price.amount for price in view.prices}
            sell = Order(side=Side.SELL, good=view.grows, quantity=3, price=prices[view.grows])
            lacks = next((good for good in prices if good is not view.grows), view.grows)
            buy = Order(side=Side.BUY, good=lacks, quantity=1, price=prices[lacks])
            decisions[view.name] = Decision(
                orders=(sell, buy), loan=self.takes_loans, gossip=f"{view.name} says the winter will be long"
            )
        for name, reason in self.silent.items():
            decisions[name] = Decision.nothing(reason)
        return Deliberation(decisions=decisions)

    async def narrate(self, request: NarrationRequest) -> Narration:
        return Narration()


@dataclass
class Stage:
    """The pretend server: `boss` may manage it, Ada and Ben may not."""

    env: Env
    bot: WoodBot
    keeper: Keeper
    clock: HandClock
    council: PlainCouncil
    guild: Any
    channel: Any
    boss: Any
    ada: Any
    ben: Any
    expected: list[type[BaseException]] = field(default_factory=list)

    @property
    def world_id(self) -> str:
        return f"guild-{self.guild.id}"

    async def plant(self, **settings: Any) -> None:
        """Plant a wood whose first legend is the Run on Oona's Hoard."""
        await self.keeper.found(
            self.world_id,
            self.guild.id,
            self.channel.id,
            council="plain",
            seed="7",
            legends=(RUN_ON_OONA,),
            **settings,
        )

    def cards(self) -> list[discord.Message]:
        return [message for message in self.channel.history() if message.flags.components_v2]

    def new_bot(self) -> WoodBot:
        return create_bot(self.keeper, self.clock, tick_seconds=NEVER, sign_after_seconds=0.0, default_council="plain")


def is_refusal(error: BaseException | None, expected: list[type[BaseException]]) -> bool:
    while error is not None:
        if isinstance(error, (Refusal, asyncio.CancelledError, *expected)):
            return True
        error = getattr(error, "original", None) or error.__cause__
    return False


def text_of(shown: Any) -> str:
    """Return everything a message or an interaction's answer says, layouts included."""
    message = getattr(shown, "response", shown)
    assert message is not None, "nothing was answered"
    raw = message.components if isinstance(message.components, list) else []
    parts = [message.content]
    stack: list[Any] = [part if isinstance(part, dict) else part.to_dict() for part in raw]
    while stack:
        part = stack.pop(0)
        parts.append(part.get("content") or part.get("label") or "")
        stack = list(part.get("components", [])) + stack
    return "\n".join(part for part in parts if part)
