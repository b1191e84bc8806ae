"""`wood council`."""

from typing import Annotated, Any

import typer

from cli.console import emit, fail, out, run

app = typer.Typer(help="Who thinks with what.", no_args_is_help=True)


@app.callback()
def about() -> None:
    """Who thinks with what."""


@app.command("check")
def check(
    council: Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")] = "embedded",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Ask every mind of a council one question and report."""
    from inference.config import CouncilConfigError
    from inference.council import load_council
    from inference.mind import MindError

    async def work() -> Any:
        minds = load_council(council)
        try:
            await minds.warm()
            return await minds.check()
        finally:
            await minds.aclose()

    try:
        checks = run(work())
    except (CouncilConfigError, MindError) as error:
        fail(str(error))
    if as_json:
        emit({"minds": [{**mind.model_dump(), "ok": not mind.problem} for mind in checks]})
    else:
        for mind in checks:
            state = f"fails: {mind.problem}" if mind.problem else "answers"
            out.print(f"{mind.mind} ({mind.lab}, {mind.kind}): {state} in {mind.seconds} s. {mind.raw}", markup=False)
    if any(mind.problem for mind in checks):
        raise typer.Exit(1)
