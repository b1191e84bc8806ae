"""Whole seasons on the stand-in, in which every sentence that a reader meets is found again by its template."""

from pathlib import Path
from typing import get_args

import pytest

from bot.i18n.told import read_all
from engine import ledger as books
from engine.actions import (
    Action,
    AnyAction,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Leave,
    Lend,
    OpenContract,
    Refusal,
)
from engine.heat import ATTENTION
from engine.keeper import Keeper
from engine.patronage import purse_lines
from engine.records import TurnReport
from engine.store import MEMORY, Store
from engine.vocabulary import Good, Stance, Task
from engine.world import Wood
from experiments.script import load_script
from experiments.simulate import WORLD, simulate
from inference.council import load_council
from tests.engine.helpers import FixedClock
from tests.engine.wording import overheard, unread

SCRIPTS = sorted((Path(__file__).parents[3] / "experiments" / "scripts").glob("*.toml"))
SEASON = 48

SHORT = OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=4)
TO_THE_END: list[list[tuple[str, Action]]] = [
    [("hazel", Join()), ("birch", Join()), ("ash", Join()), ("hazel", Join()), ("rowan", SHORT)],
    [("birch", Lend(creature="Bracken", principal=20, interest=1, turns=8)), ("birch", BribeMagistrate(pebbles=10))],
    [("hazel", SHORT), ("hazel", CloseContract(number=1)), ("hazel", CloseContract(number=1)), ("hazel", SHORT)],
    [("ash", BuyForecast()), ("ash", Leave()), ("hazel", BribeMagistrate(pebbles=999)), ("hazel", BuyForecast())],
    [("hazel", BribeCreature(creature="Oona", task=Task.SNUB, whom="Sable", pebbles=20)), ("hazel", BuyForecast())],
]
"""What is done before each of the turns of a wood that is voided once and then ends, some of it against the rules."""


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
    assert len(met) >= 10, "so few sentences show nothing"


async def test_every_sentence_of_a_wood_that_is_voided_and_ends_is_found_again() -> None:
    council = load_council("standin")
    keeper = await Keeper.open(MEMORY, lambda _: council, FixedClock())
    refused = 0
    with overheard() as told:
        await keeper.found("w", 1, 2, council="standin", seed="7", on_clock=False, last_turn=SEASON)
        for turn, deeds in enumerate(TO_THE_END, 1):
            for number, (user, action) in enumerate(deeds):
                try:
                    await keeper.act("w", user, action, f"{turn}:{number}")
                except Refusal:
                    refused += 1
            await keeper.advance("w")
        notice = await keeper.void("w")
        with pytest.raises(Refusal):
            await keeper.void("w")
        await keeper.act("w", "hazel", BribeCreature(creature="Nettle", task=Task.DUMP, pebbles=20), "last")
        last = [await keeper.books("w", user) for user in ("hazel", "birch")]
        await keeper.end("w")
    await keeper.close()
    letters = [text for books in last for _, text in books.letters]
    assert refused >= 4
    assert letters
    assert unread([*told, notice, *letters, *(line.memo for books in last for line in books.lines)]) == set()
    assert {books.magistrate for books in last} <= set(ATTENTION)


def test_the_seasons_told_do_whatever_a_patron_or_keeper_can_do() -> None:
    scripted = [step.action() for path in SCRIPTS for step in load_script(path).steps]
    done = {type(action) for action in [*scripted, *(action for deeds in TO_THE_END for _, action in deeds)]}
    assert done == set(get_args(get_args(AnyAction)[0]))


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
