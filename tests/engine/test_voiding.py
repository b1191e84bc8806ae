"""A voided turn: the wood is what it was before it, but for what was seen, and for the number used up."""

from collections.abc import Callable

import pytest

from engine import contracts, deck
from engine.actions import (
    Action,
    Ally,
    BuyForecast,
    CloseContract,
    Join,
    Leave,
    Lend,
    PokeWood,
    Refusal,
    Spring,
    Whisper,
    act,
)
from engine.banishment import banish
from engine.effects import Effects
from engine.ending import end_wood
from engine.ledger import TREASURY, VOIDED
from engine.legends import BY_KEY
from engine.ports import Decision
from engine.releases import public_view
from engine.rules import DEFAULT_RULES
from engine.turn import TurnError, close_turn, open_turn
from engine.vocabulary import GOODS, Direction, Good, Poke, Sentence
from engine.voiding import require_voidable, void_turn
from engine.world import Case, Wood
from prompts.render import creature_messages
from tests.engine.helpers import (
    ALICE,
    BOB,
    CAROL,
    STRUCK,
    after,
    is_sentence,
    joined,
    long,
    purse,
    short,
    turn,
    turns,
    wood,
)


def rested() -> Wood:
    """Return a wood of two Patrons as it rests after turn 1, with a contract and a loan open and a legend due."""
    one = after(joined(wood(), ALICE, BOB), long(Good.BERRIES, 3))
    one = after(one, Lend(creature="Oona", principal=20, interest=1, turns=3), user=BOB)
    one = close_turn(open_turn(one).wood, {"Oona": Decision(loan=True)}).wood
    one.ledger.drain()
    return one


def played(before: Wood, *actions: Action, user: str = ALICE) -> Wood:
    """Return a wood after what one Patron did and one more turn."""
    return turn(after(before, *actions, user=user)).wood


def cells(of: Wood) -> dict[tuple[str, str], int]:
    dumped = of.ledger.dump()["balances"]
    assert isinstance(dumped, dict)
    return {(name, asset): held for name, assets in dumped.items() for asset, held in assets.items() if held}


def test_everything_is_what_it_was_but_for_the_turns_number_and_the_news():
    before = rested()
    voided = void_turn(played(before, short(Good.HONEY, 2), PokeWood(poke=Poke.FROST)), before).wood
    assert voided.world.turn == 2
    assert cells(voided) == cells(before)
    same = ("creatures", "quotes", "patrons", "ears", "ahead", "trades", "phase", "asked", "season")
    assert {name: getattr(voided.world, name) for name in same} == {name: getattr(before.world, name) for name in same}
    assert voided.vault.positions.reveal() == before.vault.positions.reveal()
    assert voided.vault.standings.reveal() == before.vault.standings.reveal()
    assert voided.world.news[:-1] == before.world.news


def test_it_is_told_to_everybody_in_one_sentence_each():
    before = rested()
    step = void_turn(played(before), before)
    [event] = step.effects.events
    assert event.kind == "void"
    assert event.text == (
        "The keeper voids turn 2: all is as it was after turn 1, and what was due comes one turn later. "
        "The next legend is drawn anew."
    )
    assert step.wood.world.headline == event.text == public_view(step.wood.world).news[-1]
    first = void_turn(turn(joined(wood())).wood, joined(wood())).wood
    assert "as it was when it was planted" in first.world.headline


def test_neither_wood_is_changed_by_it():
    before = rested()
    now = played(before, short(Good.HONEY, 2))
    states = before.state_hash(), now.state_hash()
    assert void_turn(now, before).wood.state_hash() == void_turn(now, before).wood.state_hash()
    assert (before.state_hash(), now.state_hash()) == states


