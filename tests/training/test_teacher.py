import json
import re

import pytest

from engine.ports import MAX_ORDERS
from engine.turn import admit
from engine.views import Favour
from engine.vocabulary import GOODS, Direction, Good, Task
from inference.parse import parse
from inference.shape import GOSSIP_LENGTH, THOUGHT_LENGTH, form_of
from tests.training.views import BIRCH, TERMS, claim, stocks, view_of
from training.seasons import play_season
from training.teacher import taught_decision, teach

SPEECH = re.compile(r"[A-Z][A-Za-z ,.'!?-]*")


@pytest.fixture(scope="module")
def asks():
    return [ask for seed in (0, 1, 2) for ask in play_season(seed, turns=20)]


def test_every_answer_is_legal_strict_and_in_the_alphabet_of_the_grammar(asks):
    assert any(ask.view.loan for ask in asks)
    assert any(ask.view.favour for ask in asks)
    for ask in asks:
        text = teach(ask.view, ask.answer_seed)
        decision, read = parse(text, form=form_of(ask.view))
        assert read.valid_json
        assert read.status == "ok"
        assert not [verdict for verdict in admit(ask.wood, ask.view.name, decision.orders) if verdict.refused]
        assert len(decision.orders) <= MAX_ORDERS
        assert decision == taught_decision(ask.view, ask.answer_seed)
        for words, most in ((decision.thought, THOUGHT_LENGTH), (json.loads(text)["gossip"], GOSSIP_LENGTH)):
            assert SPEECH.fullmatch(words)
            assert len(words) <= most


def test_the_text_is_compact_and_the_same_for_the_same_seed():
    view = view_of()
    assert teach(view, 3) == teach(view, 3)
    assert json.dumps(json.loads(teach(view, 3)), separators=(",", ":")) == teach(view, 3)


def test_another_seed_may_decide_otherwise_about_the_same_whisper():
    view = view_of("owl", heard=(claim(Good.BERRIES, Direction.RISE),))
    assert len({json.dumps(json.loads(teach(view, seed))["orders"]) for seed in range(30)}) == 2


def test_a_loan_is_answered_where_there_is_one_and_nowhere_else():
    said = {json.loads(teach(view_of(loan=TERMS, pebbles=20), seed))["loan"] for seed in range(40)}
    assert said == {"yes", "no"}
    assert "loan" not in json.loads(teach(view_of(), 1))


CHEAP = stocks(**dict.fromkeys(GOODS, 3))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, {"Purse full, I lack nothing, so I sell mushrooms."}),
        (
            {"heard": (claim(Good.HONEY, Direction.RISE),), "pebbles": 30, "prices": CHEAP},
            {
                "Purse fair, honey may rise, I lack nothing, so I stock up on two honey and sell mushrooms.",
                "Purse fair, the talk of honey is wind, I lack nothing, so I sell mushrooms.",
            },
        ),
        (
            {"heard": (claim(Good.HONEY, Direction.RISE),), "pebbles": 10},
            {
                "Purse thin, I lack nothing, so I sell mushrooms.",
                "Purse thin, the talk of honey is wind, I lack nothing, so I sell mushrooms.",
            },
        ),
        (
            {"favour": Favour(payer=BIRCH, task=Task.HOARD, pebbles=5)},
            {
                "Purse full, I keep my word to hoard, I lack nothing, so I hold mushrooms.",
                "Purse full, I owe no favour, I lack nothing, so I sell mushrooms.",
            },
        ),
        (
            {"heard": (claim(Good.MUSHROOMS, Direction.FALL),)},
            {
                "Purse full, mushrooms may fall, I lack nothing, so I dump six mushrooms.",
                "Purse full, the talk of mushrooms is wind, I lack nothing, so I sell mushrooms.",
            },
        ),
        (
            {"heard": (claim(Good.HONEY, Direction.FALL),), "short_of": stocks(honey=2)},
            {
                "Purse full, honey may fall, so I wait for honey and sell mushrooms.",
                "Purse full, the talk of honey is wind, so I buy honey and sell mushrooms.",
            },
        ),
        (
            {
                "favour": Favour(payer=BIRCH, task=Task.SNUB, whom="Oona", pebbles=5),
                "short_of": stocks(honey=2, acorns=2),
            },
            {
                "Purse full, I snub Oona and shun honey, so I buy acorns and sell mushrooms.",
                "Purse full, I owe no favour, so I buy honey and acorns and sell mushrooms.",
            },
        ),
        (
            {"feelings": ("bitter at Oona",), "short_of": stocks(honey=2, acorns=2)},
            {
                "Purse full, bitter at Oona I shun honey, so I buy acorns and sell mushrooms.",
                "Purse full, so I buy honey and acorns and sell mushrooms.",
            },
        ),
        (
            {"feelings": ("warm to Mossback",), "short_of": stocks(honey=2, acorns=2)},
            {
                "Purse full, warm to Mossback I seek acorns, so I buy acorns and honey and sell mushrooms.",
                "Purse full, so I buy honey and acorns and sell mushrooms.",
            },
        ),
        (
            {
                "feelings": ("warm to Mossback",),
                "short_of": stocks(acorns=2),
                "prices": stocks(**dict.fromkeys(GOODS, 19)),
            },
            {"Purse full, acorns are too dear, so I sell mushrooms."},
        ),
        (
            {
                "favour": Favour(payer=BIRCH, task=Task.SNUB, whom="Oona", pebbles=5),
                "feelings": ("fond of Oona",),
                "short_of": stocks(honey=2),
            },
            {
                "Purse full, I snub Oona and shun honey, so I sell mushrooms.",
                "Purse full, I owe no favour, fond of Oona I seek honey, so I buy honey and sell mushrooms.",
                "Purse full, I owe no favour, so I buy honey and sell mushrooms.",
            },
        ),
        (
            {"news": ("Honey soars from 2 to 5.",), "pebbles": 50, "prices": CHEAP},
            {
                "Purse full, honey soared, must rise, I lack nothing, so I stock up on one honey and sell mushrooms.",
                "Purse full, honey soared, no matter, I lack nothing, so I sell mushrooms.",
            },
        ),
        (
            {"news": ("Honey crashes from 9 to 5.",), "short_of": stocks(honey=2)},
            {
                "Purse full, honey crashed, must fall, so I wait for honey and sell mushrooms.",
                "Purse full, honey crashed, no matter, so I buy honey and sell mushrooms.",
            },
        ),
        (
            {"loan": TERMS},
            {
                "Purse full, I take the loan, I lack nothing, so I sell mushrooms.",
                "Purse full, I want no loan, I lack nothing, so I sell mushrooms.",
            },
        ),
    ],
)
def test_the_thought_tells_what_the_creature_makes_of_it_before_it_does_it(changed, words):
    view = view_of(**changed)
    assert {json.loads(teach(view, seed))["thought"] for seed in range(60)} == words


def test_the_hedgehog_passes_on_what_it_believes():
    view = view_of(heard=(claim(Good.HONEY, Direction.FALL),))
    assert "They say honey will fall!" in {json.loads(teach(view, seed))["gossip"] for seed in range(20)}
