"""`/wood`: everything public about this server's wood."""

from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot import asking, deeds, replies
from bot.checks import WoodInteraction, player_of, wood_of
from bot.cogs.options import CreatureOption, GoodOption
from bot.i18n import joined, said, say, told
from bot.rights import Right, needs
from bot.ui import faces, pictures
from bot.ui.cards import picture_card, reason_of, turn_card
from bot.ui.minds import TURNS_SHOWN, minds_card
from bot.ui.plain import plain
from bot.ui.reading import closed_turn
from bot.ui.scores import objective
from engine.actions.base import Refusal
from engine.cast import BY_NAME
from engine.records import WoodRecord
from engine.views import CreatureFace


class Looking(commands.GroupCog, group_name="wood", group_description="Look at this server's wood"):
    """`/wood look`, `prices`, `chart`, `creature`, `news`, `objective`, `scoreboard`, `minds` and `help`."""

    @needs(Right.ANYONE)
    @app_commands.command(description="The wood's card: now, or as it was after an earlier turn")
    @app_commands.describe(turn="An earlier turn; leave it out for the last one")
    async def look(self, interaction: WoodInteraction, turn: int | None = None) -> None:
        """Show the card of a turn."""
        await replies.begin(interaction)
        keeper, wood = interaction.client.keeper, wood_of(interaction)
        view = keeper.public(wood.world_id) if turn is None else await keeper.turn_view(wood.world_id, turn)
        if view is None:
            last = closed_turn(keeper.public(wood.world_id))
            raise Refusal(
                say("No turn of that number has closed in this wood. The last one is turn {last:int}.", last=last)
            )
        files = await interaction.client.studio.files(pictures.of_turn(view), wood.theme)
        await replies.answer(interaction, view=turn_card(view, wood.world_id), files=files)

    @needs(Right.ANYONE)
    @app_commands.command(description="What everything costs, and how that changed")
    async def prices(self, interaction: WoodInteraction) -> None:
        """Show the prices."""
        await replies.begin(interaction)
        await deeds.show_prices(interaction)

    @needs(Right.ANYONE)
    @app_commands.command(description="Prices over time, as a picture")
    @app_commands.describe(good="A good to bring forward")
    async def chart(self, interaction: WoodInteraction, good: GoodOption | None = None) -> None:
        """Show the chart."""
        await replies.begin(interaction)
        wood = wood_of(interaction)
        view = interaction.client.keeper.public(wood.world_id)
        chart = pictures.prices(view, good)
        file = await interaction.client.studio.file(chart, wood.theme)
        await replies.answer(interaction, view=picture_card(chart, "", view), file=file)

    @needs(Right.ANYONE)
    @app_commands.command(description="One of the five creatures: what it grows, how it feels, what it said")
    @app_commands.describe(name="Whom to look at")
    async def creature(self, interaction: WoodInteraction, name: CreatureOption) -> None:
        """Show a creature."""
        await replies.begin(interaction)
        wood = wood_of(interaction)
        view = interaction.client.keeper.public(wood.world_id)
        face = next(each for each in view.creatures if each.name == name)
        lines = [
            f"### {faces.SPECIES_FACE[face.species]} {_titled(face)}",
            say("Grows {crop} and feels {mood}.", crop=faces.good(face.grows), mood=faces.mood(face.mood)),
            say("Its mind is told: *{temper}*", temper=said(BY_NAME[name].temper)),
        ]
        if face.back:
            lines.append(say("🚪 Banished for its debts; it returns in turn {turn:int}.", turn=face.back))
        if face.said:
            lines.append(say("Last heard: “{said}”", said=plain(face.said)))
        if face.silent:
            lines.append(say("Did nothing last turn: {reason}.", reason=reason_of(face)))
        mind = interaction.client.seating(wood.council).get(name)
        if mind:
            lines.append(say("-# Thinks with {mind}, of {lab}", mind=plain(mind["mind"]), lab=plain(mind["lab"])))
        portrait = pictures.portrait(face, view.season)
        file = await interaction.client.studio.file(portrait, wood.theme)
        await replies.answer(interaction, view=picture_card(portrait, "\n".join(lines), view), file=file)

    @needs(Right.ANYONE)
    @app_commands.command(description="What happened in the last turn, and when the next one is due")
    async def news(self, interaction: WoodInteraction) -> None:
        """Show headline, news and trades of the last turn."""
        await replies.begin(interaction)
        wood = wood_of(interaction)
        view = interaction.client.keeper.public(wood.world_id)
        news = [line for line in view.news if line != view.headline] + list(view.trades)
        if closed_turn(view):
            when = say("### 🗞️ After turn {turn:int}, {season:season}", turn=closed_turn(view), season=view.season)
        else:
            when = say("### 🗞️ Before the first turn, {season:season}", season=view.season)
        lines = [when, f"**{plain(told(view.headline))}**"]
        if not closed_turn(view):
            lines.append(say("Nothing has happened yet. Bets opened now settle with the first turn."))
        lines += [f"• {plain(told(line))}" for line in news[:20]]
        lines.append(f"-# {_next_turn(interaction, wood)}")
        await replies.answer(interaction, "\n".join(lines))

    @needs(Right.PATRON)
    @app_commands.command(description="What you are asked to reach, and how far you are")
    async def objective(self, interaction: WoodInteraction) -> None:
        """Show the reader's objective."""
        await replies.begin(interaction)
        books = await interaction.client.keeper.books(wood_of(interaction).world_id, player_of(interaction))
        await replies.answer(interaction, objective(books))

    @needs(Right.ANYONE)
    @app_commands.command(description="All Patrons by net worth, and your own place")
    @app_commands.describe(page="A page of the list; leave it out for the first")
    async def scoreboard(self, interaction: WoodInteraction, page: int = 1) -> None:
        """Show a page of the scoreboard."""
        await replies.begin(interaction)
        await deeds.show_scoreboard(interaction, page)

    @needs(Right.ANYONE)
    @app_commands.command(description="Who thinks with what, and how well")
    async def minds(self, interaction: WoodInteraction) -> None:
        """Show the minds of this wood."""
        await replies.begin(interaction)
        wood = wood_of(interaction)
        lines = await interaction.client.keeper.minds(wood.world_id, TURNS_SHOWN)
        await replies.answer(interaction, minds_card(lines, interaction.client.seating(wood.council)))

    @needs(Right.ANYONE)
    @app_commands.command(description="How to play, with a first trade to try, and answers to what people ask")
    @app_commands.describe(question="What you want to know; leave it out for the whole game in one message")
    @app_commands.autocomplete(question=asking.offer_questions)
    async def help(self, interaction: WoodInteraction, question: str | None = None) -> None:
        """Explain the game, or answer a question, also where no wood grows yet."""
        await replies.begin(interaction)
        await asking.show(interaction, question)


def _titled(face: CreatureFace) -> str:
    return say("{name} the {species:species}", name=face.name, species=face.species)


def _next_turn(interaction: WoodInteraction, wood: WoodRecord) -> str:
    end = "" if wood.last_turn is None else say("This wood ends after turn {turn:int}.", turn=wood.last_turn)
    return joined((_clock(interaction, wood), end))


def _clock(interaction: WoodInteraction, wood: WoodRecord) -> str:
    if interaction.client.turns.under_way(wood.world_id):
        return say("The creatures are thinking about the next turn now.")
    if wood.paused or wood.next_turn_at is None:
        return say("No clock moves this wood; somebody who may manage the server can use /advance.")
    return say("The next turn comes {when}.", when=format_dt(wood.next_turn_at, "R"))
