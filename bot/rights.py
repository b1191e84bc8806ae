"""Who may do what: the right that every command and button declares, and the check of it.

Discord's own permissions of commands are hints that a server's managers can override, so they are not relied on.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeVar

from discord import app_commands

from bot.checks import NotAManager, WoodInteraction, guild_of, player_of, wood_of
from bot.i18n import say
from engine.actions.base import NotAPatron, Refusal

CommandT = TypeVar("CommandT", bound="app_commands.Command[Any, ..., Any]")


class Right(StrEnum):
    """What a member of a server needs. Nothing is done outside servers."""

    ANYONE = "anyone"
    """To be in the server."""

    PATRON = "patron"
    """To have joined the server's wood."""

    MANAGER = "manager"
    """To be allowed to manage the server."""


_RIGHT: Final = "right"


class NoRightDeclared(Refusal):
    """A command does not say who may use it, so nobody may."""

    def __init__(self) -> None:
        super().__init__(say("Nobody may use this command yet. Tell whoever runs this bot."))


def needs(right: Right) -> Callable[[CommandT], CommandT]:
    """Declare who may use a command; Discord is given the hint too, and hides it from the others."""

    def declare(command: CommandT) -> CommandT:
        command.extras[_RIGHT] = right
        return app_commands.default_permissions(manage_guild=True)(command) if right is Right.MANAGER else command

    return declare


def right_of(command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu) -> Right:
    """Return the right that a command declares.

    Raises:
        NoRightDeclared: If it declares none.
    """
    declared = command.extras.get(_RIGHT)
    if not isinstance(declared, Right):
        raise NoRightDeclared
    return declared


def require(interaction: WoodInteraction, right: Right) -> None:
    """Check, from memory alone, that a member has a right.

    Raises:
        NotInAServer: If the interaction came from a direct message.
        NoWood: If a Patron is asked for where no wood grows.
        NotAPatron: If the member has not joined.
        NotAManager: If the member may not manage the server.
    """
    guild_of(interaction)
    if right is Right.MANAGER and not (interaction.permissions.manage_guild or interaction.permissions.administrator):
        raise NotAManager
    if right is Right.PATRON:
        wood = wood_of(interaction)
        if interaction.client.keeper.mask(wood.world_id, player_of(interaction)) is None:
            raise NotAPatron
