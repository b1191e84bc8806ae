"""The end of a season: what is open is settled by stated rules, the Patrons are ranked, and nothing moves after it."""

from typing import Final

from engine import contracts, credit, offers, standings
from engine.effects import Effects
from engine.phrases import words
from engine.turn import Step, TurnError
from engine.vocabulary import Phase
from engine.world import Wood

_TOLD: Final = words(
    "The season is over. Every contract is closed, every loan is settled, and every offer has gone back."
)


def end_wood(before: Wood) -> Step:
    """End the season of a wood that rests after its last turn, in this order.

    1. Offers that no creature has heard go back to the purse.
    2. Every contract is closed at the last settlement price, and its equity is paid out.
    3. Every loan falls due. Its borrower pays all that it owes if its purse reaches; otherwise the exchange buys as
       much of the pledge as covers it, at the last settlement price, and the rest goes home. Nobody is banished for
       it, and no feeling moves.
    4. Pacts end, inquiries lapse without a verdict, sentences are over, and whispers not judged yet never will be.
    5. The Patrons are ranked by what is in their purses now.

    The legends still in the deck stay secret. After it no turn opens, and a Patron can only leave.

    Raises:
        TurnError: If the creatures are thinking, or the season has ended already.
    """
    if before.world.phase is not Phase.RESTING:
        raise TurnError(f"a season ends while its wood rests, and this one is {before.world.phase}")
    wood, effects = before.fork(), Effects()
    world = wood.world
    offers.wind_up(wood)
    contracts.wind_up(wood)
    credit.wind_up(wood)
    world.pacts, world.cases, world.ears = [], {}, {}
    wood.vault.tips.replace([])
    standings.rank(wood)
    effects.tell("season", world.turn, _TOLD)
    world.news = [*world.news, *effects.events]
    world.headline = _TOLD
    world.phase = Phase.ENDED
    wood.ledger.check()
    return Step(wood, effects)