def test_the_books_come_back_by_opposite_postings():
    before = rested()
    now = played(before, short(Good.HONEY, 2), Whisper(creature="Sable", good=Good.HONEY, direction=Direction.FALL))
    held = cells(now)
    now.ledger.drain()
    voided = void_turn(now, before).wood
    postings = voided.ledger.drain()
    assert {posting.memo for posting in postings} == {"turn 2 voided"}
    for posting in postings:
        assert posting.turn == 2
        assert posting.quantity > 0
        assert VOIDED in (posting.source, posting.target)
        for account, sign in ((posting.source, -1), (posting.target, 1)):
            held[account, posting.asset] = held.get((account, posting.asset), 0) + sign * posting.quantity
    assert {cell: amount for cell, amount in held.items() if amount} == cells(voided) == cells(before)
    assert len(postings) == len({(p.source, p.target, p.asset) for p in postings}), "one line for each that changed"


def test_the_next_turn_has_the_next_number_and_the_last_may_be_voided_again():
    before = rested()
    voided = void_turn(played(before), before).wood
    again = turn(voided).wood
    assert again.world.turn == 3
    assert void_turn(again, voided).wood.world.turn == 3
    require_voidable(again.world)


def test_what_was_due_is_due_in_as_many_turns_still():
    before = rested()
    mask = before.world.patrons[0]
    before.world.cases[mask] = Case(until=5, sentence=Sentence.FREEZE)
    before = after(before, Ally(one="Sable", other="Nettle"), user=BOB)
    [loan], [pact], due = before.world.loans, before.world.pacts, before.vault.due.reveal()
    voided = void_turn(turn(before).wood, before).wood
    assert voided.world.loans[0].due == loan.due + 1
    assert voided.world.pacts[0].until == pact.until + 1
    assert voided.world.cases[mask].until == 6
    assert deck.due_turn(voided) == due + 1


def test_a_loan_due_in_the_voided_turn_is_due_tonight_and_not_overdue():
    before = rested()
    before = turns(before, before.world.loans[0].due - before.world.turn - 1)
    voided = void_turn(turn(before).wood, before).wood
    opened = open_turn(voided).wood
    [debt] = next(view.debts for view in opened.world.asked if view.name == "Oona")
    assert debt.turns == 0
    assert "tonight" in creature_messages(next(v for v in opened.world.asked if v.name == "Oona"))[-1]["content"]


def test_a_whisper_and_a_poke_on_their_way_are_heard_a_turn_later():
    opened = open_turn(rested()).wood
    opened = after(opened, Whisper(creature="Sable", good=Good.HONEY, direction=Direction.FALL))
    before = close_turn(after(opened, PokeWood(poke=Poke.DROUGHT)), {}).wood
    heard_then, voided = open_turn(before).wood, void_turn(turn(before).wood, before).wood
    assert [tip.turn for tip in voided.vault.tips.reveal()] == [voided.world.turn + 1]
    heard = open_turn(voided).wood
    for name in ("heard", "news"):
        told = [getattr(view, name) for view in heard.world.asked]
        assert told == [getattr(view, name) for view in heard_then.world.asked]
    assert any("Drought" in line for view in heard.world.asked for line in view.news)
    assert any(event.kind == "poke" for event in close_turn(heard, {}).wood.world.news)


def test_creatures_hear_nothing_of_it():
    before = rested()
    opened = open_turn(void_turn(played(before), before).wood).wood
    assert not any("void" in message["content"] for view in opened.world.asked for message in creature_messages(view))


def test_the_banished_return_with_the_chapter_all_the_same():
    before = rested()
    before.world.loans = []
    banish(before, "Nettle", Effects())
    voided = void_turn(turn(before).wood, before).wood
    assert voided.world.banished == before.world.banished == {"Nettle": 9}
    voided.world.banished["Nettle"] = 3
    later = void_turn(turn(turn(voided).wood).wood, turn(voided).wood).wood
    assert later.world.banished == {}


def test_a_legend_that_fell_is_not_the_next_one_again():
    before = after(rested(), Spring())
    now = turn(before).wood
    fell = before.vault.deck.reveal()[0]
    assert any(event.kind == "legend" for event in now.world.news)
    voided = void_turn(now, before).wood
    order = voided.vault.deck.reveal()
    assert order[-1] == fell
    assert sorted(order) == sorted(BY_KEY)
    assert order[:-1] != [key for key in BY_KEY if key != fell]
    assert before.vault.deck.reveal()[0] == fell


