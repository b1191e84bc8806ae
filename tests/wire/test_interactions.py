"""What a player does over real sockets: acknowledged once, done once, however the wire behaves."""

import pytest

from tests.wire.faults import Fault
from tests.wire.stage import ADA, KEEPER, Wire, eventually

OTHERS = (Fault.CUT_BEFORE, Fault.BAD_GATEWAY, Fault.ERROR, Fault.LIMITED)
CALLBACK, ANSWER = "POST /interactions/.*/callback", "PATCH /webhooks/.*/@original"


async def effects(wire: Wire) -> int:
    """Return how many deeds of players the journal holds."""
    return sum(row.kind == "act" for row in await wire.keeper.store.journal_since(wire.world_id, 0))


async def test_a_wood_is_planted_joined_and_looked_at(wire: Wire) -> None:
    async with wire.bot():
        planted = await wire.done(await wire.discord.command(wire.guild, KEEPER, "setup", keeper=True, cadence=3600))
        assert planted.text.startswith("🌱 A wood is planted.")
        await eventually(lambda: wire.cards == [0])
        joined = await wire.done(await wire.discord.command(wire.guild, ADA, "join"))
        assert "Your stake is 100" in joined.text
        shown = await wire.done(await wire.discord.command(wire.guild, ADA, "wood look"))
        assert "A new wood" in shown.text
        assert shown.answer is not None
        assert [each["filename"] for each in shown.answer["attachments"]] == ["scene.png", "market.png"]
        typed = await wire.done(
            await wire.discord.autocomplete(wire.guild, ADA, "short", "5", good="honey", quantity="")
        )
        assert [choice["value"] for choice in typed.choices or []] == [5]
        click = await wire.discord.click(wire.guild, ADA, wire.discord.messages(wire.channel_id)[0], "ledger")
        assert "net worth" in (await wire.done(click)).text
    assert {command["name"] for command in wire.discord.state.commands} >= {"setup", "join", "wood"}


async def test_an_interaction_delivered_twice_is_one(wire: Wire) -> None:
    await wire.plant()
    async with wire.bot() as bot:
        joined = await wire.done(await wire.discord.command(wire.guild, ADA, "join", deliveries=3))
        advanced = await wire.done(await wire.discord.command(wire.guild, KEEPER, "advance", keeper=True, deliveries=3))
        await eventually(lambda: wire.cards == [1])
        await wire.posted()
        clicked = await wire.done(
            await wire.discord.click(
                wire.guild, ADA, wire.shown((await wire.last_post()).message_id), "tip", deliveries=3
            )
        )
        await bot.poster.settle()
    assert "Your stake is 100" in joined.text
    assert "costs **10 pebbles**" in clicked.text
    assert await effects(wire) == 1
    assert wire.keeper.public(wire.world_id).turn == 1
    for each in (joined, advanced, clicked):
        assert (each.acknowledgements, each.refused_acknowledgements) == (1, 0)


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)])
@pytest.mark.parametrize("request_", [CALLBACK, ANSWER])
async def test_a_request_that_goes_wrong_costs_the_player_nothing(wire: Wire, request_: str, fault: Fault) -> None:
    await wire.plant()
    wire.discord.faults.once(request_, fault)
    async with wire.bot():
        joined = await wire.done(await wire.discord.command(wire.guild, ADA, "join"))
    assert wire.discord.faults.befallen[fault] == 1
    assert "Your stake is 100" in joined.text
    assert joined.acknowledgements == 1
    assert await effects(wire) == 1


async def test_an_answer_with_a_picture_is_whole_at_the_second_try(wire: Wire) -> None:
    await wire.plant()
    wire.discord.faults.once(ANSWER, Fault.CUT_BEFORE)
    async with wire.bot():
        shown = await wire.done(await wire.discord.command(wire.guild, ADA, "wood prices"))
    assert shown.answer is not None
    assert shown.answer["attachments"][0]["size"] > 10_000


@pytest.mark.slow
async def test_what_discord_calls_failed_was_not_done(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    await wire.plant()
    wire.discord.faults.once(CALLBACK, Fault.ERROR, times=2)  # the client waits one second, three and five between
    async with wire.bot():
        failed = await wire.done(await wire.discord.command(wire.guild, ADA, "join"))
        assert failed.failed
        again = await wire.done(await wire.discord.command(wire.guild, ADA, "join"))
        assert "Your stake is 100" in again.text
        await eventually(lambda: wire.discord.rest.requests["POST interactions"] == 4)
        await eventually(lambda: "Discord had given /join up" in caplog.text)
    assert await effects(wire) == 1
