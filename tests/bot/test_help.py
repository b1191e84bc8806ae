"""`/wood help`: the whole game, one question, and what is found by what people type."""

from typing import Any

import pytest

from bot.i18n.languages import Language, speaking
from bot.ui.help import QuestionSelect, answer_card, overview, unknown
from bot.ui.questions import QUESTIONS, Asked, matching
from engine.rules import DEFAULT_RULES
from tests.bot.stage import Stage, text_of
from tests.bot.test_limits import WORLD, fits


def select_of(shown: Any) -> Any:
    stack: list[Any] = list(shown.response.components)
    while stack:
        one = stack.pop()
        stack += one.get("components", [])
        if one.get("custom_id") == "ask:questions":
            return one
    raise AssertionError("there are no questions to choose from")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("how do i make money", "pebbles"), ("what is a short", "short"), ("margin", "margin"),
        ("when is the next turn", "turn"), ("whisper", "whispers"), ("is the insider forecast a lie", "tip"),
        ("why did the magistrate fine me", "fined"), ("who can see my ledger", "books"), ("quit", "leave"),
        ("legends", "legend"), ("lend", "loans"), ("what AI model is this", "minds"), ("season winner", "ends"),
        ("what do prices mean", "prices"), ("what do they know about me", "known"), ("shrot", "short"),
    ],
)  # fmt: skip
def test_what_people_ask_is_found(typed: str, key: str) -> None:
    assert matching(typed)[0].key == key


def test_nothing_typed_offers_all_and_nonsense_nothing() -> None:
    assert [each.key for each in matching("  ?! ")] == list(QUESTIONS)
    assert matching("zzqx vvkj") == []


async def test_a_question_is_answered_with_this_woods_numbers_and_its_buttons(stage: Stage) -> None:
    patron = DEFAULT_RULES.patron.model_copy(update={"whisper_price": 7})
    await stage.plant(rules=DEFAULT_RULES.model_copy(update={"patron": patron}))
    offered = await stage.ada.autocomplete(stage.channel, "wood help", "question", "whisper")
    assert offered[0] == {"name": "How do whispers work?", "value": "whispers"}
    shown = await stage.ada.slash(stage.channel, "wood help", question="whispers")
    assert shown.ephemeral
    assert "It costs 7, you may send 3 a turn" in text_of(shown)
    assert "My ledger" in text_of(shown)


async def test_one_goes_on_asking_below_an_answer_also_after_a_restart(stage: Stage) -> None:
    await stage.plant()
    shown = await stage.ada.slash(stage.channel, "wood help")
    assert "Your first trade: the gambit" in text_of(shown)
    await stage.bot.close()
    await stage.env.restart_bot(stage.new_bot())
    await stage.ada.select(shown.response.message, ["turn"], custom_id="ask:questions")
    assert "When does the turn close?" in text_of(shown)
    assert "Turn 1 comes <t:" in text_of(shown)
    assert [option["value"] for option in select_of(shown)["options"] if option.get("default")] == ["turn"]


async def test_what_is_typed_freely_is_answered_or_owned_up_to_and_never_repeated(stage: Stage) -> None:
    found = await stage.ada.slash(stage.channel, "wood help", question="how can I get rich")
    assert "How do I make pebbles?" in text_of(found)
    assert "Join the wood" not in text_of(found), "no wood grows here"
    lost = await stage.ada.slash(stage.channel, "wood help", question="zzqx vvkj <@1>")
    assert "I have no answer to that" in text_of(lost)
    assert "zzqx" not in text_of(lost)


@pytest.mark.parametrize("language", list(Language))
def test_every_answer_fits_in_every_language(language: Language) -> None:
    with speaking(language):
        cards = [overview(DEFAULT_RULES, WORLD), unknown(WORLD)]
        cards += [answer_card(each, each.answer(Asked(DEFAULT_RULES)), WORLD) for each in QUESTIONS.values()]
    for card in cards:
        fits(card, [])
        (select,) = [item.item for item in card.walk_children() if isinstance(item, QuestionSelect)]
        assert len(select.options) == len(QUESTIONS) <= 25
        assert all(len(option.label) <= 100 for option in select.options)
