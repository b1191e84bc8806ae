"""Banishment: a creature that cannot pay leaves the wood and returns with a later chapter.

While it is away it is not asked, harvests nothing, and neither eats nor burns; its purse and its store
stay behind, and what is perishable rots.
"""

from engine.cast import CAST, CastMember
from engine.effects import Effects
from engine.pacts import is_over
from engine.phrases import say
from engine.world import Release, Wood, World


def absent(world: World, name: str) -> bool:
    """Say whether a creature is banished."""
    return name in world.banished


def present(world: World) -> list[CastMember]:
    """Return the creatures that are in the wood, in the cast's order."""
    return [member for member in CAST if member.name not in world.banished] if world.banished else list(CAST)


def banish(wood: Wood, name: str, effects: Effects) -> None:
    """Banish a creature until the chapter after that of the coming turn opens; its pacts end with it. All learn it."""
    world, length = wood.world, wood.world.rules.time.turns_a_chapter
    back = (world.turn // length + 1) * length + 1
    world.banished[name] = back
    for pact in [pact for pact in world.pacts if name in pact.pair]:
        world.pacts.remove(pact)
        effects.tell("pact", world.turn, is_over(pact))
    creature = world.creatures[name]
    creature.said, creature.silent = "", ""
    text = say("{name:creature} is banished for its debts. It returns in turn {turn:int}.", name=name, turn=back)
    effects.releases.append(Release(kind="banished", turn=world.turn, to="all", fact=text))
    effects.tell("banished", world.turn, text)


def recall(wood: Wood, effects: Effects) -> None:
    """Let the creatures whose time is over return as a turn opens. All learn it."""
    world = wood.world
    for name in [name for name, back in world.banished.items() if back <= world.turn]:
        del world.banished[name]
        text = say("{name:creature} returns to the wood.", name=name)
        effects.releases.append(Release(kind="returned", turn=world.turn, to="all", fact=text))
        effects.tell("returned", world.turn, text)
