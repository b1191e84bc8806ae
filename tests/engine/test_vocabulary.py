"""The closed lists: what they take, and how they are written down."""

from enum import EnumType

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from engine import vocabulary
from engine.vocabulary import Good, Word

LISTS = [each for each in vars(vocabulary).values() if isinstance(each, EnumType) and each not in (Word, Word.__base__)]


class Priced(BaseModel):
    """A model that names goods as a field and as keys."""

    good: Good
    prices: dict[Good, int]


def test_there_are_lists():
    assert len(LISTS) > 10
    assert all(issubclass(each, Word) for each in LISTS)


@pytest.mark.parametrize("words", LISTS)
def test_a_word_is_written_as_its_text_and_read_as_itself(words: type[Word]):
    kind = TypeAdapter(words)
    for word in words:
        assert kind.dump_json(word) == f'"{word.value}"'.encode()
        assert type(kind.dump_python(word, mode="json")) is str
        assert kind.validate_json(kind.dump_json(word)) is word


@pytest.mark.parametrize("words", LISTS)
def test_a_list_takes_no_other_word(words: type[Word]):
    with pytest.raises(ValidationError, match="Input should be"):
        TypeAdapter(words).validate_python("run-on-oonas-hoard")


def test_a_model_keeps_its_words_and_writes_their_texts():
    priced = Priced(good=Good.HONEY, prices={Good.ACORNS: 4})
    assert priced.model_dump_json() == '{"good":"honey","prices":{"acorns":4}}'
    assert priced.model_dump()["good"] is Good.HONEY
    assert Priced.model_validate_json(priced.model_dump_json()) == priced


def test_a_schema_lists_the_words():
    """Minds that answer in a given form are held to it by this schema, so it may not become that of any text."""
    for mode in ("validation", "serialization"):
        assert TypeAdapter(Good).json_schema(mode=mode)["enum"] == [str(good) for good in Good]
