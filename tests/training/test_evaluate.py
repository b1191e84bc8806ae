import pytest

from engine import ledger as books
from engine.effects import Verdict
from engine.ports import Decision, Order
from engine.turn import admit
from engine.views import Favour
from engine.vocabulary import Good, Side, Task
from inference.config import MindConfig
from inference.mind import Answer
from tests.training.views import BIRCH, TERMS, stocks
from training.asking import Answered, judged, minds_of, minds_to_evaluate, request
from training.data import unseen_asks
from training.evaluate import evaluate, keeps_favour, score
from training.seasons import Ask
from training.teacher import teach


@pytest.fixture
def ask() -> Ask:
    return next(ask for ask in unseen_asks(25) if ask.view.name == "Oona")


def order(side: Side, good: Good, quantity: int, price: int) -> Order:
    return Order(side=side, good=good, quantity=quantity, price=price)


def answered(ask: Ask, *orders: Order, **changed: object) -> Answered:
    given = Ask(ask.season_seed, ask.turn, ask.view.model_copy(update=changed), ask.wood)
    return Answered(given, Decision(orders=orders), tuple(admit(ask.wood, ask.view.name, orders)), valid_json=True)


def test_offers_are_judged_one_after_the_other_in_the_creatures_own_books(ask):
    wood = ask.wood
    account = books.creature_account("Oona")
    purse = wood.ledger.balance(account)
    wood.ledger.move(0, "pebbles", purse, account, books.TREASURY, "test")
    wood.ledger.move(0, "pebbles", 10, books.TREASURY, account, "test")
    buys = (
        order(Side.BUY, Good.ACORNS, 2, 4),
        order(Side.BUY, Good.BERRIES, 1, 3),  # eight of the ten pebbles are spent already
        order(Side.BUY, Good.HONEY, 1, 1),
    )
    figures = score([answered(ask, *buys)], seconds=3.0)
    assert (figures["offers"], figures["valid_offers"], figures["self_buys"], figures["acting"]) == (3, 0.3333, 1, 1.0)
    assert figures["intervals"]["valid_offers"]["of"] == 3
    assert figures["seconds_per_ask"] == 3.0


def test_selling_more_than_the_store_holds_is_no_valid_offer(ask):
    held = ask.wood.ledger.balance(books.creature_account("Oona"), Good.HONEY)
    figures = score([answered(ask, order(Side.SELL, Good.HONEY, held + 1, 5))], 1.0)
    assert (figures["offers"], figures["valid_offers"]) == (1, 0)
    [fault] = figures["refused"]
    assert (fault["season"], fault["turn"], fault["creature"]) == (ask.season_seed, ask.turn, "Oona")
    assert (fault["refused"], fault["accepted"], fault["order"]["quantity"]) == ("out_of_stock", held, held + 1)


def test_a_failed_answer_neither_acts_nor_offers_nor_answers(ask):
    lent = Ask(ask.season_seed, ask.turn, ask.view.model_copy(update={"loan": TERMS}), ask.wood)
    figures = score([Answered(lent, Decision.nothing("it said nothing"), failed=True)], 1.0)
    assert (figures["offers"], figures["acting"], figures["failures"]) == (0, 0, 1)
    assert figures["intervals"]["loans_taken"]["of"] == 0


def test_who_is_short_of_what_it_can_pay_should_bid_for_that(ask):
    short = {"short_of": stocks(acorns=2), "prices": stocks(**dict.fromkeys(Good, 2)), "pebbles": 30}
    bids, sells = answered(ask, order(Side.BUY, Good.ACORNS, 1, 2), **short), answered(ask, **short)
    elsewhere = answered(ask, order(Side.BUY, Good.BERRIES, 1, 2), **short)
    rich_enough = answered(ask, **{**short, "pebbles": 1})
    figures = score([bids, sells, elsewhere, rich_enough], 1.0)["intervals"]["acting_when_short"]
    assert (figures["part"], figures["of"]) == (1, 3)


def test_a_favour_is_kept_by_what_is_ordered(ask):
    def kept(task: Task, *orders: Order, whom: str = "") -> bool:
        favour = Favour(payer=BIRCH, task=task, whom=whom, pebbles=4)
        return keeps_favour(answered(ask, *orders, favour=favour, spare=stocks(honey=3)))

    sale, buys_acorns = order(Side.SELL, Good.HONEY, 2, 5), order(Side.BUY, Good.ACORNS, 1, 2)
    assert kept(Task.HOARD, buys_acorns)
    assert not kept(Task.HOARD, sale)
    assert kept(Task.DUMP, order(Side.SELL, Good.HONEY, 3, 4))
    assert not kept(Task.DUMP, sale)
    assert not kept(Task.DUMP)
    assert kept(Task.SNUB, sale, whom="Mossback")
    assert not kept(Task.SNUB, buys_acorns, whom="Mossback")


def test_an_answer_is_read_as_the_game_would(ask):
    lent = Ask(ask.season_seed, ask.turn, ask.view.model_copy(update={"loan": TERMS}), ask.wood)
    taught = judged(lent, Answer(text=teach(lent.view, 3), finish_reason="stop", completion_tokens=70))
    assert taught.valid_json
    assert taught.decision.loan is not None
    assert taught.tokens == 70
    assert not any(verdict.refused for verdict in taught.verdicts)
    assert judged(lent, Answer(text="mumble", finish_reason="stop")).decision.failure
    question = request(MindConfig(kind="standin"), lent, constrained=True)
    assert "loan" in question.messages[-1].content
    assert question.form == "orders and loan"


async def test_evaluate_asks_every_mind_in_both_modes():
    lines: list[str] = []
    steps: list[int] = []
    figures = await evaluate(
        asks=12,
        minds={"rules": MindConfig(kind="standin")},
        report=lines.append,
        on_answer=lambda: steps.append(1),
    )
    modes = figures["minds"]["rules"]
    assert set(modes) == {"constrained", "free"}
    for figure in modes.values():
        assert figure["asks"] == 12
        assert figure["valid_json"] == 1.0
        assert figure["valid_offers"] == 1.0
        assert figure["refused"] == []
        assert figure["self_buys"] == 0
        assert figure["failures"] == 0
    assert len(lines) == 2
    assert len(steps) == 24


def test_the_minds_of_the_embedded_council_are_evaluated():
    assert set(minds_to_evaluate()) == {"gemma", "smollm2", "wood"}
    assert set(minds_of("one-mind")) == {"smollm2"}


def test_a_verdict_is_what_the_engine_says(ask):
    [verdict] = answered(ask, order(Side.BUY, Good.HONEY, 1, 1)).verdicts
    assert isinstance(verdict, Verdict)
    assert verdict.refused == "self_buy"
