"""The story of a season: what is told at its end, by whom it was earned, and what stays secret."""

import pytest

from engine import contracts, heat, standings
from engine.actions import Action, BuyForecast, CloseContract, Join, Leave, Lend, Spring, Whisper, act
from engine.contests.honours import Chronicler, Distinction, Honour, Place, SeasonStory
from engine.ending import end_wood
from engine.legends import BY_KEY, RUN_ON_OONA
from engine.ports import Decision
from engine.rules import DEFAULT_RULES
from engine.turn import close_turn, open_turn
from engine.vault import Suspicion
from engine.vocabulary import GOODS, Direction, Good
from engine.voiding import void_turn
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, CAROL, buy, decide, enrich, long, sell, short, wood

LAW = DEFAULT_RULES.law
YES = Decision(loan=True)


class Season:
    """A season under way, with the chronicler that looks at it."""

    def __init__(self, first: str | None = None, *users: str) -> None:
        self.chronicler = Chronicler()
        self.wood = self.rest = self.rest_before = wood(first=first)
        self._see("found", self.wood)
        for user in users or (ALICE, BOB):
            self.act(user, Join())

    def _see(self, kind: str, after: Wood) -> None:
        self.wood = after
        self.chronicler.see(kind, after)

    def act(self, user: str, *actions: Action) -> None:
        for action in actions:
            self._see("act", act(self.wood, user, action).wood)

    def turn(self, decisions: dict[str, Decision] | None = None, prices: dict[Good, int] | None = None) -> None:
        """Let a turn pass; where nothing trades, goods settle at the references that `prices` sets."""
        self._see("open", open_turn(self.wood).wood)
        for good, price in (prices or {}).items():
            self.wood.world.quotes[good].reference = price
        self.rest_before = self.rest
        self._see("close", close_turn(self.wood, decisions or {}).wood)
        self.rest = self.wood

    def void(self) -> None:
        self._see("void", void_turn(self.wood, self.rest_before).wood)
        self.rest = self.wood

    def suspect(self, user: str, points: int, verdicts: int = 0) -> None:
        heat.note(self.wood, self.mask(user), Suspicion(heat=points, verdicts=verdicts))

    def mask(self, user: str) -> str:
        return self.wood.vault.members.reveal()[user]

    def end(self) -> SeasonStory:
        self._see("end", end_wood(self.wood).wood)
        return self.chronicler.story()


def honour(story: SeasonStory, kind: Honour) -> Distinction | None:
    return next((each for each in story.honours if each.honour is kind), None)


def test_a_story_tells_turns_prices_worths_trades_legends_and_the_ranking():
    season = Season(RUN_ON_OONA)
    season.act(ALICE, long(Good.BERRIES, 3), Spring())
    deal = {"Oona": decide(sell(Good.HONEY, 2, 8)), "Sable": decide(buy(Good.HONEY, 2, 10))}
    season.turn(deal)
    first, ranked = season.wood, standings.latest(season.wood)
    season.turn()
    second = season.wood
    story = season.end()
    assert [line.turn for line in story.turns] == [1, 2]
    assert [line.prices for line in story.turns] == [
        {good: of.world.quotes[good].settlement for good in GOODS} for of in (first, second)
    ]
    assert story.turns[0].worths == {each.mask: each.net_worth for each in ranked}
    assert story.trades == len(first.world.trades) == 1
    assert [(each.turn, each.title) for each in story.legends] == [(1, BY_KEY[RUN_ON_OONA].title)]
    assert story.ranking == tuple(
        Place(mask=each.mask, net_worth=each.net_worth) for each in standings.latest(season.wood)
    )


def test_nothing_is_told_of_a_season_under_way():
    season = Season()
    season.turn()
    for chronicler in (Chronicler(), season.chronicler):
        with pytest.raises(ValueError, match="has ended"):
            chronicler.story()


