"""The colours and type of every picture, by night and by day.

Text stands in `ink` or `soft` alone, at 4.5 : 1 or more against what lies under it, and what else must be seen at 3 : 1
(WCAG 2.2, 1.4.3 and 1.4.11). The colours of the goods stay apart for eyes without red, green or blue cones, and a good
is never told by its colour alone: its line has a mark and its icon beside it. `tests/bot/art/test_theme.py` computes
all of that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.vocabulary import Good

ThemeName = Literal["dark", "light"]


@dataclass(frozen=True)
class Theme:
    """One set of colours, as `#rrggbb`.

    Attributes:
        name: By which an operator or a keeper chooses it.
        ground: What a picture is drawn on.
        panel: A raised part of it, such as every other row of a table.
        rule: Grid and frames, which nobody has to see.
        ink: Text.
        soft: Text that stands back.
        goods: The line and the marks of each good.
        patrons: The lines of the best Patrons, from the first place on.
        places: What the first three places are marked with.
    """

    name: ThemeName
    ground: str
    panel: str
    rule: str
    ink: str
    soft: str
    goods: Mapping[Good, str]
    patrons: tuple[str, ...]
    places: tuple[str, str, str]


def _goods(acorns: str, berries: str, mushrooms: str, honey: str, firewood: str) -> Mapping[Good, str]:
    return {
        Good.ACORNS: acorns,
        Good.BERRIES: berries,
        Good.MUSHROOMS: mushrooms,
        Good.HONEY: honey,
        Good.FIREWOOD: firewood,
    }


DARK: Final = Theme(
    name="dark",
    ground="#17211C",
    panel="#212E27",
    rule="#3B4C43",
    ink="#EEF2E6",
    soft="#B3C2B4",
    goods=_goods("#1C8869", "#7FD7F2", "#AC55E4", "#F8F45A", "#E7A611"),
    patrons=("#F8F45A", "#7FD7F2", "#AC55E4", "#E7A611", "#1C8869"),
    places=("#F2C84B", "#C9CDD3", "#D08A55"),
)
"""By night: the default, as most read Discord so."""

LIGHT: Final = Theme(
    name="light",
    ground="#F4EEDF",
    panel="#E9E0CB",
    rule="#CBBF9F",
    ink="#22301F",
    soft="#515C47",
    goods=_goods("#2F5212", "#2261F3", "#C20D8C", "#95790A", "#4A1526"),
    patrons=("#95790A", "#2261F3", "#C20D8C", "#4A1526", "#2F5212"),
    places=("#7F6000", "#58626B", "#8C4B1B"),
)
"""By day: paper and ink."""

THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in (DARK, LIGHT)}
"""By their names, which are those of `engine.records.THEMES`."""

SMALLEST: Final = 21.0
"""The smallest text, in units of a picture 540 wide: 10.5 pixels where a phone of 390 shows such a picture 270 wide."""
