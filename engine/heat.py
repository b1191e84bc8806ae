"""Heat: how suspicious the magistrate finds each Patron's luck. All of it is secret.

A suspicious win is a profit that a contract makes in the turn in which a legend falls on its good,
while its Patron held that legend's true forecast. Two clean ones, with no bribe and few quiet turns
between them, cross the line. Heat cools with every quiet turn, but not during an inquiry.
"""

from collections.abc import Sequence

from engine.contracts import Gain
from engine.legends import Legend
from engine.rules import LawRules
from engine.vault import Evidence, Suspicion
from engine.world import Wood


def forewarned(wood: Wood) -> frozenset[str]:
    """Return the masks that hold the true forecast of the legend that falls next."""
    return frozenset(wood.vault.forecasts.reveal())


def of(wood: Wood, mask: str) -> Suspicion:
    """Return what the magistrate thinks of a Patron; nothing yet of one who never drew attention."""
    return wood.vault.suspicions.reveal().get(mask, Suspicion())


def note(wood: Wood, mask: str, suspicion: Suspicion) -> None:
    """Put down what the magistrate thinks of a Patron."""
    wood.vault.suspicions.replace({**wood.vault.suspicions.reveal(), mask: suspicion})


def warm(wood: Wood, mask: str, points: int) -> None:
    """Add signed points of heat to a Patron, never below none."""
    suspicion = of(wood, mask)
    note(wood, mask, suspicion.model_copy(update={"heat": max(0, suspicion.heat + points)}))


def settle(wood: Wood, legend: Legend | None, knew: frozenset[str], gains: Sequence[Gain]) -> None:
    """Heat the Patrons who won on what they knew in this turn, and let all others cool.

    Args:
        wood: The wood whose turn is settled.
        legend: The legend that fell in it, or None.
        knew: The masks that held its true forecast.
        gains: What every contract won or lost as it was marked.
    """
    rules, turn = wood.world.rules.law, wood.world.turn
    wins: dict[str, int] = {}
    if legend is not None:
        for gain in gains:
            if gain.mask in knew and gain.good is legend.good:
                wins[gain.mask] = wins.get(gain.mask, 0) + gain.pebbles
    guilty = {mask: won for mask, won in wins.items() if won > 0}
    for mask, suspicion in wood.vault.suspicions.reveal().items():
        if mask not in guilty and mask not in wood.world.cases:
            note(wood, mask, _cooled(suspicion, rules))
    for mask in sorted(guilty):
        assert legend is not None
        proof = Evidence(turn=turn, legend=legend.key, good=legend.good, won=guilty[mask])
        suspicion = of(wood, mask)
        note(
            wood,
            mask,
            suspicion.model_copy(
                update={
                    "heat": suspicion.heat + rules.heat_of_a_win,
                    "evidence": (*suspicion.evidence, proof)[-rules.evidence_kept :],
                }
            ),
        )


def in_words(wood: Wood, mask: str) -> str:
    """Return how closely the magistrate looks at a Patron, in the words that Patron may read of itself."""
    heat, line = of(wood, mask).heat, wood.world.rules.law.line
    if heat >= line:
        return "holds a file on you"
    if heat * 2 >= line:
        return "watches you"
    return "has heard your name" if heat else "has never heard of you"


def _cooled(suspicion: Suspicion, rules: LawRules) -> Suspicion:
    return suspicion.model_copy(update={"heat": max(0, suspicion.heat - rules.cooling)})
