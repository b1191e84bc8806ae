"""Feelings: signed, bounded, forgotten slowly, shown in at most three buckets."""

from hypothesis import given
from hypothesis import strategies as st

from engine.cast import NAMES
from engine.feelings import fade, felt, mood_word, nudge, relay
from engine.rules import DEFAULT_RULES
from engine.world import Creature
from tests.engine.helpers import decide, turn, wood

RULES = DEFAULT_RULES.feelings
MASKS = [f"the Patron of the {tree}" for tree in ("Ash", "Birch", "Elm", "Oak", "Yew")]


def creature(**feelings: int) -> Creature:
    return Creature(name="Nettle", mood=70, feelings=feelings)


@given(st.lists(st.integers(-300, 300), max_size=10))
def test_stay_within_their_bounds(points: list[int]):
    one = creature()
    for step in points:
        nudge(one, MASKS[0], step, RULES)
        assert -RULES.most <= one.feelings[MASKS[0]] <= RULES.most


def test_add_up_with_their_sign():
    one = creature()
    nudge(one, MASKS[0], 30, RULES)
    nudge(one, MASKS[0], -50, RULES)
    assert one.feelings == {MASKS[0]: -20}


@given(st.integers(-100, 100))
def test_fade_towards_indifference_and_are_forgotten(points: int):
    one = wood()
    one.world.creatures["Nettle"].feelings = {"Sable": points}
    last = abs(points)
    for _ in range(100):
        fade(one.world)
        now = one.world.creatures["Nettle"].feelings.get("Sable", 0)
        assert now * points >= 0
        assert abs(now) < last or last == 0
        last = abs(now)
    assert one.world.creatures["Nettle"].feelings == {}


@given(st.dictionaries(st.sampled_from([*MASKS, *NAMES]), st.integers(-100, 100)))
def test_at_most_three_are_shown_the_strongest_first(feelings: dict[str, int]):
    shown = felt(Creature(name="Nettle", mood=70, feelings=feelings), RULES)
    assert len(shown) <= 3
    strengths: list[int] = []
    for line in shown:
        whom = next(name for name in sorted(feelings, key=len, reverse=True) if line.endswith(name))
        strengths.append(abs(feelings[whom]))
        assert not any(character.isdigit() for character in line)
    assert strengths == sorted(strengths, reverse=True)
    assert all(points >= RULES.mild for points in strengths)
    hidden = sorted((abs(points) for points in feelings.values()), reverse=True)[:3]
    assert strengths == [points for points in hidden if points >= RULES.mild]


def test_each_bucket_has_its_word():
    words = [
        felt(creature(Sable=points), RULES)
        for points in (RULES.strong, RULES.mild, RULES.mild - 1, 1 - RULES.mild, -RULES.mild, -RULES.strong)
    ]
    assert words == [("fond of Sable",), ("warm to Sable",), (), (), ("wary of Sable",), ("bitter at Sable",)]


def test_the_sequence_of_events_does_not_show():
    there, back = creature(Sable=20, Oona=20), creature(Oona=20, Sable=20)
    assert felt(there, RULES) == felt(back, RULES)


@given(st.integers(1, 100), st.integers(1, 100))
def test_a_better_mood_never_has_a_worse_word(one: int, other: int):
    words = ["desperate", "miserable", "uneasy", "content", "cheerful"]
    low, high = sorted((one, other))
    assert words.index(mood_word(low)) <= words.index(mood_word(high))


def test_every_line_of_gossip_reaches_one_other_creature():
    one = turn(wood(), {name: decide(gossip=f"so says {name}") for name in NAMES}).wood
    for number in range(12):
        one.world.turn = number
        heard = {hearer: relay(one.world, hearer) for hearer in NAMES}
        assert sorted(heard.values()) == sorted(f'{name} says "so says {name}"' for name in NAMES)
        assert not [hearer for hearer, line in heard.items() if line.startswith(hearer)]


def test_silence_is_not_relayed():
    assert {relay(wood().world, name) for name in NAMES} == {""}
