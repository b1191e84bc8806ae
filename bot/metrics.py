"""What an operator scrapes, as Prometheus metrics: turns, minds, interactions, the outbox and the store.

No label holds a player, a mask or a server: minds, commands, outcomes and kinds alone. What each is for, and what
is normal, stands in docs/operating.md.
"""

import re
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server

from engine.actions.base import Refusal
from engine.ports import AskRecord, Clock
from engine.records import TurnReport

_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120)
_LATE = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
_ACKNOWLEDGED = (0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3)
_COMMITS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """The figures of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._turns = Counter("wood_turns", "Turns closed.", registry=self.registry)
        self._late = Histogram(
            "wood_turn_late_seconds",
            "From when a turn was due to its commit; 0 for one taken early, and none without a clock.",
            buckets=_LATE,
            registry=self.registry,
        )
        self._trades = Counter("wood_trades", "Trades of closed turns.", registry=self.registry)
        self._asks = Counter(
            "wood_asks",
            "Questions put to minds, by outcome: ok, repaired, salvaged, failed (unreadable) or error (no answer).",
            ["mind", "lab", "outcome"],
            registry=self.registry,
        )
        self._tokens = Counter(
            "wood_tokens",
            "Tokens of questions and answers; cached ones are those of questions that a server had computed before.",
            ["mind", "kind"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "wood_ask_seconds", "Seconds an answer took.", ["mind"], buckets=_SECONDS, registry=self.registry
        )
        self._orders = Counter(
            "wood_orders",
            "Orders by outcome: accepted, or why one was trimmed or refused; none is an answer without an order.",
            ["mind", "outcome"],
            registry=self.registry,
        )
        self._interactions = Counter(
            "wood_interactions",
            "Commands and clicks by outcome: done, refused (with a sentence) or failed (with an apology).",
            ["what", "outcome"],
            registry=self.registry,
        )
        self._refusals = Counter("wood_refusals", "Refusals by their kind.", ["kind"], registry=self.registry)
        self._acknowledged = Histogram(
            "wood_acknowledge_seconds",
            "From Discord's own time of an interaction to its acknowledgement, of which Discord allows 3.",
            buckets=_ACKNOWLEDGED,
            registry=self.registry,
        )
        self._commits = Histogram(
            "wood_commit_seconds",
            "Commits of inputs to the store, the wait for the writer included.",
            buckets=_COMMITS,
            registry=self.registry,
        )
        self._depth = Gauge("wood_outbox_posts", "Cards that wait to be posted.", registry=self.registry)
        self._age = Gauge(
            "wood_outbox_oldest_seconds", "How long the oldest card has waited; 0 for none.", registry=self.registry
        )

    def note(self, report: TurnReport) -> None:
        """Count what a closed turn reports."""
        self._turns.inc()
        self._trades.inc(report.trades)
        if report.late is not None:
            self._late.observe(report.late)
        for ask in (*report.asks, *report.narration):
            self._note_ask(ask)
        minds = {ask.creature: ask.mind for ask in report.asks}
        for creature, accepted, refused in report.verdicts:
            self._orders.labels(minds.get(creature, ""), "accepted" if accepted else refused).inc()
        for creature in minds.keys() - {creature for creature, _, _ in report.verdicts}:
            self._orders.labels(minds[creature], "none").inc()

    def note_interaction(self, what: str, outcome: str) -> None:
        """Count how a command or a click ended."""
        self._interactions.labels(what, outcome).inc()

    def note_refusal(self, refusal: Refusal) -> None:
        """Count a refusal by its class; those without one of their own are called `rules`."""
        kind = "rules" if type(refusal) is Refusal else re.sub(r"(?<=.)(?=[A-Z])", "_", type(refusal).__name__).lower()
        self._refusals.labels(kind).inc()

    def note_acknowledged(self, created: datetime) -> None:
        """Note that an interaction, created at Discord then, is acknowledged now.

        Discord counts its three seconds from there, and a process too busy to look hides its queue from any
        other measure. It needs a machine whose clock is right.
        """
        self._acknowledged.observe(max(0.0, (self._clock.now() - created).total_seconds()))

    def note_commit(self, seconds: float) -> None:
        """Note how long a commit took."""
        self._commits.observe(seconds)

    def note_outbox(self, posts: int, oldest: int | None) -> None:
        """Note how many cards wait, and when the turn of the oldest was closed, in seconds since 1970."""
        self._depth.set(posts)
        self._age.set(0 if oldest is None else max(0.0, self._clock.now().timestamp() - oldest))

    def serve(self, host: str, port: int) -> None:
        """Serve the metrics on a thread of their own, for as long as the process lives.

        Raises:
            OSError: If the address cannot be had.
        """
        start_http_server(port, host, self.registry)

    def _note_ask(self, ask: AskRecord) -> None:
        outcome = "error" if ask.error else ask.parse.status
        self._asks.labels(ask.mind, ask.lab, outcome).inc()
        self._seconds.labels(ask.mind).observe(ask.latency_ms / 1_000)
        for kind, tokens in (
            ("prompt", ask.prompt_tokens),
            ("answer", ask.completion_tokens),
            ("cached", ask.cached_tokens),
        ):
            self._tokens.labels(ask.mind, kind).inc(tokens)
