"""What a tournament's commands and the buttons under its board have in common."""

from typing import Final

from bot import replies, themes
from bot.checks import WoodInteraction, guild_of, player_of
from bot.i18n import joined, say
from bot.ui.pictures import standings as standings_picture
from bot.ui.placings import players_shown
from bot.ui.tournaments import best_lines, place_line
from engine.actions.base import Refusal
from engine.contests.tournament import finished, standing
from engine.staging import archive
from engine.staging.archive import Tournament

_LINES: Final = 10
"""Places told in words; the picture beside them shows more."""


async def do(interaction: WoodInteraction, deed: str, tournament_id: str) -> None:
    """Do what a button under a board says.

    Raises:
        Refusal: With the sentence for the player.
    """
    await replies.begin(interaction)
    if deed == "places":
        guild_id = guild_of(interaction)
        known = await interaction.client.keeper.store.run(lambda c: archive.tournaments_of(c, guild_id))
        here = next((each for each in known if each.tournament_id == tournament_id), None)
        if here is None:
            raise Refusal(say("That tournament is not of this server. Look at /tournament history."))
        await show_standings(interaction, here)
    elif deed == "enter":
        await join(interaction, tournament_id)
    else:
        await leave(interaction, tournament_id)


async def join(interaction: WoodInteraction, tournament_id: str | None = None) -> None:
    """Enter the player into the tournament that is open, or one of this id.

    Raises:
        Refusal: If that cannot be.
    """
    guild_id, user = guild_of(interaction), player_of(interaction)
    await _require_open(interaction, tournament_id)
    joined, new = await interaction.client.keeper.store.run(lambda c: archive.join(c, guild_id, user))
    interaction.client.boards.wake(joined.tournament_id)
    name = joined.state.plan.name
    if not new:
        await replies.answer(interaction, say("🎭 You are in “{name}” already.", name=name))
        return
    await replies.answer(
        interaction,
        say(
            "🎭 You are in “{name}”. When it begins, you are asked to your table's own thread. Who takes no action in "
            "a round scores nothing in it; until it begins you can leave again.",
            name=name,
        ),
    )


async def leave(interaction: WoodInteraction, tournament_id: str | None = None) -> None:
    """Let the player withdraw.

    Raises:
        Refusal: If the player is not in it.
    """
    guild_id, user = guild_of(interaction), player_of(interaction)
    await _require_open(interaction, tournament_id)
    left = await interaction.client.keeper.store.run(lambda c: archive.leave(c, guild_id, user))
    interaction.client.boards.wake(left.tournament_id)
    told = [say("🚪 You have left “{name}”.", name=left.state.plan.name)]
    if left.state.seats:
        told.append(say("Your seat of this round stays yours, and you will be in no later one."))
    await replies.answer(interaction, joined(told))


async def show_standings(interaction: WoodInteraction, tournament: Tournament) -> None:
    """Show the standing of a tournament, and the player's own place.

    Raises:
        Refusal: If no round has been scored.
    """
    state, run = tournament.state, interaction.client.keeper.store.run
    standings = standing(state)
    if not standings:
        raise Refusal(say("No round of this tournament has been scored yet. The standings follow the first one."))
    users = await run(lambda c: archive.users(c, tournament.tournament_id))
    names = await interaction.client.boards.names(tournament, users, players_shown(state))
    name = state.plan.name
    heading = (
        say("### 🏆 {name}, the end", name=name)
        if finished(state)
        else say("### 🏆 {name}, after round {round:int}", name=name, round=state.scored)
    )
    lines = [heading, best_lines(state, users, _LINES)]
    mine = next((each for each in standings if users.get(each.player) == player_of(interaction)), None)
    if mine is not None and mine.place > _LINES:
        lines.append(f"⋯\n{place_line(state, mine, users)}")
    theme = await themes.of_channel(interaction.client, tournament.guild_id, tournament.channel_id)
    file = await interaction.client.studio.file(standings_picture(state, names), theme)
    await replies.answer(interaction, "\n".join(lines), file=file)


async def _require_open(interaction: WoodInteraction, tournament_id: str | None) -> None:
    """Check that a button belongs to the tournament that is open."""
    if tournament_id is None:
        return
    guild_id = guild_of(interaction)
    found = await interaction.client.keeper.store.run(lambda c: archive.open_in(c, guild_id))
    if found is None or found.tournament_id != tournament_id:
        raise Refusal(say("That tournament is over. A newer board shows the one that is open, if there is one."))