def test_a_season_in_which_nothing_was_earned_has_no_honours():
    season = Season()
    season.act(ALICE, long(Good.HONEY, 2))
    season.turn()
    assert season.end().honours == ()


def test_the_shrewdest_short_is_the_best_single_one_however_it_ended():
    season = Season()
    season.act(ALICE, short(Good.HONEY, 3), short(Good.BERRIES, 5))
    season.act(BOB, short(Good.HONEY, 4))
    honey, berries = (season.wood.world.quotes[good].settlement for good in (Good.HONEY, Good.BERRIES))
    season.turn(prices={Good.HONEY: 6, Good.BERRIES: 4})
    season.act(BOB, CloseContract(number=1))
    falls = [before - season.wood.world.quotes[g].settlement for before, g in ((honey, "honey"), (berries, "berries"))]
    won = [season.wood.ledger.balance(f"patron:{season.mask(BOB)}") - 100, 3 * falls[0], 5 * falls[1]]
    assert won[0] == 4 * falls[0] > won[1] > won[2] > 0
    assert honour(season.end(), Honour.SHREWDEST_SHORT) == Distinction(
        honour=Honour.SHREWDEST_SHORT, mask=season.mask(BOB), pebbles=won[0], good=Good.HONEY
    )


def test_a_short_still_open_is_closed_by_the_end_and_counts():
    season = Season()
    season.act(ALICE, short(Good.HONEY, 3))
    price = season.wood.world.quotes[Good.HONEY].settlement
    season.turn(prices={Good.HONEY: 5})
    fall = price - season.wood.world.quotes[Good.HONEY].settlement
    told = honour(season.end(), Honour.SHREWDEST_SHORT)
    assert told is not None
    assert (told.mask, told.pebbles, told.good) == (season.mask(ALICE), 3 * fall, Good.HONEY)


def test_a_short_liquidated_at_a_loss_and_a_long_that_won_are_no_shrewd_shorts():
    season = Season()
    season.act(ALICE, short(Good.HONEY, 10))
    season.act(BOB, long(Good.HONEY, 2))
    season.turn(prices={Good.HONEY: 20})
    assert not any(p.mask == season.mask(ALICE) for p in season.wood.vault.positions.reveal()), "it was liquidated"
    assert honour(season.end(), Honour.SHREWDEST_SHORT) is None


def test_of_ones_own_shorts_the_best_one_counts():
    season = Season()
    season.act(ALICE, short(Good.BERRIES, 9), short(Good.HONEY, 1))
    price = season.wood.world.quotes[Good.BERRIES].settlement
    season.turn(prices={Good.BERRIES: 4, Good.HONEY: 8})
    fall = price - season.wood.world.quotes[Good.BERRIES].settlement
    season.act(ALICE, CloseContract(number=1), CloseContract(number=2))
    told = honour(season.end(), Honour.SHREWDEST_SHORT)
    assert told is not None
    assert (told.pebbles, told.good) == (9 * fall, Good.BERRIES)


def test_a_short_that_was_ahead_and_then_liquidated_lost():
    season = Season()
    season.act(ALICE, short(Good.HONEY, 10))
    season.turn(prices={Good.HONEY: 5})
    [position] = season.wood.vault.positions.reveal()
    assert contracts.equity(season.wood, position) > position.paid_in, "it is ahead"
    season.turn(prices={Good.HONEY: 20})
    assert season.wood.vault.positions.reveal() == []
    assert season.end().honours == ()


def test_equal_shorts_go_by_the_masks():
    season = Season()
    for user in (ALICE, BOB):
        season.act(user, short(Good.HONEY, 3))
    season.turn(prices={Good.HONEY: 5})
    told = honour(season.end(), Honour.SHREWDEST_SHORT)
    assert told is not None
    assert told.mask == min(season.wood.world.patrons)


def lend(principal: int, turns: int = 1, creature: str = "Oona") -> Lend:
    return Lend(creature=creature, principal=principal, interest=0, turns=turns)  # pyright: ignore


