"""A safe copy of a store's file while its bot runs, and how a file is opened that must not be changed."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from engine.store import StoreError

_MAGIC: Final = b"SQLite format 3\0"

_BUSY_SECONDS: Final = 30.0
"""How long a reader waits for a lock of the writer's, which holds one for milliseconds."""


@contextmanager
def read_only(file: Path) -> Generator[sqlite3.Connection]:
    """Open a store's file so that nothing in it can change, whether or not a bot has it open.

    SQLite may leave an empty `-wal` and a `-shm` beside a file that no bot has open.

    Raises:
        StoreError: If there is no such file, or it is no database of SQLite.
    """
    if not file.is_file() or not _begins_as_sqlite(file):
        raise StoreError(f"{file} is no database. Name one written by wood bot, wood play or wood sim --out.")
    address = f"{file.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as connection:
        yield connection


def back_up(file: Path, to: Path) -> int:
    """Copy a store's file, as it is at one moment, while its bot goes on, and return the copy's size in bytes.

    The copy holds every input that was acknowledged before. It is written beside `to` under another name, synced to
    the disk and only then named `to`, so that `to` is either absent or whole. It is of the same schema as `file`,
    which may be an older or newer one than this program's, and only its owner may read it.

    Raises:
        StoreError: If `file` is no store, or cannot be read, or `to` is there already or cannot be written.
    """
    if to.exists():
        raise StoreError(f"{to} is there already and is not overwritten. Name a file that is not there yet.")
    if not to.parent.is_dir():
        raise StoreError(f"{to} cannot be written: its folder is missing. Make the folder, or choose another place.")
    unfinished = to.with_name(f".{to.name}.{os.getpid()}.unfinished")
    try:
        with read_only(file) as connection:
            _require_woods(connection, file)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        _sync(unfinished)
        if to.exists():
            raise StoreError(f"{to} appeared meanwhile and is not overwritten. Name a file that is not there yet.")
        unfinished.rename(to)
        _sync(to.parent)
    except sqlite3.Error as error:
        raise StoreError(
            f"{file} could not be copied to {to}: {error}. Free some space, or verify the store."
        ) from error
    except OSError as error:
        raise StoreError(f"{to} cannot be written: {error.strerror}. Choose another place for it.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return to.stat().st_size


def _begins_as_sqlite(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(_MAGIC)) == _MAGIC


def _require_woods(connection: sqlite3.Connection, file: Path) -> None:
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('woods', 'journal')"
    try:
        holds_woods = connection.execute(query).fetchone()[0] == 2
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{file} is no store of woods that can be opened here.") from error
    if not holds_woods:
        raise StoreError(f"{file} holds no woods. Name a file written by wood bot, wood play or wood sim --out.")


def _sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
