"""The gambit on the stand-in: its promise under settlement holds for every cast, so for this one too."""

from typing import Any

import pytest

from engine.ports import Deliberation, TurnRequest
from engine.vocabulary import LegendMode
from experiments.gambit import HEARD, GambitRun, _row, gambit, run
from inference.council import load_council


async def test_the_gambit_pays_under_settlement_and_halves_honey() -> None:
    council = load_council("standin")
    for seed in (1, 2, 3):
        played = await gambit(council, LegendMode.SETTLEMENT, seed)
        assert played.after == played.before // 2
        assert played.pnl > 0


def test_a_gambit_that_lost_or_won_nothing_is_no_win() -> None:
    runs = [GambitRun(seed, (8, 4), 4, pnl) for seed, pnl in ((1, -3), (2, 0), (3, 1))]
    row = _row("standin", LegendMode.RUMOUR, runs)
    assert (row["wins"], row["share"]["of"], row["by_seed"]) == (1, 3, [-3, 0, 1])


async def test_a_rumour_leaves_the_price_to_the_creatures() -> None:
    settled = await gambit(load_council("standin"), LegendMode.SETTLEMENT, 1)
    told = await gambit(load_council("standin"), LegendMode.RUMOUR, 1)
    assert told.before == settled.before
    assert told.pnl < settled.pnl


class Listener:
    """A council that notes in which turns of a wood a creature is told of the Run."""

    def __init__(self) -> None:
        self.inner = load_council("standin")
        self.told: list[int] = []

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        if any("The Run on Oona" in line for view in request.views for line in view.news):
            self.told.append(request.turn)
        return await self.inner.deliberate(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.mark.parametrize("mode", [LegendMode.RUMOUR, LegendMode.GLUT])
async def test_the_patron_waits_until_the_creatures_could_act_on_what_they_heard(mode: LegendMode) -> None:
    council = Listener()
    played = await gambit(council, mode, 1)  # type: ignore[arg-type]
    assert council.told, "no creature heard of the legend before the Patron collected"
    assert len(played.path) == 2 + HEARD
    assert played.after == played.path[-1]


async def test_the_result_holds_a_row_for_every_mechanism() -> None:
    steps: list[int] = []
    result = await run([("standin", load_council("standin"))], [1, 2], lambda: steps.append(1))
    assert [row["mechanism"] for row in result["rows"]] == ["settlement", "rumour", "glut"]
    for row in result["rows"]:
        assert row["council"] == "standin"
        assert row["seeds"] == [1, 2]
    won = [(row["by_seed"], row["pnl"]["min"], row["pnl"]["mean"], row["pnl"]["max"]) for row in result["rows"]]
    assert won == [([67, 55], 55, 61, 67), ([23, 17], 17, 20, 23), ([23, 55], 23, 39, 55)]
    assert [row["wins"] for row in result["rows"]] == [2, 2, 2]
    assert steps == [1] * 6
    assert [row["waited"] for row in result["rows"]] == [0, HEARD, HEARD]
    for row in result["rows"]:
        assert (row["honey_path"][0], row["honey_path"][1 + row["waited"]]) == (row["honey_before"], row["honey_after"])
