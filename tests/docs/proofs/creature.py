"""The new creature sits on the card and in its pictures, and has traded."""

import asyncio
from pathlib import Path

from bot.ui import pictures
from bot.ui.cards import turn_card
from bot.ui.studio import Studio
from engine.store import Store, sqlite_url
from engine.views import PublicView

LAST = 15


async def look() -> None:
    store = await Store.open(sqlite_url(Path("look/sim.db")))
    try:
        views = [PublicView.model_validate_json(await store.turn_view("sim", n + 1) or "") for n in range(LAST)]
    finally:
        await store.close()
    assert any("Thistle" in line for view in views for line in view.trades)
    last = views[-1]
    assert "🐇 **Thistle**" in str(turn_card(last, "sim").to_components())
    hare = next(face for face in last.creatures if face.name == "Thistle")
    drawn = await Studio().files([*pictures.of_turn(last), pictures.portrait(hare, last.season)], "")
    assert all(file.fp.read(4) == b"\x89PNG" for file in drawn)
    assert "Thistle the hare" in (drawn[0].description or "")


asyncio.run(look())
