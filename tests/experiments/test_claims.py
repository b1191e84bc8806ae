"""The claims about tips, heat and ruin, on the stand-in; that they hold on real minds is measured, not tested here."""

from experiments import edge, heat, ruin
from experiments.table import Claim
from inference.council import load_council

SEEDS = [1, 2, 3, 4]


async def test_true_tips_pay_and_planted_ones_do_not() -> None:
    steps: list[int] = []
    result = await edge.run([("standin", load_council("standin"))], SEEDS, lambda: steps.append(1))
    assert [(row["held"], row["of"]) for row in result["rows"]] == [(4, 4), (4, 4)]
    assert len(steps) == 4
    assert all(run["pnl"] > 0 for run in result["rows"][0]["runs"])


async def test_two_clean_wins_open_an_inquiry_that_ends_in_a_fine() -> None:
    result = await heat.run([("standin", load_council("standin"))], SEEDS)
    assert [(row["held"], row["of"]) for row in result["rows"]] == [(4, 4)] * 3


def test_a_claim_that_fails_says_so() -> None:
    claim = Claim("standin", "it never rains")
    claim.add(1, held=True, drops=0)
    claim.add(2, held=False, drops=7)
    row = claim.row()
    assert (row["held"], row["of"], row["seeds"]) == (1, 2, [1, 2])
    assert row["runs"][1] == {"seed": 2, "held": False, "drops": 7}


async def test_a_called_and_defaulted_loan_banishes_its_borrower_until_the_next_chapter() -> None:
    result = await ruin.run([("standin", load_council("standin"))], [1, 2])
    vault_keeper, outlived, woodcutter, _ = result["rows"]
    assert (vault_keeper["held"], vault_keeper["of"]) == (2, 2)
    assert (outlived["held"], outlived["of"]) == (2, 2)
    assert (woodcutter["held"], woodcutter["seeds"]) == (1, [2])
    assert [(run["seed"], run["lent"] > 0, run["defaulted"]) for run in woodcutter["spared"]] == [(1, True, False)]
    assert all(run["called"] and run["lent"] for run in vault_keeper["runs"])
