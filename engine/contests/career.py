"""A Patron's career in a server: what all its ended woods say of one player, folded into a few figures."""

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.contests.honours import Honour, SeasonStory
from engine.ports import Frozen


class Finish(Frozen):
    """How one ended wood ended for a player; `season` is the number of the season it was, if it was one."""

    season: int | None
    mask: str
    place: int
    net_worth: int
    patrons: int


class PatronCareer(Frozen):
    """What is public of a player once woods have ended.

    `best` is the finish of the best place, and of the largest net worth among those; `worst` the one with the least net
    worth. Only seasons can be won; woods that were none count otherwise.
    """

    finishes: tuple[Finish, ...]
    won: tuple[int, ...]
    best: Finish
    worst: Finish
    honours: Mapping[Honour, int]


def career_of(finishes: Iterable[tuple[Finish, SeasonStory]]) -> PatronCareer | None:
    """Return the career that ended woods make, each with its story, the oldest first; None where there is none."""
    told = list(finishes)
    if not told:
        return None
    ended = tuple(finish for finish, _ in told)
    honours = Counter(honour.honour for finish, story in told for honour in story.honours if honour.mask == finish.mask)
    return PatronCareer(
        finishes=ended,
        won=tuple(finish.season for finish in ended if finish.place == 1 and finish.season is not None),
        best=min(ended, key=lambda finish: (finish.place, -finish.net_worth)),
        worst=min(ended, key=lambda finish: finish.net_worth),
        honours={honour: honours[honour] for honour in Honour if honours[honour]},
    )
