"""A Patron's career in words."""

from collections.abc import Sequence
from typing import Final

from bot.ui.scores import MEDALS
from bot.ui.seasons import HONOUR_FACE
from engine.contests.career import Finish, PatronCareer
from engine.vocabulary import pebbles

_SHOWN: Final = 5
"""Last finishes, seasons won and tournaments won that a profile names."""


def profile(mention: str, career: PatronCareer, titles: Sequence[str] = ()) -> str:
    """Return the profile of a player, by a mention, who finished a wood at least; `titles` are tournaments won."""
    finished = len(career.finishes)
    lines = [
        f"### 🎭 The career of {mention}",
        f"{finished} wood finished · {_won(career)}"
        if finished == 1
        else f"{finished} woods finished · {_won(career)}",
        f"**Best** · {_finish(career.best)}",
    ]
    if finished > 1:
        lines.append(f"**Worst ruin** · {_finish(career.worst)}")
    if titles:
        lines.append(f"**Tournaments won** · {_named(titles)}")
    if career.honours:
        told = ", ".join(
            f"{HONOUR_FACE[honour]} {honour}" + (f" × {times}" if times > 1 else "")
            for honour, times in career.honours.items()
        )
        lines.append(f"**Honours** · {told}")
    if finished > 1:
        lines.append("**Last**")
        lines += [f"• {_finish(finish)}" for finish in career.finishes[: -_SHOWN - 1 : -1]]
    lines.append("-# Woods that have ended, of this server. What goes on in a running one stays behind its mask.")
    return "\n".join(lines)


def _won(career: PatronCareer) -> str:
    if not career.won:
        return "no season won yet"
    return f"🥇 {len(career.won)} won: season {_named([str(number) for number in career.won])}"


def _finish(finish: Finish) -> str:
    where = f"Season {finish.season}" if finish.season is not None else "A wood without an end"
    medal = MEDALS.get(finish.place, "")
    place = f"{medal} place {finish.place} of {finish.patrons}".strip()
    return f"{where}: {place}, {pebbles(finish.net_worth)}, as {finish.mask}"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[-_SHOWN:]) + more
