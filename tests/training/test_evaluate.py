import pytest

from engine import ledger as books
from engine.ports import Decision, Order
from engine.vocabulary import Good, Side
from inference.config import MindConfig
from training.data import unseen_asks
from training.evaluate import Score, evaluate, minds_to_evaluate, tally


@pytest.fixture
def ask():
    return next(ask for ask in unseen_asks(25) if ask.view.name == "Oona")


def order(side: Side, good: Good, quantity: int, price: int) -> Order:
    return Order(side=side, good=good, quantity=quantity, price=price)


def test_offers_are_judged_one_after_the_other_in_the_creatures_own_books(ask):
    wood = ask.wood
    account = books.creature_account("Oona")
    purse = wood.ledger.balance(account)
    wood.ledger.move(0, "pebbles", purse, account, books.TREASURY, "test")
    wood.ledger.move(0, "pebbles", 10, books.TREASURY, account, "test")
    score = Score(asks=1)
    buys = (
        order(Side.BUY, Good.ACORNS, 2, 4),
        order(Side.BUY, Good.BERRIES, 1, 3),  # eight of the ten pebbles are spent already
        order(Side.BUY, Good.HONEY, 1, 1),
    )
    tally(score, ask, Decision(orders=buys))
    assert (score.offers, score.valid_offers, score.self_buys, score.acting) == (3, 1, 1, 1)


def test_selling_more_than_the_store_holds_is_no_valid_offer(ask):
    held = ask.wood.ledger.balance(books.creature_account("Oona"), Good.HONEY)
    score = Score(asks=1)
    tally(score, ask, Decision(orders=(order(Side.SELL, Good.HONEY, held + 1, 5),)))
    assert (score.offers, score.valid_offers) == (1, 0)


def test_a_failed_answer_neither_acts_nor_offers(ask):
    score = Score(asks=1)
    tally(score, ask, Decision.nothing("it said nothing"))
    assert (score.offers, score.acting) == (0, 0)


async def test_evaluate_asks_every_mind_in_both_modes():
    lines: list[str] = []
    figures = await evaluate(asks=12, minds={"rules": MindConfig(kind="standin")}, report=lines.append)
    modes = figures["minds"]["rules"]
    assert set(modes) == {"constrained", "free"}
    for score in modes.values():
        assert score["asks"] == 12
        assert score["valid_json"] == 1.0
        assert score["valid_offers"] == 1.0
        assert score["self_buys"] == 0
        assert score["failures"] == 0
    assert len(lines) == 2


def test_the_minds_of_the_embedded_council_are_evaluated():
    assert set(minds_to_evaluate()) == {"gemma", "smollm2", "wood"}
