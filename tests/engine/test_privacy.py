"""What is stored on a player: exported whole, and forgotten to the last byte, with books and hashes as they were."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import ledger as books
from engine import schema as t
from engine.actions import (
    Action,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Refusal,
    Spring,
    Whisper,
)
from engine.audit import audit
from engine.contests.plan import planned
from engine.contests.seating import Career
from engine.keeper import Keeper
from engine.ports import CANARY
from engine.privacy import HELD, export, known_to, never_published
from engine.replay import replay_wood
from engine.staging import archive
from engine.vocabulary import Direction, Good, Poke, Stance, Task
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import STRUCK
from tests.engine.stores import copied, keeper_of

ADA, BEN = "4711004711004711001", "4711004711004711002"

SECRETS = (
    "members", "letters", "positions", "forecasts", "contracts", "gifts", "standings", "suspicions", "springers",
    "offers", "tips",
)  # fmt: skip

DEEDS: tuple[Action, ...] = (
    Join(),
    OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=3),
    BuyForecast(),
    Whisper(creature="Sable", good=Good.HONEY, direction=Direction.FALL),
    BribeCreature(creature="Bracken", task=Task.HOARD, pebbles=9),
    Lend(creature="Sable", principal=10, interest=0, turns=3),
)


async def live(keeper: Keeper, user: str, *deeds: Action) -> None:
    for deed in deeds:
        await keeper.act("w", user, deed, f"{user[-1]}-{deed.kind}")


def bytes_of(url: str) -> bytes:
    """Return everything that lies on the disk: the database and its write-ahead log."""
    file = Path(url.removeprefix("sqlite+aiosqlite:///"))
    return b"".join(each.read_bytes() for each in file.parent.glob("wood.db*"))


async def rows_with(keeper: Keeper, text: str) -> set[str]:
    """Return the tables in which any cell holds `text`."""

    def work(connection: sa.Connection) -> set[str]:
        return {
            name
            for name, table in t.metadata.tables.items()
            for row in connection.execute(sa.select(table))
            if any(text in str(cell) for cell in row)
        }

    return await keeper.store.run(work)


async def test_the_outside_id_stands_in_one_table(keeper: Keeper):
    await live(keeper, ADA, *DEEDS)
    await keeper.advance("w")
    await live(keeper, BEN, PokeWood(poke=Poke.FROST))
    assert await rows_with(keeper, ADA) == {"players"}


async def test_every_table_says_what_it_holds_of_a_player(keeper: Keeper):
    assert set(HELD) == set(t.metadata.tables), "a new table: does it hold anything of a player?"
    await keeper.act("w", ADA, Join(), "first")
    for number, deed in enumerate((*DEEDS[1:], Spring())):
        await keeper.act("w", ADA, deed, f"i{number}")
    for _ in range(3):
        await keeper.advance("w")
    mask = keeper.mask("w", ADA)
    assert mask is not None
    for told in (ADA, mask, '"player-1"'):
        assert await rows_with(keeper, told) <= {name for name, held in HELD.items() if held}


async def test_a_planted_table_with_a_players_data_is_noticed(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    planted = sa.Table("diary", sa.MetaData(), sa.Column("line", sa.Text))
    monkeypatch.setattr(t.metadata, "tables", {**t.metadata.tables, "diary": planted})
    await keeper.store.run(lambda c: (planted.create(c), c.execute(sa.insert(planted).values(line=f"{ADA} was here"))))
    assert "diary" in await rows_with(keeper, ADA)
    assert set(HELD) != set(t.metadata.tables)


async def test_after_being_forgotten_no_byte_of_the_id_is_left(keeper: Keeper, url: str, open_keeper: KeeperOpener):
    crowd = [f"4711004711{number:09}" for number in range(300)]  # enough for pages to split and merge
    for number, user in enumerate(crowd):
        await keeper.act("w", user, Join(), f"join {number}")
        for deed in DEEDS[1:3] if number % 100 == 0 else ():
            await keeper.act("w", user, deed, f"{deed.kind} {number}")
    await keeper.advance("w")
    assert all(user.encode() in bytes_of(url) for user in crowd)
    for number, user in enumerate(crowd[::2]):
        assert await keeper.forget(user, f"forget {number}") == 1
    left = bytes_of(url)
    assert not [user for user in crowd[::2] if user.encode() in left]
    assert all(user.encode() in left for user in crowd[1::2])
    again = await open_keeper()
    assert not [user for user in crowd[::2] if again.mask("w", user) or user.encode() in bytes_of(url)]
    assert all(again.mask("w", user) for user in crowd[1::2])


async def test_journal_and_books_agree_after_somebody_is_forgotten(keeper: Keeper, open_keeper: KeeperOpener):
    await live(keeper, ADA, *DEEDS)
    await live(keeper, BEN, Join())
    await keeper.advance("w")
    before = keeper.wood("w").state_hash()
    mask = keeper.mask("w", ADA)
    assert mask is not None
    await keeper.forget(ADA, "bye")
    wood = keeper.wood("w")
    assert wood.state_hash() != before
    assert wood.ledger.pebbles_total() == STRUCK
    assert wood.ledger.balance(books.patron_account(mask)) == 0
    assert mask not in wood.world.patrons
    assert mask not in {line.mask for line in keeper.standings("w")}
    for _ in range(6):
        await keeper.advance("w")
    keeper.wood("w").ledger.check()
    assert mask not in {line.mask for line in keeper.standings("w")}
    now = keeper.wood("w").state_hash()
    again = await open_keeper()
    assert again.wood("w").state_hash() == now
    assert (await replay_wood(again.store, "w")).identical


async def test_none_of_a_leavers_secrets_is_kept(keeper: Keeper):
    await live(keeper, ADA, *DEEDS, Spring())
    await live(keeper, BEN, *DEEDS)
    await keeper.advance("w")
    await keeper.act("w", ADA, BuyForecast(), "again")
    await keeper.act("w", ADA, BribeMagistrate(pebbles=1), "gift")
    mask, vault = keeper.mask("w", ADA), keeper.wood("w").vault
    assert mask is not None
    held = {name for name in SECRETS if mask in str(getattr(vault, name).reveal())}
    assert held >= {"members", "letters", "positions", "forecasts", "contracts", "gifts", "standings"}
    await keeper.forget(ADA, "bye")
    for _ in range(4):
        await keeper.advance("w")
    vault = keeper.wood("w").vault
    assert {name for name in SECRETS if mask in str(getattr(vault, name).reveal())} <= {"tips"}, "spoken is spoken"


async def test_a_second_join_is_a_new_patron(keeper: Keeper):
    await live(keeper, ADA, Join())
    first = keeper.mask("w", ADA)
    await keeper.forget(ADA, "bye")
    receipt = await keeper.act("w", ADA, Join(), "join again")
    assert keeper.mask("w", ADA) not in (None, first)
    assert receipt.figures["purse"] == 100
    assert [player for _, player in keeper.known_in(ADA)] == ["player-2"]


async def test_every_wood_forgets(keeper: Keeper):
    await keeper.found("other", 2, 3, council="script", seed="8", on_clock=False)
    await keeper.act("w", ADA, Join(), "a")
    await keeper.act("other", ADA, PokeWood(poke=Poke.FROST), "b")
    assert await keeper.forget(ADA, "bye") == 2
    assert await keeper.forget(ADA, "bye") == 0
    assert await rows_with(keeper, ADA) == set()
    with pytest.raises(Refusal, match="You are no Patron"):
        await keeper.books("w", ADA)


async def test_a_refused_stranger_is_not_stored(keeper: Keeper):
    with pytest.raises(Refusal):
        await keeper.act("w", ADA, Spring(), "i")
    assert await rows_with(keeper, ADA) == set()
    assert keeper.known_in(ADA) == []


async def test_the_export_is_whole_and_holds_nothing_of_others(keeper: Keeper):
    for number, deed in enumerate(DEEDS):
        await keeper.act("w", ADA, deed, f"a{number}")
        await keeper.act("w", BEN, deed, f"b{number}")
    await keeper.advance("w")
    told = await export(keeper, ADA)
    (wood,) = told["woods"]
    text = json.dumps(told)
    assert [action["action"]["kind"] for action in wood["actions"]] == [deed.kind for deed in DEEDS]
    assert next(action["receipt"]["text"] for action in wood["actions"]).startswith("You are now the Patron of")
    assert wood["books"]["forecast"]
    memos = {posting["memo"] for posting in wood["postings"]}
    assert {"stake", "offered to Bracken"} <= memos
    others = keeper.mask("w", BEN)
    assert others is not None
    assert not any(secret in text for secret in (others, BEN, "player-2"))
    assert not CANARY.search(text)
    assert not re.search(r"heat|deck|suspicion", text.replace(json.dumps(HELD), ""))


async def test_ended_woods_and_tournaments_are_exported_and_forgotten(keeper: Keeper, open_keeper: KeeperOpener):
    for number, deed in enumerate(DEEDS):
        await keeper.act("w", ADA, deed, f"a{number}")
        await keeper.act("w", BEN, deed, f"b{number}")
    await keeper.advance("w")
    others = keeper.mask("w", BEN)
    await keeper.end("w")
    await keeper.store.run(enter_both)
    told = await export(keeper, ADA)
    assert told["woods"] == []
    (wood,), (tournament,) = told["ended_woods"], told["tournaments"]
    assert wood["result"]["place"] in (1, 2)
    assert wood["result"]["deeds"] == len(DEEDS) - 1
    assert [action["action"]["kind"] for action in wood["actions"]] == [deed.kind for deed in DEEDS]
    assert "stake" in {posting["memo"] for posting in wood["postings"]}
    assert (tournament["number"], tournament["withdrawn"]) == ("entrant-1", False)
    assert [(seat["round"], seat["table"], seat["net_worth"]) for seat in tournament["seats"]] == [(1, 1, 120)]
    assert others is not None
    assert not any(secret in json.dumps(told) for secret in (others, BEN, "player-2", "entrant-2"))
    assert await known_to(keeper, ADA) == 2
    again = await open_keeper()
    assert await again.forget(ADA, "bye") == 2
    assert await rows_with(again, ADA) == set()
    assert await known_to(again, ADA) == 0
    assert await known_to(again, BEN) == 2
    assert (await replay_wood(again.store, "w")).identical


def enter_both(connection: sa.Connection) -> None:
    plan = planned(
        "Cup", table_size=3, rounds=1, turns=2, cadence_seconds=60, council="script",
        starts_at=datetime(2026, 3, 2, tzinfo=UTC), seed="ab" * 32, now=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    cup = archive.add_tournament(connection, 1, 2, plan).tournament_id
    for user in (ADA, BEN):
        archive.enter(connection, cup, user, Career())
    archive.seat_round(connection, cup, 1, [["entrant-1", "entrant-2"]])
    (table,) = archive.tables(connection, cup, 1)
    archive.set_seat(connection, cup, table, 1, player="player-1", net_worth=120, played=1)
    archive.set_seat(connection, cup, table, 2, player="player-2", net_worth=90, played=1)


async def test_a_stranger_has_nothing_to_export(keeper: Keeper):
    assert (await export(keeper, ADA))["woods"] == []


async def test_players_of_an_older_store_go_on_and_can_leave(tmp_path: Path):
    """Its journal knows them by their outside ids, which stay there: see `docs/threat-model.md`."""
    keeper = await keeper_of(copied(tmp_path))
    assert {record.world_id for record, _ in keeper.known_in("hazel")} == {"gambit", "lenders"}
    mask = keeper.mask("gambit", "hazel")
    told = await export(keeper, "hazel")
    assert told["woods"][0]["actions"][0]["action"]["kind"] == "join"
    await keeper.act("gambit", "a newcomer", Join(), "joins")
    assert [player for _, player in keeper.known_in("a newcomer")] == ["player-4"]
    assert await keeper.forget("hazel", "bye") == 2
    assert keeper.mask("gambit", "hazel") is None
    assert mask not in keeper.wood("gambit").world.patrons
    await keeper.advance("gambit")
    assert (await replay_wood(keeper.store, "gambit")).identical
    await keeper.close()
    assert audit(tmp_path / "wood.db").faults == []


async def test_what_may_be_published_nowhere_is_known(open_keeper: KeeperOpener):
    keeper = await open_keeper()
    await keeper.found("w", 4711004711004711003, 4711004711004711004, council="stub", seed="7")
    await live(keeper, ADA, *DEEDS)
    await keeper.act("w", "hazel", Join(), "hazel")
    await keeper.advance("w")
    never = await never_published(keeper.store)
    assert {ADA, "4711004711004711003", "4711004711004711004"} <= never
    assert keeper.wood("w").vault.seed.reveal() in never
    assert keeper.wood("w").vault.canary.reveal() in never
    assert sum(CANARY.fullmatch(mark) is not None for mark in never) >= 2
    assert "hazel" not in never
