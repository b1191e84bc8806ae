"""A view with one piece of news put into it, as the engine would tell it: a word, a favour, a feeling, a legend."""

from engine.legends import Legend
from engine.seam import overwritten
from engine.views import CreatureView, Favour, Hearsay
from engine.vocabulary import Direction, Good
from training.plan import amounts


def heard(view: CreatureView, claim: Hearsay) -> CreatureView:
    """Return the view of a creature to whom a Patron has whispered this claim, and nobody any other."""
    return view.model_copy(update={"heard": (claim,)})


def paid(view: CreatureView, favour: Favour) -> CreatureView:
    """Return the view of a creature that was paid for a favour."""
    return view.model_copy(update={"favour": favour})


def feeling(view: CreatureView, manner: str, whom: str) -> CreatureView:
    """Return the view of a creature that feels so, as `bitter at`, about one other and nothing about the rest."""
    return view.model_copy(update={"feelings": (f"{manner} {whom}",)})


def overturned(
    view: CreatureView, good: Good, direction: Direction, before: int, legend: Legend | None
) -> CreatureView:
    """Return the view of a creature after a legend: its tale, if it has one, and the price that it moved.

    Args:
        view: What the creature sees; the price in it is the one that the legend left.
        good: The good that the legend is about.
        direction: Which way its price went.
        before: The price before that, in pebbles.
        legend: Whose tale is told.
    """
    moved = overwritten(good, direction, before, amounts(view.prices)[good])
    return view.model_copy(update={"news": (moved,) if legend is None else (legend.fall, moved)})
