"""A PostgreSQL server of the tests' own: Debian's binaries, an unprivileged user, a temporary folder, a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa

if TYPE_CHECKING:
    import psycopg

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@dataclass
class Server:
    """A running server, and how to reach its databases."""

    folder: Path

    def address(self, database: str) -> str:
        """Return the store's address in a database."""
        return f"postgresql+psycopg://wood@/{database}?host={self.folder}"

    def create(self) -> str:
        """Create an empty database, and return the address of the store that it will be."""
        name = f"wood_{uuid4().hex}"
        with self.session() as session:
            session.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever still uses it."""
        with self.session() as session:
            session.execute(f"DROP DATABASE {name_in(url)} WITH (FORCE)")

    def session(self, url: str | None = None) -> "psycopg.Connection":
        """Return a session of the tests' own, whose statements are transactions."""
        import psycopg  # the other tests are collected without it

        database = "postgres" if url is None else name_in(url)
        return psycopg.connect(host=str(self.folder), user="wood", dbname=database, autocommit=True)


def name_in(url: str) -> str:
    return str(sa.make_url(url).database)


def _unprivileged() -> str | None:
    """Return the user to run the server as, or None to stay who we are; the server refuses to run as root."""
    if os.getuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end.

    Raises:
        RuntimeError: If PostgreSQL is not installed.
    """
    if not BINARIES:
        raise RuntimeError("There is no PostgreSQL in /usr/lib/postgresql. Install Debian's package postgresql.")
    user, binaries = _unprivileged(), BINARIES[-1]
    folder = Path(tempfile.mkdtemp(prefix="wood-postgres-", dir="/tmp"))  # a socket's path is short
    if user is not None:
        shutil.chown(folder, user)

    def call(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, env={"LC_ALL": "C"})

    try:
        call("initdb", "-A", "trust", "-U", "wood", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        call("pg_ctl", "-w", "-t", "120", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
