"""Versions of a store: old ones are carried forward whole, a failed migration changes nothing, others are refused."""

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine import migrations, preferences, schema
from engine.actions import Refusal
from engine.audit import audit
from engine.contests.honours import SeasonStory
from engine.migrations import OLDEST, carry_forward
from engine.replay import replay_wood
from engine.schema import VERSION
from engine.staging import hall
from engine.staging.director import Director
from engine.store import Store, StoreError, sqlite_url
from tests.engine.helpers import FixedClock, is_sentence
from tests.engine.staging.stage import Host, finish_of
from tests.engine.stores import (
    SCHEMA_9,
    SCHEMA_10,
    SCHEMA_11,
    SCHEMA_12,
    STORES,
    WOODS,
    carried,
    copied,
    keeper_of,
    turns_in,
)

FILES = sorted(STORES.glob("*.sqlite"))

BROKEN = '''
"""A migration that fails when it has changed tables, rows and a table that others refer to."""
import os
import signal
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Change much, and then break."""
    op.add_column("woods", sa.Column("zone", sa.Text, nullable=False, server_default="UTC"))
    op.execute("UPDATE woods SET paused = 1, zone = 'Europe/Lisbon'")
    op.execute("DELETE FROM asks")
    op.create_table("extra", sa.Column("key", sa.Text, primary_key=True), sqlite_strict=True)
    with op.batch_alter_table("woods") as woods:
        woods.alter_column("council", new_column_name="minds")
    {end}
'''


def contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def tables(file: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return sorted(rows, key=repr)


def say_version(file: Path, version: int) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        if version <= OLDEST:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(version),))
        else:
            connection.execute("UPDATE alembic_version SET version_num = ?", (str(version),))


def plant_migration(folder: Path, end: str) -> Path:
    """Return a copy of the migrations with one more, whose last statement is `end`."""
    copy = folder / "migrations"
    shutil.copytree(migrations.FOLDER, copy)
    text = BROKEN.format(revision=VERSION + 1, before=VERSION, end=end)
    (copy / "versions" / f"v{VERSION + 1}_broken.py").write_text(text)
    return copy


async def refusal(file: Path, *, writer: bool) -> str:
    with pytest.raises(StoreError) as refused:
        await Store.open(sqlite_url(file), writer=writer)
    return str(refused.value)


def test_the_newest_migration_is_the_schemas_version():
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions == [str(number) for number in range(VERSION, OLDEST - 1, -1)]


def test_the_migrations_make_the_tables_that_the_store_declares(tmp_path: Path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with engine.connect() as connection:
        carry_forward(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        made = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all())
    engine.dispose()
    assert all("STRICT" in made[name] for name in schema.metadata.tables)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestOldStores:
    async def test_are_carried_to_the_tables_of_a_new_one(self, file: Path, tmp_path: Path):
        new = tmp_path / "new.db"
        await (await Store.open(sqlite_url(new), writer=True)).close()
        assert tables(await carried(tmp_path, file)) == tables(new)

    async def test_replay_to_the_hashes_that_they_were_written_with(self, file: Path, tmp_path: Path):
        with closing(sqlite3.connect(copied(tmp_path, file))) as connection:
            written = connection.execute("SELECT world_id, seq, state_hash FROM turns").fetchall()
        keeper = await keeper_of(tmp_path / "wood.db")
        for world_id, turns in turns_in(file).items():
            report = await replay_wood(keeper.store, world_id)
            assert (report.turns, report.identical) == (turns, True)
            hashes = await keeper.store.turn_hashes(world_id)
            assert hashes == {seq: state_hash for wood, seq, state_hash in written if wood == world_id}
        await keeper.close()

    async def test_are_sound_once_carried(self, file: Path, tmp_path: Path):
        result = audit(await carried(tmp_path, file))
        assert result.faults == []
        turns = turns_in(file)
        assert (result.seen["references"], result.seen["turns"]) == (len(turns), sum(turns.values()))

    async def test_go_on_where_they_were(self, file: Path, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, file))
        assert keeper.unfinished() == ["gambit"]
        pending = [(post.world_id, post.turn) for post in await keeper.outbox.pending() if post.world_id in WOODS]
        assert pending == [
            ("gambit", 5), ("lenders", 1), ("lenders", 2), ("lenders", 3), ("mute", 1)
        ]  # fmt: skip
        assert {record.world_id: record.paused for record in keeper.woods() if record.world_id in WOODS} == {
            "gambit": False, "lenders": True, "mute": False, "seedling": False
        }  # fmt: skip
        assert [line.number for line in keeper.contracts_of("gambit", "hazel")] == [2, 3]
        assert len(keeper.wood("lenders").world.loans) == 1
        told = await keeper.store.find_input("gambit", "act:meanwhile")
        assert told is not None
        for world_id, turns in WOODS.items():
            assert (await keeper.advance(world_id)).turn == turns + 1
        await keeper.close()
        assert audit(tmp_path / "wood.db").faults == []


