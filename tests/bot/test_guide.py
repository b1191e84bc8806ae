"""The first trade, by one button after another, and what stale buttons do."""

from typing import Any

from bot.guide import next_step
from engine.actions import OpenContract
from engine.vocabulary import Good
from tests.bot.stage import Stage, text_of


async def purse(stage: Stage) -> int:
    return (await stage.keeper.books(stage.world_id, str(stage.ada.id))).purse


def buttons(message: Any) -> list[Any]:
    return [item for row in message.components for item in row.children]


async def test_a_newcomer_clicks_through_the_gambit(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    panel = await stage.ada.click(stage.cards()[-1], label="First trade")
    assert panel.ephemeral
    assert "Put on a mask" in text_of(panel)
    for label, words in (
        ("Join the wood", "Buy the true forecast"),
        ("Buy the forecast (10)", "Honey will fall"),
        ("Short", "Whisper it to Nettle"),
        ("Whisper to Nettle (1)", "Bring the legend now"),
        ("Spring it (10)", "falls when turn 2 settles"),
    ):
        [button] = buttons(panel.response.message)
        assert button.label.startswith(label)
        await stage.ada.click(panel.response.message, label=button.label)
        assert words in text_of(panel)
    assert buttons(panel.response.message) == []
    assert await purse(stage) >= 0

    await stage.boss.slash(stage.channel, "advance")
    again = await stage.ada.click(stage.cards()[-1], label="First trade")
    [button] = buttons(again.response.message)
    assert button.label.startswith("Close it (+")
    await stage.ada.click(again.response.message, label=button.label)
    assert "it won" in text_of(again)
    assert await purse(stage) > 100


async def test_a_button_clicked_twice_does_nothing_twice(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    first, second = [await stage.ada.click(card, label="First trade") for _ in range(2)]
    await stage.ada.click(first.response.message, label="Join the wood")
    await stage.ada.click(first.response.message, label="Buy the forecast (10)")
    assert await purse(stage) == 90
    await stage.ada.click(second.response.message, label="Join the wood")
    assert "Honey will fall" in text_of(second)
    assert await purse(stage) == 90


async def test_the_bet_leaves_what_the_later_steps_cost(stage: Stage) -> None:
    await stage.plant()
    for command in ("join", "insider"):
        await stage.ada.slash(stage.channel, command)
    rules = stage.keeper.wood(stage.world_id).world.rules.patron
    mine = await stage.keeper.books(stage.world_id, str(stage.ada.id))
    for held in (0, 11, 12, 20, 90, 5_000):
        step = next_step(mine.model_copy(update={"purse": held}), rules, {str(good): 9 for good in Good})
        assert isinstance(step.action, OpenContract)
        margin = -(-step.action.quantity * 9 // 2)
        assert 1 <= step.action.quantity <= rules.most_quantity
        assert step.action.quantity == 1 or margin <= held - rules.whisper_price - rules.spring_price


async def test_the_result_says_what_was_won_and_why(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=4)
    await stage.ada.slash(stage.channel, "long", good="firewood", quantity=4)
    await stage.ada.slash(stage.channel, "spring")
    await stage.boss.slash(stage.channel, "advance")
    won = text_of(await stage.ada.slash(stage.channel, "close", number=1))
    assert "Won 20 pebbles" in won
    assert "went from 9 to 4, 4 units. It went your way." in won
    assert "Honey crashes from 9 to 4." in won
    assert "Honey crashes" not in text_of(await stage.ada.slash(stage.channel, "close", number=2))
