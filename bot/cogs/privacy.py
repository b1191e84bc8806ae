"""What is stored on a player: to see it, and to have it deleted."""

import gzip
import io
import json
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot import deeds, replies
from bot.checks import WoodInteraction, guild_of, player_of, world_id_of
from bot.i18n import joined, said, say, say_count, words
from bot.rights import Right, needs
from bot.ui.buttons import DeedButton
from engine.actions.base import Refusal
from engine.privacy import export, known_to

_LARGEST: Final = 8_000_000
"""Bytes of a file that is sent as it is; Discord takes 10 MB, and packed it is a tenth."""

_STORED: Final = words("""\
Everything stored about you: your id beside a number, and under that number what you did and were told, your books and \
what moved in them. `/privacy delete` deletes it.\
""")
_WARNING: Final = words("""\
In a wood that grows, contracts are closed at the last settlement price, offers are withdrawn, your \
pebbles go to the treasury, and your mask is laid down for good. Your Discord id is deleted; what you did stays in the \
journal under a number that leads to nobody, because every wood must add up. A result stays in the hall of fame under \
its mask alone; a card that was posted as a season ended still names you, until somebody deletes that message.
**This cannot be undone**, and you can join again only tomorrow. `/privacy export` shows everything first.\
""")


class Privacy(commands.GroupCog, group_name="privacy", group_description="See or delete what is stored about you"):
    """`/privacy export` and `delete`, for all woods of this bot."""

    @needs(Right.ANYONE)
    @app_commands.command(description="Everything that is stored about you, as a file for your eyes alone")
    async def export(self, interaction: WoodInteraction) -> None:
        """Send the export."""
        await replies.begin(interaction)
        told = await export(interaction.client.keeper, player_of(interaction))
        if not (told["woods"] or told["ended_woods"] or told["tournaments"]):
            raise Refusal(said(deeds.NOTHING_STORED))
        content = json.dumps(told, indent=1, ensure_ascii=False).encode()
        name = "thousand-token-wood.json"
        if len(content) > _LARGEST:
            content, name = gzip.compress(content), f"{name}.gz"
        await replies.answer(interaction, said(_STORED), file=discord.File(io.BytesIO(content), name))

    @needs(Right.ANYONE)
    @app_commands.command(description="Leave every wood and delete your id from this bot; it asks once more")
    async def delete(self, interaction: WoodInteraction) -> None:
        """Ask once more, because it cannot be undone."""
        await replies.begin(interaction)
        known = await known_to(interaction.client.keeper, player_of(interaction))
        if not known:
            raise Refusal(said(deeds.NOTHING_STORED))
        view = discord.ui.View(timeout=None)
        view.add_item(DeedButton("forget", world_id_of(guild_of(interaction))))
        leaving = say_count(
            "You leave the one wood or tournament that knows you.",
            "You leave all {count:int} woods and tournaments that know you.",
            known,
        )
        heading = say("### 🗑️ Delete what is stored about you?")
        await replies.answer(interaction, f"{heading}\n{joined((leaving, said(_WARNING)))}", view=view)
