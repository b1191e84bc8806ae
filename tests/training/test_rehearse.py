from engine.cast import NAMES
from engine.ports import Decision
from training.play import earnings
from training.rehearse import TEACHER, recorded_answers, rehearse


def test_the_untuned_minds_of_the_corpus_have_answers_for_every_creature():
    answers = recorded_answers()
    assert set(answers) == {"gemma", "smollm2"}
    assert all(several for mine in answers.values() for several in mine.values())
    assert any(decision.orders for decision in answers["gemma"]["Oona"])


def test_a_rehearsal_is_the_same_again_and_seats_all_in_turns():
    games = rehearse(recorded_answers(), range(3), turns=4)
    assert games == rehearse(recorded_answers(), range(3), turns=4)
    assert {game.seats["Oona"] for game in games} == {TEACHER, "gemma", "smollm2"}
    assert set(earnings(games)["minds"]) == {TEACHER, "gemma", "smollm2"}


def test_goods_trade_among_teachers_and_none_with_those_who_never_order():
    [lively] = rehearse({}, [1], turns=8, alone=True)
    assert set(lively.seats.values()) == {TEACHER}
    assert lively.trades > 1
    idle = {"idle": {name: [Decision()] for name in NAMES}}
    assert rehearse(idle, [1], turns=8)[0].trades < lively.trades
