import json
import re

import pytest

from engine.ports import MAX_ORDERS, Decision
from engine.turn import admit
from engine.views import CreatureView, Hearsay, Stock
from engine.vocabulary import FUEL, GOODS, Direction, Flavour, Good, Strength
from inference.parse import parse
from inference.shape import GOSSIP_LENGTH
from training.seasons import play_season
from training.teacher import teach

SPEECH = re.compile(r"[A-Z][A-Za-z ,.'!?-]*")


def hedgehog(**changed: object) -> CreatureView:
    amounts = {Good.MUSHROOMS: 8, Good.FIREWOOD: 4, Good.ACORNS: 2, Good.BERRIES: 2, Good.HONEY: 2}
    view = CreatureView(
        name="Nettle",
        species="hedgehog",
        temper="You are an anxious gossip and believe the last thing heard.",
        grows=Good.MUSHROOMS,
        season="early winter",
        mood="content",
        pebbles=40,
        store=tuple(Stock(good=good, amount=amounts[good]) for good in GOODS),
        prices=tuple(Stock(good=good, amount=5) for good in GOODS),
        short_of=(),
        spare=(Stock(good=Good.MUSHROOMS, amount=6),),
        feelings=(),
        heard=(),
        news=(),
        gossip="",
    )
    return view.model_copy(update=changed)


def claim(good: Good, direction: Direction, speaker: str = "the Patron of the Birch") -> Hearsay:
    return Hearsay(speaker=speaker, good=good, direction=direction, strength=Strength.SHARPLY, flavour=Flavour.RAVENS)


def orders(view: CreatureView) -> list[dict[str, str | int]]:
    return json.loads(teach(view, seed=1))["orders"]


@pytest.fixture(scope="module")
def asks():
    return [ask for seed in (0, 1, 2) for ask in play_season(seed, turns=20)]


def test_every_answer_is_legal_strict_and_in_the_alphabet_of_the_grammar(asks):
    for ask in asks:
        text = teach(ask.view, ask.answer_seed)
        decision, read = parse(text)
        assert read.valid_json
        assert read.status == "ok"
        assert decision == Decision.model_validate_json(text, strict=True)
        assert not [verdict for verdict in admit(ask.wood, ask.view.name, decision.orders) if verdict.refused]
        assert len(decision.orders) <= MAX_ORDERS
        assert len(decision.thought) <= 90
        assert SPEECH.fullmatch(decision.thought)
        assert SPEECH.fullmatch(decision.gossip)
        assert len(json.loads(text)["gossip"]) <= GOSSIP_LENGTH


def test_the_text_is_compact_and_the_same_for_the_same_seed():
    view = hedgehog()
    assert teach(view, 3) == teach(view, 3)
    assert json.dumps(json.loads(teach(view, 3)), separators=(",", ":")) == teach(view, 3)


def test_what_is_short_is_bought_in_the_order_it_is_listed_fuel_above_the_price():
    short = (Stock(good=FUEL, amount=3), Stock(good=Good.HONEY, amount=2))
    fuel, honey, _ = orders(hedgehog(short_of=short))
    assert fuel == {"side": "buy", "good": "firewood", "quantity": 2, "price": 7}
    assert honey == {"side": "buy", "good": "honey", "quantity": 1, "price": 7}


@pytest.mark.parametrize(
    ("pebbles", "word", "bought"), [(80, "full", 2), (30, "fair", 2), (12, "thin", 1), (5, "empty", 0)]
)
def test_the_purse_is_said_first_and_bounds_what_is_bought(pebbles, word, bought):
    short = (Stock(good=Good.HONEY, amount=2), Stock(good=Good.ACORNS, amount=1))
    view = hedgehog(pebbles=pebbles, short_of=short)
    assert json.loads(teach(view, 1))["thought"].startswith(f"My purse is {word}")
    buys = [order for order in orders(view) if order["side"] == "buy"]
    assert len(buys) == bought
    assert sum(order["quantity"] * order["price"] for order in buys) * 3 <= pebbles * 2


def test_a_beggar_with_an_empty_store_rests():
    view = hedgehog(pebbles=1, spare=(), short_of=(Stock(good=FUEL, amount=3),))
    assert orders(view) == []


def test_the_hedgehog_sells_what_is_said_to_fall_below_the_price():
    [sale] = orders(hedgehog(heard=(claim(Good.MUSHROOMS, Direction.FALL),)))
    assert sale == {"side": "sell", "good": "mushrooms", "quantity": 6, "price": 4}


def test_the_hedgehog_buys_what_is_said_to_rise():
    bought = [order for order in orders(hedgehog(heard=(claim(Good.HONEY, Direction.RISE),))) if order["side"] == "buy"]
    assert [order["good"] for order in bought] == ["honey"]


def test_a_distrusted_speaker_moves_nobody():
    heard = (claim(Good.HONEY, Direction.RISE),)
    view = hedgehog(heard=heard, feelings=("bitter at the Patron of the Birch",))
    assert orders(view) == orders(hedgehog())


def test_the_owl_asks_more_than_the_tortoise_for_the_same_crop():
    prices = {
        species: orders(hedgehog(species=species))[0]["price"] for species in ("owl", "tortoise", "beaver", "fox")
    }
    assert prices["tortoise"] == 5
    assert prices["owl"] > prices["tortoise"]
    assert prices["beaver"] > prices["tortoise"]
