"""`wood play` and `wood bot`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.console import errors, fail, out, run


def play(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the page.")] = 8400,
    cadence: Annotated[str, typer.Option(help="Time between turns, like 20s, 5m or 1h.")] = "20s",
    council: Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")] = "embedded",
    headless: Annotated[bool, typer.Option(help="Do not open the page in a browser.")] = False,
    db: Annotated[Path | None, typer.Option(help="Keep the wood in this database, to go on with it later.")] = None,
    pictures: Annotated[Literal["dark", "light"], typer.Option(help="Draw pictures by night or by day.")] = "dark",
    locale: Annotated[
        Literal["en-US", "ja", "zh-TW", "zh-CN", "es-ES"] | None,
        typer.Option(help="The server's language at the start; that of the last time if left out."),
    ] = None,
) -> None:
    """Play in a local browser page: the real bot, real minds, no Discord account."""
    from discord import Locale

    from engine.store import StoreError
    from inference.config import CouncilConfigError
    from inference.mind import MindError
    from playground.app import PlaygroundError
    from playground.session import play as run_playground

    try:
        seconds = parse_cadence(cadence)
        run(
            run_playground(
                port=port,
                cadence_seconds=seconds,
                council=council,
                headless=headless,
                db=db,
                say=out.print,
                pictures=pictures,
                locale=locale and Locale(locale),
            )
        )
    except (CouncilConfigError, MindError, PlaygroundError, StoreError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        errors.print("The wood sleeps.")


def bot() -> None:
    """Run the bot on Discord; DISCORD_TOKEN comes from the environment or .env."""
    from bot.run import run_bot
    from bot.settings import SettingsError
    from engine.store import StoreError
    from inference.config import CouncilConfigError
    from inference.mind import MindError

    try:
        run(run_bot())
    except (CouncilConfigError, MindError, SettingsError, StoreError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        errors.print("The bot is off. Every wood goes on when it starts again.")


def parse_cadence(text: str) -> int:
    """Return the seconds that `20s`, `5m` or `1h` names, failing with a sentence for anything else."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    if not number.isdigit() or unit not in units or not 10 <= int(number) * units[unit] <= 7 * 24 * 3600:
        fail(f"'{text}' is no cadence. Write a time from 10s to a week, like 20s, 5m or 1h.")
    return int(number) * units[unit]
