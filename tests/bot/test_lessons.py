"""The first minute of a stranger: joined, shown what a price is, one small bet, and once what came of it."""

from typing import Any

from bot.app import WoodBot
from engine import preferences
from engine.preferences import Lesson
from tests.bot.stage import Stage, text_of


def labels(shown: Any) -> list[str]:
    return [item.label for row in shown.response.message.components for item in row.children]


async def lesson(stage: Stage) -> Lesson | None:
    player = stage.keeper.player(stage.world_id, str(stage.ada.id))
    return await stage.keeper.store.run(lambda c: preferences.lesson_of(c, stage.world_id, player))


async def first_bet(stage: Stage, way: str) -> Any:
    """Make the first trade as a stranger does who only reads what is shown; return the answer and the clicks."""
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    shown, clicks = await stage.ada.click(stage.cards()[-1], label="Join the wood"), 1
    for wanted in ("My first bet", "Go on: one small bet", way):
        (label,) = [label for label in labels(shown) if label.startswith(wanted)]
        newer = await stage.ada.click(shown.response.message, label=label)
        shown, clicks = (newer if newer.response is not None else shown), clicks + 1
    assert "Contract #1" in text_of(shown)
    return shown, clicks


async def test_a_stranger_trades_within_six_actions_and_hears_what_happens_next(stage: Stage) -> None:
    shown, clicks = await first_bet(stage, "It falls")
    assert clicks <= 6
    assert "3 of 3" in text_of(shown)
    assert "Next: turn 2 closes <t:" in text_of(shown)
    books = await stage.keeper.books(stage.world_id, str(stage.ada.id))
    (line,) = books.contracts
    assert line.paid_in <= 10
    assert books.purse == 100 - line.paid_in


async def test_joining_says_what_changed_and_what_comes_next(stage: Stage) -> None:
    await stage.plant()
    shown = await stage.ada.click(await card(stage), label="Join the wood")
    assert shown.ephemeral
    assert "Your stake is 100 pebbles" in text_of(shown)
    assert "Next: turn 2 closes <t:" in text_of(shown)
    assert labels(shown) == ["My first bet", "First trade", "Bet on a price"]


async def crash(stage: Stage) -> Any:
    """Let honey crash as the next turn closes, and return what the next click is answered with."""
    await stage.ada.slash(stage.channel, "spring")
    await stage.boss.slash(stage.channel, "advance")
    return await stage.ada.click(stage.cards()[-1], label="Prices")


async def test_the_result_is_told_beside_the_next_click_and_once(stage: Stage) -> None:
    await first_bet(stage, "It falls: short")
    told = await crash(stage)
    (explained,) = told.followups
    assert explained.ephemeral
    assert "Your short of 2 honey won 8 pebbles because honey fell by 4, from 8 to 4." in explained.content
    assert await lesson(stage) is None
    again = await stage.ada.click(stage.cards()[-1], label="Prices")
    assert again.followups == []
    assert all("because honey" not in text_of(message) for message in stage.channel.history()), "it is private"
    assert not stage.ada.user.dm_channel.history(), "nobody is pinged"


async def test_a_bet_that_was_liquidated_is_explained_too(stage: Stage) -> None:
    await first_bet(stage, "It rises: long")
    (explained,) = (await crash(stage)).followups
    assert "was liquidated at 4: 0 of 8 pebbles of margin came back." in explained.content
    assert "so it was closed for you" in explained.content


async def test_a_bet_that_the_player_closed_is_not_told_again(stage: Stage) -> None:
    await first_bet(stage, "It falls")
    await stage.ada.slash(stage.channel, "close", number=1)
    assert (await crash(stage)).followups == []
    assert await lesson(stage) is None


async def test_the_lessons_own_button_waits_and_then_tells_after_a_restart(stage: Stage) -> None:
    shown, _ = await first_bet(stage, "It falls")
    await stage.ada.click(shown.response.message, label="What came of it?")
    assert "Turn 2 has not settled yet" in text_of(shown)
    await stage.bot.close()
    fresh: WoodBot = stage.new_bot()
    await stage.env.restart_bot(fresh)
    await fresh.turns.advance(stage.world_id)
    await stage.ada.click(shown.response.message, label="What came of it?")
    assert "Turn 2 has settled" in text_of(shown)
    assert any(label.startswith("Close it") for label in labels(shown))


async def test_a_stale_panel_opens_no_second_lesson_bet(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.click(await card(stage), label="Join the wood")
    panels = []
    for _ in range(2):
        shown = await stage.ada.slash(stage.channel, "ledger")
        lessons = await stage.ada.click(shown.response.message, label="My first bet")
        await stage.ada.click(lessons.response.message, label="Go on: one small bet")
        panels.append(lessons)
    for panel in panels:
        (label,) = [label for label in labels(panel) if label.startswith("It falls")]
        await stage.ada.click(panel.response.message, label=label)
    assert len((await stage.keeper.books(stage.world_id, str(stage.ada.id))).contracts) == 1
    assert "has not settled yet" in text_of(panels[1])


async def test_a_refused_stranger_is_given_the_button_that_helps(stage: Stage) -> None:
    await stage.plant()
    refused = await stage.ben.click(await card(stage), label="My ledger")
    assert "You are no Patron of this wood yet" in text_of(refused)
    await stage.ben.click(refused.response.message, label="Join the wood")
    assert stage.keeper.mask(stage.world_id, str(stage.ben.id)) is not None


async def test_nothing_of_a_lesson_is_in_the_wood(stage: Stage) -> None:
    await first_bet(stage, "It falls")
    assert await lesson(stage) == Lesson(1, 2)
    rows = await stage.keeper.store.journal_since(stage.world_id, 0)
    assert [row.kind for row in rows if row.kind == "act"] == ["act", "act"]
    assert "lesson" not in stage.keeper.wood(stage.world_id).write().sealed


async def card(stage: Stage) -> Any:
    await stage.boss.slash(stage.channel, "advance")
    return stage.cards()[-1]