class TestContests:
    """A store of schema 9, in which a season has ended, another one runs, and a tournament is under way."""

    async def test_the_ended_season_is_told_and_kept_by_nobody(self, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, SCHEMA_9))
        assert not keeper.keeps("season-51-1")
        first, second = await keeper.store.run(lambda c: hall.seasons_of(c, 51))
        assert (first.crowned, second.planted, second.ended_at) == (True, True, None)
        ended = await keeper.store.run(lambda c: hall.ended_wood(c, first.world_id))
        assert ended is not None
        assert SeasonStory.model_validate_json(ended.story).turns[-1].turn == 8
        results = await keeper.store.run(lambda c: hall.results(c, "season-51-1"))
        assert [(result.user, result.place) for result in results] == [
            ("hazel", 1), ("birch", 2), ("ash", 3), ("rowan", 4),
        ]  # fmt: skip
        await keeper.close()

    async def test_the_voided_turn_stays_voided(self, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, SCHEMA_9))
        with pytest.raises(Refusal, match="Turn 2 is void already"):
            await keeper.void("season-51-2")
        assert (keeper.record("season-51-2").last_turn, keeper.wood("season-51-2").world.turn) == (16, 2)
        assert (await keeper.advance("season-51-2")).turn == 3
        await keeper.close()
        assert audit(tmp_path / "wood.db").faults == []

    async def test_the_tournament_gets_to_its_podium(self, tmp_path: Path):
        keeper, clock, host = await keeper_of(copied(tmp_path, SCHEMA_9)), FixedClock(), Host()
        host.keeper = keeper
        clock.time = datetime(2027, 1, 1, tzinfo=UTC)
        director = Director(keeper, clock, host)
        while not (tournament := await director.run("61-1")).state.over:
            clock.skip(tournament.state.plan.cadence_seconds)
        assert {seat.player for seat in tournament.state.seated(2)} == {"entrant-1", "entrant-2", "entrant-3"}
        assert len(finish_of(tournament).podium) == 3
        await keeper.close()
        assert audit(tmp_path / "wood.db").faults == []


class TestSettings:
    """Stores of schemas 10 to 12, whose woods are set to languages of their own, and in the last one to a theme."""

    @pytest.mark.parametrize("file", [SCHEMA_10, SCHEMA_11], ids=lambda file: file.stem)
    async def test_woods_keep_their_language_and_can_have_a_theme(self, file: Path, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, file))
        assert {wood.world_id: (wood.language, wood.theme) for wood in keeper.woods()} == {
            "gambit": ("", ""), "lenders": ("ja", ""), "mute": ("", ""), "seedling": ("es", ""),
        }  # fmt: skip
        assert (await keeper.configure("lenders", theme="light")).theme == "light"
        await keeper.close()
        reborn = await keeper_of(tmp_path / "wood.db")
        assert (reborn.record("lenders").language, reborn.record("lenders").theme) == ("ja", "light")
        assert {post.theme for post in await reborn.outbox.pending("lenders")} == {"light"}
        await reborn.close()

    async def test_a_theme_that_was_chosen_is_kept(self, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, SCHEMA_12))
        assert {wood.world_id: wood.theme for wood in keeper.woods() if wood.theme} == {"lenders": "light"}
        await keeper.close()

    @pytest.mark.parametrize("file", [SCHEMA_11, SCHEMA_12], ids=lambda file: file.stem)
    async def test_what_a_patron_wants_to_be_told_is_kept(self, file: Path, tmp_path: Path):
        keeper = await keeper_of(copied(tmp_path, file))
        called = await keeper.store.run(lambda c: preferences.called_in(c, "lenders"))
        assert [(each.user, each.language) for each in called] == [("hazel", "ja")]
        player = keeper.player("lenders", "hazel")
        lesson = await keeper.store.run(lambda c: preferences.lesson_of(c, "lenders", player))
        assert lesson == preferences.Lesson(contract=1, turn=3)
        await keeper.close()


class TestOpenings:
    async def test_that_were_never_posted_are_posted(self, tmp_path: Path):
        """As of a wood whose bot was started anew between its founding and its first input."""
        with closing(sqlite3.connect(copied(tmp_path))) as connection, connection:
            lost = "world_id = 'lenders' AND memo = 'opening'"
            assert connection.execute(f"DELETE FROM postings WHERE {lost}").rowcount == 32
            connection.execute("UPDATE postings SET n = n - 32 WHERE world_id = 'lenders' AND seq = 2")
        await (await keeper_of(tmp_path / "wood.db")).close()
        assert audit(tmp_path / "wood.db").faults == []

    async def test_are_posted_with_the_founding(self, tmp_path: Path):
        for _ in range(2):
            keeper = await keeper_of(tmp_path / "wood.db")
            if not keeper.woods():
                await keeper.found("w", 1, 2, council="script", seed="seed")
            await keeper.close()
        result = audit(tmp_path / "wood.db")
        assert (result.faults, result.seen["books"]) == ([], 32)


