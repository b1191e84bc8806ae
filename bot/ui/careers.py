"""A Patron's career in words."""

from collections.abc import Sequence
from typing import Final

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
    won = [f"**Tournaments won** · {_named(titles)}"] if titles else []
    woods = ["No season finished yet."] if career is None else _of_woods(career)
    return "\n".join(
        [
            f"### 🎭 The career of {mention}",
            *woods[:1],
            *won,
            *woods[1:],
            "-# Woods that have ended, of this server. What goes on in a running one stays behind its mask.",
        ]
    )


def _of_woods(career: PatronCareer) -> list[str]:
    finished = len(career.finishes)
    count = "1 wood" if finished == 1 else f"{finished} woods"
    lines = [f"{count} finished · {_won(career)}", f"**Best** · {_finish(career.best)}"]
    if finished > 1:
        lines.append(f"**Worst ruin** · {_finish(career.worst)}")
    if career.honours:
        told = ", ".join(
            f"{HONOUR_FACE[honour]} {honour}" + (f" × {times}" if times > 1 else "")
            for honour, times in career.honours.items()
        )
        lines.append(f"**Honours** · {told}")
    if finished > 1:
        lines.append("**Last**")
        lines += [f"• {_finish(finish)}" for finish in career.finishes[: -_SHOWN - 1 : -1]]
    return lines


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
