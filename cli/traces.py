"""`wood traces`."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from cli.console import fail, out, run

_T = TypeVar("_T")


def traces(
    db: Annotated[Path, typer.Option(help="The database of a bot, a playground or a simulation.")],
    to: Annotated[
        Path | None, typer.Option(help="The file to write: .jsonl, or .parquet (needs the group parquet).")
    ] = None,
    card: Annotated[
        Path | None, typer.Option(help="Where the dataset card goes; beside the file, as .md, if not given.")
    ] = None,
    show: Annotated[int | None, typer.Option(min=1, help="Print this turn as a story.")] = None,
    wood: Annotated[str, typer.Option(help="Of several woods in the database, the one.")] = "",
) -> None:
    """Write the open dataset of a database, once it is seen to hold nothing secret; or read one turn of it."""
    if not db.is_file():
        fail(f"{db} is no database. Name one written by wood bot, wood play or wood sim --out.")
    if to is None and show is None:
        fail("Say what to do: --to FILE.jsonl or --to FILE.parquet writes the dataset, --show 3 prints the third turn.")
    if to is not None:
        _export(db, to, card or to.with_suffix(".md"), wood)
    if show is not None:
        _show(db, show, wood)


def _export(db: Path, to: Path, card: Path, wood: str) -> None:
    from engine.privacy import never_published
    from inference import dataset_card, disclosure
    from inference.traces import TraceError, trace_rows, write

    async def work(store: Any) -> tuple[list[dict[str, Any]], frozenset[str]]:
        return await store.asks(await _chosen(store, wood) if wood else None), await never_published(store)

    asks, never = _of_store(db, work)
    rows = list(trace_rows(asks))
    try:
        disclosure.check(rows, never)
        write(to, rows)
    except (TraceError, disclosure.DisclosureError) as error:
        fail(str(error))
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(dataset_card.card(to, rows, _made_by(db, to)), encoding="utf-8")
    out.print(f"{len(rows)} asks written to {to}, and what they are to {card}", highlight=False, soft_wrap=True)


def _made_by(db: Path, to: Path) -> dict[str, str]:
    """Return what made a file, without the folders, which may name somebody."""
    from engine.schema import VERSION

    return {
        "made by": f"`wood traces --db {db.name} --to {to.name}`",
        "thousand-token-wood": version("thousand-token-wood"),
        "version of the store": str(VERSION),
    }


def _show(db: Path, turn: int, wood: str) -> None:
    from engine.views import PublicView
    from inference.story import tell
    from inference.traces import trace_row

    async def work(store: Any) -> tuple[list[dict[str, Any]], str | None]:
        world_id = await _chosen(store, wood)
        asks = await store.asks(world_id)
        return [ask for ask in asks if ask["turn"] == turn], await store.turn_view(world_id, turn)

    asks, view = _of_store(db, work)
    if view is None:
        fail(f"No turn {turn} has been played to its end there. Name an earlier one.")
    _print(tell([trace_row(ask) for ask in asks], PublicView.model_validate_json(view)))


async def _chosen(store: Any, wood: str) -> str:
    """Return the id of the wood that is meant, failing with a sentence where that is not clear."""
    ids = [row["world_id"] for row in await store.woods()]
    if not ids:
        fail("The database holds no wood. Name another one.")
    if wood not in ids and (wood or len(ids) > 1):
        fail(f"The database holds {len(ids)} woods. Name one of them with --wood: {', '.join(ids)}.")
    return wood or ids[0]


def _of_store(db: Path, work: Callable[[Any], Awaitable[_T]]) -> _T:
    """Return what `work` reads in the store, opened as a reader."""
    from engine.store import Store, StoreError, sqlite_url

    async def read() -> _T:
        store = await Store.open(sqlite_url(db))
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return run(read())
    except StoreError as error:
        fail(str(error))


def _print(story: Any) -> None:
    """Print a story: in colour and under rules at a terminal, as plain lines anywhere else."""
    _title(f"Turn {story.turn}, {story.season}")
    for scene in story.scenes:
        _title(f"{scene.creature} ({scene.mind})")
        for line in scene.told:
            _line("told", line, "dim")
        _line("thought", scene.thought, "italic")
        for deed in scene.deeds or ("nothing",):
            _line("orders", deed, "bold")
        _line("says", scene.gossip, "cyan")
        _line("read", scene.read, "yellow")
        _line("silent", scene.failure, "red")
    _title("The wood")
    for trade in story.trades or ("Nothing was traded.",):
        _line("traded", trade, "green")
    _line("prices", ", ".join(story.prices), "")
    for news in story.news:
        _line("news", news, "")
    _line("headline", story.headline, "bold")


def _title(text: str) -> None:
    if out.is_terminal:
        out.rule(text, align="left")
    else:
        out.print(f"\n{text}", highlight=False, markup=False, soft_wrap=True)


def _line(label: str, text: str, style: str) -> None:
    """Print a labelled line, unless it is empty; what a mind wrote is neither markup nor a word to the terminal."""
    if text:
        plain = "".join(letter if letter.isprintable() else " " for letter in text)
        out.print(f"{label:>9}  {plain}", style=style, highlight=False, markup=False, soft_wrap=not out.is_terminal)
