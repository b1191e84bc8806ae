"""The audit: a sound store has no fault, every planted fault is found and named, and nothing is changed by looking."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest

from engine.actions import Join
from engine.audit import CHECKS, Audit, audit
from engine.keeper import Keeper
from engine.store import StoreError
from tests.engine.helpers import is_sentence
from tests.engine.stores import SCHEMA_4, carried


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without a fault, which no test changes."""
    return asyncio.run(carried(tmp_path_factory.mktemp("sound")))


@pytest.fixture
def file(sound: Path, tmp_path: Path) -> Path:
    return Path(copy(sound, tmp_path / "wood.db"))


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            changed = connection.execute(statement).rowcount
            assert changed != 0, f"nothing was planted by {statement}"


def told(result: Audit) -> set[tuple[str, str | None, str]]:
    return {(fault.check, fault.world_id, fault.text) for fault in result.faults}


def damage(file: Path, table: str, garbage: bytes = b"\xff" * 64) -> None:
    """Overwrite the head of a table's first page."""
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = connection.execute(query, (table,)).fetchone()[0]
    with file.open("r+b") as content:
        content.seek((page - 1) * size)
        content.write(garbage)


OF_GAMBIT = "world_id = 'gambit'"
ROW_7 = f"{OF_GAMBIT} AND seq = 7"
ROW_12 = f"{OF_GAMBIT} AND seq = 12"
WITHOUT_KEY = (
    "CREATE TABLE loose AS SELECT * FROM journal", "DROP TABLE journal", "ALTER TABLE loose RENAME TO journal",
)  # fmt: skip

