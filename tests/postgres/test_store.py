"""The store on PostgreSQL: the same tables, the same statements, the same promises as on SQLite."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from engine import postgres, schema
from engine.claims import TakenOverError
from engine.journal import Batch, JournalRow, NewPost, Snapshot
from engine.keeper import Keeper
from engine.outbox import Outbox
from engine.records import PostKind
from engine.replay import replay_wood
from engine.schema import VERSION
from engine.shards import Shards
from engine.store import AlreadyJournalledError, Store, StoreError
from tests.engine.helpers import FixedClock, Script, is_sentence, posting
from tests.postgres.server import Server

TURN = {"turn": 1, "season": 1, "state_hash": "h", "public_hash": "p", "view": "v", "effects": "e"}


def record(world_id: str = "w", guild_id: int = 2**62, next_turn_at: int | None = 100) -> dict[str, object]:
    return {
        "world_id": world_id, "guild_id": guild_id, "channel_id": 2**62, "council": "c", "cadence_seconds": 60,
        "next_turn_at": next_turn_at, "paused": 0,
    }  # fmt: skip


def row(seq: int, input_id: str) -> JournalRow:
    return JournalRow(seq, input_id, "act", 0, "{}", "receipt", 2**33)


def founding(world_id: str = "w") -> Batch:
    return Batch(world_id, row(1, "found"), [], Snapshot(1, "{world}", "{sealed}"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await Store.open(url, writer=True)
    await store.add_wood(record(), founding())
    yield store
    await store.close()


class TestTransactions:
    async def test_an_input_is_written_whole(self, store: Store):
        await store.commit(Batch("w", row(2, "i"), [posting(3), posting(4)], Snapshot(2, "a", "b")))
        assert await store.find_input("w", "i") == row(2, "i")
        assert [p.quantity for p in await store.purse_postings("w", "patron:x", 9)] == [4, 3]
        assert await store.snapshot("w") == Snapshot(2, "a", "b")

    async def test_or_not_at_all(self, store: Store):
        broken = Batch(
            "w",
            row(3, "j"),
            [posting(7)],
            Snapshot(3, "a", "b"),
            turn={**TURN, "view": None},
            posts=[NewPost(PostKind.TURN, "n")],
        )
        with pytest.raises(IntegrityError):
            await store.commit(broken)
        assert await store.find_input("w", "j") is None
        assert await store.purse_postings("w", "patron:x", 9) == []
        assert await store.snapshot("w") == Snapshot(1, "{world}", "{sealed}")
        await store.commit(Batch("w", row(3, "j"), []))

    async def test_an_input_has_one_effect(self, store: Store):
        told = await asyncio.gather(
            *(store.commit(Batch("w", row(seq, "i"), [posting(1)])) for seq in (2, 3, 4)), return_exceptions=True
        )
        assert [type(each) for each in told] == [type(None), AlreadyJournalledError, AlreadyJournalledError]
        assert len(await store.purse_postings("w", "patron:x", 9)) == 1

    async def test_a_bad_input_fails_alone(self, store: Store):
        for name in ("a", "b", "c"):
            await store.add_wood(record(name), founding(name))
        batches = [Batch(name, row(2, "i"), [posting(1)]) for name in ("a", "b", "nowhere", "c")]
        told = await asyncio.gather(*map(store.commit, batches), return_exceptions=True)
        assert [type(each) for each in told] == [type(None), type(None), IntegrityError, type(None)]
        assert [len(await store.journal_since(name, 1)) for name in ("a", "b", "c")] == [1, 1, 1]

    async def test_a_closed_turn_has_its_post_and_the_next_is_due_later(self, store: Store):
        assert await store.due(100) == ["w"]
        await store.commit(
            Batch(
                "w",
                row(2, "close:1"),
                [],
                turn=TURN,
                next_turn_at=2**33,
                moves_clock=True,
                posts=[NewPost(PostKind.TURN, "n")],
            )
        )
        assert await store.due(100) == []
        assert await store.due(2**33) == ["w"]
        (post,) = await Outbox(store).pending()
        await Outbox(store).mark(post.post_id, 2**62)
        assert await Outbox(store).pending() == []


class TestClaims:
    async def test_who_claims_a_wood_fences_the_one_before(self, store: Store):
        (claimed,) = await store.claim()
        assert claimed["epoch"] == 2
        with pytest.raises(TakenOverError):
            await store.commit(Batch("w", row(2, "i"), [posting(1)]))
        with pytest.raises(TakenOverError):
            await store.update_wood("w", paused=1)
        assert await store.journal_since("w", 1) == []
        assert (await store.woods())[0]["paused"] == 0
        await store.commit(Batch("w", row(2, "i"), [posting(1)], epoch=2))
        await store.update_wood("w", epoch=2, paused=1)

    async def test_one_fenced_wood_does_not_hold_up_others(self, store: Store):
        await store.add_wood(record("other"), founding("other"))
        await store.claim(["w"])
        told = await asyncio.gather(
            store.commit(Batch("w", row(2, "i"), [])), store.commit(Batch("other", row(2, "i"), [])),
            return_exceptions=True,
        )  # fmt: skip
        assert [type(each) for each in told] == [TakenOverError, type(None)]

    async def test_a_wood_that_is_being_written_to_is_left_for_the_next_time(
        self, store: Store, server: Server, url: str
    ):
        await store.add_wood(record("other"), founding("other"))
        with server.session(url) as writing, writing.transaction():
            writing.execute("SELECT * FROM woods WHERE world_id = 'w' FOR NO KEY UPDATE")
            async with asyncio.timeout(30):  # who waits for a lock of this test waits for ever
                assert [row["world_id"] for row in await store.claim(["other", "w"])] == ["other"]
        assert [row["world_id"] for row in await store.claim(["other", "w"])] == ["other", "w"]

    async def test_only_woods_of_the_shards_are_claimed_and_due(self, url: str):
        first, second = Shards(4, (0, 1)), Shards(4, (2, 3))
        stores = [await Store.open(url, writer=True, shards=shards) for shards in (first, second)]
        for shard in range(4):
            await stores[0].add_wood(record(f"w{shard}", (1_000_000 + shard) << 22), founding(f"w{shard}"))
        for store, names in zip(stores, (["w0", "w1"], ["w2", "w3"]), strict=True):
            assert sorted(await store.due(100)) == names
            assert [row["world_id"] for row in await store.claim()] == names
            assert await store.claim([name for name in ("w0", "w1", "w2", "w3") if name not in names]) == []
            await store.close()


class TestLease:
    async def test_a_shard_has_one_writer(self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(postgres, "LEASE_SECONDS", 1)
        with pytest.raises(StoreError, match="keeps the shard 0 of 1") as refused:
            await Store.open(url, writer=True)
        assert is_sentence(str(refused.value))
        reader = await Store.open(url)
        assert len(await reader.woods()) == 1
        await reader.close()

    async def test_all_processes_divide_alike(self, url: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(postgres, "LEASE_SECONDS", 1)
        store = await Store.open(url, writer=True, shards=Shards(4, (0, 1)))
        with pytest.raises(StoreError, match="into 4 shards, this one into 8"):
            await Store.open(url, writer=True, shards=Shards(8, (2, 3)))
        await store.close()
        await (await Store.open(url, writer=True, shards=Shards(8, (2, 3)))).close()

    async def test_a_lost_session_is_taken_again_when_nobody_else_did(
        self, server: Server, url: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(postgres, "LEASE_SECONDS", 1)
        keeper = await Keeper.open(url, lambda _: Script(), FixedClock())
        await keeper.found("w", 1, 2)
        with server.session(url) as session:
            session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                            " AND backend_type = 'client backend' AND datname = current_database()")  # fmt: skip
        await _until_kept(server, url)
        await keeper.advance("w")
        assert (await replay_wood(keeper.store, "w")).identical
        await keeper.close()


async def _until_kept(server: Server, url: str) -> None:
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with server.session(url) as session:
        while session.execute(query, [postgres._SHARD]).fetchone() == (0,):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.05)


class TestTurnstile:
    async def test_the_next_one_goes_through_when_the_first_is_done(self, url: str):
        one, other = postgres.Turnstile(url), postgres.Turnstile(url)
        await one.go_through(0, 600)
        await other.go_through(1, 600)
        waiting = asyncio.create_task(other.go_through(0, 600))
        _, pending = await asyncio.wait({waiting}, timeout=0.5)
        assert pending
        await one.close()  # as the seconds, or the process, end
        await waiting
        await other.close()

    async def test_it_frees_itself(self, url: str):
        turnstile = postgres.Turnstile(url)
        for _ in range(3):
            await turnstile.go_through(0, 0.01)
        await turnstile.close()


class TestOpening:
    async def test_the_migrations_make_the_tables_that_the_store_declares(self, store: Store):
        def compare(connection) -> list[object]:
            return compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), schema.metadata
            )

        assert await store._transact(compare) == []

    async def test_many_that_start_together_migrate_once(self, url: str):
        stores = await asyncio.gather(*(Store.open(url, writer=True, shards=Shards(6, (shard,))) for shard in range(6)))
        for store in stores:
            versions = await store._transact(
                lambda c: c.exec_driver_sql("SELECT version_num FROM alembic_version").all()
            )
            assert [version for (version,) in versions] == [str(VERSION)]
            await store.close()

    async def test_a_reader_makes_no_tables_and_writes_nothing(self, url: str):
        with pytest.raises(StoreError, match="holds no woods"):
            await Store.open(url)
        await (await Store.open(url, writer=True)).close()
        reader = await Store.open(url)
        with pytest.raises(Exception, match="read-only"):
            await reader.add_wood(record(), founding())
        await reader.close()

    async def test_a_newer_store_is_refused(self, store: Store, server: Server, url: str):
        with server.session(url) as session:
            session.execute("UPDATE alembic_version SET version_num = %s", [str(VERSION + 1)])
        with pytest.raises(StoreError, match="knows no later one"):
            await Store.open(url)

    async def test_acknowledged_means_on_the_disk(self, store: Store, server: Server, url: str):
        assert await store.synchronous() == "on"
        with server.session(url) as session:
            assert session.execute("SHOW fsync").fetchone() == ("on",)

    async def test_a_server_that_is_not_there_gets_a_sentence(self):
        with pytest.raises(StoreError, match="cannot be used") as refused:
            await Store.open("postgresql+psycopg://wood:hush@/wood?host=/nowhere", writer=True)
        assert "hush" not in str(refused.value)
