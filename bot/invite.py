"""What the bot asks for when it is invited to a server: no more than it uses."""

from typing import Final

import discord

from bot.tournaments import NEEDED

PERMISSIONS: Final = NEEDED | discord.Permissions(embed_links=True)
"""What it needs in a server with tournaments. A season that gives its winner a role needs `manage_roles` as well."""

SCOPES: Final = ("bot", "applications.commands")


def invite_link(application_id: int, permissions: discord.Permissions = PERMISSIONS) -> str:
    """Return the address at which somebody who manages a server invites the bot of this application to it."""
    return discord.utils.oauth_url(application_id, permissions=permissions, scopes=SCOPES)
