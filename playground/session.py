"""`wood play`: a keeper, a council and the bot, put together for the playground."""

import webbrowser
from collections.abc import Callable
from pathlib import Path

from bot.app import create_bot
from bot.checks import world_id_of
from bot.clock import SystemClock
from bot.councils import Councils
from bot.turns import Turns
from bot.ui.art.theme import ThemeName
from engine.keeper import Keeper
from engine.legends import RUN_ON_OONA
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

            await serve(bot, port=port, status=lambda: _status(keeper, clock, bot.turns), ready=ready, prepare=prepare)
        finally:
            await keeper.close()
    finally:
        await councils.close()


def _status(keeper: Keeper, clock: SystemClock, turns: Turns) -> PlaygroundStatus:
    """Return what the page's status card shows."""
    record = next((wood for wood in keeper.of_guild(GUILD_ID) if not wood.invited), None)
    if record is None:
        return PlaygroundStatus(headline="No wood yet", thinking=False, detail="/setup plants one")
    view = keeper.public(record.world_id)
    headline = f"Turn {view.turn} · {view.season}"
    if view.thinking:
        decided, of = turns.progress(record.world_id) or (0, len(view.creatures))
        return PlaygroundStatus(headline=headline, thinking=True, detail=f"{decided} of {of} have decided")
    if record.next_turn_at is None or record.paused:
        return PlaygroundStatus(headline=headline, thinking=False, detail="the clock rests")
    left = max(0, round((record.next_turn_at - clock.now()).total_seconds()))
    return PlaygroundStatus(headline=headline, thinking=False, detail=f"next turn in {_span(left)}")


def _span(seconds: int) -> str:
    """Return a time to wait in the largest unit that fits it."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
