"""The engine's English sentences are read back into their templates, whatever is in their places."""

import re
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import labelled, listed
from bot.i18n.kinds import KINDS
from bot.i18n.languages import Language, speaking
from bot.i18n.told import TOLD, read, read_all, template_of, templates, told
from engine.cast import NAMES
from engine.chronicle import trade_lines
from engine.contests.honours import Honour
from engine.heat import ATTENTION
from engine.legends import DECK, FALL
from engine.market import Trade
from engine.masks import MASKS
from engine.phrases import say, together
from engine.vocabulary import GOODS, Good, capital, counted, pebbles, turns
from engine.weather import CHAPTER_NAMES

numbers = st.integers(0, 9_999)
PLAIN = [each.sentence for each in templates() if "{" not in each.sentence]

OPEN: dict[str, st.SearchStrategy[str]] = {
    "int": st.integers(-9_999, 9_999).map(str),
    "id": st.integers(1, 2**63).map(str),
    "name": st.sampled_from(NAMES),
    "creature": st.sampled_from(NAMES),
    "creatures": st.lists(st.sampled_from(NAMES), min_size=1).map(", ".join),
    "numbers": st.lists(numbers.map(lambda number: f"#{number}"), min_size=1).map(", ".join),
    "text": st.text("abcdeßøñ木村ABC0123 '-"),
    "Good": st.sampled_from(GOODS).map(capital),
    "goods": st.builds(counted, numbers, st.sampled_from(GOODS)),
    "pebbles": numbers.map(pebbles),
    "turns": numbers.map(turns),
    "chapters": numbers.map(lambda number: "1 chapter" if number == 1 else f"{number} chapters"),
    "decimal": st.decimals(0, 999, places=1, allow_nan=False).map(str),
    "Season": st.sampled_from(CHAPTER_NAMES).map(capital),
    "Honour": st.sampled_from([honour.value for honour in Honour]).map(capital),
    "mask": st.sampled_from(MASKS),
    "Mask": st.sampled_from(MASKS).map(capital),
    TOLD: st.sampled_from(PLAIN),
}
"""What may be in places of the kinds that are no closed lists."""

ANYTHING = st.fixed_dictionaries(
    {
        kind: st.lists(OPEN[kind] if kind in OPEN else st.sampled_from(KINDS[kind].listed), min_size=5, max_size=5)
        for kind in KINDS
    }
)
"""Five values of every kind: no template has more places of one."""


def filled(sentence: str, values: dict[str, list[str]]) -> dict[str, str]:
    """Return what is in the places of a template, each with a value of its kind."""
    places: dict[str, str] = {}
    used: dict[str, int] = defaultdict(int)
    for name, kind in re.findall(r"\{(\w+):(\w+)\}", sentence):
        if name not in places:
            places[name] = values[kind][used[kind]]
            used[kind] += 1
    return places


@given(ANYTHING)
def test_every_sentence_is_read_back_and_none_is_taken_for_another(values: dict[str, list[str]]) -> None:
    for template in templates():
        places = filled(template.sentence, values)
        assert read(say(template.sentence, **places)) == (template.sentence, places)


@given(ANYTHING)
def test_two_sentences_that_stand_together_are_read_back_one_by_one(values: dict[str, list[str]]) -> None:
    sentences = [each.sentence for each in templates() if each.sentence.endswith((".", "!", "?"))]
    for first, second in zip(sentences, [*sentences[7:], *sentences[:7]], strict=True):
        both = [(sentence, filled(sentence, values)) for sentence in (first, second)]
        assert read_all(together(*(say(sentence, **places) for sentence, places in both))) == tuple(both)


