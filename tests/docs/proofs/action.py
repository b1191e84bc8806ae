"""The new action is in the journal with its receipt and can be read back, and its command declares who may use it."""

import asyncio
import json
from pathlib import Path

from engine.actions.charity import Donate

from bot.commands import all_commands
from bot.rights import Right, right_of
from cli.reference import commands_page
from engine.actions import ACTION
from engine.journal import JournalRow
from engine.store import Store, sqlite_url


async def journal() -> list[JournalRow]:
    store = await Store.open(sqlite_url(Path("look/sim.db")))
    try:
        return await store.journal_since("sim", 0)
    finally:
        await store.close()


(row,) = [row for row in asyncio.run(journal()) if '"donate"' in row.payload]
assert ACTION.validate_python(json.loads(row.payload)["action"]) == Donate(pebbles=30)
receipt = json.loads(row.receipt)
assert receipt["text"] == "30 pebbles lie in the commons now. Your purse holds 70."
assert receipt["figures"] == {"purse": 70}
(command,) = [each for each in all_commands() if each.name == "donate"]
assert right_of(command) is Right.PATRON  # type: ignore[arg-type]
assert "### `/donate pebbles`" in commands_page()