class TestRefusals:
    async def test_an_old_store_is_left_alone_by_a_reader(self, tmp_path: Path):
        file = copied(tmp_path)
        before = file.read_bytes()
        said = await refusal(file, writer=False)
        assert f"schema 4 and this program reads schema {VERSION}" in said
        assert "wood bot" in said
        assert file.read_bytes() == before

    @pytest.mark.parametrize("writer", [True, False])
    async def test_a_newer_store_is_refused_and_left_alone(self, writer: bool, tmp_path: Path):
        file = await carried(tmp_path)
        say_version(file, VERSION + 1)
        before = contents(file)
        said = await refusal(file, writer=writer)
        assert said == (
            f"This store has schema {VERSION + 1} and this program knows no later one than {VERSION}. "
            "Run the version that wrote it."
        )
        assert contents(file) == before

    @pytest.mark.parametrize("writer", [True, False])
    @pytest.mark.parametrize("version", range(1, OLDEST))
    async def test_one_from_before_the_first_release_is_refused(self, version: int, writer: bool, tmp_path: Path):
        file = copied(tmp_path)
        say_version(file, version)
        before = contents(file)
        said = await refusal(file, writer=writer)
        assert f"schema {version}, from before the first release" in said
        assert is_sentence(said.split(". ")[-1])
        assert contents(file) == before

    async def test_one_that_names_no_version_is_refused(self, tmp_path: Path):
        file = copied(tmp_path)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DELETE FROM meta")
        assert "does not say of which version" in await refusal(file, writer=True)

    async def test_a_program_of_schema_4_finds_another_version_where_it_looks(self, tmp_path: Path):
        with closing(sqlite3.connect(await carried(tmp_path))) as connection:
            (value,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        assert value == "5 or later"


class TestFailure:
    @pytest.mark.parametrize("end", ['raise RuntimeError("planted")', 'op.execute("SELECT nonsense FROM nowhere")'])
    async def test_a_failed_migration_leaves_the_file_as_it_was(
        self, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        file = copied(tmp_path)
        before, content = hashlib.sha256(file.read_bytes()).digest(), contents(file)
        monkeypatch.setattr(migrations, "FOLDER", plant_migration(tmp_path, end))
        with pytest.raises((StoreError, RuntimeError)) as failed:
            await Store.open(sqlite_url(file), writer=True)
        if "RuntimeError" not in end:
            assert "could not be carried from schema 4" in str(failed.value)
            assert "is as it was: no such table: nowhere" in str(failed.value)
        assert contents(file) == content
        assert hashlib.sha256(file.read_bytes()).digest() == before
        monkeypatch.undo()
        keeper = await keeper_of(file)  # and the lock is free
        assert len(keeper.woods()) == 4
        await keeper.close()

    def test_a_migration_that_is_killed_leaves_the_store_as_it_was(self, tmp_path: Path):
        file = copied(tmp_path)
        content = contents(file)
        folder = plant_migration(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
        code = (
            "import asyncio, pathlib, sys\nfrom engine import migrations\nfrom engine.store import Store\n"
            "migrations.FOLDER = pathlib.Path(sys.argv[2])\n"
            "asyncio.run(Store.open('sqlite+aiosqlite:///' + sys.argv[1], writer=True))"
        )
        killed = subprocess.run([sys.executable, "-c", code, str(file), str(folder)], check=False)
        assert killed.returncode == -signal.SIGKILL
        assert contents(file) == content

    async def test_a_migration_that_works_may_rebuild_a_table_that_others_refer_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        file = copied(tmp_path)
        monkeypatch.setattr(migrations, "FOLDER", plant_migration(tmp_path, "pass"))
        monkeypatch.setattr(migrations, "VERSION", VERSION + 1)
        store = await Store.open(sqlite_url(file), writer=True)
        pragma = await store._transact(lambda c: c.exec_driver_sql("PRAGMA foreign_keys").scalar())
        assert pragma == 1
        await store.close()
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT minds, zone FROM woods").fetchall() == [("standin", "Europe/Lisbon")] * 4
            assert connection.execute("SELECT count(*) FROM journal").fetchone() == (43,)

    async def test_rows_of_no_wood_are_found_before_anything_is_carried(self, tmp_path: Path):
        file = copied(tmp_path)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE journal SET world_id = 'nowhere' WHERE world_id = 'seedling'")
        content = contents(file)
        assert "rows of a wood that is not there" in await refusal(file, writer=True)
        assert contents(file) == content


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_the_one_described(file: Path):
    told = f"| `{file.name}` | the commit "
    (line,) = [line for line in (STORES / "README.md").read_text().splitlines() if line.startswith(told)]
    assert hashlib.sha256(file.read_bytes()).hexdigest()[:16] in line
