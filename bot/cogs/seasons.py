"""`/season`: seasons planned, ended and looked back at."""

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot import deeds, replies, themes
from bot.checks import NotInAServer, WoodInteraction, guild_of, input_of, wood_here
from bot.cogs.keeping import kept_wood
from bot.durations import duration, in_seconds
from bot.i18n import joined, listed, say, stored, told
from bot.planting import COUNCILS, MOST_WOODS, council_ready, require_posting
from bot.quiet import offer_zones, read_quiet
from bot.rights import Right, needs
from bot.times import read_time
from bot.ui.pictures import of_season
from bot.ui.planting import CADENCES
from bot.ui.seasons import ended_card
from engine.actions.base import Refusal
from engine.contests.honours import SeasonStory
from engine.contests.season import CHAPTERS_RANGE, Season, SeasonPlan, check_season
from engine.keeper import Told
from engine.records import WoodRecord
from engine.rules import SEASON_RULES
from engine.staging import hall
from engine.vocabulary import turns

_CHAPTER: Final = SEASON_RULES.time.turns_a_chapter


class NoSuchSeason(Refusal):
    """No season is planned or under way that could be meant."""

    def __init__(self) -> None:
        super().__init__(say("No season is planned or under way here. /season begin begins one."))


class WhichSeason(Refusal):
    """Several seasons are open in the server, and none of them in this channel."""

    def __init__(self, seasons: list[Season]) -> None:
        where = listed(f"<#{season.channel_id}>" for season in seasons)
        super().__init__(
            say("Several seasons are planned or under way. Use this command where yours is: {where}.", where=where)
        )


class NoLastTurn(Refusal):
    """The wood goes on for ever."""

    def __init__(self) -> None:
        super().__init__(say("This wood is no season: it has no last turn, so there is nothing to put off."))


class CannotGiveRole(Refusal):
    """The role chosen cannot be a season's."""


