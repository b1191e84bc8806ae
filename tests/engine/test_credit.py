"""Loans from the offer to repayment or ruin: who may lend what, and where every pebble and unit goes."""

import pytest

from engine import credit
from engine import ledger as books
from engine.actions import BribeCreature, Lend, Refusal, act
from engine.ports import Decision
from engine.rules import DEFAULT_RULES
from engine.standings import net_worth
from engine.turn import close_turn, open_turn
from engine.vocabulary import Good, Task
from engine.world import Loan, Wood
from prompts.render import creature_messages
from tests.engine.helpers import (
    ALICE,
    BOB,
    CAROL,
    after,
    enrich,
    joined,
    long,
    pebbles,
    purse,
    refuse,
    store,
    wood,
)

CREDIT, FEELINGS = DEFAULT_RULES.credit, DEFAULT_RULES.feelings
YES, NO = Decision(loan=True), Decision(loan=False)


def lend(principal: int = 20, interest: int = 1, turns: int = 3, creature: str = "Oona", good: Good | None = None):
    return Lend(creature=creature, principal=principal, interest=interest, turns=turns, good=good)  # pyright: ignore


def answered(before: Wood, decision: Decision = YES, name: str = "Oona") -> Wood:
    return close_turn(open_turn(before).wood, {name: decision}).wood


def lent(*users: str, action: Lend | None = None) -> Wood:
    one = joined(wood(first=None), *(users or (ALICE,)))
    return answered(after(one, action or lend()))


def settled(before: Wood) -> tuple[Wood, list[str]]:
    """Let a quiet turn pass, and return the wood with the kinds of public event in it."""
    step = close_turn(open_turn(before).wood, {})
    return step.wood, [event.kind for event in step.effects.events]


def letters(of: Wood) -> str:
    return " ".join(letter.text for letter in of.vault.letters.reveal())


def prompt_of(of: Wood, name: str) -> str:
    view = next(view for view in of.world.asked if view.name == name)
    return creature_messages(view)[-1]["content"]


def test_the_principal_waits_aside_and_the_creature_is_told_the_terms_and_nobody_else():
    asked = after(joined(wood()), lend())
    mask = asked.world.patrons[0]
    assert purse(asked, mask) == 80
    assert asked.ledger.balance(books.offer_account(mask, "Oona")) == 20
    assert "Loan" not in asked.world.model_dump_json(), "an offer is secret until it is listened to"
    opened = open_turn(asked)
    line = f"Loan: {mask} offers you 20 pebbles now for 21 back in 3 turns; your pledge is 4 honey."
    assert line in prompt_of(opened.wood, "Oona")
    assert '"loan":"yes"' in prompt_of(opened.wood, "Oona")
    assert all("loan" not in prompt_of(opened.wood, name).lower() for name in ("Sable", "Bracken"))
    assert [(r.kind, r.to) for r in opened.effects.releases if "loan" in r.kind] == [("loan_offered", "Oona")]


def test_yes_moves_principal_and_pledge_before_the_auction():
    asked = after(joined(wood(first=None)), lend())
    mask, opened = asked.world.patrons[0], open_turn(asked).wood
    closed = close_turn(opened, {"Oona": YES}).wood
    assert closed.world.loans == [Loan(lender=mask, borrower="Oona", principal=20, owed=21, due=4, good=Good.HONEY)]
    assert credit.pledged(closed, closed.world.loans[0]) == 4
    assert pebbles(closed, "Oona") >= 60
    assert closed.world.creatures["Oona"].feelings[mask] > 0
    assert net_worth(closed, mask) == 100


@pytest.mark.parametrize("decision", [NO, Decision(), Decision.nothing("It thought for too long.")])
def test_anything_but_a_yes_is_a_no_and_gives_the_principal_back(decision: Decision):
    closed = answered(after(joined(wood()), lend()), decision)
    assert closed.world.loans == []
    assert purse(closed, closed.world.patrons[0]) == 100
    assert "Oona says no to your loan. You have 20 pebbles back." in letters(closed)


def test_a_creature_that_turned_hostile_says_no_whatever_its_mind_says():
    opened = open_turn(after(joined(wood()), lend())).wood
    opened.world.creatures["Oona"].feelings[opened.world.patrons[0]] = -FEELINGS.strong
    closed = close_turn(opened, {"Oona": YES}).wood
    assert closed.world.loans == []
    assert purse(closed, closed.world.patrons[0]) == 100
    assert "bitter at you" in letters(closed)


