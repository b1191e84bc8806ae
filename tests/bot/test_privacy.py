"""`/privacy export` and `/privacy delete`, as players meet them."""

import json
from pathlib import Path

from sqlalchemy import make_url

from engine.actions import Join
from engine.replay import replay_wood
from tests.bot.stage import Stage, text_of


async def played(stage: Stage) -> None:
    await stage.plant()
    for member in (stage.ada, stage.ben):
        await member.slash(stage.channel, "join")
        await member.slash(stage.channel, "short", good="honey", quantity=5)
    await stage.boss.slash(stage.channel, "advance")


async def test_the_export_is_a_file_for_its_reader_alone(stage: Stage) -> None:
    await played(stage)
    shown = await stage.ada.slash(stage.channel, "privacy export")
    assert shown.ephemeral
    assert "Everything stored about you" in text_of(shown)
    (file,) = shown.response.attachments
    assert file.filename == "thousand-token-wood.json"
    told = json.loads(await file.read())
    assert told["your_id"] == str(stage.ada.id)
    assert [action["action"]["kind"] for action in told["woods"][0]["actions"]] == ["join", "open"]
    others = [str(stage.ben.id), str(stage.boss.id), stage.keeper.mask(stage.world_id, str(stage.ben.id))]
    assert not any(str(other) in json.dumps(told) for other in others)


async def test_deleting_asks_first_and_then_leaves_no_trace_of_who_it_was(stage: Stage) -> None:
    await played(stage)
    url = make_url(str(stage.keeper.store._engine.url))
    file = Path(str(url.database))
    user = str(stage.ada.id)
    before = stage.keeper.wood(stage.world_id).state_hash()
    asked = await stage.ada.slash(stage.channel, "privacy delete")
    assert asked.ephemeral
    assert "This cannot be undone" in text_of(asked)
    assert stage.keeper.wood(stage.world_id).state_hash() == before
    await stage.ada.click(asked.response.message, label="Delete it all")
    assert "your id is deleted" in text_of(asked)
    assert not any(user.encode() in each.read_bytes() for each in file.parent.glob("wood.db*"))
    assert stage.keeper.mask(stage.world_id, user) is None
    assert stage.keeper.mask(stage.world_id, str(stage.ben.id)) is not None
    await stage.boss.slash(stage.channel, "advance")
    assert (await replay_wood(stage.keeper.store, stage.world_id)).identical
    stage.keeper.wood(stage.world_id).ledger.check()


async def test_whoever_left_joins_again_a_day_later_as_somebody_new(stage: Stage) -> None:
    await played(stage)
    mask = stage.keeper.mask(stage.world_id, str(stage.ada.id))
    asked = await stage.ada.slash(stage.channel, "privacy delete")
    assert "You leave the one wood or tournament that knows you. In a wood that grows" in text_of(asked)
    await stage.ada.click(asked.response.message, label="Delete it all")
    refused = await stage.ada.slash(stage.channel, "join")
    assert "You can join again in 24 hours" in text_of(refused)
    first = await stage.ada.click(stage.cards()[-1], label="First trade")
    await stage.ada.click(first.response.message, label="Join the wood")
    assert "You can join again in 24 hours" in text_of(first)
    assert stage.keeper.known_in(str(stage.ada.id)) == []
    stage.clock.forward(days=1)
    joined = await stage.ada.slash(stage.channel, "join")
    assert "You are now the Patron of" in text_of(joined)
    assert stage.keeper.mask(stage.world_id, str(stage.ada.id)) != mask


async def test_who_is_unknown_is_told_so(stage: Stage) -> None:
    await stage.plant()
    for command in ("privacy export", "privacy delete"):
        shown = await stage.ada.slash(stage.channel, command)
        assert shown.ephemeral
        assert "Nothing is stored about you here." in text_of(shown)


async def test_the_button_pressed_twice_says_that_nothing_is_left(stage: Stage) -> None:
    await played(stage)
    asked = await stage.ada.slash(stage.channel, "privacy delete")
    again = await stage.ada.slash(stage.channel, "privacy delete")
    await stage.ada.click(asked.response.message, label="Delete it all")
    before = stage.keeper.wood(stage.world_id).state_hash()
    await stage.ada.click(again.response.message, label="Delete it all")
    assert "Nothing is stored about you here." in text_of(again)
    assert stage.keeper.wood(stage.world_id).state_hash() == before


async def test_it_works_where_no_wood_grows(stage: Stage) -> None:
    await stage.keeper.found("guild-elsewhere", 5, 6, council="plain", seed="8")
    await stage.keeper.act("guild-elsewhere", str(stage.ada.id), Join(), "i")
    asked = await stage.ada.slash(stage.channel, "privacy delete")
    await stage.ada.click(asked.response.message, label="Delete it all")
    assert stage.keeper.known_in(str(stage.ada.id)) == []
