import pytest

from engine.ports import Decision, Order
from engine.turn import admit
from engine.vocabulary import Good, Side
from tests.training.views import stocks
from training.asking import Answered
from training.characters import characters, distribution
from training.data import unseen_asks
from training.seasons import Ask
from training.teacher import taught_decision


@pytest.fixture(scope="module")
def asks() -> list[Ask]:
    return unseen_asks(60)


def answered(ask: Ask, decision: Decision, **changed: object) -> Answered:
    given = Ask(ask.season_seed, ask.turn, ask.view.model_copy(update=changed), ask.wood)
    return Answered(given, decision, tuple(admit(ask.wood, ask.view.name, decision.orders)))


def test_five_creatures_that_do_the_same_lie_not_apart_and_the_teachers_do(asks):
    same = Decision(orders=(Order(side=Side.BUY, good=Good.HONEY, quantity=1, price=3),))
    assert characters([answered(ask, same) for ask in asks])["apart"] == 0
    taught = [answered(ask, taught_decision(ask.view, ask.answer_seed)) for ask in asks]
    assert characters(taught)["apart"] > 0.2


def test_a_distribution_counts_orders_by_side_and_good(asks):
    orders = tuple(Order(side=side, good=Good.HONEY, quantity=9, price=3) for side in (Side.BUY, Side.SELL, Side.SELL))
    shares = distribution([answered(asks[0], Decision(orders=orders)), answered(asks[1], Decision())])
    assert shares["sell honey"] == pytest.approx(0.6667)
    assert shares["buy honey"] == pytest.approx(0.3333)
    assert sum(shares.values()) == pytest.approx(1)
    assert set(distribution([]).values()) == {0.0}


def test_a_hoarder_is_seen_to_hoard(asks):
    oona = next(ask for ask in asks if ask.view.name == "Oona")
    spare, prices = stocks(honey=5), stocks(**dict.fromkeys(Good, 6))
    sells = Decision(orders=(Order(side=Side.SELL, good=Good.HONEY, quantity=2, price=9),))
    told = [answered(oona, each, spare=spare, prices=prices) for each in (sells, Decision(), Decision(), Decision())]
    told.append(answered(oona, sells, spare=(), prices=prices))
    owl = characters(told)["Oona"]
    assert (owl["crop_offered"]["part"], owl["crop_offered"]["of"]) == (1, 4)
    assert owl["crop_units"]["mean"] == 2
    assert owl["premium"]["mean"] == 3


def test_prices_are_measured_against_the_last(asks):
    oona = next(ask for ask in asks if ask.view.name == "Oona")
    orders = (
        Order(side=Side.SELL, good=Good.HONEY, quantity=1, price=9),
        Order(side=Side.SELL, good=Good.ACORNS, quantity=1, price=30),
        Order(side=Side.BUY, good=Good.BERRIES, quantity=1, price=4),
    )
    owl = characters([answered(oona, Decision(orders=orders), prices=stocks(**dict.fromkeys(Good, 6)))])["Oona"]
    assert owl["premium"]["mean"] == 3
    assert owl["bid_over"]["mean"] == -2
