"""`wood backup` and `wood verify`, and the sentence for a store that another process has open."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.engine.stores import carried, copied, keeper_of

runner = CliRunner()
ROOT = Path(__file__).parents[2]

HOLDER = """
import asyncio, sys
from engine.store import Store

async def main():
    store = await Store.open("sqlite+aiosqlite:///" + sys.argv[1], writer=True)
    print("open", flush=True)
    await asyncio.sleep(600)
    await store.close()

asyncio.run(main())
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return asyncio.run(carried(tmp_path))


@contextmanager
def held(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold a store as its writer, and kill it at the end."""
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def refused(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == 2, result.output
    return " ".join(result.stderr.split())


class TestBackup:
    def test_copies_while_another_process_holds_the_store(self, store: Path, tmp_path: Path):
        with held(store):
            result = runner.invoke(app, ["backup", "--db", str(store), "--to", str(tmp_path / "copy.db")])
        assert result.exit_code == 0
        assert "copy.db" in result.stdout
        assert runner.invoke(app, ["verify", "--db", str(tmp_path / "copy.db")]).exit_code == 0

    def test_prints_one_json_object(self, store: Path, tmp_path: Path):
        to = tmp_path / "copy.db"
        result = runner.invoke(app, ["backup", "--db", str(store), "--to", str(to), "--json"])
        assert json.loads(result.stdout) == {"from": str(store), "to": str(to), "bytes": to.stat().st_size}

    def test_refuses_to_overwrite(self, store: Path):
        assert "is not overwritten" in refused("backup", "--db", str(store), "--to", str(store))


class TestVerify:
    def test_a_sound_store_has_status_0(self, store: Path):
        result = runner.invoke(app, ["verify", "--db", str(store)])
        assert result.exit_code == 0
        assert "The store is sound." in result.stdout
        assert all(check in result.stdout for check in ("file", "journal", "books", "outbox", "43 inputs"))
        told = json.loads(runner.invoke(app, ["verify", "--db", str(store), "--json"]).stdout)
        assert (told["sound"], told["faults"], told["seen"]["journal"]) == (True, [], 43)

    def test_a_store_at_fault_has_status_1_and_a_line_for_each(self, store: Path):
        with closing(sqlite3.connect(store)) as connection, connection:
            connection.execute("DELETE FROM outbox WHERE post_id IN (1, 7)")
        result = runner.invoke(app, ["verify", "--db", str(store)])
        assert result.exit_code == 1
        assert "outbox of gambit: turn 1 has no post.\noutbox of lenders: turn 2 has no post.\n" in result.stdout
        assert "2 at fault" in result.stdout
        told = runner.invoke(app, ["verify", "--db", str(store), "--json"])
        assert told.exit_code == 1
        assert json.loads(told.stdout)["faults"] == [
            {"check": "outbox", "wood": "gambit", "fault": "turn 1 has no post"},
            {"check": "outbox", "wood": "lenders", "fault": "turn 2 has no post"},
        ]

    def test_a_damaged_store_shows_what_was_not_looked_at(self, store: Path):
        with store.open("r+b") as content:
            content.seek(100)
            content.write(b"\xff" * 200)
        result = runner.invoke(app, ["verify", "--db", str(store)])
        assert result.exit_code == 1
        assert "not looked at" in result.stdout

    def test_what_cannot_be_verified_gets_a_sentence(self, tmp_path: Path):
        assert "is no database" in refused("verify", "--db", str(tmp_path / "absent.db"))
        assert "schema 4" in refused("verify", "--db", str(copied(tmp_path)))

    def test_it_sees_a_store_that_another_process_holds(self, store: Path):
        with held(store):
            assert runner.invoke(app, ["verify", "--db", str(store)]).exit_code == 0


class TestOtherStores:
    """Stores on PostgreSQL are named by an address."""

    ADDRESS = "postgresql+psycopg://wood:hush@127.0.0.1:1/wood"

    def test_what_works_on_files_names_pg_dump(self, tmp_path: Path):
        for arguments in (["verify"], ["backup", "--to", str(tmp_path / "copy.db")]):
            assert "pg_dump" in refused(*arguments, "--db", self.ADDRESS)

    def test_a_replay_takes_an_address(self, store: Path):
        result = runner.invoke(app, ["replay", "--db", f"sqlite+aiosqlite:///{store}", "--json"])
        assert json.loads(result.stdout) == {"worlds": 4, "turns": 9, "identical": True}

    @pytest.mark.parametrize("command", [["replay", "--db"], ["bench", "store", "--at"]])
    def test_one_that_cannot_be_used_gets_a_sentence_without_its_password(self, command: list[str]):
        told = refused(*command, self.ADDRESS)
        assert "PostgreSQL" in told
        assert "hush" not in told


class TestOneWriter:
    SENTENCE = "is in use by another process of the wood. Stop that one first."

    def test_a_playground_is_refused(self, store: Path):
        with held(store):
            assert self.SENTENCE in refused("play", "--council", "standin", "--headless", "--db", str(store))

    def test_a_simulation_is_refused(self, tmp_path: Path):
        with held(tmp_path / "sim.db"):
            assert self.SENTENCE in refused("sim", "--council", "standin", "--turns", "1", "--out", str(tmp_path))

    def test_a_bot_is_refused(self, store: Path, tmp_path: Path):
        address = f"sqlite+aiosqlite:///{store}"
        settings = {"DISCORD_TOKEN": "none", "WOOD_COUNCIL": "standin", "WOOD_DATABASE_URL": address}
        with held(store):
            second = subprocess.run(
                [sys.executable, "-m", "cli.main", "bot"],
                cwd=tmp_path,
                env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=False,
            )
        assert second.returncode == 2
        assert self.SENTENCE in " ".join(second.stderr.split())
        assert "Traceback" not in second.stderr

    @pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
    async def test_a_store_is_free_when_its_process_has_ended_however_that_was(
        self, ending: signal.Signals, tmp_path: Path
    ):
        file = copied(tmp_path)
        with held(file) as process:
            process.send_signal(ending)
            assert process.wait(timeout=60) == -ending
        keeper = await keeper_of(file)
        assert len(keeper.woods()) == 4
        await keeper.close()
