"""Who thinks with what, and how well."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.i18n import say, say_count
from bot.ui import faces
from bot.ui.plain import plain
from engine.cast import BY_NAME
from engine.minds import MindLine
from engine.ports import NARRATOR
from engine.vocabulary import turns

TURNS_SHOWN: Final = 20
"""Turns that the figures are taken over."""


def minds_card(lines: Sequence[MindLine], seating: Mapping[str, Mapping[str, str]]) -> str:
    """Return a block for each creature's mind, with its figures once it has thought in this wood."""
    known = {line.creature: line for line in lines}
    names = [*BY_NAME, *(name for name in known if name not in BY_NAME)]
    blocks = [_block(name, known.get(name), seating.get(name, {})) for name in names]
    footer = say(
        "-# Over the last {shown:turns}. A thousand tokens is all that a question and its answer may take.",
        shown=turns(TURNS_SHOWN),
    )
    return "\n".join([say("### 🧠 Who thinks with what"), *filter(None, blocks), footer])


def _block(name: str, line: MindLine | None, seat: Mapping[str, str]) -> str:
    face = faces.SPECIES_FACE[BY_NAME[name].species] if name in BY_NAME else "🖋️"
    who = say("The narrator") if name == NARRATOR else plain(name[:1].upper() + name[1:])
    if line is None:
        if not seat:
            return ""
        mind, lab = plain(seat["mind"]), plain(seat["lab"])
        return say("{face} **{who}** thinks with {mind}, of {lab}.", face=face, who=who, mind=mind, lab=lab)
    mind, lab = plain(line.mind), plain(line.lab)
    seated = say("{face} **{who}** thinks with **{mind}**, of {lab}", face=face, who=who, mind=mind, lab=lab)
    pace = say_count(
        "{seconds:decimal} s and {count:int} token a turn",
        "{seconds:decimal} s and {count:int} tokens a turn",
        round(line.tokens),
        seconds=f"{line.seconds:.1f}",
    )
    figures = [
        pace,
        say("answers repaired {share}", share=f"{line.repaired:.0%}"),
        say("turns without a decision {share}", share=f"{line.idle:.0%}"),
    ]
    if name in BY_NAME:
        figures.append(say("orders refused {share}", share=f"{line.refused:.0%}"))
    return f"{seated}\n-# {' · '.join(figures)}"
