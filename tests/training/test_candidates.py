import json

from inference.config import MindConfig
from training.candidates import gather, read
from training.data import ASKS_A_SEASON, ask_key, generate, looked_at, read_examples


async def test_answers_of_minds_are_kept_by_their_ask_and_compete_for_its_lesson(tmp_path):
    file = tmp_path / "candidates.jsonl"
    counts = await gather(file, 12, {"rules": MindConfig(kind="standin")})
    assert 0 < counts["rules"] <= 12
    candidates = read(file)
    assert sum(map(len, candidates.values())) == counts["rules"]
    assert set(candidates) <= {ask_key(ask) for ask in looked_at(0, ASKS_A_SEASON)}
    assert {candidate.source for several in candidates.values() for candidate in several} == {"rules"}


async def test_answers_to_the_asks_of_other_seasons_compete_for_nothing(tmp_path):
    file = tmp_path / "candidates.jsonl"
    await gather(file, 40, {"rules": MindConfig(kind="standin")}, first_seed=7)
    assert generate(tmp_path / "theirs.jsonl", 50, first_seed=7, answered=read(file)).answered > 0
    assert generate(tmp_path / "others.jsonl", 50, first_seed=60, answered=read(file)).answered == 0


def test_a_card_names_the_minds_whose_orders_became_lessons(tmp_path, monkeypatch):
    file = tmp_path / "candidates.jsonl"
    asks = looked_at(0, 60)
    told = [
        {
            "ask": ask_key(ask),
            "mind": "rules",
            "orders": [{"side": "sell", "good": "honey", "quantity": 1, "price": 60}],
        }
        for ask in asks
    ]
    file.write_text("".join(json.dumps(each) + "\n" for each in told), encoding="utf-8")
    monkeypatch.setattr("training.selection.worth", lambda ask, orders, others: float(sum(o.price for o in orders)))
    monkeypatch.setattr("training.selection._around", lambda *_: iter(()))
    lessons = tmp_path / "lessons.jsonl"
    card = generate(lessons, 50, asks_a_season=60, answered=read(file))
    assert card.sources["rules"] > 0
    assert card.sources["rules"] <= card.answered <= 50
    theirs = [json.loads(each.target)["orders"] for each in read_examples(lessons) if each.source == "rules"]
    assert {(orders[0]["side"], orders[0]["good"], orders[0]["price"]) for orders in theirs} == {("sell", "honey", 60)}