PLANTED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "a posting changed": (
        (f"UPDATE postings SET quantity = quantity + 1 WHERE {OF_GAMBIT} AND seq = 4 AND n = 0",),
        "books", "the postings of input 4 are not what the replay moves",
    ),
    "a posting between other accounts": (
        (f"UPDATE postings SET target = 'creature:Sable' WHERE {OF_GAMBIT} AND seq = 2 AND memo = 'stake'",),
        "books", "the pebbles of creature:Sable in the snapshot are not what its postings add up to",
    ),
    "a posting lost": (
        (f"DELETE FROM postings WHERE {OF_GAMBIT} AND seq = 5 AND n = 0",),
        "books", "the postings of input 5 are not what the replay moves",
    ),
    "a posting of no input": (
        (f"UPDATE postings SET seq = 99 WHERE {OF_GAMBIT} AND seq = 25",),
        "books", "there are postings of input 99, which is not in the journal",
    ),
    "pebbles made in the snapshot": (
        (f"UPDATE vaults SET sealed = replace(sealed, '\"struck\": 1000', '\"struck\": 2000') WHERE {OF_GAMBIT}",),
        "books", "pebbles or goods were made or lost: the accounts of the snapshot do not add up",
    ),
    "an input lost": (
        (f"DELETE FROM journal WHERE {ROW_12}",), "journal", "of input 12 there is no row",
    ),
    "inputs lost": (
        (f"DELETE FROM journal WHERE {OF_GAMBIT} AND seq BETWEEN 12 AND 14",),
        "journal", "of input 12 to 14 there is no row",
    ),
    "the founding lost": (
        (f"DELETE FROM journal WHERE {OF_GAMBIT} AND seq = 1",), "journal", "of input 1 there is no row",
    ),
    "the journal lost": (
        (f"DELETE FROM journal WHERE {OF_GAMBIT}",), "journal", "it is empty",
    ),
    "the journal's end lost": (
        (f"DELETE FROM journal WHERE {OF_GAMBIT} AND seq > 22",),
        "snapshots", "it is not a wood to which the journal replays",
    ),
    "another kind of founding": (
        (f"UPDATE journal SET kind = 'open' WHERE {OF_GAMBIT} AND seq = 1",),
        "journal", "it begins with input 1 as 'open' where the founding should be",
    ),
    "an input twice": (
        (*WITHOUT_KEY, f"UPDATE journal SET input_id = 'act:0-0' WHERE {ROW_12}"),
        "journal", "the input 'act:0-0' is there 2 times",
    ),
    "an input of another kind": (
        (f"UPDATE journal SET payload = '{{}}' WHERE {ROW_12}",),
        "journal", "input 12 (act, turn 2) does not follow from those before it",
    ),
    "an input that is no JSON": (
        (f"UPDATE journal SET payload = 'x' WHERE {ROW_12}",),
        "journal", "input 12 (act, turn 2) does not follow from those before it",
    ),
    "an act changed": (
        (f"UPDATE journal SET payload = replace(payload, '\"drought\"', '\"frost\"') WHERE {ROW_12}",),
        "turns", "the state after turn 3 and 2 later ones is not that of the replay",
    ),
    "another act's postings": (
        (f"UPDATE journal SET payload = replace(payload, '\"quantity\":6', '\"quantity\":5') WHERE {ROW_7}",),
        "books", "the postings of input 7 and 2 later ones are not what the replay moves",
    ),
    "a turn lost": (
        (f"DELETE FROM turns WHERE {OF_GAMBIT} AND turn = 3",),
        "turns", "of turn 3, closed by input 14, there is no row",
    ),
    "a turn of no closing": (
        (f"UPDATE turns SET seq = 99 WHERE {OF_GAMBIT} AND turn = 3",),
        "turns", "turn 3 has no input 99 that closed it",
    ),
    "a turn's hash changed": (
        (f"UPDATE turns SET state_hash = 'x' WHERE {OF_GAMBIT} AND turn = 2",),
        "turns", "the state after turn 2 is not that of the replay",
    ),
    "a card changed": (
        (f"UPDATE turns SET view = replace(view, 'turn', 'tern') WHERE {OF_GAMBIT} AND turn = 2",),
        "turns", "the state after turn 2 is not that of the replay",
    ),
    "asks of a turn that never was": (
        (f"UPDATE asks SET turn = 77 WHERE {OF_GAMBIT} AND turn = 5",),
        "turns", "there are asks of turn 77, which was never closed",
    ),
    "a snapshot changed": (
        (f"UPDATE snapshots SET world = replace(world, '\"season\":1', '\"season\":2') WHERE {OF_GAMBIT}",),
        "snapshots", "it is not a wood to which the journal replays",
    ),
    "a vault changed": (
        (f"UPDATE vaults SET sealed = replace(sealed, 'Cherry', 'Apple') WHERE {OF_GAMBIT}",),
        "snapshots", "it is not a wood to which the journal replays",
    ),
    "a snapshot that cannot be read": (
        (f"UPDATE snapshots SET world = substr(world, 1, 900) WHERE {OF_GAMBIT}",),
        "snapshots", "there is none that can be read, of the public world and the vault alike",
    ),
    "a vault lost": (
        (f"DELETE FROM vaults WHERE {OF_GAMBIT}",),
        "snapshots", "there is none that can be read, of the public world and the vault alike",
    ),
    "a snapshot of another moment than its vault": (
        (f"UPDATE vaults SET seq = seq - 1 WHERE {OF_GAMBIT}",),
        "snapshots", "there is none that can be read, of the public world and the vault alike",
    ),
    "a post lost": (
        (f"DELETE FROM outbox WHERE {OF_GAMBIT} AND turn = 5",), "outbox", "turn 5 has no post",
    ),
    "a post twice": (
        ("INSERT INTO outbox (world_id, turn, nonce) VALUES ('gambit', 5, 'x')",), "outbox", "turn 5 has 2 posts",
    ),
    "a post of no turn": (
        ("INSERT INTO outbox (world_id, turn, nonce) VALUES ('gambit', 6, 'x')",),
        "outbox", "there is a post of turn 6, which was never closed",
    ),
}  # fmt: skip


def test_a_sound_store_has_no_fault(file: Path):
    result = audit(file)
    assert (result.sound, result.faults) == (True, [])
    assert set(result.seen) == set(CHECKS)
    assert result.seen["journal"] == 43


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_named(name: str, file: Path):
    statements, check, text = PLANTED[name]
    change(file, *statements)
    result = audit(file)
    assert (check, "gambit", text) in told(result)
    assert {fault.world_id for fault in result.faults} == {"gambit"}, "the other woods are sound"


