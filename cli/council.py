"""`wood council`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import emit, fail, out, run

if TYPE_CHECKING:
    from inference.serving import Plan

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


@app.command("commands")
def commands(
    council: Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")] = "five-labs",
    card_gib: Annotated[
        float, typer.Option(help="The memory of one card in GiB, as nvidia-smi shows it.", min=1, max=512)
    ] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Print the `vllm serve` lines of a council for a GPU host, in the order in which to start them."""
    from inference.config import CouncilConfigError, read_council
    from inference.serving import plan, servers_of

    try:
        servers = servers_of(read_council(council).minds)
    except CouncilConfigError as error:
        fail(str(error))
    if not servers:
        fail(f"Council {council!r} needs no server: none of its minds has a table [minds.NAME.serve].")
    layout = plan(servers, card_gib)
    if as_json:
        emit({"council": council, **_as_json(layout)})
        return
    for card in layout.cards:
        out.print(
            f"# Card {card.index}, {card.gib:g} GiB, of which {card.free_gib:.1f} stay free. Start the next line when "
            f"the server before it answers on /health.",
            soft_wrap=True,
            markup=False,
            highlight=False,
        )
        for server in card.servers:
            out.print(card.command(server), soft_wrap=True, markup=False, highlight=False)
    for remark in layout.remarks:
        out.print(f"# {remark}", soft_wrap=True, markup=False, highlight=False)


def _as_json(layout: "Plan") -> dict[str, Any]:
    return {
        "card_gib": layout.card_gib,
        "fits_one_card": layout.fits_one_card,
        "cards": [{"card": card.index, "free_gib": round(card.free_gib, 2)} for card in layout.cards],
        "commands": [
            {
                "card": card.index,
                "mind": server.mind,
                "lab": server.lab,
                "model": server.model,
                "weights": server.serve.weights,
                "port": server.port,
                "needs_gib": round(server.serve.needs_gib, 2),
                "kv_cache_bytes": server.serve.kv_cache_bytes,
                "share": server.share(card.gib),
                "command": card.command(server),
            }
            for card in layout.cards
            for server in card.servers
        ],
        "too_large": [server.mind for server in layout.too_large],
        "remarks": list(layout.remarks),
    }
