import hashlib
import json

import pytest

from engine.turn import admit
from inference.parse import parse
from inference.shape import Form, form_of
from prompts.render import creature_messages
from training.data import (
    EVALUATION_SEEDS,
    RESTING_SHARE,
    SHARES,
    DataError,
    generate,
    lesson,
    read_examples,
    unseen_asks,
)
from training.seasons import play_season


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    file = tmp_path_factory.mktemp("lessons") / "lessons.jsonl"
    return file, generate(file, examples=60, first_seed=5, asks_a_season=120)


def test_creatures_share_the_lessons_and_the_card_counts_them(lessons):
    file, card = lessons
    examples = list(read_examples(file))
    assert len(examples) == card.examples == 60
    assert set(card.creatures.values()) == {12}
    assert sum(card.orders.values()) == 60
    assert card.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert json.loads(file.with_suffix(".card.json").read_text())["sha256"] == card.sha256


def test_no_question_stands_twice_and_every_target_is_the_object_asked_for(lessons):
    examples = list(read_examples(lessons[0]))
    assert len({example.messages[1]["content"] for example in examples}) == 60
    for example in examples:
        decision, read = parse(example.target, form=Form.ORDERS_AND_LOAN if example.kind == "loan" else Form.ORDERS)
        assert read.valid_json
        assert len(decision.orders) == example.orders


def test_the_provenance_of_a_lesson_leads_back_to_its_ask(lessons):
    played = (each for each in read_examples(lessons[0]) if each.kind.split()[0] not in ("told", "idle"))
    example = next(played)
    [ask] = [
        ask
        for ask in play_season(example.seed, example.turn)
        if (ask.turn, ask.view.name) == (example.turn, example.creature)
    ]
    assert creature_messages(ask.view) == example.messages
    decision, _ = parse(example.target, form=form_of(ask.view))
    assert all(
        verdict.accepted == verdict.order.quantity for verdict in admit(ask.wood, ask.view.name, decision.orders)
    )


def test_the_same_arguments_write_the_same_bytes(lessons, tmp_path):
    again = generate(tmp_path / "again.jsonl", examples=60, first_seed=5, asks_a_season=120)
    assert again == lessons[1]


def test_the_kinds_of_ask_have_their_shares_and_some_of_each_are_heeded(lessons):
    _, card = lessons
    wanted = {kind: 5 * int(12 * share) for kind, share in SHARES.items() if kind != "plain"}
    assert {kind: card.kinds.get(kind, 0) for kind in wanted} == wanted
    assert sum(card.kinds.values()) == sum(card.sources.values()) == 60
    assert 0 < card.moved["told whisper"] < card.kinds["told whisper"]
    assert set(card.sources) <= {"teacher", "search"}


def test_no_more_lessons_rest_than_their_share(lessons):
    assert lessons[1].orders.get("0", 0) <= 5 * int(12 * RESTING_SHARE)


def test_an_illegal_answer_makes_no_lesson(monkeypatch):
    ask = next(play_season(3))
    assert lesson(ask) is not None
    greedy = '{"thought":"All.","orders":[{"side":"buy","good":"honey","quantity":20,"price":60}],"gossip":"Mine."}'
    monkeypatch.setattr("training.data.answer", lambda *_: greedy)
    assert lesson(ask) is None
    monkeypatch.setattr("training.data.answer", lambda *_: greedy.replace("20", '"20"'))
    assert lesson(ask) is None


def test_what_no_season_holds_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("training.data._UNWANTED_SEASONS", 1)
    monkeypatch.setattr("training.data.lesson_kind", lambda _: "plain")
    with pytest.raises(DataError, match="of Mossback with told whisper"):
        generate(tmp_path / "x.jsonl", examples=60, asks_a_season=40)


def test_lessons_never_reach_the_seeds_of_evaluation(tmp_path):
    with pytest.raises(DataError, match="kept for evaluation"):
        generate(tmp_path / "x.jsonl", examples=60, first_seed=EVALUATION_SEEDS - 1, asks_a_season=10)
    with pytest.raises(DataError, match="Evaluation starts"):
        unseen_asks(5, first_seed=EVALUATION_SEEDS - 1)


def test_unseen_asks_come_from_evaluation_seeds_and_are_the_same_each_time():
    asks = unseen_asks(30)
    assert len(asks) == 30
    assert min(ask.season_seed for ask in asks) == EVALUATION_SEEDS
    assert [ask.view for ask in asks] == [ask.view for ask in unseen_asks(30)]


def test_the_asks_cover_the_range_of_the_game():
    views = [ask.view for seed in range(10) for ask in play_season(seed)]
    assert min(view.pebbles for view in views) <= 1
    assert max(view.pebbles for view in views) >= 80
    assert {view.season for view in views} >= {"early autumn", "deep winter", "early spring"}
    assert any(view.heard for view in views)
    assert any(view.news for view in views)
    assert any(view.gossip for view in views)
    assert any(not view.short_of for view in views)
    assert any(not view.spare for view in views)
    assert any(feeling.startswith("bitter at") for view in views for feeling in view.feelings)
    assert max(stock.amount for view in views for stock in view.prices) >= 18
