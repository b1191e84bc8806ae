"""The buttons under a card, also under one that an earlier process posted."""

import pytest

from tests.bot.stage import Stage, text_of


async def test_buttons_of_an_old_card_work_with_a_new_bot(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    await stage.bot.close()
    await stage.env.restart_bot(stage.new_bot())

    refused = await stage.ada.click(card, label="My ledger")
    assert refused.ephemeral
    assert "Use /join first" in text_of(refused)
    joined = await stage.ada.click(card, label="Join the wood")
    assert joined.ephemeral
    assert "Your stake is 100" in text_of(joined)
    for label, words in (
        ("My ledger", "net worth **100**"),
        ("Prices", "Prices after turn 1"),
        ("How to play", "the gambit"),
    ):
        shown = await stage.ada.click(card, label=label)
        assert shown.ephemeral
        assert words in text_of(shown)


async def test_the_tip_is_bought_only_when_confirmed_and_only_once(stage: Stage) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    card = stage.cards()[-1]
    await stage.ada.click(card, label="Join the wood")
    asked = await stage.ada.click(card, label="Insider tip")
    assert asked.ephemeral
    assert "costs **10 pebbles**; your purse holds 100" in text_of(asked)
    assert (await stage.keeper.books(stage.world_id, str(stage.ada.id))).purse == 100

    await stage.ada.click(asked.response.message, label="Buy for 10 pebbles")
    assert "Honey will fall" in text_of(asked)
    assert (await stage.keeper.books(stage.world_id, str(stage.ada.id))).purse == 90
    again = await stage.ada.click(card, label="Insider tip")
    assert "You have this forecast already" in text_of(again)
    assert (await stage.keeper.books(stage.world_id, str(stage.ada.id))).purse == 90


async def test_the_ledger_closes_contracts_and_a_stale_one_is_refused(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=4)
    ledger = await stage.ada.slash(stage.channel, "ledger")
    closed = await stage.ada.click(ledger.response.message, label="Close #1 (0)")
    assert "Contract #1 closed" in text_of(closed)
    again = await stage.ada.click(ledger.response.message, label="Close #1 (0)")
    assert "closed already" in text_of(again)


async def test_a_button_of_a_wood_that_is_no_more_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    monkeypatch.setattr(stage.keeper, "keeps", lambda _: False)
    shown = await stage.ada.click(stage.cards()[-1], label="Prices")
    assert "That wood has come to its end" in text_of(shown)
