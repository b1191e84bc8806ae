"""A wood without Discord: so many turns with a council, and what came of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from engine.actions import Refusal
from engine.keeper import Keeper
from engine.ports import AskRecord
from engine.records import TurnReport
from engine.rules import DEFAULT_RULES, Rules
from engine.store import sqlite_url
from engine.vocabulary import GOODS, counted
from engine.world import Wood
from experiments.measures import gini, purses, wealth
from experiments.script import Script, ScriptError
from inference.council import MindCouncil

WORLD: Final = "sim"
NO_SCRIPT: Final = Script()


_TOLD: Final = frozenset(
    {"legend", "settlement", "pact", "inquiry", "verdict", "case_ended", "default", "banished", "returned"}
)
"""The kinds of public event that a report lists."""


class SimulationClock:
    """A clock for woods that no clock moves; it is the system's, in UTC."""

    def now(self) -> datetime:
        """Return the current time."""
        return datetime.now(UTC)


@dataclass
class Simulation:
    """What a simulation saw, turn by turn."""

    seed: str
    council: dict[str, dict[str, str]]
    turns: int = 0
    asks: list[AskRecord] = field(default_factory=list[AskRecord])
    asked: list[int] = field(default_factory=list[int])
    verdicts: list[tuple[str, bool, str]] = field(default_factory=list[tuple[str, bool, str]])
    trades: list[int] = field(default_factory=list[int])
    prices: dict[str, list[int]] = field(default_factory=lambda: {good: [] for good in GOODS})
    references: dict[str, list[int]] = field(default_factory=lambda: {good: [] for good in GOODS})
    traded: dict[str, list[int]] = field(default_factory=lambda: {good: [] for good in GOODS})
    gini: list[float] = field(default_factory=list[float])
    wealth: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    purses: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    pebbles: list[int] = field(default_factory=list[int])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    narrations: list[AskRecord] = field(default_factory=list[AskRecord])
    prompt_tokens: list[int] = field(default_factory=list[int])
    prompt_chars: list[int] = field(default_factory=list[int])
    prompts_scanned: int = 0
    leaks: int = 0
    state_hash: str = ""
    seconds: float = 0.0

    def report(self) -> dict[str, Any]:
        """Return the JSON of `wood sim --json`."""
        statuses = [ask.parse.status for ask in self.asks]
        parse = {name: statuses.count(name) for name in ("ok", "repaired", "salvaged", "failed")}
        parse["dropped"] = sum(ask.parse.dropped for ask in self.asks)
        offers = len(self.verdicts)
        return {
            "turns": self.turns,
            "seed": int(self.seed) if self.seed.isdecimal() else self.seed,
            "council": self.council,
            "asks": len(self.asks),
            "valid_json": _share(sum(ask.parse.valid_json for ask in self.asks), len(self.asks)),
            "parse": parse,
            "offers": offers,
            "valid_offers": _share(sum(ok for _, ok, _ in self.verdicts), offers),
            "self_buys": sum(refused == "self_buy" for _, _, refused in self.verdicts),
            "trades_per_turn": self.trades,
            "silent_turns": self.trades.count(0),
            "prices": self.prices,
            "references": self.references,
            "traded": self.traded,
            "gini": [round(value, 3) for value in self.gini],
            "wealth": self.wealth[-1] if self.wealth else {},
            "pebbles_total": self.pebbles,
            "events": self.events,
            "headlines": {"asked": len(self.narrations), "fit": sum(bool(ask.headline) for ask in self.narrations)},
            "prompt_tokens_max": max((ask.prompt_tokens for ask in self.asks), default=0),
            "prompt_tokens_per_turn": self.prompt_tokens,
            "prompt_chars_per_turn": self.prompt_chars,
            "total_tokens_max": max((ask.prompt_tokens + ask.completion_tokens for ask in self.asks), default=0),
            "latency_ms_mean": round(sum(ask.latency_ms for ask in self.asks) / max(1, len(self.asks))),
            "firewall": {"prompts": self.prompts_scanned, "leaks": self.leaks},
            "state_hash": self.state_hash,
            "seconds": round(self.seconds, 2),
        }