@given(
    buyer=st.sampled_from(NAMES),
    seller=st.sampled_from(NAMES),
    good=st.sampled_from(GOODS),
    quantity=st.integers(1, 999),
    price=st.integers(1, 999),
)
def test_a_trade_line_is_read_back(buyer: str, seller: str, good: Good, quantity: int, price: int) -> None:
    (line,) = trade_lines([Trade(buyer=buyer, seller=seller, good=good, quantity=quantity, price=price)])
    found = read(line)
    assert found is not None
    assert found.values == {"buyer": buyer, "seller": seller, "goods": counted(quantity, good), "price": str(price)}


@pytest.mark.parametrize("legend", DECK, ids=lambda legend: legend.key)
def test_the_fall_of_every_legend_is_read_back(legend) -> None:
    assert read(legend.fall) == (FALL, {"title": legend.title, "tale": legend.tale})


@pytest.mark.parametrize(
    "line", ["An owl, they say, sold the moon for 3 honey and a song", "", "A whisper! A whisper?"]
)
def test_what_the_engine_never_wrote_stays_as_it_is(line: str) -> None:
    assert read_all(line) == ()
    for language in Language:
        with speaking(language):
            assert told(line) == line


def test_a_text_that_is_the_engines_only_in_part_stays_as_it_is() -> None:
    known = say("Your purse holds {pebbles:int}.", pebbles=3)
    assert read_all(known)
    assert read_all(f"Somebody sang. {known}") == ()
    assert read_all(f"{known} Somebody sang.") == ()


def test_a_place_for_a_sentence_holds_one_that_the_engine_says() -> None:
    assert read("You have this forecast already: Honey will fall when turn 4 settles.")
    assert read("You have this forecast already: The moon will fall when turn 4 settles.") is None


def test_sentences_stand_together_as_each_language_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = together("The tournament is over.", "The tournament is not paused.")
    with speaking(Language.SPANISH):
        assert told(text).count(" ") >= 1
    assert {language: language.gap for language in Language} == {
        Language.ENGLISH: " ",
        Language.SPANISH: " ",
        Language.JAPANESE: "",
        Language.SIMPLIFIED_CHINESE: "",
        Language.TRADITIONAL_CHINESE: "",
    }


def test_lists_and_labels_have_the_points_of_each_language() -> None:
    text = say("You hold no contract #{number:int}. Open ones: {numbers:numbers}.", number=7, numbers="#1, #2")
    for language in Language:
        wide = language not in (Language.ENGLISH, Language.SPANISH)
        with speaking(language):
            assert labelled("Oona", listed(["7", "8"])) == ("Oona：7、8" if wide else "Oona: 7, 8")
            assert ("#1、#2" if wide else "#1, #2") in told(text)


def test_a_number_that_is_kept_beside_a_plural_has_its_singular_where_a_language_has_one() -> None:
    text = "Contract #2 closed at 5 (opened at 4): it won {sum} pebbles."
    with speaking(Language.SPANISH):
        assert [told(text.format(sum=sum_))[-20:].partition("ganó ")[2] for sum_ in (1, 2)] == [
            "1 guijarro.",
            "2 guijarros.",
        ]


def test_a_word_that_began_an_english_sentence_may_stand_elsewhere_in_another_language() -> None:
    for language in Language:
        assert KINDS["good"].say(language, "Acorns") == KINDS["good"].say(language, "acorns")
        assert KINDS["mask"].say(language, capital(MASKS[0])) == KINDS["mask"].say(language, MASKS[0])


def test_a_place_that_comes_twice_holds_the_same_twice() -> None:
    pattern = template_of("{name:name} hears {name:name}").pattern
    assert pattern.fullmatch("Oona hears Oona")
    assert not pattern.fullmatch("Oona hears Fizz")


@pytest.mark.parametrize("text", ["3 honey", "1 berry", "12 berries"])
def test_goods_are_read_with_their_number(text: str) -> None:
    assert template_of("{goods:goods}").pattern.fullmatch(text)


def test_what_the_magistrate_does_is_found_with_its_words() -> None:
    for attention in ATTENTION:
        assert read(f"The magistrate now {attention}.") is not None
