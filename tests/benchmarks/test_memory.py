"""The memory of a wood is measured on whole woods, and more Patrons take more of it."""

from benchmarks import memory
from engine.world import Wood


async def test_what_is_restored_is_the_wood_that_was_played() -> None:
    written = await memory.played(3, 2)
    kept: list[Wood] = []
    figures = memory.measure(written, 4, kept)
    assert [wood.write() for wood in kept] == [written] * 4
    assert kept[0].world.turn == 3
    assert len(kept[0].world.patrons) == 2
    assert figures["saved_kib"] > 1
    assert figures["load_ms"] > 0


def test_every_number_of_patrons_is_reported() -> None:
    report = memory.run(woods=200, turns=2)
    assert list(report["patrons"]) == ["0", "8", "30"]
    assert report["patrons"]["30"]["saved_kib"] > report["patrons"]["0"]["saved_kib"]
