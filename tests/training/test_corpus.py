from collections import Counter

import pytest

from engine.vocabulary import GOODS
from training.corpus import (
    asks_of_the_corpus,
    reading,
    readings_file,
    readings_text,
    recordings,
    write_readings,
)

RECORDINGS = dict(recordings())
AGAIN = "the parser reads recorded answers otherwise; look at it with: python -m training.corpus --read"


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.name)
def test_recorded_answers_are_read_as_before(file) -> None:
    assert readings_text(RECORDINGS[file]) == readings_file(file).read_text(encoding="utf-8"), AGAIN


def test_the_corpus_holds_three_minds_in_two_modes() -> None:
    answers = [answer for answers in RECORDINGS.values() for answer in answers]
    assert set(Counter((a.mind, a.mode) for a in answers).values()) == {30}
    assert {(a.mind, a.mode) for a in answers} == {
        (mind, mode) for mind in ("gemma", "smollm2", "wood") for mode in ("constrained", "free")
    }
    assert all(len(a.messages_sha256) == 64 and a.made and a.finish_reason in ("stop", "length") for a in answers)


def test_the_same_ask_was_put_to_every_mind_at_the_prices_that_are_recorded() -> None:
    prompts: dict[tuple[int, int, str], set[tuple[str, tuple[int, ...]]]] = {}
    for answers in RECORDINGS.values():
        for each in answers:
            assert set(each.prices) == set(GOODS)
            said = each.messages_sha256, tuple(each.prices[good] for good in GOODS)
            prompts.setdefault((each.season_seed, each.turn, each.creature), set()).add(said)
    assert len(prompts) == 30
    assert all(len(said) == 1 for said in prompts.values())


def test_a_grammar_leaves_nothing_to_repair_and_freedom_does() -> None:
    answers = [answer for answers in RECORDINGS.values() for answer in answers]
    constrained = {reading(a)["status"] for a in answers if a.mode == "constrained"}
    free = {reading(a)["status"] for a in answers if a.mode == "free"}
    assert constrained == {"ok"}
    assert {"ok", "repaired", "failed"} <= free


def test_every_third_ask_offers_a_loan_and_its_answer_is_read() -> None:
    assert [ask.view.loan is not None for ask in asks_of_the_corpus(6)] == [False, False, True] * 2
    offered = [a for answers in RECORDINGS.values() for a in answers if a.loan and a.mode == "constrained"]
    assert {reading(a)["loan"] for a in offered} == {True, False}


def test_readings_are_written_beside_the_recordings(tmp_path) -> None:
    raw = next(iter(RECORDINGS.values()))[0].model_copy(update={"raw": "hm", "finish_reason": "length"})
    (tmp_path / "a.free.raw.jsonl").write_text(raw.model_dump_json() + "\n", encoding="utf-8")
    assert write_readings(tmp_path) == 1
    assert '"status": "failed"' in (tmp_path / "a.free.read.jsonl").read_text(encoding="utf-8")
