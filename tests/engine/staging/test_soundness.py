"""The audit of seasons and tournaments: a sound store has no fault, and every planted one is found and named."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from engine.audit import audit
from engine.staging.director import Director
from tests.engine.staging.stage import Host
from tests.engine.stores import SCHEMA_9, copied, keeper_of


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a season that has ended, one that runs, and a tournament whose first round is scored."""
    file = copied(tmp_path_factory.mktemp("sound"), SCHEMA_9)

    async def play() -> None:
        keeper, host = await keeper_of(file), Host()
        host.keeper, clock = keeper, keeper._clock
        clock.skip(365 * 24 * 3600)  # type: ignore[attr-defined]
        await Director(keeper, clock, host).run("61-1")
        await keeper.close()

    asyncio.run(play())
    return file


@pytest.fixture
def file(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "wood.db"))


TABLE: Final = "table 1 of round 1"
FIRST: Final = "round = 1 AND number = 1"
FOUNDING: Final = "kind = 'found' AND world_id = 'table-61-1-1-1'"

PLANTED: Final = {
    "a crown before the end": (
        "UPDATE seasons SET crowned = 1 WHERE number = 2",
        "season 2 of server 51 is crowned, and its wood has not ended",
    ),
    "a crown for a wood that is not there": (
        "UPDATE seasons SET world_id = 'nowhere' WHERE number = 1",
        "season 1 of server 51 is crowned, and its wood has not ended",
    ),
    "a wood for the invited that is no table": (
        "UPDATE woods SET invited = 1 WHERE world_id = 'gambit'",
        "gambit is joined by the invited alone, and is no table of a tournament",
    ),
    "terms that cannot be read": (
        "UPDATE tournaments SET plan = '{}'", "tournament 61-1: its terms cannot be read",
    ),
    "a table without its wood": (
        f"UPDATE tournament_tables SET world_id = 'nowhere' WHERE {FIRST}",
        f"tournament 61-1: {TABLE} is founded, and its wood is not there",
    ),
    "a table dealt otherwise": (
        f"UPDATE journal SET payload = replace(payload, '\"seed\":\"', '\"seed\":\"x') WHERE {FOUNDING}",
        f"tournament 61-1: {TABLE} is not dealt from the seed of its round",
    ),
    "a founding that is no JSON": (
        f"UPDATE journal SET payload = 'x' WHERE {FOUNDING}",
        f"tournament 61-1: {TABLE} is not dealt from the seed of its round",
    ),
    "a net worth raised": (
        f"UPDATE tournament_seats SET net_worth = net_worth + 1 WHERE {FIRST} AND seat = 2",
        f"tournament 61-1: {TABLE} has seat 2 noted otherwise than its player ended in the wood",
    ),
    "one who never acted noted as having played": (
        "UPDATE tournament_seats SET played = 1 WHERE round = 1 AND number = 2 AND seat = 1",
        "tournament 61-1: table 2 of round 1 has seat 1 noted otherwise than its player ended in the wood",
    ),
    "a result of a forgotten player": (
        "UPDATE tournament_seats SET net_worth = 9 WHERE entrant = 'entrant-5'",
        f"tournament 61-1: {TABLE} has seat 3 noted otherwise than its player ended in the wood",
    ),
    "a result lost": (
        f"UPDATE tournament_seats SET net_worth = NULL WHERE {FIRST} AND seat = 1",
        f"tournament 61-1: seat 1 of {TABLE} has no result, and its round is scored",
    ),
    "a seat at no table": (
        f"UPDATE tournament_seats SET number = 9 WHERE {FIRST} AND seat = 1",
        "tournament 61-1: seat 1 of table 9 of round 1 is at no table",
    ),
    "a seat of nobody": (
        "DELETE FROM entrants WHERE entrant = 'entrant-6'",
        "tournament 61-1: seat 1 of table 2 of round 1 is taken by one who never entered",
    ),
}  # fmt: skip


def test_a_sound_store_has_no_fault(file: Path):
    result = audit(file)
    assert (result.faults, result.seen["contests"]) == ([], 3)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_named(name: str, file: Path):
    statement, text = PLANTED[name]
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount > 0
    assert text in [fault.text for fault in audit(file).faults if fault.check == "contests"]
