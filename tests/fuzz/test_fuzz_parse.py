import json
from random import Random

import pytest
from fuzz_parse import LONGEST, keep, main, mutated, seeds, wrong


def test_a_few_hundred_mutated_texts_break_no_rule(tmp_path, capsys) -> None:
    assert main(["--plain", "300", "--seed", "3", "--to", str(tmp_path)]) == 0
    assert "300 texts" in capsys.readouterr().err
    assert main(["--time", str(tmp_path)]) == 0
    assert " 0 slow" in capsys.readouterr().out


def test_a_seed_gives_the_same_texts_whatever_the_time_they_take(tmp_path, monkeypatch) -> None:
    def texts_read(hundredths: int, *options: str) -> list[str]:
        read: list[str] = []
        monkeypatch.setattr("fuzz_parse.seconds", lambda text, *_: (len(text) * hundredths % 97) / 1e4)
        monkeypatch.setattr("fuzz_parse._read", lambda text: (read.append(text), ("", len(text) % 40, 0.0))[1])
        assert main(["--plain", "300", "--seed", "5", "--to", str(tmp_path), *options]) == 0
        return read

    assert texts_read(1) == texts_read(31)
    assert texts_read(1, "--chase") != texts_read(31, "--chase")


@pytest.mark.slow
def test_a_hundred_thousand_mutated_texts_break_no_rule(tmp_path) -> None:
    assert main(["--plain", "100000", "--seed", "21", "--to", str(tmp_path)]) == 0


def test_mutation_reaches_short_long_and_strange_texts() -> None:
    luck, pool = Random(1), seeds()
    texts = [mutated(pool, luck) for _ in range(500)]
    assert max(map(len, texts)) <= LONGEST
    assert min(map(len, texts)) < 20
    assert len(set(texts)) > 400
    assert any("\ud800" in text for text in texts)


def test_a_broken_rule_and_an_exception_are_told(monkeypatch) -> None:
    def broken(*_):
        raise RecursionError("deep")

    assert wrong("{}") == ""
    monkeypatch.setattr("inference.parse.parse", broken)
    assert wrong("{}") == "RecursionError: deep"


def test_kept_texts_come_back_as_they_were(tmp_path) -> None:
    for text in ("\ud800", "a\x00b", "é"):
        assert json.loads(keep(tmp_path, "fault", text).read_text(encoding="utf-8")) == text


def test_one_thing_is_to_be_done() -> None:
    with pytest.raises(SystemExit):
        main([])
