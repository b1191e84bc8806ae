"""`wood experiment` and `wood firewall`."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.console import emit, errors, fail, out, parse_seeds, progress, run

app = typer.Typer(help="Re-run the game's claims on real minds.", no_args_is_help=True)

CouncilOption = Annotated[list[str] | None, typer.Option("--council", help="A council; give it again for more.")]
SeedsOption = Annotated[str, typer.Option(help="Seeds, like 1-8.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A folder for the result.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
RecordOption = Annotated[
    Path | None,
    typer.Option(help="Keep every answer in this file; a run that was stopped goes on from it, another adds to it."),
]
ReplayOption = Annotated[Path | None, typer.Option(help="Take every answer from a file that --record wrote.")]
TurnsOption = Annotated[int, typer.Option(min=1, max=200, help="Turns of each wood.")]

_TURNS: Final = 15


@dataclass(frozen=True)
class _Order:
    """What was typed: which experiment is run, on whom, where answers come from and the result goes to."""

    name: str
    councils: list[str] | None
    seeds: str
    out_dir: Path | None
    as_json: bool
    record: Path | None
    replay: Path | None
    more: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The councils, each once."""
        return list(dict.fromkeys(self.councils or ["embedded"]))

    @property
    def command(self) -> str:
        """The command of which the result is made, without where answers were kept and the result went."""
        councils = (f"--council {name}" for name in self.names)
        return " ".join(("wood experiment", self.name, *councils, "--seeds", self.seeds, *self.more))

    @property
    def recording(self) -> tuple[str, ...]:
        """Where answers are kept or come from, as `experiments.source` takes it."""
        if self.record and self.replay:
            fail("Answers are either kept with --record or taken with --replay. Leave one of them out.")
        if self.replay and not self.replay.is_file():
            fail(f"{self.replay} is not there. Name a file that --record wrote.")
        told = ("record", self.record) if self.record else ("replay", self.replay)
        return tuple(map(str, told)) if told[1] else ()


