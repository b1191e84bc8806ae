"""The store: one transaction an input, all of it or nothing, and a schema it knows."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from engine import schema
from engine.journal import Batch, JournalRow, NewPost, Snapshot, compact
from engine.keeper import Keeper
from engine.records import PostKind
from engine.store import MEMORY, AlreadyJournalledError, Store, StoreError, StoreUnavailableError
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import is_sentence, posting

RECORD = {
    "world_id": "w", "guild_id": 10**18, "channel_id": 2, "council": "c", "cadence_seconds": 60,
    "next_turn_at": 100, "paused": 0,
}  # fmt: skip


def row(seq: int, input_id: str) -> JournalRow:
    return JournalRow(seq, input_id, "act", 0, "{}", "receipt", 5)


@pytest.fixture
async def store():
    store = await Store.open(MEMORY, writer=True)
    await store.add_wood(RECORD, Batch("w", row(1, "found"), [], Snapshot(1, "{world}", "{sealed}")))
    yield store
    await store.close()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


class TestTransactions:
    async def test_an_input_is_written_whole(self, store: Store):
        await store.commit(Batch("w", row(2, "i"), [posting(3), posting(4)], Snapshot(2, "a", "b")))
        assert await store.find_input("w", "i") == row(2, "i")
        assert [p.quantity for p in await store.purse_postings("w", "patron:x", 9)] == [4, 3]
        assert await store.snapshot("w") == Snapshot(2, "a", "b")

    async def test_or_not_at_all(self, store: Store):
        await store.commit(Batch("w", row(2, "i"), [posting(3)]))
        turn = {"turn": 1, "season": 1, "state_hash": "h", "public_hash": "p", "view": "v", "effects": "e"}
        broken = Batch(
            "w",
            row(3, "j"),
            [posting(7)],
            Snapshot(3, "a", "b"),
            turn={**turn, "view": None},
            posts=[NewPost(PostKind.TURN, "n")],
        )
        with pytest.raises(IntegrityError):
            await store.commit(broken)
        assert await store.find_input("w", "j") is None
        assert len(await store.purse_postings("w", "patron:x", 9)) == 1
        assert await store.snapshot("w") == Snapshot(1, "{world}", "{sealed}")
        assert await store.turn_hashes("w") == {}
        await store.commit(Batch("w", row(3, "j"), []))

    async def test_an_input_id_is_taken_once_a_wood(self, store: Store):
        with pytest.raises(AlreadyJournalledError) as refused:
            await store.commit(Batch("w", row(2, "found"), []))
        assert refused.value.row == row(1, "found")
        await store.add_wood({**RECORD, "world_id": "b"}, Batch("b", row(1, "found"), []))

    async def test_a_wood_must_stand(self, store: Store):
        with pytest.raises(IntegrityError):
            await store.commit(Batch("nowhere", row(1, "i"), []))


class TestReading:
    async def test_the_journal_comes_in_order_from_where_one_asks(self, store: Store):
        for seq in (2, 3, 4):
            await store.commit(Batch("w", row(seq, f"i{seq}"), []))
        assert [r.seq for r in await store.journal_since("w", 2)] == [3, 4]
        assert await store.journal_since("b", 0) == []

    async def test_a_missing_snapshot_is_said(self, store: Store):
        with pytest.raises(StoreError) as missing:
            await store.snapshot("b")
        assert str(missing.value).endswith(".")

    async def test_what_is_due(self, store: Store):
        await store.add_wood({**RECORD, "world_id": "a", "next_turn_at": 50}, Batch("a", row(1, "f"), []))
        await store.add_wood({**RECORD, "world_id": "p", "paused": 1}, Batch("p", row(1, "f"), []))
        await store.add_wood({**RECORD, "world_id": "n", "next_turn_at": None}, Batch("n", row(1, "f"), []))
        assert await store.due(99) == ["a"]
        assert await store.due(100) == ["a", "w"]

    def test_plain_data_has_one_form(self):
        assert compact({"b": 1, "a": [1, 2]}) == '{"a":[1,2],"b":1}' == compact({"a": [1, 2], "b": 1})


class TestFailing:
    @pytest.fixture
    async def full(self, store: Store):
        """The store of one wood, with no page to spare."""
        await store._transact(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1"))  # SQLite takes what it has
        return store

    async def test_a_full_disk_is_said_to_whoever_waits_and_loses_nothing(self, full: Store):
        big = Snapshot(2, "x" * 10**5, "y")
        with pytest.raises(StoreUnavailableError) as refused:
            await full.commit(Batch("w", row(2, "i"), [posting(3)], big))
        assert is_sentence(str(refused.value))
        assert await full.find_input("w", "i") is None
        assert await full.snapshot("w") == Snapshot(1, "{world}", "{sealed}")
        await full._transact(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 10000"))
        await full.commit(Batch("w", row(2, "i"), [posting(3)], big))
        assert await full.snapshot("w") == big


class TestSchema:
    async def test_a_second_writer_is_refused_and_a_reader_is_not(self, url: str):
        first = await Store.open(url, writer=True)
        with pytest.raises(StoreError, match="in use by another process"):
            await Store.open(url, writer=True)
        await (await Store.open(url)).close()
        await first.close()
        await (await Store.open(url, writer=True)).close()

    async def test_a_reader_makes_nothing(self, url: str):
        file_of(url).touch()
        with pytest.raises(StoreError, match="holds no woods"):
            await Store.open(url)
        assert file_of(url).stat().st_size == 0

    @pytest.mark.parametrize("address", ["wood.db", "sqlite+aiosqlite:////absent/folder/wood.db", "nosuch://wood"])
    async def test_an_address_that_cannot_be_opened_gets_a_sentence(self, address: str):
        with pytest.raises(StoreError) as refused:
            await Store.open(address, writer=True)
        assert str(refused.value).endswith(".")

    async def test_a_file_that_is_no_database_gets_a_sentence(self, url: str):
        file_of(url).write_text("not a database, but quite long enough to be looked at as if it were one" * 20)
        with pytest.raises(StoreError, match="no store of woods"):
            await Store.open(url)

    async def test_a_store_opens_again(self, url: str):
        for _ in range(2):
            await (await Store.open(url, writer=True)).close()

    async def test_sqlite_is_strict_durable_and_keyed_by_wood(
        self, keeper: Keeper, open_keeper: KeeperOpener, url: str
    ):
        await keeper.close()
        with sqlite3.connect(file_of(url)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            tables = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        connection.close()
        assert set(schema.metadata.tables) <= set(tables)
        for name, table in schema.metadata.tables.items():
            assert "STRICT" in tables[name]
            of_wood = any(key.parent.name == "world_id" for key in table.foreign_keys)
            if of_wood and name != "outbox":
                assert next(column.name for column in table.primary_key) == "world_id"

    async def test_a_number_column_takes_no_text(self, store: Store):
        with pytest.raises(IntegrityError):
            await store.update_wood("w", cadence_seconds="soon")

    async def test_secrets_lie_in_their_own_table(self, keeper: Keeper, url: str):
        canary = keeper.wood("w").vault.canary.reveal()
        seed = keeper.wood("w").vault.seed.reveal()
        await keeper.advance("w")
        await keeper.close()
        with sqlite3.connect(file_of(url)) as connection:
            for name in set(schema.metadata.tables) - {"vaults"}:
                text = repr(connection.execute(f"SELECT * FROM {name}").fetchall())
                assert canary not in text
                assert seed not in text
            assert canary in repr(connection.execute("SELECT * FROM vaults").fetchall())
        connection.close()
