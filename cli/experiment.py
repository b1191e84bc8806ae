"""`wood experiment` and `wood firewall`."""

import json
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import emit, fail, out, parse_seeds, progress, run

app = typer.Typer(help="Re-run the game's claims on real minds.", no_args_is_help=True)


CouncilOption = Annotated[list[str] | None, typer.Option("--council", help="A council; give it again for more.")]
SeedsOption = Annotated[str, typer.Option(help="Seeds, like 1-8.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A folder for the result.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command("gambit")
def gambit(
    council: CouncilOption = None, seeds: SeedsOption = "1-8", out_dir: OutOption = None, as_json: JsonOption = False
) -> None:
    """Play the gambit under settlement, rumour and glut."""
    from engine.vocabulary import LegendMode
    from experiments.gambit import run as experiment

    for row in _run("gambit", experiment, council, seeds, out_dir, as_json, len(LegendMode)):
        out.print(
            f"{row['council']:>12} {row['mechanism']:>10}: honey {row['honey_before']} to {row['honey_after']}, "
            f"won {row['pnl']['mean']} ({row['pnl']['min']} to {row['pnl']['max']}), "
            f"{row['wins']} of {len(row['seeds'])} in profit"
        )


@app.command("edge")
def edge(
    council: CouncilOption = None, seeds: SeedsOption = "1-8", out_dir: OutOption = None, as_json: JsonOption = False
) -> None:
    """Settle a true and a planted tip: only the true one may pay."""
    from experiments.edge import run as experiment

    _show_claims(_run("edge", experiment, council, seeds, out_dir, as_json))


@app.command("heat")
def heat(
    council: CouncilOption = None, seeds: SeedsOption = "1-8", out_dir: OutOption = None, as_json: JsonOption = False
) -> None:
    """Win twice on a forecast: the magistrate must open an inquiry, and before that none."""
    from experiments.heat import run as experiment

    _show_claims(_run("heat", experiment, council, seeds, out_dir, as_json))


@app.command("ruin")
def ruin(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    borrower: Annotated[list[str] | None, typer.Option(help="Oona or Bracken; both if left out.")] = None,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lend, spring the legend that halves the pledge, and see the borrower banished until the next chapter."""
    from experiments.ruin import BORROWERS
    from experiments.ruin import run as experiment

    chosen = borrower or list(BORROWERS)
    if not set(chosen) <= set(BORROWERS):
        fail(f"The borrowers are {' and '.join(BORROWERS)}. Name one of them, or leave it out.")
    _show_claims(_run("ruin", partial(experiment, borrowers=chosen), council, seeds, out_dir, as_json, len(chosen)))


@app.command("tournament")
def tournament(
    council: CouncilOption = None,
    seeds: SeedsOption = "1-2",
    players: Annotated[int, typer.Option(help="Players who enter.")] = 8,
    table: Annotated[int, typer.Option(help="Seats of a table.")] = 4,
    rounds: Annotated[int, typer.Option(help="Rounds, the final among them.")] = 2,
    turns: Annotated[int, typer.Option(help="Turns of a round.")] = 4,
    out_dir: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a tournament whose process is killed on the way, and compare what its tables were dealt."""
    from engine.actions import Refusal
    from engine.contests.plan import check_field, check_terms
    from experiments.contest import CADENCE
    from experiments.tournament import ContestError
    from experiments.tournament import run as experiment

    try:
        check_field(players)
        check_terms(table, rounds, turns, CADENCE)
        played = partial(experiment, players=players, table=table, rounds=rounds, turns=turns)
        _show_claims(_run("tournament", played, council, seeds, out_dir, as_json))
    except (Refusal, ContestError) as error:
        fail(str(error))


def _run(
    name: str,
    experiment: Callable[..., Coroutine[Any, Any, dict[str, Any]]],
    councils: list[str] | None,
    seeds: str,
    out_dir: Path | None,
    as_json: bool,
    runs_a_seed: int = 1,
) -> list[dict[str, Any]]:
    """Run an experiment on every council and seed, keep and emit its JSON, and return the rows still to be shown."""
    from inference.config import CouncilConfigError
    from inference.council import load_council
    from inference.mind import MindError

    names, numbers = councils or ["embedded"], parse_seeds(seeds)

    async def work() -> dict[str, Any]:
        seated = [(each, load_council(each)) for each in names]
        try:
            for _, minds in seated:
                await minds.warm()
            with progress(name, len(names) * len(numbers) * runs_a_seed) as step:
                return await experiment(seated, numbers, step)
        finally:
            for _, minds in seated:
                await minds.aclose()

    try:
        result = run(work())
    except (CouncilConfigError, MindError) as error:
        fail(str(error))
    if out_dir is not None:
        out_dir.mkdir(parents=True, exist_ok=True)
        (out_dir / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return []
    return result["rows"]


def _show_claims(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        out.print(f"{row['council']:>12}: {row['claim']}: held in {row['held']} of {row['of']}")


@app.command("firewall")
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
