"""`wood sim` and `wood replay`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import emit, fail, out, progress, run


def sim(
    turns: Annotated[int, typer.Option(min=1, help="How many turns to run.")] = 15,
    seed: Annotated[str, typer.Option(help="The season seed.")] = "7",
    council: Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")] = "embedded",
    script: Annotated[Path | None, typer.Option(help="A TOML script of what Patrons and the keeper do.")] = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="A folder for charts, traces and the database.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Run a wood without Discord."""
    from engine.store import StoreError
    from experiments.script import ScriptError, load_script
    from experiments.simulate import NO_SCRIPT, simulate
    from inference.config import CouncilConfigError
    from inference.council import load_council
    from inference.mind import MindError

    async def work() -> Any:
        minds = load_council(council)
        try:
            await minds.warm()
            with progress(f"{turns} turns on {council}", turns) as step:
                return await simulate(
                    minds,
                    turns=turns,
                    seed=seed,
                    script=load_script(script) if script else NO_SCRIPT,
                    out=out_dir,
                    on_turn=step,
                )
        finally:
            await minds.aclose()

    try:
        seen = run(work())
    except (ScriptError, StoreError, CouncilConfigError, MindError) as error:
        fail(str(error))
    if out_dir is not None:
        _write_out(seen, out_dir)
    report = seen.report()
    if as_json:
        emit(report)
        return
    out.print(f"[bold]{report['turns']} turns[/], seed {seed}, council {council}, {report['seconds']} s")
    out.print(f"trades a turn {report['trades_per_turn']}")
    out.print(f"Gini {report['gini'][0]} to {report['gini'][-1]}, pebbles {report['pebbles_total'][-1]}")
    for good, prices in report["prices"].items():
        out.print(f"{good:>10} {prices}")
    out.print(
        f"{report['asks']} asks, valid JSON {report['valid_json']:.1%}, {report['offers']} offers, "
        f"valid {report['valid_offers']:.1%}, self-buys {report['self_buys']}, leaks {report['firewall']['leaks']}"
    )
    if out_dir is not None:
        out.print(f"charts, traces and the database are in {out_dir}")


def _write_out(seen: Any, folder: Path) -> None:
    from experiments.charts import draw
    from inference.traces import write_jsonl

    draw(seen, folder)
    write_jsonl(folder / "traces.jsonl", run(_export(folder / "sim.db")))


async def _export(database: Path) -> list[dict[str, Any]]:
    from engine.store import Store, sqlite_url

    store = await Store.open(sqlite_url(database))
    try:
        return await store.asks()
    finally:
        await store.close()


def replay(
    db: Annotated[str, typer.Option(help="The database of a bot, a playground or a simulation, or its address.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Replay every journal of a database and compare all turn hashes."""
    from engine.replay import replay_wood
    from engine.store import Store, StoreError, sqlite_url

    if "://" not in db and not Path(db).is_file():
        fail(f"{db} is no database. Name one written by wood bot, wood play or wood sim --out.")
    url = db if "://" in db else sqlite_url(Path(db))

    async def work() -> list[Any]:
        store = await Store.open(url)
        try:
            return [await replay_wood(store, row["world_id"]) for row in await store.woods()]
        finally:
            await store.close()

    try:
        reports = run(work())
    except StoreError as error:
        fail(str(error))
    identical = all(report.identical for report in reports)
    if as_json:
        emit({"worlds": len(reports), "turns": sum(report.turns for report in reports), "identical": identical})
    else:
        for report in reports:
            verdict = "identical" if report.identical else f"differs at turns {list(report.differing)}"
            out.print(f"{report.world_id}: {report.turns} turns, {verdict}")
    if not identical:
        raise typer.Exit(1)
