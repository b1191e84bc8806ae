"""The hostile scheme back: they inform on a Patron, and talk it down to those who like them."""

from engine import heat
from engine.banishment import present
from engine.effects import Effects
from engine.feelings import hostile, stir, wary
from engine.vocabulary import Nudge
from engine.world import Release, Wood


def scheme(wood: Wood, effects: Effects) -> None:
    """Let every hostile creature inform the magistrate and slander the Patron to its friends.

    A Patron's mask is known to whoever hears the slander: a declared release to the hearer. That
    somebody informed is known to nobody.
    """
    world = wood.world
    patrons, here = set(world.patrons), [member.name for member in present(world)]
    grudges = [
        (name, whom)
        for name in here
        for whom in sorted(world.creatures[name].feelings)
        if whom in patrons and hostile(world, name, whom)
    ]
    for name, mask in grudges:
        heat.warm(wood, mask, world.rules.patron.informing)
        for hearer in here:
            if hearer != name and not wary(world, hearer, name) and not wary(world, hearer, mask):
                stir(world, hearer, mask, Nudge.SLANDERED)
                fact = f"{name} of {mask}"
                effects.releases.append(Release(kind="slandered", turn=world.turn, to=hearer, fact=fact))