async def simulate(
    council: MindCouncil,
    *,
    turns: int,
    seed: str,
    script: Script = NO_SCRIPT,
    out: Path | None = None,
    rules: Rules = DEFAULT_RULES,
    on_turn: Callable[[TurnReport], None] | None = None,
) -> Simulation:
    """Run a wood for `turns` turns and return what it saw.

    Args:
        council: Who thinks; it stays open.
        turns: How many turns to run.
        seed: The season seed.
        script: What Patrons and the keeper do before the turns.
        out: A folder for the database, or None to keep it in memory.
        rules: The numbers of the wood.
        on_turn: Called after each turn.

    Raises:
        ScriptError: If the rules refuse a step that was not marked as refused, or allow one that was.
    """
    if script.gap is not None:
        rules = rules.with_legends(gap=script.gap)
    url = sqlite_url(None if out is None else _fresh(out / "sim.db"))
    keeper = await Keeper.open(url, lambda _: council, SimulationClock())
    seen = Simulation(seed=seed, council=council.seating())
    scanned, leaked = council.prompts_scanned, council.leaks
    began = time.perf_counter()
    try:
        await keeper.found(WORLD, 0, 0, council="sim", seed=seed, rules=rules, legends=script.legends, on_clock=False)
        for turn in range(1, turns + 1):
            await _play(keeper, script, turn)
            report = await keeper.advance(WORLD)
            _note(seen, keeper, report)
            if on_turn is not None:
                on_turn(report)
    finally:
        await keeper.close()
    seen.seconds = time.perf_counter() - began
    seen.prompts_scanned, seen.leaks = council.prompts_scanned - scanned, council.leaks - leaked
    return seen


async def _play(keeper: Keeper, script: Script, turn: int) -> None:
    for number, step in enumerate(script.steps, start=1):
        if step.turn != turn:
            continue
        try:
            await keeper.act(WORLD, step.who, step.action(), f"script:{number}")
        except Refusal as refusal:
            if not step.refused and not step.may_be_refused:
                raise ScriptError(f"step {number} ({step.what}, turn {turn}) was refused: {refusal}") from refusal
        else:
            if step.refused:
                raise ScriptError(f"step {number} ({step.what}, turn {turn}) was allowed, and should not have been")


def _note(seen: Simulation, keeper: Keeper, report: TurnReport) -> None:
    wood = keeper.wood(WORLD)
    seen.turns = report.turn
    seen.asks.extend(report.asks)
    seen.asked.append(len(report.asks))
    seen.verdicts.extend(report.verdicts)
    seen.trades.append(report.trades)
    for good in GOODS:
        seen.prices[good].append(wood.world.quotes[good].settlement)
        seen.references[good].append(wood.world.quotes[good].reference)
        seen.traded[good].append(wood.world.quotes[good].traded)
    seen.narrations.extend(report.narration)
    seen.events.extend(_events(wood))
    holdings = wealth(wood)
    seen.wealth.append(holdings)
    seen.purses.append(purses(wood))
    seen.gini.append(gini(list(holdings.values())))
    seen.pebbles.append(wood.ledger.pebbles_total())
    seen.prompt_tokens.append(max((ask.prompt_tokens for ask in report.asks), default=0))
    seen.prompt_chars.append(max((_length(ask) for ask in report.asks), default=0))
    seen.state_hash = report.state_hash


def _events(wood: Wood) -> list[dict[str, Any]]:
    """Return what befell creatures and Patrons in the last turn: public events, and the loans called in it."""
    turn = wood.world.turn
    told = [
        {"turn": turn, "kind": e.kind, "text": e.text} for e in wood.world.news if e.turn == turn and e.kind in _TOLD
    ]
    called = [
        {"turn": turn, "kind": "margin_call", "text": f"{loan.borrower} must add {counted(loan.called, loan.good)}."}
        for loan in wood.world.loans
        if loan.called
    ]
    return told + called


def _length(ask: AskRecord) -> int:
    return sum(len(message["content"]) for message in ask.messages)


def _fresh(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0
