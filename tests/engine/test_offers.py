"""Offers: made in secret, listened to or sent back, and told to the creature that listens."""

import pytest

from engine import ledger as books
from engine import offers
from engine.actions import BribeCreature, Refusal, act
from engine.feelings import warmest
from engine.rules import DEFAULT_RULES
from engine.turn import open_turn
from engine.vocabulary import Task
from engine.world import Wood
from prompts.render import creature_messages
from tests.engine.helpers import ALICE, BOB, CAROL, after, joined, pebbles, purse, refuse, wood

FEELINGS, PATRON = DEFAULT_RULES.feelings, DEFAULT_RULES.patron


def hoard(pebbles: int = 6, creature: str = "Oona") -> BribeCreature:
    return BribeCreature(creature=creature, task=Task.HOARD, pebbles=pebbles)  # pyright: ignore[reportArgumentType]


def prompt_of(of: Wood, name: str) -> str:
    view = next(view for view in of.world.asked if view.name == name)
    return creature_messages(view)[-1]["content"]


def test_a_favour_is_paid_when_the_creature_listens_and_is_told_what_for():
    asked = after(joined(wood(), ALICE), hoard())
    mask = asked.world.patrons[0]
    assert purse(asked, mask) == 94
    assert asked.ledger.balance(books.offer_account(mask, "Oona")) == 6
    opened = open_turn(asked)
    assert pebbles(opened.wood, "Oona") == pebbles(asked, "Oona") + 6
    assert f"{mask} paid you 6 pebbles to sell no honey this turn" in prompt_of(opened.wood, "Oona")
    assert "paid you" not in prompt_of(opened.wood, "Sable")
    assert [r.to for r in opened.effects.releases if r.kind == "favour_paid"] == ["Oona"]
    assert opened.wood.world.creatures["Oona"].feelings[mask] == FEELINGS.favour_paid


@pytest.mark.parametrize(
    ("task", "whom", "words"),
    [(Task.DUMP, None, "sell all the honey you can spare, cheaply"), (Task.SNUB, "Sable", "nothing that Sable grows")],
)
def test_every_task_has_its_words(task: Task, whom: str | None, words: str):
    action = BribeCreature(creature="Oona", task=task, whom=whom, pebbles=9)  # pyright: ignore[reportArgumentType]
    assert words in prompt_of(open_turn(after(joined(wood(), ALICE), action)).wood, "Oona")


def test_a_creature_listens_to_whom_it_likes_best_and_the_others_get_their_pebbles_back():
    one = joined(wood(), ALICE, BOB, CAROL)
    masks = one.world.patrons
    one.world.creatures["Oona"].feelings[masks[1]] = 5
    for user in (ALICE, BOB, CAROL):
        one = after(one, hoard(20 if user == ALICE else 6), user=user)
    opened = open_turn(one).wood
    assert [purse(opened, mask) for mask in masks] == [100, 94, 100]
    assert masks[1] in prompt_of(opened, "Oona")
    letters = [letter.mask for letter in opened.vault.letters.reveal()]
    assert sorted(letters) == sorted([masks[0], masks[2]])


def test_who_came_first_makes_no_difference():
    def listened(users: list[str]) -> list[int]:
        one = joined(wood(), ALICE, BOB, CAROL)
        for user in users:
            one = after(one, hoard(), user=user)
        opened = open_turn(one).wood
        return [purse(opened, mask) for mask in one.world.patrons]

    assert listened([ALICE, BOB, CAROL]) == listened([CAROL, BOB, ALICE]) == listened([BOB, CAROL, ALICE])


def test_equals_are_not_served_in_the_same_order_for_ever():
    one = joined(wood(), ALICE, BOB, CAROL)
    firsts = set()
    for number in range(12):
        one.world.turn = number
        firsts.add(warmest(one.world, "Oona", one.world.patrons, str)[0])
    assert len(firsts) == 3


def test_the_wary_ask_for_more():
    one = joined(wood(), ALICE)
    one.world.creatures["Oona"].feelings[one.world.patrons[0]] = -FEELINGS.mild
    assert offers.favour_price(one.world, "Oona", one.world.patrons[0]) == PATRON.favour_price_wary
    with pytest.raises(Refusal, match="takes 10 to 50 pebbles"):
        act(one, ALICE, hoard(6))


def hostile(one: Wood) -> Wood:
    one.world.creatures["Oona"].feelings[one.world.patrons[0]] = -FEELINGS.strong
    return one


@pytest.mark.parametrize(
    ("before", "action", "sentence"),
    [
        (lambda one: one, hoard(0), "takes 5 to 50 pebbles"),
        (lambda one: one, hoard(-1), "takes 5 to 50 pebbles"),
        (lambda one: one, hoard(51), "takes 5 to 50 pebbles"),
        (hostile, hoard(), "bitter at you"),
        (lambda one: after(one, hoard()), hoard(), "has an offer of yours already"),
        (lambda one: after(one, hoard(), hoard(6, "Sable")), hoard(6, "Nettle"), "2 offers this turn"),
        (lambda one: one, BribeCreature(creature="Oona", task=Task.SNUB, pebbles=9), "Choose whom"),
        (lambda one: one, BribeCreature(creature="Oona", task=Task.SNUB, whom="Oona", pebbles=9), "Choose whom"),
        (lambda one: one, BribeCreature(creature="Oona", task=Task.HOARD, whom="Sable", pebbles=9), "Only a snub"),
    ],
)
def test_what_cannot_be_asked_is_refused(before, action: BribeCreature, sentence: str):
    one = before(joined(wood(), ALICE))
    refuse(one, action, sentence)
