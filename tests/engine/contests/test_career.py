"""A career: ended woods folded into titles, the best place, the worst ruin and honours."""

from engine.contests.career import Finish, career_of
from engine.contests.honours import Distinction, Honour, SeasonStory


def finish(season: int | None, place: int, net_worth: int, mask: str = "mine") -> Finish:
    return Finish(season=season, mask=mask, place=place, net_worth=net_worth, patrons=5)


def story(*honours: tuple[Honour, str]) -> SeasonStory:
    told = tuple(Distinction(honour=honour, mask=mask) for honour, mask in honours)
    return SeasonStory(turns=(), trades=0, legends=(), ranking=(), honours=told)


def test_nobody_has_a_career_before_a_wood_has_ended():
    assert career_of([]) is None


def test_the_best_is_the_best_place_and_the_worst_the_poorest_end():
    finishes = [finish(1, 2, 400), finish(2, 1, 120), finish(3, 1, 150), finish(4, 5, 0), finish(5, 3, 30)]
    career = career_of([(each, story()) for each in finishes])
    assert career is not None
    assert career.finishes == tuple(finishes)
    assert career.best == finishes[2]
    assert career.worst == finishes[3]


def test_only_seasons_are_won():
    career = career_of([(finish(None, 1, 500), story()), (finish(3, 1, 90), story()), (finish(4, 2, 90), story())])
    assert career is not None
    assert career.won == (3,)


def test_honours_are_counted_under_the_mask_of_their_season():
    first = story((Honour.SHREWDEST_SHORT, "mine"), (Honour.MOST_HUNTED, "another's"))
    second = story((Honour.SHREWDEST_SHORT, "new"), (Honour.KINDEST_LENDER, "mine"))
    career = career_of([(finish(1, 1, 1), first), (finish(2, 1, 1, mask="new"), second)])
    assert career is not None
    assert career.honours == {Honour.SHREWDEST_SHORT: 2}
