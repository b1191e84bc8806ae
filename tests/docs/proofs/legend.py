"""The new legend has fallen in the simulated wood, and its tale is on the turn's card and in the catalogues."""

import asyncio
from pathlib import Path

from bot.i18n.catalogs import TEMPLATE
from bot.ui.cards import turn_card
from engine.legends import BY_KEY, DECK
from engine.rules import DEFAULT_RULES
from engine.store import Store, sqlite_url
from engine.views import PublicView


async def view_of(turn: int) -> PublicView:
    store = await Store.open(sqlite_url(Path("look/sim.db")))
    try:
        return PublicView.model_validate_json(await store.turn_view("sim", turn) or "")
    finally:
        await store.close()


legend = BY_KEY["palace-of-lanterns"]
assert DEFAULT_RULES.legends.cards == len(DECK) == 15
card = str(turn_card(asyncio.run(view_of(1)), "sim").to_components())
assert all(told in card for told in (legend.title, legend.tale, "38,915 points")), card
assert legend.title in TEMPLATE.read_text(encoding="utf-8")
