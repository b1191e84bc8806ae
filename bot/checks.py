"""Where a command was used, and by whom: the questions asked before anything is done."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import discord

from bot.i18n import listed, say
from engine.actions.base import Refusal
from engine.records import WoodRecord

if TYPE_CHECKING:
    from bot.app import WoodBot

_NAMED: Final = "wood"
_DEED: Final = re.compile(r"(?:wood|cup):([a-z]{1,8}(?:-[a-z]{1,8})?)[:-]")

WoodInteraction: TypeAlias = "discord.Interaction[WoodBot]"
"""An interaction with this bot."""


class NotInAServer(Refusal):
    """The command was used outside a server."""

    def __init__(self) -> None:
        super().__init__(say("Woods grow in servers. Use this command in a server's channel."))


class NoWood(Refusal):
    """The server has no wood yet."""

    def __init__(self) -> None:
        super().__init__(
            say("No wood grows in this server yet. Somebody who may manage the server can plant one with /setup.")
        )


class NoWoodAnyMore(Refusal):
    """The wood that a button belongs to has ended."""

    def __init__(self) -> None:
        super().__init__(
            say("That wood has come to its end. /season history tells how, and a newer card shows what grows now.")
        )


class WhichWood(Refusal):
    """Several woods grow in the server, and none of them in this channel."""

    def __init__(self, woods: Sequence[WoodRecord]) -> None:
        where = listed(f"<#{wood.channel_id}>" for wood in woods)
        super().__init__(
            say("Several woods grow in this server. Use this command where yours is: {where}.", where=where)
        )


class NotAManager(Refusal):
    """The member may not manage the server."""

    def __init__(self) -> None:
        super().__init__(say("Only somebody who may manage this server can do that. Ask one of them."))


def world_id_of(guild_id: int, number: int = 1) -> str:
    """Return the id under which a wood is kept that was planted in a server, the first or a later one."""
    return f"guild-{guild_id}" if number == 1 else f"guild-{guild_id}-{number}"


def guild_of(interaction: WoodInteraction) -> int:
    """Return the id of the server an interaction came from.

    Raises:
        NotInAServer: If it came from a direct message.
    """
    if interaction.guild_id is None:
        raise NotInAServer
    return interaction.guild_id


def bind(interaction: WoodInteraction, world_id: str) -> None:
    """Note the wood that an interaction names, as a button does; from then on `wood_of` returns no other."""
    interaction.extras[_NAMED] = world_id


def wood_of(interaction: WoodInteraction) -> WoodRecord:
    """Return the wood that an interaction is about: the one it names, else that of its channel, else the server's only.

    Where several tables of a tournament share a channel, it is the one at which the player sits.

    Raises:
        NotInAServer: If it came from a direct message.
        NoWood: If none grows in the server, or the one that it names does not grow any more.
        WhichWood: If several grow, and none of them in this channel.
    """
    keeper, guild_id = interaction.client.keeper, guild_of(interaction)
    named = interaction.extras.get(_NAMED)
    if named is not None:
        if not keeper.keeps(named) or keeper.record(named).guild_id != guild_id:
            raise NoWoodAnyMore
        return keeper.record(named)
    here = _seat_here(interaction) or wood_here(interaction)
    if here is not None:
        return here
    woods = [wood for wood in keeper.of_guild(guild_id) if not wood.invited]
    if len(woods) > 1:
        raise WhichWood(woods)
    if not woods:
        raise NoWood
    return woods[0]


def _seat_here(interaction: WoodInteraction) -> WoodRecord | None:
    """Return the table played in this very channel at which the player sits, or None."""
    keeper, player = interaction.client.keeper, player_of(interaction)
    tables = (wood for wood in keeper.of_guild(guild_of(interaction)) if wood.invited)
    here = (wood for wood in tables if wood.channel_id == interaction.channel_id)
    return next((wood for wood in here if keeper.mask(wood.world_id, player) is not None), None)


def wood_here(interaction: WoodInteraction) -> WoodRecord | None:
    """Return the wood whose cards this channel shows, or the channel that this thread belongs to; None without one."""
    keeper = interaction.client.keeper
    channel, channel_id = interaction.channel, interaction.channel_id
    wood = None if channel_id is None else keeper.of_channel(channel_id)
    if wood is None and isinstance(channel, discord.Thread):
        wood = keeper.of_channel(channel.parent_id)
    return wood


def wood_or_none(interaction: WoodInteraction) -> WoodRecord | None:
    """Return the wood that an interaction is about, or None where `wood_of` would refuse."""
    try:
        return wood_of(interaction)
    except Refusal:
        return None


def player_of(interaction: WoodInteraction) -> str:
    """Return the outside id of the player."""
    return str(interaction.user.id)


def name_of(interaction: WoodInteraction) -> str:
    """Name the command or the button's deed: nothing a player typed, and neither player nor server."""
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    deed = _DEED.match(custom_id)
    return f"button {deed[1]}" if deed else "unknown"


def input_of(interaction: WoodInteraction) -> str:
    """Return the id of the input that an interaction is, the same for every retry of it."""
    return f"discord:{interaction.id}"
