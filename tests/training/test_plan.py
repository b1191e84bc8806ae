import pytest

from engine.ports import MAX_ORDERS
from engine.views import CreatureView, Debt, Favour, Stock
from engine.vocabulary import FUEL, GOODS, Direction, Good, Side, Task
from tests.training.views import BIRCH, stocks, view_of
from training.plan import amounts, make_plan, spendable
from training.tempers import Stance

CALM = Stance()
RISE = Stance(good=Good.HONEY, direction=Direction.RISE, source="whisper")
FALL = Stance(good=Good.MUSHROOMS, direction=Direction.FALL, source="whisper")


def orders(view: CreatureView, stance: Stance = CALM) -> list[tuple[str, str, int, int]]:
    return [(order.side, order.good, order.quantity, order.price) for order in make_plan(view, stance).orders]


def bought(view: CreatureView, stance: Stance = CALM) -> list[str]:
    return [good for side, good, _, _ in orders(view, stance) if side == Side.BUY]


def test_firewood_is_bought_first_and_then_the_cheapest_food_a_unit_each():
    prices = stocks(acorns=4, berries=3, mushrooms=5, honey=2, firewood=6)
    view = view_of("beaver", prices=prices, short_of=stocks(acorns=3, berries=1, honey=2), spare=())
    assert orders(view) == [("buy", "honey", 1, 2), ("buy", "berries", 1, 3), ("buy", "acorns", 1, 4)]
    cold = view_of("fox", short_of=stocks(firewood=5, honey=1), spare=(), store=stocks(**dict.fromkeys(GOODS, 0)))
    assert orders(cold) == [("buy", "firewood", 1, 7), ("buy", "honey", 1, 5)]


def test_what_is_dear_waits_longer_for_those_who_need_it():
    full, empty = dict.fromkeys(GOODS, 4), dict.fromkeys(GOODS, 0)
    for good, price, when_well, when_not in (
        ("honey", 5, 1, 1),
        ("honey", 6, 0, 1),
        ("honey", 7, 0, 0),
        ("firewood", 5, 1, 1),
        ("firewood", 7, 0, 1),
        ("firewood", 8, 0, 0),
    ):
        prices, short = stocks(**{**dict.fromkeys(GOODS, 20), good: price}), stocks(**{good: 2})
        assert len(bought(view_of(prices=prices, short_of=short, store=stocks(**full)))) == when_well
        assert len(bought(view_of(prices=prices, short_of=short, store=stocks(**empty)))) == when_not


@pytest.mark.parametrize("pebbles", [0, 5, 6, 9, 10, 40, 50, 200])
@pytest.mark.parametrize("stance", [CALM, RISE])
def test_at_most_five_sixths_of_the_purse_go_on_needs_and_hopes_and_none_of_an_empty_one(pebbles, stance):
    view = view_of(pebbles=pebbles, short_of=stocks(firewood=4, honey=3, acorns=3, berries=3), spare=())
    spent = sum(quantity * price for _, _, quantity, price in orders(view, stance))
    assert spent <= spendable(view) <= pebbles * 5 // 6
    assert (spent == 0) == (pebbles < 10)


def test_the_rich_lay_some_by_in_what_keeps_while_it_is_cheap():
    assert bought(view_of(pebbles=50)) == []
    assert bought(view_of(pebbles=51)) == ["honey"]
    assert bought(view_of("owl", pebbles=51)) == ["acorns"]
    dear = stocks(**{**dict.fromkeys(GOODS, 5), "honey": 11})
    assert bought(view_of(pebbles=51, prices=dear)) == []
    assert bought(view_of(pebbles=51), Stance(shunned=frozenset({Good.HONEY}))) == []


def test_a_hope_is_bought_though_nothing_is_short_and_a_fear_is_sold_below_the_price():
    assert orders(view_of(), RISE)[0] == ("buy", "honey", 2, 6)
    assert orders(view_of(), FALL) == [("sell", "mushrooms", 6, 4)]


def test_a_hope_is_as_large_as_purse_and_price_allow():
    def hoped(pebbles: int, price: int) -> int:
        prices = stocks(**{**dict.fromkeys(GOODS, 5), "honey": price})
        plan = orders(view_of(pebbles=pebbles, prices=prices), RISE)
        return sum(quantity for side, good, quantity, _ in plan if (side, good) == ("buy", "honey"))

    assert [hoped(45, price) for price in (1, 3, 4, 5, 9, 10, 19, 20)] == [2, 2, 2, 2, 2, 1, 1, 0]
    assert [hoped(30, price) for price in (1, 3, 4, 5, 7, 8)] == [2, 2, 1, 1, 1, 0]
    assert [hoped(10, price) for price in (1, 3, 4, 5, 9, 10)] == [0, 0, 0, 0, 0, 0]


def test_of_what_has_soared_a_full_purse_buys_one_unit_and_others_none():
    def hoped(pebbles: int, price: int) -> int:
        prices = stocks(**{**dict.fromkeys(GOODS, 5), "honey": price})
        plan = orders(view_of(pebbles=pebbles, prices=prices, news=(f"Honey soars from 2 to {price}.",)), RISE)
        return sum(quantity for side, good, quantity, _ in plan if (side, good) == ("buy", "honey"))

    assert [hoped(45, price) for price in (4, 9, 19, 20)] == [1, 1, 1, 0]
    assert [hoped(30, price) for price in (4, 9)] == [0, 0]


