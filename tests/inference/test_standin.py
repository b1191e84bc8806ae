import json
import re

from hypothesis import given
from hypothesis import strategies as st

from engine.cast import BY_NAME, CAST
from engine.views import Hearsay
from engine.vocabulary import Direction, Flavour, Good, Side, Strength
from inference.parse import parse
from inference.shape import GOSSIP_LENGTH, Form, schema
from inference.standin import decide
from tests.inference.mind_samples import ordinary_view, views

seeds = st.integers(0, 2**31)
_SPEECH = {key: re.compile(schema(Form.ORDERS)["properties"][key]["pattern"]) for key in ("thought", "gossip")}


@given(views(), seeds)
def test_every_answer_is_legal(view, seed: int) -> None:
    decision, report = parse(decide(view, seed))
    assert report.valid_json
    store = {stock.good: stock.amount for stock in view.store}
    spent = 0
    for order in decision.orders:
        if order.side is Side.BUY:
            assert order.good != view.grows
            spent += order.quantity * order.price
        else:
            store[order.good] -= order.quantity
    assert spent <= view.pebbles
    assert min(store.values()) >= 0
    assert len({order.good for order in decision.orders}) == len(decision.orders)


@given(views(), seeds)
def test_every_answer_has_the_asked_shape(view, seed: int) -> None:
    text = decide(view, seed)
    answer = json.loads(text)
    assert text == json.dumps(answer, separators=(",", ":"))
    assert _SPEECH["thought"].fullmatch(answer["thought"])
    assert _SPEECH["gossip"].fullmatch(answer["gossip"])
    assert len(answer["thought"]) <= 90
    assert len(answer["gossip"]) <= GOSSIP_LENGTH


@given(views(), seeds)
def test_it_is_a_pure_function(view, seed: int) -> None:
    assert decide(view, seed) == decide(view, seed)


def test_the_seed_varies_what_is_done() -> None:
    assert len({decide(ordinary_view(1, BY_NAME["Mossback"]), seed) for seed in range(20)}) > 5


def test_fuel_comes_first() -> None:
    view = ordinary_view(3, BY_NAME["Sable"])
    cold = view.model_copy(
        update={
            "pebbles": 12,
            "short_of": tuple(
                stock.model_copy(update={"good": good, "amount": 1})
                for stock, good in zip(view.store, (Good.ACORNS, Good.HONEY, Good.FIREWOOD), strict=False)
            ),
        }
    )
    first = next(order for order in parse(decide(cold, 1))[0].orders if order.side is Side.BUY)
    assert first.good is Good.FIREWOOD


def test_the_hedgehog_believes_what_it_heard() -> None:
    heard = Hearsay(
        speaker="The Patron of the Birch",
        good=Good.MUSHROOMS,
        direction=Direction.FALL,
        strength=Strength.SHARPLY,
        flavour=Flavour.RAVENS,
    )
    for seed in range(10):
        view = ordinary_view(seed, BY_NAME["Nettle"]).model_copy(update={"heard": (heard,)})
        reference = next(stock.amount for stock in view.prices if stock.good is Good.MUSHROOMS)
        sold = [order for order in parse(decide(view, seed))[0].orders if order.good is Good.MUSHROOMS]
        assert [order.side for order in sold] == [Side.SELL]
        assert sold[0].price < reference or reference <= 4


def test_orders_of_five_creatures_cross() -> None:
    crossing = 0
    for turn in range(20):
        placed = [
            order
            for number, member in enumerate(CAST)
            for order in parse(decide(ordinary_view(1_000 + number, member), turn))[0].orders
        ]
        for good in Good:
            bids = [order.price for order in placed if order.good is good and order.side is Side.BUY]
            asks = [order.price for order in placed if order.good is good and order.side is Side.SELL]
            crossing += bool(bids) and bool(asks) and max(bids) >= min(asks)
    assert crossing >= 20
