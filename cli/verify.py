"""`wood verify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import emit, fail, out, require_file

if TYPE_CHECKING:
    from engine.audit import Audit


def verify(
    db: Annotated[Path, typer.Option(help="The database of a bot, a playground or a simulation, or a backup.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Check a database through and through, changing nothing: exit status 0 if it is sound, 1 if not."""
    from engine.audit import audit
    from engine.store import StoreError

    require_file(db)
    try:
        result = audit(db)
    except StoreError as error:
        fail(str(error))
    if as_json:
        faults = [{"check": fault.check, "wood": fault.world_id, "fault": fault.text} for fault in result.faults]
        emit({"db": str(db), "sound": result.sound, "seen": result.seen, "faults": faults})
    else:
        _show(db, result)
    if not result.sound:
        raise typer.Exit(1)


def _show(db: Path, result: "Audit") -> None:
    from rich.table import Table

    from engine.audit import CHECKS

    table = Table("check", "looked at", "result", title=str(db))
    for check, what in CHECKS.items():
        found = sum(fault.check == check for fault in result.faults)
        seen = f"{result.seen[check]} {what}" if check in result.seen else "nothing"
        verdict = "sound" if check in result.seen else "not looked at"
        table.add_row(check, seen, f"[bold red]{found} at fault[/]" if found else verdict)
    out.print(table)
    for fault in result.faults:
        place = f"{fault.check} of {fault.world_id}" if fault.world_id else fault.check
        out.print(f"{place}: {fault.text}.", markup=False, highlight=False, soft_wrap=True)
    out.print("The store is sound." if result.sound else "The store is not sound: see docs/keeping.md.")