class SeasonKeeping(commands.GroupCog, group_name="season", group_description="Seasons: begin, end and look back"):
    """`/season begin`, `cancel`, `end`, `extend` and `history`."""

    @needs(Right.MANAGER)
    @app_commands.command(description="Plan a season: a fresh wood that ends by itself, with a podium")
    @app_commands.describe(
        chapters="How long it is, in chapters of eight turns; six if left out",
        cadence="Time between two turns; an hour if left out",
        council="Who thinks for the creatures",
        channel="Where it is played; this channel if left out",
        begins="When, like 2026-12-01 18:00, or minutes from now; at once if left out",
        zone="The time zone of that date and of the quiet hours; UTC if left out",
        quiet="Hours without a turn, like 22:00-07:00",
        role="A role for the winner, who keeps it until somebody wins the next season here",
        repeats="Whether the next season begins as this one ends",
    )
    @app_commands.autocomplete(zone=offer_zones)
    @app_commands.choices(cadence=[app_commands.Choice(name=name, value=seconds) for seconds, name in CADENCES.items()])
    @app_commands.choices(council=COUNCILS)
    async def begin(
        self,
        interaction: WoodInteraction,
        chapters: int = 6,
        cadence: int = 3600,
        council: str | None = None,
        channel: discord.TextChannel | None = None,
        begins: str | None = None,
        zone: str | None = None,
        quiet: str | None = None,
        role: discord.Role | None = None,
        repeats: bool = False,
    ) -> None:
        """Plan a season; the clock begins it when it is due."""
        await replies.begin(interaction)
        keeper, now = interaction.client.keeper, interaction.client.clock.now()
        begins_at = now if begins is None else read_time(begins, zone, now)
        check_season(chapters, cadence, begins_at, now)
        hours = None if quiet is None else read_quiet(quiet, zone, None)
        where = channel or _here(interaction)
        require_posting(where)
        grows = keeper.of_channel(where.id)
        _require_room(interaction, grows)
        if role is not None:
            _require_giving(interaction, role)
        council = council or interaction.client.default_council
        with council_ready():
            keeper.require_council(council)
        plan = SeasonPlan(
            chapters=chapters,
            cadence_seconds=cadence,
            council=council,
            quiet_hours=None if hours == "none" else hours,
            role_id=role.id if role else None,
            repeats=repeats,
        )
        season = await keeper.store.run(lambda c: hall.enter(c, guild_of(interaction), where.id, begins_at, plan))
        at_once, ends = begins is None, grows is not None
        await replies.answer(interaction, _announced(season, at_once=at_once, ends=ends))
        if not at_once:
            poster = interaction.client.poster
            await poster.say(where.guild.id, where.id, lambda: f"📣 {_announced(season, at_once=False, ends=ends)}")

    @needs(Right.MANAGER)
    @app_commands.command(description="Take back a season that has not begun, or let no other follow the one under way")
    async def cancel(self, interaction: WoodInteraction) -> None:
        """Cancel a season, or its repeating."""
        await replies.begin(interaction)
        keeper, number = interaction.client.keeper, (await _meant(interaction)).number
        season = await keeper.store.run(lambda c: hall.cancel(c, guild_of(interaction), number))
        if season is None:
            raise NoSuchSeason
        if keeper.keeps(season.world_id):
            text = stored(
                "Season {number:int} is the last one here for now: a keeper decided that no other follows it.",
                number=number,
            )
            await keeper.configure(season.world_id, told=Told(input_of(interaction), text))
            interaction.client.poster.wake(season.world_id)
        else:
            text = stored("Season {number:int} was taken back by a keeper. It does not begin.", number=number)
            await interaction.client.poster.say(season.guild_id, season.channel_id, lambda: f"📣 {told(text)}")
        await replies.answer(interaction, f"📅 {told(text)}")

    @needs(Right.MANAGER)
    @app_commands.command(description="End the wood of this channel now; everybody reads that, and how it ended")
    async def end(self, interaction: WoodInteraction) -> None:
        """End a wood, whether it is a season's or not, once the turn under way has closed."""
        await replies.begin(interaction)
        keeper, wood = interaction.client.keeper, kept_wood(interaction)
        text = stored("A keeper of this server ends this wood. What is open is settled by the rules of a season's end.")
        await keeper.finish(wood.world_id, Told(input_of(interaction), text))
        interaction.client.poster.wake(wood.world_id)
        where = f"<#{wood.channel_id}>"
        answer = [
            say("🏁 The wood ends once the turn under way has closed, and {channel} tells how.", channel=where)
            if keeper.thinking(wood.world_id)
            else say("🏁 The wood ends in a few seconds, and {channel} tells how.", channel=where)
        ]
        every = await keeper.store.run(lambda c: hall.seasons_of(c, wood.guild_id))
        if any(season.world_id == wood.world_id and season.plan.repeats for season in every):
            answer.append(
                say("The next season follows it, as planned; /season cancel, before it ends, lets none follow.")
            )
        await replies.answer(interaction, joined(answer))

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the season of this channel last longer; everybody reads that")
    @app_commands.describe(chapters="How many chapters of eight turns more")
    async def extend(self, interaction: WoodInteraction, chapters: int) -> None:
        """Put the end of a season off."""
        await replies.begin(interaction)
        keeper, wood = interaction.client.keeper, kept_wood(interaction)
        if wood.last_turn is None:
            raise NoLastTurn
        last = wood.last_turn
        if chapters < 1 or last + chapters * _CHAPTER > CHAPTERS_RANGE[1] * _CHAPTER:
            raise Refusal(
                say(
                    "A season is made longer by a chapter at least, and has {most:int} of them in all at most. "
                    "This one ends after turn {last:int}, and a chapter has {length:turns}.",
                    most=CHAPTERS_RANGE[1],
                    last=last,
                    length=turns(_CHAPTER),
                )
            )
        text = stored(
            "A keeper of this server made the season {chapters:chapters} longer. Its last turn is now turn {turn:int}.",
            chapters=_chapters(chapters),
            turn=last + chapters * _CHAPTER,
        )
        wood = await keeper.extend(wood.world_id, chapters * _CHAPTER, Told(input_of(interaction), text))
        interaction.client.poster.wake(wood.world_id)
        await replies.answer(interaction, say("📅 The season ends after turn {turn:int}.", turn=wood.last_turn))

    @needs(Right.ANYONE)
    @app_commands.command(description="Every season ever of this server, and the story of each")
    @app_commands.describe(number="A season whose story to tell; leave it out for the list", page="A page of the list")
    async def history(self, interaction: WoodInteraction, number: int | None = None, page: int = 1) -> None:
        """Show the list of the seasons, or the story of one."""
        await replies.begin(interaction)
        if number is None:
            await deeds.show_history(interaction, page)
            return
        guild_id, run = guild_of(interaction), interaction.client.keeper.store.run
        season = next(
            (each for each in await run(lambda c: hall.seasons_of(c, guild_id)) if each.number == number), None
        )
        if season is None:
            raise Refusal(say("This server had no season of that number. /season history lists those it had."))
        ended = await run(lambda c: hall.ended_wood(c, season.world_id))
        if ended is None:
            raise Refusal(say("Season {number:int} is not over yet. Its story is told when it is.", number=number))
        story = SeasonStory.model_validate_json(ended.story)
        shown = of_season(ended, story)
        theme = await themes.of_channel(interaction.client, guild_id, interaction.channel_id)
        files = await interaction.client.studio.files(shown, theme)
        await replies.answer(interaction, view=ended_card(ended, story, shown), files=files)


