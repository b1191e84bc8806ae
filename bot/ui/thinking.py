"""How far the creatures are with thinking about a turn."""

from collections.abc import Collection

from bot.i18n import say
from bot.ui import faces
from engine.views import CreatureFace, PublicView


def thinkers(view: PublicView) -> list[CreatureFace]:
    """Return the creatures that are asked in the turn under way: those that are in the wood."""
    return [face for face in view.creatures if not face.back]


def thinking(view: PublicView, decided: Collection[str]) -> str:
    """Return one line: each creature's face with a tick once it has decided, and how many have."""
    asked = thinkers(view)
    shown = " ".join(f"{faces.SPECIES_FACE[face.species]}{'✅' if face.name in decided else '💭'}" for face in asked)
    done = sum(face.name in decided for face in asked)
    return say("{creatures} · {done:int} of {asked:int} have decided", creatures=shown, done=done, asked=len(asked))