def test_rows_of_no_wood_are_found(file: Path):
    change(file, "UPDATE asks SET world_id = 'nowhere' WHERE world_id = 'lenders' AND turn = 3")
    assert ("references", None, "asks has 5 rows of a wood that is not there") in told(audit(file))


@pytest.mark.parametrize("table", ["turns", "postings", "journal", "snapshots", "woods", "sqlite_autoindex_journal_2"])
def test_a_damaged_page_is_found(table: str, file: Path):
    damage(file, table)
    result = audit(file)
    assert not result.sound
    assert result.faults[0].check == "file"


def test_a_damaged_first_page_is_found(file: Path):
    with file.open("r+b") as content:
        content.seek(100)
        content.write(b"\xff" * 200)
    result = audit(file)
    assert [fault.check for fault in result.faults] == ["file"]


def test_a_file_that_was_cut_short_is_found(file: Path):
    with file.open("r+b") as content:
        content.truncate(file.stat().st_size // 2)
    assert audit(file).faults[0].check == "file"


def test_many_faults_of_a_kind_are_not_all_told(file: Path):
    change(file, f"UPDATE postings SET quantity = quantity + 1 WHERE {OF_GAMBIT}")
    texts = [fault.text for fault in audit(file).faults if fault.check == "books"]
    assert "there are more faults like these" in texts
    assert len(texts) == 22


def test_no_fault_tells_what_an_account_holds(file: Path):
    change(file, f"UPDATE postings SET quantity = 987654 WHERE {OF_GAMBIT} AND seq = 7")
    result = audit(file)
    assert not result.sound
    assert not any("987654" in fault.text for fault in result.faults)


@pytest.mark.parametrize("plant", [lambda file: None, lambda file: damage(file, "turns")], ids=["sound", "damaged"])
def test_looking_changes_nothing(plant: Callable[[Path], None], file: Path):
    plant(file)
    before = hashlib.sha256(file.read_bytes()).digest()
    audit(file)
    assert hashlib.sha256(file.read_bytes()).digest() == before


async def test_looking_folds_nothing_back_that_a_killed_bot_left(keeper: Keeper, url: str, tmp_path: Path):
    await keeper.act("w", "ada", Join(), "i1")
    left = tmp_path / "left"
    left.mkdir()
    for name in ("wood.db", "wood.db-wal"):
        copy(tmp_path / name, left / name)
    before = [(left / name).read_bytes() for name in ("wood.db", "wood.db-wal")]
    assert len(before[1]) > 0
    result = audit(left / "wood.db")
    assert (result.faults, result.seen["journal"]) == ([], 2)
    assert [(left / name).read_bytes() for name in ("wood.db", "wood.db-wal")] == before


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be one" * 200, None])
def test_what_is_no_store_gets_a_sentence(content: bytes | None, tmp_path: Path):
    file = tmp_path / "other.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StoreError, match="is no database") as refused:
        audit(file)
    assert is_sentence(str(refused.value).split(". ")[-1])


def test_a_database_of_something_else_gets_a_sentence(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE things (name TEXT)")
    with pytest.raises(StoreError, match="holds no woods"):
        audit(tmp_path / "other.db")


def test_an_older_store_is_not_carried_forward_by_looking(tmp_path: Path):
    file = Path(copy(SCHEMA_4, tmp_path / "old.db"))
    with pytest.raises(StoreError, match="schema 4"):
        audit(file)
    assert file.read_bytes() == SCHEMA_4.read_bytes()


async def test_a_store_is_audited_while_its_bot_runs(keeper: Keeper, url: str):
    file = Path(url.removeprefix("sqlite+aiosqlite:///"))
    results: list[Audit] = []
    busy = True

    async def act() -> None:
        for number in range(30):
            await keeper.act("w", f"user-{number}", Join(), f"i{number}")
            if number % 3 == 0:
                await keeper.advance("w")

    async def look() -> None:
        while busy:
            results.append(await asyncio.to_thread(audit, file))

    looking = asyncio.create_task(look())
    await act()
    busy = False
    await looking
    assert len(results) > 1
    assert [result.faults for result in results] == [[]] * len(results)
    assert results[-1].seen["journal"] > results[0].seen["journal"]
