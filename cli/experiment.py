"""`wood experiment` and `wood firewall`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import emit, fail, out, parse_seeds, progress, run

app = typer.Typer(help="Re-run the game's claims on real minds.", no_args_is_help=True)


@app.command("gambit")
def gambit(
    council: Annotated[list[str] | None, typer.Option(help="A council; give it again for more.")] = None,
    seeds: Annotated[str, typer.Option(help="Seeds, like 1-8.")] = "1-8",
    out_dir: Annotated[Path | None, typer.Option("--out", help="A folder for the result.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Play the gambit under settlement, rumour and glut."""
    import json

    from engine.vocabulary import LegendMode
    from experiments.gambit import run as run_gambit
    from inference.config import CouncilConfigError
    from inference.council import load_council
    from inference.mind import MindError

    names, numbers = council or ["embedded"], parse_seeds(seeds)

    async def work() -> Any:
        councils = [(name, load_council(name)) for name in names]
        try:
            for _, minds in councils:
                await minds.warm()
            with progress("gambits", len(names) * len(LegendMode) * len(numbers)) as step:
                return await run_gambit(councils, numbers, step)
        finally:
            for _, minds in councils:
                await minds.aclose()

    try:
        result = run(work())
    except (CouncilConfigError, MindError) as error:
        fail(str(error))
    if out_dir is not None:
        out_dir.mkdir(parents=True, exist_ok=True)
        (out_dir / "gambit.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return
    for row in result["rows"]:
        out.print(
            f"{row['council']:>12} {row['mechanism']:>10}: honey {row['honey_before']} to {row['honey_after']}, "
            f"won {row['pnl']['mean']} ({row['pnl']['min']} to {row['pnl']['max']}), "
            f"{row['wins']} of {len(row['seeds'])} in profit"
        )


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
