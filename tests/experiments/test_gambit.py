"""The gambit on the stand-in: its promise under settlement holds for every cast, so for this one too."""

from engine.vocabulary import LegendMode
from experiments.gambit import gambit, run
from inference.council import load_council


async def test_the_gambit_pays_under_settlement_and_halves_honey() -> None:
    council = load_council("standin")
    for seed in (1, 2, 3):
        played = await gambit(council, LegendMode.SETTLEMENT, seed)
        assert played.after == played.before // 2
        assert played.pnl > 0


async def test_a_rumour_leaves_the_price_to_the_creatures() -> None:
    settled = await gambit(load_council("standin"), LegendMode.SETTLEMENT, 1)
    told = await gambit(load_council("standin"), LegendMode.RUMOUR, 1)
    assert told.before == settled.before
    assert told.pnl < settled.pnl


async def test_the_result_holds_a_row_for_every_mechanism() -> None:
    result = await run([("standin", load_council("standin"))], [1, 2])
    assert [row["mechanism"] for row in result["rows"]] == ["settlement", "rumour", "glut"]
    for row in result["rows"]:
        assert row["council"] == "standin"
        assert row["seeds"] == [1, 2]
        assert row["pnl"]["min"] <= row["pnl"]["mean"] <= row["pnl"]["max"]
        assert 0 <= row["wins"] <= 2
    assert result["rows"][0]["wins"] == 2
