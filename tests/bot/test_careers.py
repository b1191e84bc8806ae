"""`/patron profile`: what ended woods say of a player, to everybody, and nothing of a running one."""

from tests.bot.stage import Stage, text_of
from tests.bot.test_seasons import begin, look, play


async def test_a_career_over_two_seasons(stage: Stage) -> None:
    none = await stage.ada.slash(stage.channel, "patron profile")
    assert "You have finished no season in this server yet" in text_of(none)
    await begin(stage, repeats=True)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 9)
    await look(stage)
    await stage.ben.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "bribe", whom="the magistrate", pebbles=50)
    await play(stage, 9)
    shown = await stage.ben.slash(stage.channel, "patron profile", member=stage.ada)
    assert shown.ephemeral
    told = text_of(shown)
    assert f"The career of <@{stage.ada.id}>" in told
    assert "2 woods finished" in told
    assert "1 won: season 1" in told
    assert "**Best** · Season 1: 🥇 place 1 of 1, 100 pebbles" in told
    assert "**Worst ruin** · Season 2: 🥈 place 2 of 2, 50 pebbles" in told


async def test_a_running_wood_stays_behind_its_mask(stage: Stage) -> None:
    await begin(stage)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 3)
    shown = await stage.ben.slash(stage.channel, "patron profile", member=stage.ada)
    assert "has finished no season in this server yet" in text_of(shown)


async def test_who_deleted_their_data_has_no_career(stage: Stage) -> None:
    await begin(stage)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 9)
    exported = await stage.ada.slash(stage.channel, "privacy export")
    assert "Everything stored about you" in text_of(exported)
    asked = await stage.ada.slash(stage.channel, "privacy delete")
    assert "This cannot be undone" in text_of(asked)
    await stage.ada.click(asked.response.message, label="Delete it all")
    assert "your id is deleted" in text_of(asked)
    shown = await stage.ben.slash(stage.channel, "patron profile", member=stage.ada)
    assert "has finished no season" in text_of(shown)
    listed = text_of(await stage.ben.slash(stage.channel, "season history"))
    assert str(stage.ada.id) not in listed
    assert "The Patron of" in listed
