"""What an operator scrapes: turns, and how every mind does, as Prometheus metrics.

No label holds a player, a mask or a server: minds and outcomes alone.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

from engine.keeper import TurnReport
from engine.ports import AskRecord

_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120)


class Metrics:
    """The counters of one process, filled from the report of every turn."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("wood_turns", "Turns closed.", registry=self.registry)
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
        self._refused = Counter("wood_orders_refused", "Orders trimmed or refused.", ["why"], registry=self.registry)

    def note(self, report: TurnReport) -> None:
        """Count what a closed turn reports."""
        self._turns.inc()
        self._trades.inc(report.trades)
        for ask in (*report.asks, *report.narration):
            self._note_ask(ask)
        for _, accepted, refused in report.verdicts:
            if not accepted:
                self._refused.labels(refused).inc()

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
