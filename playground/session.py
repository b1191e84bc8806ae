"""`wood play`: a keeper, a council and the bot, put together for the playground."""

import webbrowser
from collections.abc import Callable
from pathlib import Path

from discord import Locale

from bot import i18n
from bot.app import create_bot
from bot.checks import world_id_of
from bot.clock import SystemClock
from bot.councils import Councils
from bot.turns import Turns
from bot.ui.art.theme import ThemeName
from engine.keeper import Keeper
from engine.legends import BY_KEY, RUN_ON_OONA
from engine.records import WoodRecord
from engine.store import sqlite_url
from playground.app import PlaygroundError, serve
from playground.scene import GUILD_ID
from playground.site import PlaygroundStatus

_TICK_SECONDS = 1.0


async def play(
    *,
    port: int,
    cadence_seconds: int,
    council: str,
    headless: bool,
    db: Path | None,
    say: Callable[[str], None],
    pictures: ThemeName = "dark",
    locale: Locale | None = None,
) -> None:
    """Run the playground until cancelled.

    The first legend of a playground's wood is always the Run on Oona's Hoard, so that the first trade
    that `/wood help` tells can be made in the first minute; on a server the deck is drawn.

    Args:
        port: The port of the page on 127.0.0.1.
        cadence_seconds: Seconds between two turns of a new wood.
        council: Who thinks for the creatures.
        headless: Whether to leave the browser closed.
        db: Where to keep the wood, or None to forget it at the end.
        say: Prints a line for the person at the terminal.
        pictures: Whether pictures are drawn by night or by day.
        locale: The server's locale at the start; it can be changed on the page. None goes on with the one that it was
            last set to.

    Raises:
        CouncilConfigError: If there is no such council.
        MindError: If a mind of the council cannot be loaded.
        PlaygroundError: If the port is taken, or the database is a Discord bot's.
        StoreError: If the database cannot be used.
    """
    clock, councils = SystemClock(), Councils()
    say(f"Waking the creatures ({council}) …")
    url = sqlite_url(db)
    try:
        await councils(council).warm()
        keeper = await Keeper.open(url, councils, clock)
        try:
            if any(record.guild_id != GUILD_ID for record in keeper.woods()):
                raise PlaygroundError(f"{db} holds the woods of a bot on Discord. Name another file with --db.")
            bot = create_bot(
                keeper,
                clock,
                tick_seconds=_TICK_SECONDS,
                default_council=council,
                seating=councils.seating,
                pictures=pictures,
            )

            await bot.servers.load()
            councils.tell(bot.turns.note_decided)

            async def prepare(guild_id: int, channel_id: int) -> None:
                wood = keeper.of_channel(channel_id)
                if wood is not None:
                    await keeper.configure(wood.world_id, council=council, cadence_seconds=cadence_seconds)
                else:
                    record = await keeper.found(
                        await keeper.free_id(lambda number: world_id_of(guild_id, number)),
                        guild_id,
                        channel_id,
                        council=council,
                        cadence_seconds=cadence_seconds,
                        legends=(RUN_ON_OONA,),
                    )
                    await bot.poster.welcome(record)

            def ready(address: str) -> None:
                say(f"The wood is open at {address}")
                say("Whoever has this address can play; Ctrl-C ends it.")
                if not headless:
                    webbrowser.open(address)

            async def advance(channel_id: int) -> None:
                wood = _wood(keeper, channel_id)
                if wood is not None and not bot.turns.under_way(wood.world_id):
                    await bot.turns.advance(wood.world_id)

            await serve(
                bot,
                port=port,
                status=lambda channel_id: _status(keeper, clock, bot.turns, channel_id),
                advance=advance,
                real=lambda: _real(council, db),
                locale=locale or bot.servers.locale_of(GUILD_ID) or Locale.american_english,
                keep_locale=lambda chosen: bot.servers.keep(GUILD_ID, chosen),
                ready=ready,
                prepare=prepare,
            )
        finally:
            await keeper.close()
    finally:
        await councils.close()


def _wood(keeper: Keeper, channel_id: int) -> WoodRecord | None:
    """Return the wood of a channel, or where none grows the server's first; a tournament's tables are no such woods."""
    there = keeper.of_channel(channel_id)
    if there is not None and not there.invited:
        return there
    return next((wood for wood in keeper.of_guild(GUILD_ID) if not wood.invited), None)


def _status(keeper: Keeper, clock: SystemClock, turns: Turns, channel_id: int) -> PlaygroundStatus:
    """Return what the page's status card shows, in the language that is spoken."""
    record = _wood(keeper, channel_id)
    if record is None:
        hint = i18n.say("Ash, the keeper, plants one with /setup.")
        return PlaygroundStatus(headline=i18n.say("No wood grows here"), thinking=False, detail=hint)
    view = keeper.public(record.world_id)
    headline = i18n.say("Turn {turn:int} · {season:season}", turn=view.turn, season=view.season)
    if turns.under_way(record.world_id):
        decided, of = turns.progress(record.world_id) or (0, len(view.creatures))
        detail = i18n.say("{decided:int} of {all:int} have decided", decided=decided, all=of)
        return PlaygroundStatus(headline=headline, thinking=True, detail=detail)
    if record.next_turn_at is None or record.paused:
        return PlaygroundStatus(headline=headline, thinking=False, may_advance=True)
    left = max(0.0, (record.next_turn_at - clock.now()).total_seconds())
    return PlaygroundStatus(headline=headline, thinking=False, seconds_left=left, may_advance=True)


def _real(council: str, db: Path | None) -> tuple[str, ...]:
    """Return what is real in a playground of a council and a store, a sentence each in the language that is spoken."""
    minds = i18n.say("The minds: the council “{council}” is asked for every decision.", council=council)
    if council == "standin":
        minds = i18n.say(
            "No minds this time: the council “standin” is rules, which move the creatures without a model."
        )
    store = i18n.say("The store, though this one is forgotten at the end. Start with --db to go on another day.")
    if db is not None:
        store = i18n.say("The store: this wood is kept in {file}, and goes on the next time.", file=db.name)
    deck = i18n.say(
        "The deck, but for its first legend: that is “{legend:title}”, so that a first bet pays.",
        legend=BY_KEY[RUN_ON_OONA].title,
    )
    return minds, store, deck
