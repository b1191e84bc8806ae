"""`wood traces`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import fail, out, run


def traces(
    db: Annotated[Path, typer.Option(help="The database of a bot, a playground or a simulation.")],
    to: Annotated[Path, typer.Option(help="The file to write: .jsonl, or .parquet (needs the group parquet).")],
) -> None:
    """Write the open dataset of a wood: every ask, with its prompt, answer and what came of it."""
    from engine.store import Store, StoreError, sqlite_url
    from inference.traces import TraceError, write

    if not db.is_file():
        fail(f"{db} is no database. Name one written by wood bot, wood play or wood sim --out.")

    async def work() -> list[dict[str, Any]]:
        store = await Store.open(sqlite_url(db))
        try:
            return await store.asks()
        finally:
            await store.close()

    try:
        count = write(to, run(work()))
    except (StoreError, TraceError) as error:
        fail(str(error))
    out.print(f"{count} asks written to {to}")
