"""`/patron`: what a player's ended seasons say of them."""

import discord
from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.checks import WoodInteraction, guild_of
from bot.i18n import say
from bot.rights import Right, needs
from bot.ui.careers import profile
from engine.actions.base import Refusal
from engine.contests.career import Finish, career_of
from engine.contests.honours import SeasonStory
from engine.staging import archive, hall
from engine.staging.hall import Played


class Careers(commands.GroupCog, group_name="patron", group_description="What became of a Patron over the seasons"):
    """`/patron profile`."""

    @needs(Right.ANYONE)
    @app_commands.command(description="A Patron's career in this server: titles, best season, worst ruin, honours")
    @app_commands.describe(member="Whose; leave it out for your own")
    async def profile(self, interaction: WoodInteraction, member: discord.User | None = None) -> None:
        """Show a career; only ended woods count, and those are public."""
        await replies.begin(interaction)
        who, guild_id = member or interaction.user, guild_of(interaction)
        played = await interaction.client.keeper.store.run(lambda c: hall.played_by(c, str(who.id), guild_id))
        career, titles = career_of(map(_finish, played)), await titles_of(interaction, str(who.id))
        if career is None and not titles:
            raise Refusal(
                say("You have finished no season in this server yet. A career begins when a wood has ended.")
                if who.id == interaction.user.id
                else say(
                    "{member} has finished no season in this server yet. A career begins when a wood has ended.",
                    member=who.mention,
                )
            )
        await replies.answer(interaction, profile(who.mention, career, titles))


async def titles_of(interaction: WoodInteraction, user: str) -> list[str]:
    """Return the tournaments of this server that a player won, by their names."""
    guild_id = guild_of(interaction)
    return await interaction.client.keeper.store.run(lambda c: archive.titles_of(c, guild_id, user))


def _finish(played: Played) -> tuple[Finish, SeasonStory]:
    story, result = SeasonStory.model_validate_json(played.story), played.result
    finish = Finish(
        season=played.number,
        mask=result.mask,
        place=result.place,
        net_worth=result.net_worth,
        patrons=len(story.ranking),
    )
    return finish, story
