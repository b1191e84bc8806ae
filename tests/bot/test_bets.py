"""A bet by buttons, from a card to a contract, and what stale panels do."""

import re
from typing import Any

from tests.bot.stage import Stage, text_of


def labels(message: Any) -> list[str]:
    return [item.label for row in message.components for item in row.children]


async def opened(stage: Stage, **settings: Any) -> Any:
    await stage.plant(**settings)
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    await stage.ada.click(card, label="Join the wood")
    return card


async def test_a_patron_bets_in_three_clicks_and_hears_what_happens_next(stage: Stage) -> None:
    card = await opened(stage)
    panel = await stage.ada.click(card, label="Bet on a price")
    assert panel.ephemeral
    assert "your purse holds 100 pebbles" in text_of(panel)
    shown = labels(panel.response.message)
    assert len(shown) == 10
    assert shown[6:8] == ["Honey at 8 will fall", "Honey at 8 will rise"]

    await stage.ada.click(panel.response.message, label="Honey at 8 will fall")
    assert "**Short honey at 8** · you win if it falls." in text_of(panel)
    assert labels(panel.response.message) == ["6 honey: margin 24", "12 honey: margin 48", "25 honey: margin 100"]

    await stage.ada.click(panel.response.message, label="12 honey: margin 48")
    assert "Contract #1: short 12 honey at 8" in text_of(panel)
    assert re.search(r"Turn 2 settles <t:\d+:R>", text_of(panel))
    books = await stage.keeper.books(stage.world_id, str(stage.ada.id))
    assert books.purse == 52
    assert [(line.stance, line.good, line.quantity) for line in books.contracts] == [("short", "honey", 12)]


async def test_in_a_wood_without_a_clock_no_time_is_told(stage: Stage) -> None:
    card = await opened(stage)
    await stage.boss.slash(stage.channel, "setup", paused=True)
    panel = await stage.ada.click(card, label="Bet on a price")
    await stage.ada.click(panel.response.message, label="Acorns at 4 will rise")
    await stage.ada.click(panel.response.message, label=labels(panel.response.message)[0])
    assert "It is settled when turn 2 closes" in text_of(panel)
    assert "<t:" not in text_of(panel)


async def test_a_stranger_is_told_to_join_and_a_stale_size_is_refused(stage: Stage) -> None:
    card = await opened(stage)
    assert "Use /join first" in text_of(await stage.ben.click(card, label="Bet on a price"))
    panels = [await stage.ada.click(card, label="Bet on a price") for _ in range(3)]
    for panel in panels:
        await stage.ada.click(panel.response.message, label="Honey at 8 will rise")
    await stage.ada.click(panels[0].response.message, label="25 honey: margin 100")
    await stage.ada.click(panels[1].response.message, label="25 honey: margin 100")
    assert "Contract" not in text_of(panels[1])
    late = await stage.ada.click(card, label="Bet on a price")
    await stage.ada.click(late.response.message, label="Honey at 8 will rise")
    assert "is the margin of no contract on honey" in text_of(late)
    books = await stage.keeper.books(stage.world_id, str(stage.ada.id))
    assert len(books.contracts) == 1
