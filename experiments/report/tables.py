"""Results as Markdown tables: no figure comes from anywhere but a result.

What was not run is said to be not run, and a share or a mean of nothing to be of none.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from experiments.report.results import Results, Row

NOT_RUN: Final = "not run"
"""What stands where no result is."""

NONE: Final = "none"
"""What stands for a figure of something that was run, and in which there was nothing to take a share or mean of."""

_NO_SEAT: Final = "no seat"
"""What stands for minds of a kind that a cast has none of."""

Cell = Callable[[Results, str], str]
"""What stands in the robustness table for one cast."""


def interval(figure: Row | None) -> str:
    """Return a mean with its interval."""
    if figure is None:
        return NOT_RUN
    if figure["mean"] is None:
        return NONE
    ends = "" if figure["low"] is None else f" ({figure['low']:.3g} to {figure['high']:.3g})"
    return f"{figure['mean']:.3g}{ends}"


def share(figure: Row | None) -> str:
    """Return a share with its interval and of how many it is."""
    if figure is None:
        return NOT_RUN
    if figure["share"] is None:
        return NONE
    return f"{figure['share']:.1%} of {figure['of']:,} ({figure['low']:.1%} to {figure['high']:.1%})"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, or the words that nothing was run."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    if not lines:
        return f"*{NOT_RUN.capitalize()}.*"
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines])


def sandbox(results: Results) -> str:
    """Return what the wood of the first note came to, by council."""
    return table(
        ("council", "seeds", "valid JSON", "trades a turn", "silent turns", "honey, first, highest, last",
         "firewood, first, highest after the rumour, last", "Gini, first to last", "richest", "broke"),
        (
            (
                row["council"], len(row["seeds"]), share(row["valid_json"]), interval(row["trades_per_turn"]),
                interval(row["silent_turns"]), _means(row["honey"]), _means(row["firewood"]), _means(row["gini"]),
                _counts(row["richest"]), _counts(row["broke"]),
            )
            for row in results.rows.get("sandbox", [])
        ),
    )  # fmt: skip


def gambit(results: Results) -> str:
    """Return what the gambit won, by council and mechanism."""
    return table(
        ("council", "mechanism", "seeds", "honey before", "when collected", "won", "worst", "best", "in profit"),
        (
            (
                row["council"], row["mechanism"], len(row["seeds"]), row["honey_before"], row["honey_after"],
                interval(row["pnl"]), row["pnl"]["min"], row["pnl"]["max"], f"{row['wins']} of {len(row['seeds'])}",
            )
            for row in results.rows.get("gambit", [])
        ),
    )  # fmt: skip


def reliability(results: Results) -> str:
    """Return how far each mind can be relied on."""
    return table(
        ("council", "mind", "model", "seats", "valid JSON", "valid offers", "self-buys", "acting"),
        (
            (
                row["council"], row["mind"], row["model"] + (" with an adapter" if row["adapted"] else ""),
                len(row["creatures"]), share(row["valid_json"]), share(row["valid_offers"]), share(row["self_buys"]),
                share(row["acting"]),
            )
            for row in results.rows.get("reliability", [])
        ),
    )  # fmt: skip


def council(results: Results) -> str:
    """Return how alike councils order and price, with themselves and with each other."""
    rows = results.rows.get("council", [])
    alone = table(
        ("council", "seeds", "trades a turn", "orders like itself", "prices apart between seeds"),
        (
            (row["council"], len(row["seeds"]), interval(row["trades_per_turn"]), interval(row["alike_with_itself"]),
             interval(row["price_distance_between_seeds"]))
            for row in rows if "claim" not in row
        ),
    )  # fmt: skip
    pairs = table(
        ("councils", "order like each other", "like themselves", "less alike on", "prices apart on one seed"),
        (
            (row["council"], interval(row["alike_with_each_other"]), interval(row["alike_with_itself"]),
             f"{row['held']} of {row['of']}", interval(row["price_distance_on_one_seed"]))
            for row in rows if "claim" in row
        ),
    )  # fmt: skip
    return f"{alone}\n\n{pairs}"


def claims(experiment: str) -> Callable[[Results], str]:
    """Return the table of an experiment whose rows are claims."""

    def made(results: Results) -> str:
        rows = [(row["council"], row["claim"], _held(row)) for row in results.rows.get(experiment, [])]
        return table(("council", "claim", "held"), dict.fromkeys(rows))

    return made


def robustness(results: Results) -> str:
    """Return each headline result by cast, so that no single run is taken for a property."""
    casts = results.casts
    lines = [(words, *(cell(results, cast) for cast in casts)) for words, cell in _HEADLINES]
    for experiment in ("edge", "heat", "ruin", "firewall", "tournament"):
        told = dict.fromkeys(row["claim"] for cast in casts for row in results.of(experiment, cast))
        lines += [(claim, *(_claim(results, experiment, cast, claim) for cast in casts)) for claim in told]
    return table(("", *heads_of(results)), lines)


def commands(results: Results) -> str:
    """Return what made the results: commands, versions, and what the minds are made of."""
    made = [(name, result) for name, files in results.made.items() for result in files]
    ran = table(
        ("experiment", "command", "package", "schema", "rules"),
        (
            (name, f"`{r['command']}`", r["versions"]["package"], r["versions"]["schema"],
             f"`{r['versions']['rules_sha256'][:12]}`")
            for name, r in made
        ),
    )  # fmt: skip
    minds = {
        (council, name, mind["model"], mind.get("weights_sha256", "")[:12], mind.get("adapter_sha256", "")[:12])
        for _, result in made
        for council, built in result["councils"].items()
        for name, mind in built["minds"].items()
    }
    return f"{ran}\n\n{table(('council', 'mind', 'model', 'weights', 'adapter'), sorted(minds))}"


def _first(results: Results, experiment: str, cast: str) -> Row | None:
    return next(results.of(experiment, cast), None)


def sandbox_cell(*path: str, shown: Callable[[Row | None], str]) -> Cell:
    """Return a cell with a figure of the first note's wood, found under `path` in its row."""

    def cell(results: Results, cast: str) -> str:
        found: Any = _first(results, "sandbox", cast)
        for name in path:
            found = None if found is None else found[name]
        return shown(found)

    return cell


