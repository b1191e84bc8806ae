"""`/tournament`: announced and kept by those who manage the server, joined and watched by everybody."""

import secrets
from datetime import timedelta
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot import entering, replies, themes
from bot.checks import WoodInteraction, guild_of, player_of
from bot.i18n import labelled, say, say_count, stored
from bot.languages import Wording
from bot.planting import COUNCILS, council_ready
from bot.quiet import offer_zones
from bot.rights import Right, needs
from bot.times import read_time
from bot.tournaments import NEEDED
from bot.ui.cards import turn_card
from bot.ui.pictures import of_turn
from bot.ui.planting import CADENCES
from bot.ui.tournaments import name_of
from engine.actions.base import Refusal
from engine.contests.plan import planned
from engine.contests.tournament import finished
from engine.staging import archive
from engine.staging.archive import NoTournament, StoredTable, Tournament

_LOBBY: Final = timedelta(minutes=10)
"""For how long players can join where no other start is asked for."""

_SHOWN: Final = 15
"""Tournaments in a server's history, the newest ones; each is told in a line of at most some 120 characters."""


class CannotHoldThere(Refusal):
    """The bot lacks permissions for a tournament in the channel."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "I cannot hold a tournament here. Allow me to see this channel and its history, to send messages, to "
                "attach files, to create private threads and to send messages in threads, then try again."
            )
        )


class Tournaments(commands.GroupCog, group_name="tournament", group_description="Many tables, one wood, one podium"):
    """`/tournament create`, `join`, `leave`, `watch`, `standings`, `history`, `pause`, `resume` and `cancel`."""

    @needs(Right.MANAGER)
    @app_commands.command(description="Announce a tournament in this channel")
    @app_commands.describe(
        name="What it is called",
        table_size="Players at a table, from 3 to 8; 4 if left out",
        rounds="Rounds, from 1 to 5; 3 if left out. The last one is the final",
        turns="Turns of a round, from 2 to 48; 8 if left out",
        cadence="Time between two turns; 15 minutes if left out",
        council="Who thinks for the creatures",
        starts="A date and time like 2026-12-01 18:00, or minutes from now; 10 minutes if left out",
        zone="The time zone of that date; UTC if left out",
    )
    @app_commands.autocomplete(zone=offer_zones)
    @app_commands.choices(
        cadence=[app_commands.Choice(name=name, value=seconds) for seconds, name in CADENCES.items()],
    )
    @app_commands.choices(council=COUNCILS)
    async def create(
        self,
        interaction: WoodInteraction,
        name: str,
        table_size: int = 4,
        rounds: int = 3,
        turns: int = 8,
        cadence: int = 900,
        council: str | None = None,
        starts: str | None = None,
        zone: str | None = None,
    ) -> None:
        """Announce a tournament and show its board."""
        await replies.begin(interaction)
        bot, guild_id = interaction.client, guild_of(interaction)
        channel_id = _require_place(interaction)
        now = bot.clock.now()
        council = council or bot.default_council
        plan = planned(
            name,
            table_size=table_size,
            rounds=rounds,
            turns=turns,
            cadence_seconds=cadence,
            council=council,
            starts_at=now + _LOBBY if starts is None else read_time(starts, zone, now),
            seed=secrets.token_hex(32),
            now=now,
        )
        with council_ready():
            bot.keeper.require_council(council)
        tournament = await bot.keeper.store.run(lambda c: archive.announce(c, guild_id, channel_id, plan))
        bot.boards.wake(tournament.tournament_id)
        when = format_dt(plan.starts_at, "R")
        text = say("🏟️ “{name}” is announced and begins {when}. Its board stands here.", name=plan.name, when=when)
        await replies.answer(interaction, text)

    @needs(Right.ANYONE)
    @app_commands.command(description="Join the tournament that is open")
    async def join(self, interaction: WoodInteraction) -> None:
        """Enter the player."""
        await replies.begin(interaction)
        await entering.join(interaction)

    @needs(Right.ANYONE)
    @app_commands.command(description="Leave the tournament; once it runs, from its next round on")
    async def leave(self, interaction: WoodInteraction) -> None:
        """Let the player withdraw."""
        await replies.begin(interaction)
        await entering.leave(interaction)

    @needs(Right.ANYONE)
    @app_commands.command(description="Watch a table of the round that is played; not for those who play in it")
    @app_commands.describe(table="The table's number, as on the board")
    async def watch(self, interaction: WoodInteraction, table: int) -> None:
        """Show a table's card to somebody who is not seated in the round."""
        await replies.begin(interaction)
        run = interaction.client.keeper.store.run
        tournament = await _open(interaction)
        state, tid = tournament.state, tournament.tournament_id
        if not state.seats or state.scored == state.round:
            raise Refusal(say("No round is being played just now, so there is no table to watch."))
        users = await run(lambda c: archive.users(c, tid))
        if player_of(interaction) in {users[seat.player] for seat in state.seated(state.round)}:
            raise Refusal(
                say("You play in this round, and all tables are dealt alike: another one could show what comes.")
            )
        tables = await run(lambda c: archive.tables(c, tid, state.round))
        watched = next((each for each in tables if each.number == table), None)
        if watched is None:
            raise Refusal(say("This round has the tables 1 to {last:int}. Choose one of them.", last=len(tables)))
        await _show_table(interaction, watched, state.plan.turns)

    @needs(Right.ANYONE)
    @app_commands.command(description="Who stands where in the tournament, or in the last one")
    async def standings(self, interaction: WoodInteraction) -> None:
        """Show the standing."""
        await replies.begin(interaction)
        known = await _known(interaction)
        if not known:
            raise NoTournament
        await entering.show_standings(interaction, known[-1])

    @needs(Right.ANYONE)
    @app_commands.command(description="Every tournament of this server, and who won it")
    async def history(self, interaction: WoodInteraction) -> None:
        """Show the tournaments of the server, the newest first."""
        await replies.begin(interaction)
        known = await _known(interaction)
        if not known:
            raise Refusal(say("No tournament has been held in this server yet."))
        lines = [say("### 🏟️ Tournaments of this server")]
        for tournament in reversed(known[-_SHOWN:]):
            tid = tournament.tournament_id
            users = await interaction.client.keeper.store.run(lambda c, tid=tid: archive.users(c, tid))
            lines.append(_line(tournament, users))
        await replies.answer(interaction, "\n".join(lines))

    @needs(Right.MANAGER)
    @app_commands.command(description="Stop the tournament's clock; everybody is told")
    async def pause(self, interaction: WoodInteraction) -> None:
        """Pause the tournament."""
        await replies.begin(interaction)
        tournament = await _open(interaction)
        await interaction.client.director.pause(tournament.tournament_id)
        await _tell(interaction, tournament, _paused)

    @needs(Right.MANAGER)
    @app_commands.command(description="Let the paused tournament go on; everybody is told")
    async def resume(self, interaction: WoodInteraction) -> None:
        """Let the tournament go on."""
        await replies.begin(interaction)
        tournament = await _open(interaction)
        await interaction.client.director.resume(tournament.tournament_id)
        await _tell(interaction, tournament, _resumed)

    @needs(Right.MANAGER)
    @app_commands.command(description="Call the tournament off, without a podium; everybody is told")
    async def cancel(self, interaction: WoodInteraction) -> None:
        """Call the tournament off."""
        await replies.begin(interaction)
        tournament = await _open(interaction)
        reason = stored("A keeper of this server ended it.")
        await interaction.client.director.call_off(tournament.tournament_id, reason)
        await _tell(interaction, tournament, _cancelled)


