"""Who thinks with what, and how well."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.ui import faces
from bot.ui.plain import plain
from engine.cast import BY_NAME
from engine.minds import MindLine

TURNS_SHOWN: Final = 20
"""Turns that the figures are taken over."""


def minds_card(lines: Sequence[MindLine], seating: Mapping[str, Mapping[str, str]]) -> str:
    """Return a block for each creature's mind, with its figures once it has thought in this wood."""
    known = {line.creature: line for line in lines}
    names = [*BY_NAME, *(name for name in known if name not in BY_NAME)]
    blocks = [_block(name, known.get(name), seating.get(name, {})) for name in names]
    footer = f"-# Over the last {TURNS_SHOWN} turns. A thousand tokens is all that a question and its answer may take."
    return "\n".join(["### 🧠 Who thinks with what", *filter(None, blocks), footer])


def _block(name: str, line: MindLine | None, seat: Mapping[str, str]) -> str:
    face = faces.SPECIES_FACE[BY_NAME[name].species] if name in BY_NAME else "🖋️"
    who = plain(name[:1].upper() + name[1:])
    if line is None:
        return f"{face} **{who}** thinks with {plain(seat['mind'])}, of {plain(seat['lab'])}." if seat else ""
    figures = (
        f"{line.seconds:.1f} s and {line.tokens:.0f} tokens a turn · answers repaired {line.repaired:.0%} · "
        f"turns without a decision {line.idle:.0%}"
    )
    orders = f" · orders refused {line.refused:.0%}" if name in BY_NAME else ""
    return f"{face} **{who}** thinks with **{plain(line.mind)}**, of {plain(line.lab)}\n-# {figures}{orders}"
