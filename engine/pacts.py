"""Pacts between two creatures: a cartel that holds whatever their minds say.

Allied creatures do not undercut each other and do not sell below the reference price.
"""

from collections.abc import Sequence

from engine.cast import NAMES
from engine.effects import Effects
from engine.feelings import stir, wary
from engine.market import Bid
from engine.phrases import say
from engine.vocabulary import Good, Nudge, Side
from engine.world import Event, Pact, Release, Wood, World


def allies(world: World, name: str) -> tuple[str, ...]:
    """Return the creatures that one has a pact with."""
    return tuple(other for pact in world.pacts if name in pact.pair for other in pact.pair if other != name)


def make(wood: Wood, mask: str, one: str, other: str, effects: Effects) -> Pact:
    """Ally two creatures and move the feelings of everybody whom it concerns.

    The pact is public. Who brokered it is told to the two, and to the creatures that are wary of one of
    them: their rivals.
    """
    world = wood.world
    first, second = sorted((one, other), key=NAMES.index)
    pact = Pact(pair=(first, second), until=world.coming_turn + world.rules.patron.pact_turns - 1)
    world.pacts.append(pact)
    for name, friend in ((first, second), (second, first)):
        stir(world, name, friend, Nudge.ALLIED)
        stir(world, name, mask, Nudge.PACT_BROKERED)
        effects.releases.append(Release(kind="pact_brokered", turn=world.turn, to=name, fact=f"{mask}: {friend}"))
    for rival in NAMES:
        if rival not in pact.pair and any(wary(world, rival, name) for name in pact.pair):
            stir(world, rival, mask, Nudge.RIVAL_STRENGTHENED)
            effects.releases.append(Release(kind="pact_brokered", turn=world.turn, to=rival, fact=f"{mask}: a rival"))
    text = say(
        "{one:creature} and {other:creature} shake paws: "
        "until turn {turn:int} has settled, neither undercuts the other.",
        one=first,
        other=second,
        turn=pact.until,
    )
    effects.releases.append(Release(kind="pact", turn=world.turn, to="all", fact=text))
    event = Event(kind="pact", turn=world.coming_turn, text=text)
    world.news.append(event)
    effects.events.append(event)
    return pact


def hold(world: World, good: Good, bids: Sequence[Bid]) -> Sequence[Bid]:
    """Lift the limits of allied sellers to the reference price, and to each other's where both sell the good."""
    if not world.pacts:
        return bids
    return [_held(world, good, bid, bids) for bid in bids]


def is_over(pact: Pact) -> str:
    """Return the sentence that tells everybody of a pact's end."""
    one, other = pact.pair
    return say("The pact of {one:creature} and {other:creature} is over.", one=one, other=other)


def end(wood: Wood, effects: Effects) -> None:
    """Let the pacts that have run their time end, in public."""
    world = wood.world
    for pact in world.pacts:
        if pact.until <= world.turn:
            effects.tell("pact", world.turn, is_over(pact))
    world.pacts = [pact for pact in world.pacts if pact.until > world.turn]


def _held(world: World, good: Good, bid: Bid, bids: Sequence[Bid]) -> Bid:
    friends = allies(world, bid.creature)
    if bid.side is Side.BUY or not friends:
        return bid
    theirs = [other.limit for other in bids if other.side is Side.SELL and other.creature in friends]
    return bid._replace(limit=max([bid.limit, world.quotes[good].reference, *theirs]))
