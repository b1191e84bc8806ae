"""Quiet hours as a keeper writes them."""

from datetime import time

import pytest

from bot.quiet import NoSuchZone, NotQuietHours, ZoneWithoutHours, read_quiet, told
from engine.cadence import QuietHours
from tests.bot.stage import Stage, text_of

NIGHT = QuietHours(zone="Europe/Berlin", start=time(22), end=time(7))


@pytest.mark.parametrize("written", ["22:00-07:00", "22-7", " 22:00 to 7 ", "22:00–07:00"])
def test_two_times_are_read_however_they_are_written(written: str) -> None:
    assert read_quiet(written, "Europe/Berlin", None) == NIGHT


def test_what_is_left_out_stays() -> None:
    assert read_quiet(None, None, NIGHT) is None
    assert read_quiet("None", None, NIGHT) == "none"
    assert read_quiet(None, "Asia/Tokyo", NIGHT) == NIGHT.model_copy(update={"zone": "Asia/Tokyo"})
    assert read_quiet("1-2", None, NIGHT) == QuietHours(zone="Europe/Berlin", start=time(1), end=time(2))
    assert read_quiet("1-2", None, None) == QuietHours(zone="UTC", start=time(1), end=time(2))


@pytest.mark.parametrize(
    ("quiet", "zone", "refusal"),
    [
        ("at night", None, NotQuietHours),
        ("25-7", None, NotQuietHours),
        ("7-7", None, NotQuietHours),
        ("22-7", "Berlin", NoSuchZone),
        (None, "Europe/Berlin", ZoneWithoutHours),
    ],
)
def test_what_cannot_be_kept_is_refused(quiet: str | None, zone: str | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_quiet(quiet, zone, None)


async def test_a_keeper_sets_them_reads_them_and_gives_them_up(stage: Stage) -> None:
    set_up = await stage.boss.slash(stage.channel, "setup", cadence=3600, quiet="22-7", zone="Europe/Berlin")
    assert "No turn comes from 22:00 to 07:00 (Europe/Berlin)." in text_of(set_up)
    assert stage.keeper.record(stage.world_id).quiet_hours == NIGHT
    given_up = await stage.boss.slash(stage.channel, "setup", quiet="none")
    assert "No turn comes" not in text_of(given_up)
    assert stage.keeper.record(stage.world_id).quiet_hours is None


async def test_zones_are_offered_by_what_was_typed(stage: Stage) -> None:
    offered = await stage.boss.autocomplete(stage.channel, "setup", "zone", "new york")
    assert [choice["value"] for choice in offered] == ["America/New_York"]


async def test_downtime_is_told_of_once(stage: Stage) -> None:
    await stage.plant(cadence_seconds=3600)
    stage.clock.forward(hours=5, minutes=1)
    for _ in range(2):
        await stage.bot.turn_clock.look()
        await stage.bot.turn_clock.settle()
    told_of = [message.content for message in stage.channel.history() if "stood still" in message.content]
    assert told_of == ["⏰ The wood stood still for a while, and 4 turns passed by unplayed. It goes on with one."]
    assert len(stage.cards()) == 1


def test_quiet_hours_in_words() -> None:
    assert told(NIGHT) == "No turn comes from 22:00 to 07:00 (Europe/Berlin)."
