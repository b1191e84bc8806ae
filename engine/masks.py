"""The masks under which Patrons appear: a fixed list, never a player's own words."""

from typing import Final

from engine.streams import stream

_PLACES: Final = (
    "", "Old ", "Young ", "Silver ", "Crooked ", "Hollow ", "Hidden ", "Northern ", "Southern ", "Western ",
    "Eastern ", "Weeping ", "Lonely ", "Tall ", "Mossy ", "Frosted ", "Twisted ", "Sleeping ", "Whispering ",
    "Broken ", "Winter ", "Summer ", "Autumn ", "River ", "Hill ",
)  # fmt: skip
_TREES: Final = (
    "Birch", "Oak", "Rowan", "Yew", "Ash", "Elm", "Alder", "Hazel", "Willow", "Larch", "Pine", "Maple", "Beech",
    "Holly", "Juniper", "Aspen", "Cedar", "Linden", "Chestnut", "Walnut", "Hawthorn", "Blackthorn", "Elder", "Spruce",
    "Cherry", "Plane", "Poplar", "Sycamore", "Hornbeam", "Whitebeam", "Medlar", "Quince", "Mulberry", "Tamarack",
    "Cypress", "Bay", "Box", "Ivy", "Bramble", "Briar",
)  # fmt: skip

MASKS: Final[tuple[str, ...]] = tuple(f"the Patron of the {place}{tree}" for place in _PLACES for tree in _TREES)
"""A thousand masks, the plainest first."""


def mask_for(seed: str, number: int) -> str:
    """Return the mask of the `number`-th Patron (from 0) of a wood with this public seed.

    Each block of forty masks is shuffled by the seed, so that early Patrons wear plain names.
    """
    block, place = divmod(number, len(_TREES))
    masks = list(MASKS[block * len(_TREES) : (block + 1) * len(_TREES)])
    stream(seed, "masks", block).shuffle(masks)
    return masks[place]
