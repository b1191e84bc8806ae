"""A Patron's career in words."""

from collections.abc import Sequence
from typing import Final

from bot.i18n import labelled, listed, say, say_count, word
from bot.ui.scores import MEDALS
from bot.ui.seasons import HONOUR_FACE
from engine.contests.career import Finish, PatronCareer
from engine.vocabulary import pebbles

_SHOWN: Final = 5
"""Last finishes, seasons won and tournaments won that a profile names."""


def profile(mention: str, career: PatronCareer | None, titles: Sequence[str] = ()) -> str:
    """Return the profile of a player, by a mention.

    `career` is None for one who finished no wood; `titles` are the tournaments won, by their names.
    """
    won = [say("**Tournaments won** · {names}", names=_named(titles))] if titles else []
    woods = [say("No season finished yet.")] if career is None else _of_woods(career)
    return "\n".join(
        [
            say("### 🎭 The career of {player}", player=mention),
            *woods[:1],
            *won,
            *woods[1:],
            say("-# Woods that have ended, of this server. What goes on in a running one stays behind its mask."),
        ]
    )


def _of_woods(career: PatronCareer) -> list[str]:
    finished = len(career.finishes)
    count = say_count("{count:int} wood finished", "{count:int} woods finished", finished)
    lines = [f"{count} · {_won(career)}", say("**Best** · {finish}", finish=_finish(career.best))]
    if finished > 1:
        lines.append(say("**Worst ruin** · {finish}", finish=_finish(career.worst)))
    if career.honours:
        earned = listed(
            f"{HONOUR_FACE[honour]} {word('honour', honour)}" + (f" × {times}" if times > 1 else "")
            for honour, times in career.honours.items()
        )
        lines.append(say("**Honours** · {honours}", honours=earned))
    if finished > 1:
        lines.append(say("**Last**"))
        lines += [f"• {_finish(finish)}" for finish in career.finishes[: -_SHOWN - 1 : -1]]
    return lines


def _won(career: PatronCareer) -> str:
    if not career.won:
        return say("no season won yet")
    seasons = _named([str(number) for number in career.won])
    return say_count(
        "🥇 {count:int} won: season {seasons}",
        "🥇 {count:int} won: seasons {seasons}",
        len(career.won),
        seasons=seasons,
    )


def _finish(finish: Finish) -> str:
    if finish.season is not None:
        where = say("Season {number:int}", number=finish.season)
    else:
        where = say("A wood without an end")
    how = say(
        "place {place:int} of {patrons:int}, {worth:pebbles}, as {who:mask}",
        place=finish.place,
        patrons=finish.patrons,
        worth=pebbles(finish.net_worth),
        who=finish.mask,
    )
    medal = f"{MEDALS[finish.place]} " if finish.place in MEDALS else ""
    return labelled(where, f"{medal}{how}")


def _named(names: Sequence[str]) -> str:
    shown, left_out = listed(names[-_SHOWN:]), len(names) - _SHOWN
    if left_out <= 0:
        return shown
    return say_count("{names} and {count:int} more", "{names} and {count:int} more", left_out, names=shown)
