"""The pictures and colours of goods, creatures and seasons."""

from typing import Final

from bot.i18n import say_count, word
from engine.vocabulary import Good

GOOD_FACE: Final[dict[Good, str]] = {
    Good.ACORNS: "🌰",
    Good.BERRIES: "🫐",
    Good.MUSHROOMS: "🍄",
    Good.HONEY: "🍯",
    Good.FIREWOOD: "🪵",
}

SPECIES_FACE: Final[dict[str, str]] = {"tortoise": "🐢", "owl": "🦉", "beaver": "🦫", "fox": "🦊", "hedgehog": "🦔"}

_MOOD_FACE: Final = {"cheerful": "😄", "content": "🙂", "uneasy": "😟", "miserable": "😢", "desperate": "😱"}
_SEASON_FACE: Final = {"autumn": "🍂", "winter": "❄️", "spring": "🌱"}

LEGEND_COLOUR: Final = 0xF0E442

_SEASON_COLOUR: Final = {"autumn": 0xD55E00, "winter": 0x56B4E9, "spring": 0x009E73}


def season_colour(season: str) -> int:
    """Return the accent colour for words such as `late autumn`."""
    return next((colour for end, colour in _SEASON_COLOUR.items() if season.endswith(end)), 0x8B7355)


def season_face(season: str) -> str:
    """Return the sign of a time of year given in words."""
    return next((face for end, face in _SEASON_FACE.items() if season.endswith(end)), "🌲")


def mood(name: str) -> str:
    """Return a mood with its face."""
    return f"{_MOOD_FACE[name]} {word('mood', name)}" if name in _MOOD_FACE else name


def good(name: Good) -> str:
    """Return a good with its picture."""
    return f"{GOOD_FACE[name]} {word('label', name)}"


def arrow(change: int) -> str:
    """Return a price's change with the arrow of its direction; the sign is never in colour alone."""
    if change == 0:
        return "="
    return f"▲ +{change}" if change > 0 else f"▼ −{-change}"


def signed(pebbles: int) -> str:
    """Return an amount with its sign."""
    return f"+{pebbles}" if pebbles > 0 else f"−{-pebbles}" if pebbles < 0 else "0"


def more(count: int) -> str:
    """Return the line below a list of which so many are left out."""
    return say_count("-# … and {count:int} more", "-# … and {count:int} more", count)


def short_mask(mask: str) -> str:
    """Return the part of a mask that tells it apart, as a label: `Old Willow` of `the Patron of the Old Willow`."""
    return mask.removeprefix("the Patron of the ")
