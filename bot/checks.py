"""Where a command was used, and by whom: the questions asked before anything is done."""

from typing import TYPE_CHECKING, TypeAlias

import discord

from engine.actions.base import Refusal
from engine.keeper import WoodRecord

if TYPE_CHECKING:
    from bot.app import WoodBot

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


def require_manager(interaction: WoodInteraction) -> None:
    """Check that the member may manage the server; Discord's own hint can be overridden, this cannot.

    Raises:
        NotInAServer: If the interaction came from a direct message.
        NotAManager: If the member lacks the permission.
    """
    guild_of(interaction)
    may = interaction.permissions
    if not (may.manage_guild or may.administrator):
        raise NotAManager


def player_of(interaction: WoodInteraction) -> str:
    """Return the outside id of the player."""
    return str(interaction.user.id)


def input_of(interaction: WoodInteraction) -> str:
    """Return the id of the input that an interaction is, the same for every retry of it."""
    return f"discord:{interaction.id}"
