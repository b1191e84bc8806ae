"""One live message: the sign follows the creatures' thinking, and a card shows turn after turn until there is news."""

import asyncio
from typing import Any

from bot.ui.reading import eventful
from engine.vocabulary import Good
from tests.bot.stage import Stage, text_of
from tests.bot.test_cards import busy_view


async def turn(stage: Stage, seconds: float = 60) -> None:
    stage.clock.forward(seconds=seconds)
    await stage.bot.turn_clock.look()
    await stage.bot.turn_clock.settle()


async def planted(stage: Stage, **settings: Any) -> None:
    # The pretend Discord dates its messages by a clock of its own.
    stage.clock.time = stage.env.backend.clock.now()
    await stage.plant(**{"cadence_seconds": 60, **settings})


async def test_quick_turns_without_news_are_shown_by_one_message(stage: Stage) -> None:
    await planted(stage)
    for _ in range(2):
        await turn(stage)
    (card,) = stage.cards()
    assert "## Turn 2\n" in text_of(card)
    assert [each.filename for each in card.attachments] == ["scene.png", "market.png"]
    newest = await stage.keeper.outbox.card(stage.world_id)
    assert newest is not None
    assert newest.message_id == card.id
    assert not await stage.keeper.outbox.pending()


async def test_news_have_a_message_of_their_own(stage: Stage) -> None:
    await planted(stage)
    await turn(stage)
    await turn(stage)
    await turn(stage)
    quiet, news = [text_of(card) for card in stage.cards()]
    assert "## Turn 2\n" in quiet
    assert "## Turn 3: The Run on Oona's Hoard" in news


async def test_a_slow_wood_an_old_card_and_a_lost_one_are_sent_anew(stage: Stage) -> None:
    await planted(stage)
    await turn(stage)
    await turn(stage, 3601)
    assert len(stage.cards()) == 2
    await stage.cards()[-1].delete()
    await turn(stage)
    assert ["Turn 3" in text_of(card) for card in stage.cards()] == [False, True]
    await stage.keeper.configure(stage.world_id, cadence_seconds=3600)
    await turn(stage, 3600)
    assert len(stage.cards()) == 3


def test_what_is_not_known_to_be_everyday_is_news() -> None:
    view = busy_view().model_copy(
        update={"news": ("Oona's hearth went cold.", "The peddler takes 1 honey off Oona at 3.")}
    )
    calm = view.model_copy(update={"quotes": tuple(quote.model_copy(update={"change": 1}) for quote in view.quotes)})
    assert not eventful(calm, calm)
    assert eventful(calm, calm.model_copy(update={"chapter": 9}))
    assert eventful(calm.model_copy(update={"news": ("Something never heard of.",)}), calm)
    stirred = tuple(quote.model_copy(update={"change": -2 if quote.good is Good.HONEY else 0}) for quote in calm.quotes)
    assert eventful(calm.model_copy(update={"quotes": stirred}), calm)


async def test_the_sign_tells_how_many_have_decided(stage: Stage) -> None:
    await planted(stage)
    turns, go_on, said = stage.bot.turns, asyncio.Event(), ""

    async def slowly(request: Any) -> None:
        nonlocal said
        assert turns.progress(stage.world_id) == (0, 5)
        for name in ("Oona", "Sable", "Oona"):
            turns.note_decided(stage.world_id, request.turn, name)
        turns.note_decided(stage.world_id, request.turn + 1, "Nettle")  # of another turn
        turns.note_decided("elsewhere", request.turn, "Nettle")
        async with asyncio.timeout(10):
            while "2 of 5" not in said:
                await asyncio.sleep(0.02)
                said = stage.channel.last_message.content if stage.channel.last_message else ""
        go_on.set()

    stage.council.before = slowly
    await turn(stage)
    assert go_on.is_set()
    assert said.endswith("🐢💭 🦉✅ 🦫💭 🦊✅ 🦔💭 · 2 of 5 have decided")
    assert turns.progress(stage.world_id) is None
    assert not any("thinking about" in message.content for message in stage.channel.history())