def test_a_hope_comes_before_the_needs_and_a_cold_hearth_before_any_hope():
    full = view_of(pebbles=200, short_of=stocks(honey=1, acorns=3))
    assert orders(full, RISE)[:2] == [("buy", "honey", 2, 6), ("buy", "acorns", 1, 5)]
    thin = view_of(pebbles=14, short_of=stocks(acorns=3))
    assert orders(thin, RISE)[:2] == [("buy", "acorns", 1, 5), ("sell", "mushrooms", 3, 4)]
    cold = view_of(short_of=stocks(firewood=5, honey=1, acorns=1), store=stocks(**dict.fromkeys(GOODS, 0)))
    assert orders(cold, RISE) == [("buy", "honey", 2, 6), ("buy", "firewood", 1, 7), ("sell", "mushrooms", 3, 4)]
    cold_and_thin = cold.model_copy(update={"pebbles": 20})
    assert orders(cold_and_thin, RISE) == [("buy", "firewood", 1, 7), ("sell", "mushrooms", 3, 4)]


def test_what_is_done_for_news_stands_first():
    short = view_of(short_of=stocks(acorns=3))
    assert [side for side, _, _, _ in orders(short)] == ["buy", "sell"]
    assert [side for side, _, _, _ in orders(short, FALL)] == ["sell", "buy"]
    assert [side for side, _, _, _ in orders(short, Stance(task=Task.DUMP))] == ["sell", "buy"]


def test_nobody_buys_what_it_grows_or_shuns_or_what_is_to_fall():
    own = Stance(good=Good.MUSHROOMS, direction=Direction.RISE, source="whisper")
    assert bought(view_of(), own) == []
    short = stocks(honey=2, acorns=2)
    needy = view_of(short_of=short, prices=stocks(**dict.fromkeys(GOODS, 3)))
    assert bought(needy) == ["honey", "acorns"]
    assert bought(needy, Stance(shunned=frozenset({Good.HONEY}))) == ["acorns"]
    assert bought(needy, Stance(good=Good.HONEY, direction=Direction.FALL, source="legend")) == ["acorns"]
    assert bought(needy, Stance(sought=frozenset({Good.ACORNS})))[0] == "acorns"


def test_what_is_to_rise_is_kept():
    rising = Stance(good=Good.MUSHROOMS, direction=Direction.RISE, source="legend")
    assert orders(view_of()) == [("sell", "mushrooms", 3, 4)]
    assert orders(view_of(), rising) == []


def test_each_species_sells_its_crop_in_its_own_way():
    sales = {species: orders(view_of(species))[0] for species in ("tortoise", "owl", "beaver", "fox", "hedgehog")}
    assert {species: sale[2:] for species, sale in sales.items()} == {
        "tortoise": (1, 5),
        "owl": (1, 5),
        "beaver": (1, 6),
        "fox": (2, 5),
        "hedgehog": (3, 4),
    }
    assert orders(view_of("owl", spare=stocks(honey=6))) == []


def test_a_kept_favour_decides_about_the_crop_and_a_pact_about_its_price():
    paid = {task: Favour(payer=BIRCH, task=task, pebbles=5) for task in Task}
    hoard = view_of(favour=paid[Task.HOARD])
    assert orders(hoard, Stance(task=Task.HOARD)) == []
    assert orders(hoard, Stance()) == orders(view_of())
    dump = view_of("owl", favour=paid[Task.DUMP])
    assert orders(dump, Stance(task=Task.DUMP)) == [("sell", "honey", 8, 4)]
    allied = view_of("fox", allies=("Oona",))
    assert all(price >= 5 for _, _, _, price in orders(allied))


def test_a_called_pledge_is_not_sold_and_who_must_pay_soon_spends_on_nothing_but_needs():
    debt = Debt(lender=BIRCH, owed=20, turns=0, pledge=Stock(good=Good.MUSHROOMS, amount=5))
    assert orders(view_of(debts=(debt.model_copy(update={"called": 2}),))) == []
    assert orders(view_of(debts=(debt,))) == [("sell", "mushrooms", 3, 4)]
    assert bought(view_of(debts=(debt,)), RISE) == []


def test_there_is_room_for_a_sale_beside_what_is_bought():
    view = view_of("fox", prices=stocks(**dict.fromkeys(GOODS, 3)), short_of=stocks(firewood=3, honey=3, acorns=3))
    kinds = [side for side, _, _, _ in orders(view)]
    assert kinds == ["buy", "buy", "sell"]
    assert len(kinds) == MAX_ORDERS


def test_what_was_lacking_and_too_dear_is_remembered():
    plan = make_plan(view_of(short_of=stocks(honey=2), prices=stocks(**dict.fromkeys(GOODS, 9))), CALM)
    assert (plan.lacking, plan.dear) == ([Good.HONEY], [Good.HONEY])
    assert amounts(stocks(honey=3)) == {Good.HONEY: 3}
    assert FUEL not in plan.bought
