"""Whispers: what a creature hears, and what it thinks of the speaker once a legend has fallen."""

from engine.banishment import absent
from engine.effects import Effects
from engine.feelings import stir, warmest
from engine.legends import Legend
from engine.phrases import say
from engine.streams import canary
from engine.vault import Tip
from engine.views import Hearsay
from engine.vocabulary import Nudge
from engine.world import Release, Wood


def spoken_by(wood: Wood, mask: str) -> int:
    """Return how many whispers of a Patron wait for the next turn."""
    return sum(claim.speaker == mask for claims in wood.world.ears.values() for claim in claims)


def whisper(wood: Wood, mask: str, creature: str, claim: Hearsay, legend: Legend) -> None:
    """Put a claim in a creature's ear; the vault notes whether it matches the next legend."""
    tips = wood.vault.tips.reveal()
    heard_in = wood.world.turn + 1
    mark = canary(wood.vault.seed.reveal(), "tip", mask, creature, heard_in)
    tip = Tip(mask=mask, creature=creature, claim=claim, true=_is_true(claim, legend), turn=heard_in, canary=mark)
    wood.vault.tips.replace([*tips, tip])
    wood.world.ears.setdefault(creature, []).append(claim)


def listen(wood: Wood, creature: str) -> None:
    """Leave in a creature's ears the few whispers it listens to this turn, from those it feels warmest towards.

    The others are lost, their tips with them, and their speakers are told.
    """
    world = wood.world
    ranked = warmest(world, creature, world.ears.get(creature, []), lambda claim: claim.speaker)
    most = 0 if absent(world, creature) else world.rules.patron.whispers_heard
    world.ears[creature], lost = ranked[:most], {claim.speaker for claim in ranked[most:]}
    wood.vault.tips.replace(
        [
            tip
            for tip in wood.vault.tips.reveal()
            if (tip.creature, tip.turn) != (creature, world.turn) or tip.mask not in lost
        ]
    )
    for claim in ranked[most:]:
        text = say("{name:creature} heard nothing of your whisper this turn.", name=creature)
        wood.vault.post_letter(claim.speaker, world.turn, text)


def resolve(wood: Wood, effects: Effects) -> None:
    """Judge every whisper heard before the legend fell; those still on their way wait for the next fall.

    A whisper was true when it named the good and the direction of the legend that was next as it was
    spoken. One that did not proves false, and its hearer thinks less of the Patron: both are declared
    releases to that creature.
    """
    turn = wood.world.turn
    for tip in wood.vault.tips.reveal():
        if tip.turn > turn:
            continue
        stir(wood.world, tip.creature, tip.mask, Nudge.TIP_TRUE if tip.true else Nudge.TIP_FALSE)
        outcome = "true" if tip.true else "false"
        effects.releases.append(
            Release(kind="tip_proved", turn=turn, to=tip.creature, fact=f"{tip.mask}: {tip.claim.good} {outcome}")
        )
        wood.vault.post_letter(tip.mask, turn, _judged(tip))
    wood.vault.tips.replace([tip for tip in wood.vault.tips.reveal() if tip.turn > turn])


def _judged(tip: Tip) -> str:
    """Return for a whisper's speaker what it proved to be."""
    name, good = tip.creature, tip.claim.good
    if tip.true:
        return say(
            "Your whisper to {name:creature} about {good:good} proved true. It trusts you more.", name=name, good=good
        )
    return say(
        "Your whisper to {name:creature} about {good:good} proved false. It trusts you less.", name=name, good=good
    )


def _is_true(claim: Hearsay, legend: Legend) -> bool:
    return (claim.good, claim.direction) == (legend.good, legend.direction)
