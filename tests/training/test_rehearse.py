from engine.cast import NAMES
from engine.ports import Order
from engine.vocabulary import Good, Side
from training.play import earnings
from training.rehearse import TEACHER, Answer, recorded_answers, rehearse, seatings, taught_seats


def test_the_untuned_minds_of_the_corpus_have_answers_for_every_creature():
    answers = recorded_answers()
    assert set(answers) == {"gemma", "smollm2"}
    assert all(several for mine in answers.values() for several in mine.values())
    assert any(answer.orders for answer in answers["gemma"]["Oona"])


def test_a_rehearsal_is_the_same_again_and_seats_all_in_turns():
    games = rehearse(recorded_answers(), range(3), turns=4)
    assert games == rehearse(recorded_answers(), range(3), turns=4)
    assert {game.seats["Oona"] for game in games} == {TEACHER, "gemma", "smollm2"}
    assert set(earnings(games)["minds"]) == {TEACHER, "gemma", "smollm2"}


def test_goods_trade_among_teachers_and_none_with_those_who_never_order():
    [lively] = rehearse({}, [1], turns=8)
    assert set(lively.seats.values()) == {TEACHER}
    assert lively.trades > 1
    idle = {"idle": {name: [Answer((), {})] for name in NAMES}}
    assert rehearse(idle, [1], turns=8)[0].trades < lively.trades


def test_an_old_answer_names_prices_in_proportion_to_todays():
    order = Order(side=Side.BUY, good=Good.HONEY, quantity=2, price=12)
    answer = Answer((order,), {Good.HONEY: 9})
    assert [each.price for each in answer.at({Good.HONEY: 18}).orders] == [24]
    assert [each.price for each in answer.at({Good.HONEY: 2}).orders] == [3]
    assert answer.at({Good.HONEY: 9}).orders == (order,)


def test_the_teacher_sits_where_nobody_has_answers():
    seats = {"Oona": "wood", "Sable": "gemma"}
    assert taught_seats(seats, {"gemma": {}}) == {"Oona": TEACHER, "Sable": "gemma"}


def test_every_way_to_seat_three_and_each_other_mind_once_is_tried():
    ways = list(seatings({"gemma": {}, "smollm2": {}}))
    assert len(ways) == 20
    assert len({tuple(sorted(way.items())) for way in ways}) == 20
    assert all(sorted(way.values()) == ["gemma", "smollm2", TEACHER, TEACHER, TEACHER] for way in ways)
    assert all(set(way) == set(NAMES) for way in ways)
