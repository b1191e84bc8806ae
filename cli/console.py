"""What the subcommands share: one clear sentence for bad input, one JSON object, one progress bar."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from experiments.seeds import seeds_in

T = TypeVar("T")

errors = Console(stderr=True)
out = Console()


def fail(sentence: str) -> NoReturn:
    """End with status 2 and one sentence on stderr."""
    errors.print(sentence, style="bold red", highlight=False, markup=False)
    raise typer.Exit(2)


def require_file(db: Path) -> None:
    """Fail with a sentence where a store on PostgreSQL is named and a file is wanted."""
    if str(db).startswith("postgres"):
        fail(
            "This command works on SQLite's files. Of a store on PostgreSQL, pg_dump makes the backup, and wood replay "
            "--db ADDRESS proves the journals."
        )


def emit(value: Any) -> None:
    """Print exactly one JSON object on stdout."""
    typer.echo(json.dumps(value))


@contextmanager
def progress(what: str, total: int, *, quiet: bool = False) -> Iterator[Any]:
    """Show a progress bar on stderr; yield a function that advances it by one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=quiet, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda *_: bar.advance(task)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)


def parse_seeds(text: str) -> list[int]:
    """Return the seeds that `1-8` or `1,2,5` names, failing with a sentence for anything else."""
    try:
        seeds = seeds_in(text)
    except ValueError:
        seeds = []
    if not seeds:
        fail(f"'{text}' names no seeds. Write them like 1-8 or 1,2,5.")
    return seeds