def test_a_loan_is_repaid_when_due_and_the_pledge_goes_home():
    one = lent()
    mask = one.world.patrons[0]
    one, _ = settled(settled(one)[0])
    enrich(one, "Oona", 30)
    opened = open_turn(one).wood
    assert f"Debt: you owe {mask} 21 pebbles tonight, or lose 4 honey and your home." in prompt_of(opened, "Oona")
    honey = store(opened, "Oona", Good.HONEY)
    closed = close_turn(opened, {})
    assert closed.wood.world.loans == []
    assert purse(closed.wood, mask) == 101
    assert store(closed.wood, "Oona", Good.HONEY) >= honey + 4 - 1  # it may have eaten one
    assert closed.wood.world.banished == {}
    assert "paid its loan of 20 back: 21 pebbles" in letters(closed.wood)


def test_a_loan_that_cannot_be_paid_is_a_default_and_the_borrower_is_banished_to_the_next_chapter():
    one = lent()
    mask = one.world.patrons[0]
    one, _ = settled(settled(one)[0])
    enrich(one, "Oona", 0)
    one.ledger.move(0, "pebbles", one.ledger.balance(books.COMMONS), books.COMMONS, books.TREASURY, "no relief")
    price = one.world.quotes[Good.HONEY].settlement
    closed = close_turn(open_turn(one).wood, {})
    after_ruin = closed.wood
    assert after_ruin.world.turn == 4
    assert [event.kind for event in closed.effects.events if event.kind in ("default", "banished")] == [
        "default",
        "banished",
    ]
    assert {r.kind for r in closed.effects.releases} >= {"defaulted", "banished"}
    assert all(mask not in event.text for event in closed.effects.events), "to whom it owed stays secret"
    assert after_ruin.world.banished == {"Oona": 9}
    assert purse(after_ruin, mask) == 80 + 21, "the pledge is worth more, and the rest of it goes home"
    assert abs(after_ruin.world.quotes[Good.HONEY].settlement - price) <= 1
    assert after_ruin.world.creatures["Oona"].feelings[mask] <= FEELINGS.ruined + 20


def called() -> Wood:
    """Return a wood in which a fall of honey has called the loan to Oona."""
    one = lent(action=lend(turns=8))
    opened = open_turn(one).wood
    opened.world.quotes[Good.HONEY].reference = 5
    return close_turn(opened, {}).wood


