"""What the keepers of a server may do to a wood, and that everybody reads it once."""

import pytest

from bot.app import WoodBot
from tests.bot.stage import Stage, text_of
from tests.bot.test_seasons import look, play, texts


async def test_stopping_the_clock_is_public_and_so_is_letting_it_run(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "setup", paused=True)
    await look(stage)
    assert "A keeper of this server stopped the clock of this wood" in texts(stage)[-1]
    await stage.boss.slash(stage.channel, "setup", paused=True)
    await stage.boss.slash(stage.channel, "setup", paused=False)
    await look(stage)
    told = [text for text in texts(stage) if "A keeper of this server" in text]
    assert len(told) == 2
    assert "let the clock of this wood run again" in told[1]


async def test_the_next_turn_is_put_off_in_public(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    shown = await stage.boss.slash(stage.channel, "postpone", minutes=10)
    assert "The next turn comes" in text_of(shown)
    await look(stage)
    assert "put the next turn off by 10 minutes" in texts(stage)[-1]
    await play(stage, 10)
    assert stage.keeper.public(stage.world_id).turn == 0
    await play(stage, 1)
    assert stage.keeper.public(stage.world_id).turn == 1


@pytest.mark.parametrize("minutes", [0, -5, 1441])
async def test_a_turn_is_put_off_by_a_day_at_most(stage: Stage, minutes: int) -> None:
    await stage.plant()
    shown = await stage.boss.slash(stage.channel, "postpone", minutes=minutes)
    assert "by 1 to 1440 minutes" in text_of(shown)


async def test_a_turn_is_voided_in_public_and_only_once(stage: Stage) -> None:
    await stage.plant(cadence_seconds=60)
    nothing = await stage.boss.slash(stage.channel, "void")
    assert nothing.ephemeral
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 1)
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=5)
    await play(stage, 1)
    shown = await stage.boss.slash(stage.channel, "void")
    assert "voids turn 2" in text_of(shown)
    await look(stage)
    assert "voids turn 2" in texts(stage)[-1]
    assert texts(stage)[-1].startswith("📣")
    again = await stage.boss.slash(stage.channel, "void")
    assert again.ephemeral
    assert [text.startswith("📣") for text in texts(stage)].count(True) == 1


@pytest.mark.parametrize(
    ("command", "options"),
    [("postpone", {"minutes": 5}), ("void", {}), ("advance", {}), ("poke", {"poke": "frost"}), ("season end", {})],
)
async def test_a_tournaments_table_is_left_alone(stage: Stage, command: str, options: dict) -> None:
    await stage.plant(invited=True)
    before = stage.keeper.wood(stage.world_id).state_hash()
    shown = await stage.boss.slash(stage.channel, command, **options)
    assert "This is a table of a tournament" in text_of(shown)
    assert stage.keeper.wood(stage.world_id).state_hash() == before


async def test_each_step_from_the_last_turn_to_the_next_season_survives_a_restart(stage: Stage) -> None:
    """The bot goes away after every look; each thing is done and posted once all the same."""

    async def restart() -> WoodBot:
        bot = stage.new_bot()
        await stage.env.restart_bot(bot)
        return bot

    await stage.boss.slash(stage.channel, "season begin", chapters=1, cadence=60, repeats=True)
    await restart()
    await look(stage)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 7)
    stage.clock.forward(seconds=60)
    await stage.env.bot.turn_clock.look()
    await restart()
    for _ in range(6):
        await look(stage)
        await restart()
    told = "\n".join(texts(stage))
    assert told.count("Season 1 is over") == 1
    assert told.count("## A new wood") == 2
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert wood.world_id == f"season-{stage.guild.id}-2"