def _require_place(interaction: WoodInteraction) -> int:
    """Return the channel for the board and the tables' threads.

    Raises:
        Refusal: If it cannot hold them.
    """
    if not isinstance(interaction.channel, discord.TextChannel):
        raise Refusal(
            say("A tournament is held in a text channel, whose threads are its tables. Use this command in one.")
        )
    if not interaction.app_permissions.is_superset(NEEDED):
        raise CannotHoldThere
    return interaction.channel.id


async def _open(interaction: WoodInteraction) -> Tournament:
    guild_id = guild_of(interaction)
    return await interaction.client.keeper.store.run(lambda c: archive.the_open(c, guild_id))


async def _known(interaction: WoodInteraction) -> list[Tournament]:
    guild_id = guild_of(interaction)
    return await interaction.client.keeper.store.run(lambda c: archive.tournaments_of(c, guild_id))


async def _show_table(interaction: WoodInteraction, table: StoredTable, turns: int) -> None:
    keeper = interaction.client.keeper
    if keeper.keeps(table.world_id):
        view = keeper.public(table.world_id)
    else:
        view = await keeper.turn_view(table.world_id, turns)
    if view is None:
        raise Refusal(say("That table is just being set. Look again in a moment."))
    theme = await themes.of_channel(interaction.client, guild_of(interaction), interaction.channel_id)
    files = await interaction.client.studio.files(of_turn(view), theme)
    await replies.answer(interaction, view=turn_card(view, table.world_id), files=files)


async def _tell(interaction: WoodInteraction, tournament: Tournament, word: Wording) -> None:
    """Tell everybody in the tournament's channel, and the keeper who did it, each in the language spoken there."""
    bot = interaction.client
    bot.boards.wake(tournament.tournament_id)
    await bot.venue.say(tournament, word, f"told:{interaction.id}")
    await replies.answer(interaction, word())


def _paused() -> str:
    return say("⏸️ The tournament is paused. A turn that is under way still closes.")


def _resumed() -> str:
    return say("▶️ The tournament goes on. The next turn comes a whole beat from now.")


def _cancelled() -> str:
    return say("⏹️ The tournament is called off by a keeper of this server.")


def _line(tournament: Tournament, users: dict[str, str | None]) -> str:
    state = tournament.state
    count = sum(not entrant.withdrawn for entrant in state.entrants)
    players = say_count("{count} player", "{count} players", count)
    rounds = say_count("{count} round", "{count} rounds", state.plan.rounds)
    about = f"{players} · {rounds} · {_outcome(tournament, users)}"
    return labelled(f"**{tournament.number}** {state.plan.name}", about)


def _outcome(tournament: Tournament, users: dict[str, str | None]) -> str:
    """Return how a tournament ended, or how far it is."""
    state = tournament.state
    if tournament.reason is not None:
        return say("called off")
    if not state.over:
        # L10N: how far a tournament is: it is played, or can still be joined
        return say("under way") if state.seats else say("open")
    ended = finished(state)
    winner = ended.podium[:1] if ended else ()
    return say("won by {player}", player=name_of(users.get(winner[0]))) if winner else say("nobody played")