def test_a_pledge_below_maintenance_is_called_and_the_creature_knows_by_tonight():
    one = called()
    mask = one.world.patrons[0]
    (loan,) = one.world.loans
    needed = -(-21 * CREDIT.pledge_percent // (100 * one.world.quotes[Good.HONEY].settlement))
    assert loan.called == needed - 4 > 0
    assert "Margin call" in letters(one)
    assert f"It calls for {loan.called} honey more tonight." in prompt_of(open_turn(one).wood, "Oona")
    assert net_worth(one, mask) == 80 + min(20, credit.worth(one, loan))


def test_a_call_is_met_from_the_store():
    one = called()
    (loan,) = one.world.loans
    held = store(one, "Oona", Good.HONEY)
    assert held >= loan.called
    closed = close_turn(open_turn(one).wood, {}).wood
    (still,) = closed.world.loans
    assert still.called == 0
    assert credit.pledged(closed, still) == 4 + loan.called
    assert "is met: it pledges" in letters(closed)


def test_a_call_is_lifted_when_the_price_recovers():
    opened = open_turn(called()).wood
    opened.world.quotes[Good.HONEY].reference = 9
    (still,) = close_turn(opened, {}).wood.world.loans
    assert still.called == 0


def strip(of: Wood, name: str, good: Good) -> None:
    of.ledger.move_up_to(0, good, store(of, name, good), books.creature_account(name), books.BLIGHT, "test")


def test_a_call_unmet_is_a_default_and_pebbles_do_not_meet_it():
    opened = open_turn(called()).wood
    strip(opened, "Oona", Good.HONEY)
    enrich(opened, "Oona", 40)
    closed = close_turn(opened, {})
    assert closed.wood.world.banished == {"Oona": 9}
    assert closed.wood.world.loans == []


def test_a_default_takes_all_other_loans_with_it_and_every_lender_gets_its_own_pledge():
    one = joined(wood(first=None), ALICE, BOB)
    one = answered(after(one, lend(10, 0, 1)))
    one = answered(after(one, lend(10, 2, 8), user=BOB))
    assert len(one.world.loans) == 1, "the first fell due and was paid"
    one = answered(after(one, lend(20, 0, 1)))
    assert len(one.world.loans) == 2
    opened = open_turn(one).wood
    enrich(opened, "Oona", 0)
    lenders = [loan.lender for loan in opened.world.loans]
    before = {mask: purse(opened, mask) for mask in lenders}
    closed = close_turn(opened, {}).wood
    assert closed.world.loans == []
    owed = {loan.lender: loan.owed for loan in opened.world.loans}
    assert {mask: purse(closed, mask) - before[mask] for mask in lenders} == owed


def test_one_offer_a_turn_whether_favour_or_loan_from_whom_it_likes_best():
    one = joined(wood(), ALICE, BOB, CAROL)
    masks = one.world.patrons
    one.world.creatures["Oona"].feelings[masks[2]] = 5
    one = after(one, lend())
    one = after(one, BribeCreature(creature="Oona", task=Task.HOARD, pebbles=30), user=BOB)
    one = after(one, lend(10, 0, 2), user=CAROL)
    opened = open_turn(one).wood
    assert [purse(opened, mask) for mask in masks] == [100, 100, 90]
    assert masks[2] in prompt_of(opened, "Oona")
    assert masks[1] not in prompt_of(opened, "Oona")


def hostile(one: Wood) -> Wood:
    one.world.creatures["Oona"].feelings[one.world.patrons[0]] = -FEELINGS.strong
    return one


def wary(one: Wood) -> Wood:
    one.world.creatures["Oona"].feelings[one.world.patrons[0]] = -FEELINGS.mild
    return one


def banished(one: Wood) -> Wood:
    one.world.banished["Oona"] = 9
    return one


@pytest.mark.parametrize(
    ("before", "action", "sentence"),
    [
        (lambda one: one, lend(0, 0), "1 to 60 pebbles"),
        (lambda one: one, lend(61), "1 to 60 pebbles"),
        (lambda one: one, lend(20, -1), "0 to 1 of interest for 20 pebbles over 3 turns"),
        (lambda one: one, lend(20, 2), "0 to 1 of interest for 20 pebbles over 3 turns"),
        (wary, lend(20, 2, 8), "0 to 1 of interest for 20 pebbles over 8 turns"),
        (lambda one: one, lend(turns=0), "1 to 8 turns"),
        (lambda one: one, lend(turns=9), "1 to 8 turns"),
        (lambda one: one, lend(good=Good.FIREWOOD), "has not 7 firewood to pledge"),
        (lambda one: after(one, long(Good.HONEY, 20)), lend(), "your purse holds 10"),
        (hostile, lend(), "bitter at you"),
        (banished, lend(), "banished until turn 9"),
        (lambda one: after(one, lend()), lend(), "has an offer of yours already"),
        (lambda one: open_turn(after(one, lend())).wood, lend(), "has an offer of yours already"),
        (lambda one: answered(after(one, lend())), lend(), "owes you a loan already"),
        (
            lambda one: after(one, lend(10, 0), lend(10, 0, creature="Sable")),
            lend(10, 0, creature="Nettle"),
            "2 offers this turn",
        ),
    ],
)
def test_what_cannot_be_lent_is_refused(before, action: Lend, sentence: str):
    one = before(joined(wood(first=None)))
    refuse(one, action, sentence)


def test_a_creature_owes_no_more_loans_than_it_may():
    one = joined(wood(first=None), ALICE, BOB, CAROL)
    for user in (ALICE, BOB):
        one = answered(after(one, lend(10, 0, 8), user=user))
    with pytest.raises(Refusal, match="takes no more loans now"):
        act(one, CAROL, lend(10, 0, 8))


def test_who_lent_first_makes_no_difference_to_who_is_paid():
    def paid(users: list[str]) -> list[int]:
        one = joined(wood(first=None), ALICE, BOB)
        for user in users:
            one = after(one, lend(10, 0, 2), user=user)
        first = answered(one)
        return [purse(first, mask) for mask in one.world.patrons]

    assert paid([ALICE, BOB]) == paid([BOB, ALICE])
