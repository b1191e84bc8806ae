"""All slash commands of the bot."""

from collections.abc import Iterator
from typing import Any, Final

from discord import app_commands
from discord.ext import commands

from bot.cogs.careers import Careers
from bot.cogs.intrigue import Intrigue
from bot.cogs.keeping import Keeping
from bot.cogs.lending import Lending
from bot.cogs.looking import Looking
from bot.cogs.membership import Membership
from bot.cogs.privacy import Privacy
from bot.cogs.seasons import SeasonKeeping
from bot.cogs.tournaments import Tournaments
from bot.cogs.trading import Trading

COGS: Final[tuple[type[commands.Cog], ...]] = (
    Membership,
    Trading,
    Intrigue,
    Lending,
    Looking,
    Keeping,
    SeasonKeeping,
    Tournaments,
    Careers,
    Privacy,
)
"""The families of commands, in the order in which a bot takes them in."""


def all_commands() -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.Group]:
    """Yield every command and group of commands, in the order of the families."""
    for cog in COGS:
        family = cog()
        if family.app_command is not None:
            yield family.app_command
        yield from family.walk_app_commands()
