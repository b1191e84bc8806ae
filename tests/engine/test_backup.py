"""Backups: whole or absent, made while a bot plays, and a drill in which one takes the place of what was lost."""

import asyncio
import json
import os
import random
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.actions import Join, OpenContract, Refusal
from engine.audit import audit
from engine.backup import back_up
from engine.keeper import Keeper
from engine.replay import replay_wood
from engine.store import StoreError, sqlite_url
from engine.vocabulary import Good, Stance
from tests.engine.helpers import is_sentence
from tests.engine.stores import SCHEMA_4, carried, copied, keeper_of


def refusal(file: Path, to: Path) -> str:
    with pytest.raises(StoreError) as refused:
        back_up(file, to)
    assert is_sentence(str(refused.value).split(". ")[-1])
    return str(refused.value)


def lost(file: Path) -> None:
    """Destroy a store with everything beside it."""
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class TestCopies:
    async def test_hold_what_the_store_holds(self, tmp_path: Path):
        file, to = await carried(tmp_path), tmp_path / "backup 100%.db"
        assert back_up(file, to) == to.stat().st_size
        with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(to)) as other:
            assert list(one.iterdump()) == list(other.iterdump())
        assert audit(to).faults == []

    def test_are_made_of_stores_of_any_version(self, tmp_path: Path):
        file, to = copied(tmp_path), tmp_path / "backup.db"
        back_up(file, to)
        assert file.read_bytes() == SCHEMA_4.read_bytes()
        with closing(sqlite3.connect(to)) as connection:
            assert connection.execute("SELECT value FROM meta").fetchone() == ("4",)

    async def test_are_for_their_owner_alone(self, tmp_path: Path):
        back_up(await carried(tmp_path), tmp_path / "backup.db")
        assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600

    async def test_are_made_while_a_bot_holds_the_store(self, keeper: Keeper, url: str, tmp_path: Path):
        await keeper.act("w", "ada", Join(), "i1")
        file = Path(url.removeprefix("sqlite+aiosqlite:///"))
        assert file.with_name("wood.db-wal").stat().st_size > 0, "the store's last commits are still in the WAL"
        back_up(file, tmp_path / "backup.db")
        copy = await Keeper.open(sqlite_url(tmp_path / "backup.db"), keeper._councils, keeper._clock)
        assert copy.wood("w").state_hash() == keeper.wood("w").state_hash()
        await copy.close()


class TestRefusals:
    async def test_a_file_that_is_there_is_not_overwritten(self, tmp_path: Path):
        to = tmp_path / "backup.db"
        to.write_text("precious")
        assert "is there already and is not overwritten" in refusal(await carried(tmp_path), to)
        assert to.read_text() == "precious"

    async def test_nor_one_that_appears_meanwhile(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        file, to = await carried(tmp_path), tmp_path / "backup.db"
        fsync = os.fsync

        def other_process(descriptor: int) -> None:
            to.write_text("precious")
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", other_process)
        assert "appeared meanwhile" in refusal(file, to)
        assert to.read_text() == "precious"

    @pytest.mark.parametrize("name", ["absent.db", "other.db", "empty.db"])
    def test_what_is_no_store_is_not_copied(self, name: str, tmp_path: Path):
        (tmp_path / "empty.db").touch()
        with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
            connection.execute("CREATE TABLE things (name TEXT)")
        said = refusal(tmp_path / name, tmp_path / "backup.db")
        assert "wood bot" in said
        assert not (tmp_path / "backup.db").exists()

    async def test_a_folder_that_is_missing_is_named(self, tmp_path: Path):
        assert "its folder is missing" in refusal(await carried(tmp_path), tmp_path / "absent" / "backup.db")

    async def test_a_damaged_store_leaves_no_half_copy(self, tmp_path: Path):
        file = await carried(tmp_path)
        with file.open("r+b") as content:
            content.seek(20 * 4096)
            content.write(b"\xff" * 40 * 4096)
        assert "could not be copied" in refusal(file, tmp_path / "backup.db")
        assert not any("backup" in name for name in names(tmp_path))

    async def test_a_failing_disk_leaves_no_half_copy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        file = await carried(tmp_path)

        def fails(descriptor: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fails)
        assert "cannot be written: Input/output error" in refusal(file, tmp_path / "backup.db")
        assert not any("backup" in name for name in names(tmp_path))


class TestRestoring:
    @pytest.mark.parametrize("seed", range(3))
    async def test_a_backup_made_in_the_middle_of_play_takes_the_place_of_what_was_lost(
        self, seed: int, tmp_path: Path
    ):
        """The drill of docs/keeping.md: back up, lose everything, verify, put in place, start again."""
        dice, file, to = random.Random(seed), tmp_path / "wood.db", tmp_path / "backup.db"
        keeper = await keeper_of(file)
        await keeper.found("w", 1, 2, council="script", seed=str(seed))
        acknowledged: dict[str, str] = {}
        playing = True

        async def patron(user: str) -> None:
            acknowledged[user] = (await keeper.act("w", user, Join(), user)).text
            while playing:
                action = OpenContract(stance=dice.choice(list(Stance)), good=dice.choice(list(Good)), quantity=1)
                name = f"{user}-{len(acknowledged)}-{dice.random()}"
                try:
                    acknowledged[name] = (await keeper.act("w", user, action, name)).text
                except Refusal:
                    await asyncio.sleep(0.01)

        async def clock() -> None:
            while playing:
                await keeper.advance("w")
                await asyncio.sleep(dice.random() / 50)

        players = [asyncio.create_task(work) for work in (clock(), *(patron(f"user-{n}") for n in range(5)))]
        await asyncio.sleep(0.2 + dice.random() / 5)
        before = dict(acknowledged)
        command = (sys.executable, "-m", "cli.main", "backup", "--db", str(file), "--to", str(to), "--json")
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await process.communicate()
        assert process.returncode == 0
        assert json.loads(told)["bytes"] == to.stat().st_size
        assert len(acknowledged) > len(before) > 5, "play went on while the backup was made"
        playing = False
        await asyncio.gather(*players)
        await keeper.close()

        lost(file)
        assert audit(to).faults == []
        to.rename(file)

        again = await keeper_of(file)
        journalled = {row.input_id for row in await again.store.journal_since("w", 0)}
        assert {f"act:{name}" for name in before} <= journalled
        for name, receipt in before.items():
            action = Join() if name in ("user-0", "user-1") else OpenContract(stance="short", good="honey", quantity=1)
            assert (await again.act("w", "user-0", action, name)).text == receipt
        turn = again.wood("w").world.turn
        assert (await again.advance("w")).turn >= turn
        assert (await replay_wood(again.store, "w")).identical
        await again.close()
        assert audit(file).faults == []