def test_a_forecast_held_before_is_paid_back_and_one_bought_since_was_never_sold():
    price = DEFAULT_RULES.patron.insider_price
    before = after(rested(), BuyForecast())
    masks = before.world.patrons
    held = {mask: purse(before, mask) for mask in masks}
    voided = void_turn(turn(after(before, BuyForecast(), user=BOB)).wood, before).wood
    assert {mask: purse(voided, mask) - held[mask] for mask in masks} == {masks[0]: price, masks[1]: 0}
    assert voided.vault.forecasts.reveal() == {}
    assert [letter.mask for letter in voided.vault.letters.reveal() if "came to nothing" in letter.text] == [masks[0]]


def test_who_joined_since_never_did_and_may_join_again_under_another_mask():
    before = rested()
    now = turn(act(before, CAROL, Join()).wood).wood
    voided = void_turn(now, before).wood
    assert voided.world.patrons == before.world.patrons
    assert purse(voided, now.world.patrons[-1]) == 0
    again = act(voided, CAROL, Join()).wood
    assert again.world.patrons[-1] not in now.world.patrons


def test_who_left_since_stays_away_and_nothing_is_kept_of_it():
    before = after(rested(), BuyForecast())
    mask = before.world.patrons[0]
    voided = void_turn(turn(after(before, Leave())).wood, before).wood
    assert mask not in voided.world.patrons
    assert voided.vault.members.reveal().keys() == {BOB}
    assert contracts.of_patron(voided, mask) == []
    assert purse(voided, mask) == 0
    assert mask not in {letter.mask for letter in voided.vault.letters.reveal()}
    assert mask not in {standing.mask for standing in voided.vault.standings.reveal()}
    assert voided.ledger.pebbles_total() == STRUCK
    rejoined = void_turn(turn(act(after(before, Leave()), ALICE, Join()).wood).wood, before).wood
    assert rejoined.vault.members.reveal().keys() == {BOB}


def test_a_contract_gets_no_number_that_one_had_before():
    before = rested()
    voided = void_turn(played(before, short(Good.HONEY, 1), short(Good.HONEY, 1)), before).wood
    with pytest.raises(Refusal, match="#3 is closed already"):
        act(voided, ALICE, CloseContract(number=3))
    assert act(voided, ALICE, short(Good.HONEY, 1)).receipt.figures["number"] == 4


def test_the_history_of_prices_has_one_for_every_turn():
    before = rested()
    voided = void_turn(played(before), before).wood
    for good in GOODS:
        assert voided.world.history[good] == [*before.world.history[good], before.world.quotes[good].settlement]


def test_a_season_whose_first_turn_is_voided_is_counted_with_the_next():
    before = turns(wood(first=None), 48)
    first = turn(before).wood
    assert (before.world.season, first.world.season) == (1, 2)
    voided = void_turn(first, before).wood
    assert turns(voided, 2).world.season == 2
    assert voided.world.season == 1


def voided_already() -> Wood:
    before = rested()
    return void_turn(played(before), before).wood


REFUSED: list[tuple[Callable[[], Wood], str]] = [
    (wood, "No turn has closed yet"),
    (lambda: open_turn(rested()).wood, "thinking about turn 2"),
    (voided_already, "Turn 2 is void already"),
    (lambda: after(voided_already(), PokeWood(poke=Poke.FROST)), "Turn 2 is void already"),
    (lambda: end_wood(rested()).wood, "This season is over"),
]


@pytest.mark.parametrize(("now", "sentence"), REFUSED)
def test_what_cannot_be_voided_gets_a_sentence(now: Callable[[], Wood], sentence: str):
    with pytest.raises(Refusal, match=sentence) as refused:
        void_turn(now(), rested())
    assert is_sentence(str(refused.value))


def test_only_the_rest_before_the_turn_undoes_it():
    before = rested()
    now = played(before)
    for other in (wood(), now, open_turn(before).wood):
        with pytest.raises(TurnError, match="undone"):
            void_turn(now, other)
    assert TREASURY != VOIDED
