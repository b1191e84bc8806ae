"""What commands and buttons have in common: each deed asks the Keeper once and shows the answer privately."""

from typing import Final

import discord

from bot import asking, bets, callings, guide, lessons, replies
from bot.acts import act, tell
from bot.checks import WoodInteraction, guild_of, input_of, player_of, wood_of
from bot.i18n import said, say, say_count, told, words
from bot.retries import UNREACHED
from bot.ui.books import ledger_card, result_card
from bot.ui.buttons import DeedButton
from bot.ui.cards import prices_card
from bot.ui.pictures import prices
from bot.ui.scores import pages_of, scoreboard
from bot.ui.seasons import season_pages
from engine.actions import BuyForecast, CloseContract, Join
from engine.actions.base import Refusal
from engine.staging import hall
from engine.vocabulary import pebbles

NOTHING_STORED = words("Nothing is stored about you here.")
FORGOTTEN = words(
    "🗑️ You have left every wood, and your id is deleted. What you did stays in the woods' journals under a number that "
    "leads to nobody. You can join again tomorrow, as somebody new."
)
_DMS_CLOSED = words("-# Your direct messages are closed to me, so it stands here and in /ledger alone.")
_DM_SENT = words("-# I sent it to you as a direct message too.")
_NEWCOMER = words("**My first bet** takes you through one in three steps, **First trade** through the whole gambit.")


async def do(interaction: WoodInteraction, deed: str, number: int | None) -> None:
    """Do what a button says, in the wood that it names.

    Raises:
        Refusal: With the sentence for the player.
    """
    if deed in ("buy", "forget") or deed.startswith(("first-", "bet-", "learn-")):
        await replies.begin_in_place(interaction)
    else:
        await replies.begin(interaction)
    if deed == "forget":
        await forget(interaction)
        return
    if deed == "hall":
        await show_history(interaction)
        return
    wood_of(interaction)
    if deed == "close" and number is not None:
        await close(interaction, number)
    elif deed.startswith("first-"):
        await guide.do(interaction, deed)
    elif deed.startswith("bet-"):
        await bets.do(interaction, deed, number)
    elif deed.startswith("learn"):
        await lessons.do(interaction, deed, number)
    elif deed.startswith("tell-"):
        await callings.set_telling(interaction, wanted=deed == "tell-on")
    else:
        await _PLAIN_DEEDS.get(deed, show_help)(interaction)
    await lessons.tell_result(interaction)


async def join(interaction: WoodInteraction) -> None:
    """Put a mask on.

    Raises:
        Refusal: If the player wears one, or left every wood lately.
    """
    receipt = await act(interaction, Join())
    await tell(interaction, f"🎭 {told(receipt.text)}\n{said(_NEWCOMER)}", "learn", "first", "bet")


async def forget(interaction: WoodInteraction) -> None:
    """Let the player leave every wood and forget its id."""
    woods = await interaction.client.keeper.forget(player_of(interaction), input_of(interaction))
    interaction.client.budgets.note_leaving(interaction.user.id)
    await replies.answer(interaction, said(FORGOTTEN if woods else NOTHING_STORED), view=None)


async def show_ledger(interaction: WoodInteraction) -> None:
    """Show the player's own books."""
    world_id = wood_of(interaction).world_id
    books = await interaction.client.keeper.books(world_id, player_of(interaction))
    telling = await callings.tells(interaction)
    await replies.answer(interaction, view=ledger_card(books, world_id, telling=telling))


async def show_prices(interaction: WoodInteraction) -> None:
    """Show prices and chart as they are now."""
    wood = wood_of(interaction)
    view = interaction.client.keeper.public(wood.world_id)
    chart = await interaction.client.studio.file(prices(view), wood.theme)
    await replies.answer(interaction, view=prices_card(view, wood.world_id), file=chart)


async def show_scoreboard(interaction: WoodInteraction, page: int = 1) -> None:
    """Show a page of all Patrons by net worth, and the reader's own place.

    Raises:
        Refusal: If there is no such page.
    """
    keeper, wood = interaction.client.keeper, wood_of(interaction)
    ranking = keeper.standings(wood.world_id)
    if not ranking:
        nobody = say("Nobody is ranked yet. The scoreboard begins once a turn has settled with a Patron in the wood.")
        await tell(interaction, nobody, *(["bet"] if keeper.mask(wood.world_id, player_of(interaction)) else ["join"]))
        return
    if not 1 <= page <= pages_of(ranking):
        raise Refusal(
            say_count(
                "The scoreboard has {count} page. Choose one that is there.",
                "The scoreboard has {count} pages. Choose one that is there.",
                pages_of(ranking),
            )
        )
    own = keeper.mask(wood.world_id, player_of(interaction))
    await replies.answer(interaction, scoreboard(ranking, own, page))


async def show_history(interaction: WoodInteraction, page: int = 1) -> None:
    """Show every season of this server, the newest first.

    Raises:
        Refusal: If there was none yet, or there is no such page.
    """
    guild_id, run = guild_of(interaction), interaction.client.keeper.store.run
    seasons = await run(lambda c: hall.seasons_of(c, guild_id))
    if not seasons:
        raise Refusal(say("There was no season in this server yet. /season begin begins one."))
    winners = await run(lambda c: hall.winners_of(c, guild_id))
    pages = season_pages(seasons, winners)
    if not 1 <= page <= len(pages):
        raise Refusal(say("The history ends with page {page:int}. Choose one that is there.", page=len(pages)))
    await replies.answer(interaction, pages[page - 1])


async def close(interaction: WoodInteraction, number: int) -> None:
    """Close one of the player's contracts and show what came of it, and why."""
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    mine = keeper.contracts_of(world_id, player_of(interaction))
    receipt = await act(interaction, CloseContract(number=number))
    line = next((line for line in mine if line.number == number), None)
    await replies.answer(interaction, view=result_card(receipt, line, keeper.public(world_id), world_id))


async def offer_forecast(interaction: WoodInteraction) -> None:
    """Name the price of the true forecast and ask once more, because a button is easily touched."""
    keeper, world_id = interaction.client.keeper, wood_of(interaction).world_id
    books = await keeper.books(world_id, player_of(interaction))
    if books.forecast:
        raise Refusal(say("You have this forecast already: {forecast:told}", forecast=books.forecast))
    price = keeper.wood(world_id).world.rules.patron.insider_price
    view = discord.ui.View(timeout=None)
    view.add_item(DeedButton("buy", world_id, label=say("Buy for {price:pebbles}", price=pebbles(price))))
    text = say(
        "🔮 The true forecast of the next legend costs **{price:pebbles}**; your purse holds {purse:int}.",
        price=pebbles(price),
        purse=books.purse,
    )
    await replies.answer(interaction, text, view=view)


async def buy_forecast(interaction: WoodInteraction) -> None:
    """Buy the true forecast; it is told here, and by direct message if those are open."""
    receipt = await act(interaction, BuyForecast())
    text = f"🔮 {told(receipt.text)}"
    try:
        await interaction.user.send(text)
        note = _DM_SENT
    except UNREACHED:
        note = _DMS_CLOSED
    await tell(interaction, f"{text}\n{said(note)}", "bet", "ledger")


async def show_help(interaction: WoodInteraction) -> None:
    """Explain the game."""
    await asking.show(interaction)


_PLAIN_DEEDS: Final = {
    "ledger": show_ledger,
    "prices": show_prices,
    "join": join,
    "board": show_scoreboard,
    "tip": offer_forecast,
    "buy": buy_forecast,
    "first": guide.show,
    "bet": bets.show,
}
