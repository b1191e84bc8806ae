"""The model of a disk: what was synced stays, and everything else is at the mercy of the power."""

from random import Random

import pytest

from tests.crash.disk import SECTOR, Disk, Kept
from tests.crash.shim import Change, Record

NEW = bytes([1]) * (3 * SECTOR)


def wrote(data: bytes, offset: int = 0, name: str = "f") -> Record:
    return Record(Change.WRITE, name, offset, len(data), data)


def synced(name: str = "f") -> Record:
    return Record(Change.SYNC, name, 0, 0, b"")


def after(files: dict[str, bytes], *records: Record) -> Disk:
    disk = Disk(files)
    for record in records:
        disk.follow(record, Random(0))
    return disk


def outcomes(disk: Disk, kept: Kept) -> list[dict[str, bytes]]:
    return [disk.survivors(Random(seed), kept) for seed in range(200)]


@pytest.mark.parametrize("kept", Kept)
def test_what_was_synced_stays(kept: Kept):
    disk = after({"f": bytes(9)}, wrote(NEW), synced())
    assert all(left == {"f": NEW} for left in outcomes(disk, kept))


def test_what_was_not_may_vanish_or_stay():
    disk = after({"f": b"old"}, wrote(NEW))
    assert disk.survivors(Random(1), Kept.NOTHING) == {"f": b"old"}
    assert disk.survivors(Random(1), Kept.EVERYTHING) == {"f": NEW}


def test_sectors_go_their_own_ways():
    disk = after({"f": bytes(len(NEW))}, wrote(NEW), wrote(bytes([2]) * 10, 5))
    seen = {tuple(left["f"][sector * SECTOR + 7] for sector in range(3)) for left in outcomes(disk, Kept.SECTORS)}
    assert {sectors[0] for sectors in seen} == {0, 1, 2}
    assert len(seen) == 3 * 2 * 2
    for left in outcomes(disk, Kept.SECTORS):
        for sector in range(1, 3):
            assert len(set(left["f"][sector * SECTOR : (sector + 1) * SECTOR])) == 1


def test_a_beginning_keeps_the_order():
    disk = after({"f": b""}, wrote(b"a"), wrote(b"b", SECTOR), wrote(b"c", 2 * SECTOR))
    for left in outcomes(disk, Kept.BEGINNING):
        letters = left["f"].replace(b"\0", b"")
        assert b"abc".startswith(letters)


def test_a_cut_may_be_undone_until_it_is_synced():
    cut = Record(Change.CUT, "f", 0, 4, b"")
    assert {len(left["f"]) for left in outcomes(after({"f": NEW}, cut), Kept.SECTORS)} == {4, len(NEW)}
    assert {len(left["f"]) for left in outcomes(after({"f": NEW}, cut, synced()), Kept.SECTORS)} == {4}


def test_a_name_is_safe_when_its_folder_was_synced():
    made = Record(Change.CREATE, "g", 0, 0, b"")
    gone = Record(Change.UNLINK, "f", 0, 0, b"")
    disk = after({"f": b"f"}, made, wrote(b"g", name="g"), synced("g"), gone)
    assert {tuple(sorted(left)) for left in outcomes(disk, Kept.SECTORS)} == {("f",), ("f", "g"), ("g",)}
    disk.follow(synced(""), Random(0))
    assert all(left == {"g": b"g"} for kept in Kept for left in outcomes(disk, kept))


def test_a_failed_sync_is_not_made_good_by_the_next():
    failed = Record(Change.UNSYNCED, "f", 0, 0, b"")
    contents: set[bytes] = set()
    for seed in range(50):
        disk = Disk({"f": bytes(1)})
        for record in (wrote(b"x"), failed, synced()):
            disk.follow(record, Random(seed))
        contents.add(disk.survivors(Random(0), Kept.EVERYTHING)["f"])
    assert contents == {b"\0", b"x"}
