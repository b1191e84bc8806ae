"""Connections that are dropped, sent away, resumed and invalidated: what a player does meanwhile is done once."""

import asyncio

import pytest

from tests.wire.gateway import Shake
from tests.wire.stage import ADA, BEN, Wire


@pytest.mark.parametrize("how", [Shake.DROP, Shake.RECONNECT, Shake.RESUMABLE])
async def test_what_happens_while_the_connection_is_away_is_told_at_its_resume(wire: Wire, how: Shake) -> None:
    await wire.plant()
    async with wire.bot():
        assert await wire.discord.gateway.shake(0, how)
        joins = [await wire.discord.command(wire.guild, player, "join") for player in (ADA, BEN)]
        await wire.discord.gateway.resumed()
        for join in joins:
            assert "Your stake is 100" in (await wire.done(join)).text
    assert wire.discord.gateway.seen["identified"] == 1
    assert [join.acknowledgements for join in joins] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("how", [Shake.INVALID, Shake.FORGET])
async def test_a_session_that_discord_forgot_is_begun_anew(wire: Wire, how: Shake) -> None:
    await wire.plant()
    async with wire.bot():
        assert await wire.discord.gateway.shake(0, how)
        missed = await wire.discord.command(wire.guild, ADA, "join")
        await wire.discord.gateway.connected(times=2)
        joined = await wire.done(await wire.discord.command(wire.guild, ADA, "join"))
    assert "Your stake is 100" in joined.text
    assert (await wire.done(missed)).failed


@pytest.mark.slow
async def test_every_shard_serves_its_own_servers(wire: Wire) -> None:
    wire.discord.gateway.shards = 2
    other = wire.discord.state.add_guild()
    await wire.plant()
    await wire.keeper.found(f"guild-{other.id}", other.id, other.channels[0], council="plain", seed="8")
    async with wire.bot() as bot:
        await wire.discord.gateway.connected(times=2)
        assert sorted(bot.shards) == [0, 1]
        joins = [await wire.discord.command(guild, ADA, "join") for guild in (wire.guild, other)]
        for join in joins:
            assert "Your stake is 100" in (await wire.done(join)).text
        # One shard's trouble is not the other's.
        assert await wire.discord.gateway.shake((wire.guild.id >> 22) % 2, Shake.DROP)
        assert "Your stake is 100" in (await wire.done(await wire.discord.command(other, BEN, "join"))).text
        await wire.discord.gateway.resumed()


async def test_the_heart_beats(wire: Wire) -> None:
    async with wire.bot():
        await asyncio.sleep(0.1)
        assert wire.discord.gateway.seen["heartbeats"] >= 1
