"""`wood bench`."""

from typing import Annotated, Any

import typer

from cli.console import emit, fail, out, progress, run

app = typer.Typer(help="How fast the parts are, as ratios measured in one run.", no_args_is_help=True)


@app.callback()
def about() -> None:
    """How fast the parts are, as ratios measured in one run."""


@app.command("council")
def council(
    council: Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")] = "cpu-vllm",
    turns: Annotated[int, typer.Option(min=1, max=100, help="Turns asked about in each way.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Ask a council all at once and one after another, and see what its servers' prefix caches spare."""
    from experiments.bench import run as bench
    from inference.config import CouncilConfigError
    from inference.council import load_council
    from inference.mind import MindError

    async def work() -> dict[str, Any]:
        minds = load_council(council)
        try:
            await minds.warm()
            with progress("asks", 2 * turns + 1) as step:
                return await bench(minds, turns, step)
        finally:
            await minds.aclose()

    try:
        result = run(work())
    except (CouncilConfigError, MindError) as error:
        fail(str(error))
    if as_json:
        emit({"council": result})
        return
    out.print(
        f"five creatures: {result['batch_s']} s together, {result['sequential_s']} s one after another, "
        f"{result['speedup']} times; {result['worlds']} worlds at once: {result['per_turn_speedup']} times a turn of "
        f"creatures one after another, {result['worlds_speedup']} times world after world; "
        f"{result['cached_prompt_share']:.0%} of prompt tokens cached; "
        f"{result['failed']} of {result['asks']} asks failed"
    )