def pooled(name: str, *, adapted: bool | None = None) -> Cell:
    """Return a cell with a share over all minds of a cast, or over those alone that are tuned here or are not."""

    def cell(results: Results, cast: str) -> str:
        ran = list(results.of("reliability", cast))
        if not ran:
            return NOT_RUN
        rows = [row for row in ran if adapted is None or row["adapted"] is adapted]
        if not rows:
            return _NO_SEAT
        of = sum(row[name]["of"] for row in rows)
        return f"{sum(row[name]['part'] for row in rows) / of:.1%} of {of:,}" if of else NONE

    return cell


def gambit_cell(mechanism: str, shown: Callable[[Row], str]) -> Cell:
    """Return a cell with what is `shown` of the gambit under a mechanism."""

    def cell(results: Results, cast: str) -> str:
        rows = [row for row in results.of("gambit", cast) if row["mechanism"] == mechanism]
        return shown(rows[0]) if rows else NOT_RUN

    return cell


def _wins(row: Row) -> str:
    return f"{row['wins']} of {len(row['seeds'])}, {interval(row['pnl'])}"


_HEADLINES: Final[tuple[tuple[str, Cell], ...]] = (
    ("valid JSON", sandbox_cell("valid_json", shown=share)),
    ("trades a turn", sandbox_cell("trades_per_turn", shown=interval)),
    ("silent turns", sandbox_cell("silent_turns", shown=interval)),
    ("Gini at the end", sandbox_cell("gini", "last", shown=interval)),
    ("valid offers", pooled("valid_offers")),
    ("self-buys", pooled("self_buys")),
    ("the gambit under settlement: in profit, won", gambit_cell("settlement", _wins)),
    ("the gambit under rumour: in profit, won", gambit_cell("rumour", _wins)),
    ("the gambit under glut: in profit, won", gambit_cell("glut", _wins)),
)


def _claim(results: Results, experiment: str, cast: str, claim: str) -> str:
    rows = [row for row in results.of(experiment, cast) if row["claim"] == claim]
    return _held(rows[0]) if rows else NOT_RUN


def _held(row: Row) -> str:
    return f"{row['held']} of {row['of']}"


def heads_of(results: Results) -> list[str]:
    """Return the heads of columns for the casts; what is no evidence about language models says so."""
    return [cast if real else f"{cast} (no evidence)" for cast, real in results.evidence.items()]


def _means(figures: Row) -> str:
    return ", ".join(interval(figure) for figure in figures.values())


def _counts(counts: Row) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nobody"