@app.command("sandbox")
def sandbox(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    turns: TurnsOption = _TURNS,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play the wood of the first field note: a drought, a rumour of winter, and nobody but the creatures."""
    from experiments.sandbox import run as experiment

    order = _Order("sandbox", council, seeds, out_dir, as_json, record, replay, ("--turns", str(turns)))
    for row in _run(order, partial(experiment, turns=turns), turns):
        out.print(
            f"{row['council']:>12}: valid JSON {_share(row['valid_json'])}, {_mean(row['trades_per_turn'])} trades a "
            f"turn, honey {_mean(row['honey']['first'])} to {_mean(row['honey']['last'])}, firewood at most "
            f"{_mean(row['firewood']['highest_after_rumour'])} after the rumour, Gini {_mean(row['gini']['first'])} to "
            f"{_mean(row['gini']['last'])}; richest {_counts(row['richest'])}; broke {_counts(row['broke'])}"
        )


@app.command("council")
def council_(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    turns: TurnsOption = _TURNS,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask and play several councils alike: do different minds make a different market?"""
    from experiments.council import run as experiment

    order = _Order("council", council, seeds, out_dir, as_json, record, replay, ("--turns", str(turns)))
    for row in _run(order, partial(experiment, turns=turns), turns):
        if "claim" in row:
            out.print(
                f"{row['council']}: {row['claim']}: held on {row['held']} of {row['of']} seeds "
                f"({_mean(row['alike_with_each_other'])} against {_mean(row['alike_with_itself'])}); "
                f"prices lie {_mean(row['price_distance_on_one_seed'])} apart"
            )
        else:
            out.print(
                f"{row['council']:>12}: {_mean(row['trades_per_turn'])} trades a turn, alike with itself "
                f"{_mean(row['alike_with_itself'])}, prices {_mean(row['price_distance_between_seeds'])} apart by seed"
            )


@app.command("reliability")
def reliability(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    turns: TurnsOption = _TURNS,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count over played woods how often each mind answers as asked, and offers what it can keep."""
    from experiments.reliability import run as experiment

    order = _Order("reliability", council, seeds, out_dir, as_json, record, replay, ("--turns", str(turns)))
    for row in _run(order, partial(experiment, turns=turns), turns):
        out.print(
            f"{row['council']:>12} {row['mind']:>8}: valid JSON {_share(row['valid_json'])}, valid offers "
            f"{_share(row['valid_offers'])}, self-buys {_share(row['self_buys'])}, acting {_share(row['acting'])}"
        )


@app.command("gambit")
def gambit(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play the gambit under settlement, rumour and glut."""
    from engine.vocabulary import LegendMode
    from experiments.gambit import run as experiment

    order = _Order("gambit", council, seeds, out_dir, as_json, record, replay)
    for row in _run(order, experiment, len(LegendMode)):
        out.print(
            f"{row['council']:>12} {row['mechanism']:>10}: honey {row['honey_before']} to {row['honey_after']}, "
            f"won {_mean(row['pnl'])}, at least {row['pnl']['min']} and at most {row['pnl']['max']}, "
            f"{row['wins']} of {len(row['seeds'])} in profit"
        )


@app.command("edge")
def edge(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Settle a true and a planted tip: only the true one may pay."""
    from experiments.edge import run as experiment

    _show_claims(_run(_Order("edge", council, seeds, out_dir, as_json, record, replay), experiment))


@app.command("heat")
def heat(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Win twice on a forecast: the magistrate must open an inquiry, and before that none."""
    from experiments.heat import run as experiment

    _show_claims(_run(_Order("heat", council, seeds, out_dir, as_json, record, replay), experiment))


@app.command("ruin")
def ruin(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    borrower: Annotated[list[str] | None, typer.Option(help="Oona or Bracken; both if left out.")] = None,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lend, spring the legend that halves the pledge, and see the borrower banished until the next chapter."""
    from experiments.ruin import BORROWERS
    from experiments.ruin import run as experiment

    chosen = borrower or list(BORROWERS)
    if not set(chosen) <= set(BORROWERS):
        fail(f"The borrowers are {' and '.join(BORROWERS)}. Name one of them, or leave it out.")
    more = tuple(f"--borrower {each}" for each in borrower or ())
    order = _Order("ruin", council, seeds, out_dir, as_json, record, replay, more)
    _show_claims(_run(order, partial(experiment, borrowers=chosen), len(chosen)))


@app.command("tournament")
def tournament(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-2",
    players: Annotated[int, typer.Option(help="Players who enter.")] = 8,
    table: Annotated[int, typer.Option(help="Seats of a table.")] = 4,
    rounds: Annotated[int, typer.Option(help="Rounds, the final among them.")] = 2,
    turns: Annotated[int, typer.Option(help="Turns of a round.")] = 4,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a tournament whose process is killed on the way, and compare what its tables were dealt."""
    from engine.actions import Refusal
    from engine.contests.plan import check_field, check_terms
    from experiments.contest import CADENCE
    from experiments.tournament import ContestError
    from experiments.tournament import run as experiment

    terms = {"players": players, "table": table, "rounds": rounds, "turns": turns}
    more = tuple(f"--{name} {value}" for name, value in terms.items())
    order = _Order("tournament", council, seeds, out_dir, as_json, record, replay, more)
    try:
        check_field(players)
        check_terms(table, rounds, turns, CADENCE)
        _show_claims(_run(order, partial(experiment, **terms, recording=order.recording)))
    except (Refusal, ContestError) as error:
        fail(str(error))


@app.command("firewall")
def firewall_claims(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    worlds: Annotated[int, typer.Option(min=1, help="Pairs of woods to compare.")] = 100,
    record: RecordOption = None,
    replay: ReplayOption = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scan what a council is sent while a Patron plays on secrets, and run the firewall's proof beside it."""
    from experiments.firewall.claims import run as experiment

    order = _Order("firewall", council, seeds, out_dir, as_json, record, replay, ("--worlds", str(worlds)))
    _show_claims(_run(order, partial(experiment, pairs=worlds), more_steps=worlds))


@app.command("report")
def report(
    results: Annotated[Path, typer.Option("--from", help="A folder of results, as --out writes them.")],
    to: Annotated[Path, typer.Option(help="The document to write; its plots go into images/ beside it.")],
) -> None:
    """Make the field report's tables and plots out of results."""
    from experiments.report.results import ReportError, read
    from experiments.report.write import TEMPLATE, write

    try:
        written = write(read(results), to, TEMPLATE.read_text(encoding="utf-8"))
    except ReportError as error:
        fail(str(error))
    out.print(f"{len(written) - 1} plots and {to} are written", highlight=False, soft_wrap=True)


def _run(
    order: _Order,
    experiment: Callable[..., Coroutine[Any, Any, dict[str, Any]]],
    steps_a_seed: int = 1,
    more_steps: int = 0,
) -> list[dict[str, Any]]:
    """Run an experiment on every council and seed, keep and emit its JSON, and return the rows still to be shown."""
    from experiments.provenance import versions
    from experiments.source import Source
    from inference.config import CouncilConfigError
    from inference.mind import MindError
    from inference.recording import RecordingError

    numbers = parse_seeds(order.seeds)

    async def work(source: Source) -> dict[str, Any]:
        seated = [(name, source.council(name)) for name in order.names]
        try:
            for _, minds in seated:
                await minds.warm()
            with progress(order.name, len(seated) * len(numbers) * steps_a_seed + more_steps) as step:
                rows = (await experiment(seated, numbers, step))["rows"]
        finally:
            for _, minds in seated:
                await minds.aclose()
        source.check()
        return {
            "experiment": order.name,
            "command": order.command,
            "versions": versions(),
            "councils": source.made(),
            "rows": [{**row, "evidence": source.is_evidence(row["council"])} for row in rows],
        }

    try:
        with Source.of(order.recording) as source:
            result = run(work(source))
    except (CouncilConfigError, MindError, RecordingError) as error:
        fail(str(error))
    if order.out_dir is not None:
        order.out_dir.mkdir(parents=True, exist_ok=True)
        (order.out_dir / f"{order.name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if order.as_json:
        emit(result)
        return []
    if not all(row["evidence"] for row in result["rows"]):
        errors.print("A stand-in has seats in some of these: what they show is no evidence about minds.")
    return result["rows"]


def _show_claims(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        out.print(f"{row['council']:>12}: {row['claim']}: held in {row['held']} of {row['of']}")


def _mean(figure: dict[str, Any]) -> str:
    """Return a mean with its interval, as a person reads it."""
    if figure["low"] is None:
        return "nothing" if figure["mean"] is None else f"{figure['mean']:.4g}"
    return f"{figure['mean']:.4g} ({figure['low']:.4g} to {figure['high']:.4g})"


def _share(figure: dict[str, Any]) -> str:
    """Return a share with its interval, as a person reads it."""
    if figure["share"] is None:
        return "none asked"
    return f"{figure['share']:.1%} of {figure['of']} ({figure['low']:.1%} to {figure['high']:.1%})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nobody"


def firewall(
    worlds: Annotated[int, typer.Option(min=1, help="Pairs of woods to compare.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Prove the firewall: scans, noninterference pairs and planted leaks."""
    from experiments.firewall.report import run as run_firewall

    with progress("pairs and planted leaks", worlds) as step:
        report = run_firewall(worlds, step)
    result = report.as_json()
    if as_json:
        emit(result)
    else:
        out.print(
            f"{result['prompts']} prompts, {result['leaks']} leaks; {result['pairs']} pairs, "
            f"{result['divergent']} divergent; {result['caught']} of {result['mutants']} planted leaks caught"
        )
    if result["leaks"] or result["divergent"] or result["caught"] < result["mutants"]:
        raise typer.Exit(1)
