"""Where a command was used, and by whom: the questions asked before anything is done."""

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import discord

from engine.actions.base import Refusal
from engine.records import WoodRecord

if TYPE_CHECKING:
    from bot.app import WoodBot

_DEED: Final = re.compile(r"wood:([a-z]{1,8}(?:-[a-z]{1,8})?)[:-]")

WoodInteraction: TypeAlias = "discord.Interaction[WoodBot]"
"""An interaction with this bot."""


class NotInAServer(Refusal):
    """The command was used outside a server."""

    def __init__(self) -> None:
        super().__init__("Woods grow in servers. Use this command in a server's channel.")


class NoWood(Refusal):
    """The server has no wood yet."""

    def __init__(self) -> None:
        super().__init__(
            "No wood grows in this server yet. Somebody who may manage the server can plant one with /setup."
        )


class NotAManager(Refusal):
    """The member may not manage the server."""

    def __init__(self) -> None:
        super().__init__("Only somebody who may manage this server can do that. Ask one of them.")


def world_id_of(guild_id: int) -> str:
    """Return the id under which the wood of a server is kept."""
    return f"guild-{guild_id}"


def guild_of(interaction: WoodInteraction) -> int:
    """Return the id of the server an interaction came from.

    Raises:
        NotInAServer: If it came from a direct message.
    """
    if interaction.guild_id is None:
        raise NotInAServer
    return interaction.guild_id


def wood_of(interaction: WoodInteraction) -> WoodRecord:
    """Return the wood of the server an interaction came from.

    Raises:
        NotInAServer: If it came from a direct message.
        NoWood: If no wood grows there.
    """
    wood = interaction.client.keeper.of_guild(guild_of(interaction))
    if wood is None:
        raise NoWood
    return wood


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