def _announced(season: Season, *, at_once: bool, ends: bool) -> str:
    """Return when a season begins and on what terms, and that the wood of its channel `ends` then."""
    plan, cadence = season.plan, season.plan.cadence_seconds
    every = duration(cadence) if cadence in CADENCES else in_seconds(cadence)
    terms = {"number": season.number, "channel": f"<#{season.channel_id}>", "length": turns(_CHAPTER), "cadence": every}
    terms["chapters"] = _chapters(plan.chapters)
    begins = (
        say(
            "📅 Season {number:int} begins in a few seconds in {channel}: {chapters:chapters} of {length:turns}, a "
            "turn every {cadence}.",
            **terms,
        )
        if at_once
        else say(
            "📅 Season {number:int} begins {when} in {channel}: {chapters:chapters} of {length:turns}, a turn every "
            "{cadence}.",
            when=format_dt(season.begins_at, "f"),
            **terms,
        )
    )
    if not ends:
        return begins
    before = say(
        "The wood that grows there now ends then, by the rules of a season's end: contracts are closed, loans settled, "
        "and its Patrons ranked."
    )
    return joined((begins, before))


def _here(interaction: WoodInteraction) -> discord.TextChannel:
    """Return the text channel that a command was used in, or that of its thread.

    Raises:
        Refusal: If it is neither.
    """
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        channel = channel.parent
    if not isinstance(channel, discord.TextChannel):
        raise Refusal(say("A season is played in a text channel. Choose one with the option channel."))
    return channel


def _require_room(interaction: WoodInteraction, grows: WoodRecord | None) -> None:
    """Check that a season may take a channel's place, or be one wood more.

    Raises:
        Refusal: If it may not.
    """
    if grows is not None and grows.invited:
        raise Refusal(say("A table of a tournament is played there. Choose another channel for the season."))
    woods = [wood for wood in interaction.client.keeper.of_guild(guild_of(interaction)) if not wood.invited]
    if grows is None and len(woods) >= MOST_WOODS:
        raise Refusal(
            say("A server has {most:int} woods at most. End one with /season end, or use its channel.", most=MOST_WOODS)
        )


def _require_giving(interaction: WoodInteraction, role: discord.Role) -> None:
    """Check that both the bot and the keeper who asks for it may give a role.

    Otherwise somebody could come by a role through the bot that they may not give themselves.

    Raises:
        Refusal: If one of them may not.
    """
    if interaction.guild is None or not isinstance(interaction.user, discord.Member):
        raise NotInAServer
    if role.is_default() or role.managed:
        raise CannotGiveRole(
            say("Nobody can be given that role: Discord or another bot gives it. Choose one of your own.")
        )
    me, giver = interaction.guild.me, interaction.user
    if not me.guild_permissions.manage_roles:
        raise CannotGiveRole(
            say("I may not give roles here. Allow me to manage roles, then try again, or leave role out.")
        )
    if role >= me.top_role:
        raise CannotGiveRole(say("That role stands above mine. Move my role above it, or choose a lower one."))
    owner = giver.id == interaction.guild.owner_id
    if not owner and (not giver.guild_permissions.manage_roles or role >= giver.top_role):
        raise CannotGiveRole(
            say("You may not give that role yourself, so I may not do it for you. Choose a lower one.")
        )


async def _meant(interaction: WoodInteraction) -> Season:
    """Return the season that is planned or under way in this channel, else the server's only one.

    Raises:
        Refusal: If there is none, or nobody can say which is meant.
    """
    guild_id = guild_of(interaction)
    every = await interaction.client.keeper.store.run(lambda c: hall.seasons_of(c, guild_id))
    still = [season for season in every if season.ended_at is None]
    wood, here = wood_here(interaction), interaction.channel_id
    for season in still:
        if season.channel_id == here or (wood is not None and season.world_id == wood.world_id):
            return season
    if len(still) > 1:
        raise WhichSeason(still)
    if not still:
        raise NoSuchSeason
    return still[0]


def _chapters(count: int) -> str:
    return "1 chapter" if count == 1 else f"{count} chapters"
