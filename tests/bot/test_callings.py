"""Direct messages about calls: to those alone who asked, once, after the turn, and never in anybody's way."""

from typing import Any

import pytest

from bot.callings import is_call
from engine.actions import Lend, OpenContract
from engine.privacy import export
from engine.vocabulary import Good, Stance
from tests.bot.stage import Stage, text_of


def dms(member: Any) -> list[str]:
    channel = member.user.dm_channel
    return [] if channel is None else [message.content for message in channel.history()]


async def doomed(stage: Stage, *members: Any) -> None:
    """Let members go long on honey, which crashes as the next turn closes."""
    await stage.plant()
    for member in members:
        await member.slash(stage.channel, "join")
        await member.slash(stage.channel, "long", good="honey", quantity=10)
    await stage.keeper.act(stage.world_id, str(members[0].id), OpenContract(
        stance=Stance.SHORT, good=Good.FIREWOOD, quantity=1
    ), "other")  # fmt: skip
    await members[0].slash(stage.channel, "spring")


async def ask(stage: Stage, member: Any) -> None:
    ledger = await member.slash(stage.channel, "ledger")
    told = await member.click(ledger.response.message, label="Tell me of calls")
    assert "From now on I tell you by direct message" in text_of(told)


async def advance(stage: Stage) -> None:
    await stage.boss.slash(stage.channel, "advance")
    await stage.bot.callings.settle()


async def test_only_who_asked_is_told_and_once(stage: Stage) -> None:
    await doomed(stage, stage.ada, stage.ben)
    await ask(stage, stage.ada)
    await advance(stage)
    (told,) = dms(stage.ada)
    assert "Turn 1 of the wood" in told
    assert "Your long of 10 honey was liquidated at 4" in told
    assert dms(stage.ben) == []
    stage.bot.callings.tell(stage.world_id, 1)
    await stage.bot.callings.settle()
    await advance(stage)
    assert dms(stage.ada) == [told], "neither the same turn again nor a quiet one"


async def test_whoever_ends_it_or_leaves_is_told_no_more(stage: Stage) -> None:
    await doomed(stage, stage.ada, stage.ben)
    for member in (stage.ada, stage.ben):
        await ask(stage, member)
    assert (await export(stage.keeper, str(stage.ada.id)))["woods"][0]["preferences"]["calls_in"] == "en"
    ledger = await stage.ada.slash(stage.channel, "ledger")
    await stage.ada.click(ledger.response.message, label="Tell me nothing")
    asked = await stage.ben.slash(stage.channel, "privacy delete")
    await stage.ben.click(asked.response.message, label="Delete it all")
    await advance(stage)
    assert dms(stage.ada) == dms(stage.ben) == []
    rows = await stage.keeper.store.run(lambda c: c.exec_driver_sql("SELECT player, calls_in FROM preferences").all())
    assert rows == [("player-1", None)]


async def test_closed_direct_messages_cost_nothing(stage: Stage) -> None:
    await doomed(stage, stage.ada)
    await ask(stage, stage.ada)
    stage.env.inject_error("POST", f"/channels/{stage.ada.user.dm_channel.id}/messages", status=403, code=50007)
    await advance(stage)
    assert stage.keeper.public(stage.world_id).turn == 1
    ledger = await stage.ada.slash(stage.channel, "ledger")
    assert "was liquidated at 4" in text_of(ledger)


async def test_a_called_loan_is_told(stage: Stage) -> None:
    await stage.plant()
    stage.council.takes_loans = True
    await stage.ada.slash(stage.channel, "join")
    await ask(stage, stage.ada)
    user = str(stage.ada.id)
    await stage.keeper.act(stage.world_id, user, Lend(creature="Oona", principal=30, interest=0, turns=8), "loan")
    await advance(stage)
    assert dms(stage.ada) == []
    await stage.ada.slash(stage.channel, "spring")
    await advance(stage)
    (told,) = dms(stage.ada)
    assert "Margin call: the pledge of Oona fell to" in told


@pytest.mark.parametrize(
    "letter",
    ["Oona heard nothing of your whisper this turn.", "The magistrate asks about your luck.", "Your short of 3 honey"],
)
def test_no_other_letter_is_a_call(letter: str) -> None:
    assert not is_call(letter)
