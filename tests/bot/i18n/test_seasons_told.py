"""Whole seasons on the stand-in, in which every sentence that a reader meets is found again by its template."""

from pathlib import Path
from typing import get_args

import pytest

from bot.i18n.told import read_all
from engine import ledger as books
from engine.actions import AnyAction
from engine.patronage import purse_lines
from engine.records import TurnReport
from engine.store import Store
from engine.world import Wood
from experiments.script import load_script
from experiments.simulate import WORLD, simulate
from inference.council import load_council
from tests.engine.wording import overheard, unread

SCRIPTS = sorted((Path(__file__).parents[3] / "experiments" / "scripts").glob("*.toml"))
SEASON = 48
UNSCRIPTED = {"leave"}
"""What no script does; `tests/engine` reads back what is told of it."""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
async def test_every_sentence_of_a_season_is_found_again(path: Path, tmp_path: Path) -> None:
    shown: list[str] = []

    def look(report: TurnReport) -> None:
        view = report.view
        narrated = {ask.headline for ask in report.narration}
        shown.extend([*view.news, *view.trades, *(face.silent for face in view.creatures if face.silent)])
        shown.extend({view.headline} - narrated)

    with overheard() as told:
        await simulate(
            load_council("standin"), turns=SEASON, seed="7", script=load_script(path), out=tmp_path, on_turn=look
        )
    assert unread(told) == set()
    assert unread(shown) == set()
    assert unread(await _memos(tmp_path)) == set()
    met = {reading.template for text in [*told, *shown] for reading in read_all(text)}
    assert len(met) > 15, "so few sentences show nothing"


def test_the_scripts_do_whatever_a_patron_or_keeper_can_do() -> None:
    done = {step.action().model_dump()["kind"] for path in SCRIPTS for step in load_script(path).steps}
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(AnyAction)[0])}
    assert done | UNSCRIPTED == kinds


async def _memos(folder: Path) -> list[str]:
    """Return what every Patron's purse was moved for."""
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'sim.db'}")
    try:
        saved = await store.snapshot(WORLD)
        masks = Wood.restore(saved.world, saved.sealed).world.patrons
        postings = {mask: await store.purse_postings(WORLD, books.patron_account(mask), 1_000) for mask in masks}
    finally:
        await store.close()
    return [line.memo for mask, mine in postings.items() for line in purse_lines(mine, mask)]
