import pytest

from engine.legends import DECK
from engine.views import Favour
from engine.vocabulary import Direction, Good, Task
from prompts.render import creature_messages
from tests.training.views import BIRCH, claim, view_of
from training.news import feeling, heard, overturned, paid

RUN = next(legend for legend in DECK if legend.good is Good.HONEY and legend.direction is Direction.FALL)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            lambda view: heard(view, claim(Good.HONEY, Direction.FALL)),
            f"Whispers: {BIRCH} says honey will fall sharply, the ravens say so.",
        ),
        (
            lambda view: paid(view, Favour(payer=BIRCH, task=Task.SNUB, whom="Oona", pebbles=5)),
            f"Favour: {BIRCH} paid you 5 pebbles to buy nothing that Oona grows this turn.",
        ),
        (lambda view: feeling(view, "bitter at", "Oona"), "You feel: bitter at Oona."),
        (
            lambda view: overturned(view, Good.HONEY, Direction.FALL, 12, RUN),
            f"News: {RUN.fall} Honey crashes from 12 to 5.",
        ),
        (lambda view: overturned(view, Good.HONEY, Direction.RISE, 2, None), "News: Honey soars from 2 to 5."),
    ],
)
def test_a_piece_of_news_is_one_line_of_the_prompt_in_the_words_of_the_game(told, line):
    quiet, loud = (creature_messages(view)[1]["content"].splitlines() for view in (view_of(), told(view_of())))
    assert set(loud) - set(quiet) == {line}