def test_the_kindest_lender_lent_most_that_ruined_nobody():
    season = Season(None, ALICE, BOB, CAROL)
    season.act(ALICE, lend(12))
    season.act(BOB, lend(8, 1, "Sable"), lend(7, 8, "Nettle"))
    season.act(CAROL, lend(18, 1, "Mossback"))
    season.turn(dict.fromkeys(("Oona", "Sable", "Nettle", "Mossback"), YES))
    assert len(season.wood.world.loans) == 4
    enrich(season.wood, "Mossback", 0)
    season.wood.ledger.move(0, "pebbles", season.wood.ledger.balance("commons"), "commons", "treasury", "no relief")
    season.turn()
    assert "Mossback" in season.wood.world.banished
    assert [loan.borrower for loan in season.wood.world.loans] == ["Nettle"]
    told = honour(season.end(), Honour.KINDEST_LENDER)
    assert told is not None
    assert (told.mask, told.pebbles) == (season.mask(BOB), 15), "paid and still out count alike, a ruin does not"


def test_the_most_hunted_is_by_inquiries_and_verdicts_and_then_by_heat():
    season = Season(None, ALICE, BOB, CAROL)
    season.suspect(ALICE, LAW.line + LAW.cooling)
    season.suspect(BOB, LAW.line + 10 + LAW.cooling)
    season.turn()
    assert len(season.wood.world.cases) == 2
    told = honour(season.end(), Honour.MOST_HUNTED)
    assert told == Distinction(honour=Honour.MOST_HUNTED, mask=season.mask(BOB), inquiries=1, verdicts=0)


def test_a_verdict_counts_for_the_hunt():
    season = Season(None, ALICE, BOB)
    season.suspect(ALICE, LAW.line + LAW.cooling, verdicts=1)
    season.turn()
    for _ in range(LAW.inquiry_turns - 1):
        season.turn()
    season.suspect(BOB, 9 * LAW.line)
    season.turn()
    told = honour(season.end(), Honour.MOST_HUNTED)
    assert told == Distinction(honour=Honour.MOST_HUNTED, mask=season.mask(ALICE), inquiries=1, verdicts=2), (
        "the freeze it led to is no inquiry"
    )


def test_what_happened_in_a_voided_turn_is_not_told():
    season = Season(RUN_ON_OONA)
    season.turn()
    season.act(ALICE, short(Good.HONEY, 3), Spring())
    season.suspect(BOB, 2 * LAW.line)
    season.turn(prices={Good.HONEY: 5})
    season.act(ALICE, CloseContract(number=1))
    season.void()
    season.turn()
    story = season.end()
    assert [line.turn for line in story.turns] == [1, 3]
    assert story.honours == ()
    assert [each.title for each in story.legends] == []


def test_who_left_is_not_told_of():
    season = Season()
    season.act(ALICE, short(Good.HONEY, 3))
    season.act(BOB, lend(12))
    season.turn({"Oona": YES}, prices={Good.HONEY: 5})
    masks = season.mask(ALICE), season.mask(BOB)
    season.act(BOB, Leave())
    season.end()
    season.act(ALICE, Leave())
    story = season.chronicler.story()
    assert not any(mask in story.model_dump_json() for mask in masks)
    assert story.ranking == ()
    assert story.honours == ()


def test_a_story_holds_no_secret():
    season = Season(RUN_ON_OONA)
    season.act(ALICE, BuyForecast(), Whisper(creature="Sable", good=Good.HONEY, direction=Direction.FALL))
    season.suspect(ALICE, 777)
    season.turn()
    text = season.end().model_dump_json()
    assert "777" not in text
    assert season.wood.vault.canary.reveal() not in text
    to_come = [BY_KEY[key].title for key in season.wood.vault.deck.reveal()]
    assert not any(title in text for title in to_come)
    assert not any(word in text for word in (ALICE, "whisper", "forecast"))
    assert SeasonStory.model_validate_json(text).model_dump_json() == text
