"""`wood backup`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import emit, fail, out, require_file


def backup(
    db: Annotated[Path, typer.Option(help="The database of a bot, a playground or a simulation.")],
    to: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Copy a database safely, while its bot runs or not."""
    from engine.backup import back_up
    from engine.store import StoreError

    require_file(db)
    try:
        size = back_up(db, to)
    except StoreError as error:
        fail(str(error))
    if as_json:
        emit({"from": str(db), "to": str(to), "bytes": size})
    else:
        out.print(f"{db} is copied to {to}: {size / 1e6:.1f} MB.", markup=False, highlight=False)
