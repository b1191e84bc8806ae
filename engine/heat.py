"""Heat: how suspicious the magistrate finds each Patron's luck. All of it is secret.

A suspicious win is a profit that a contract makes in the turn in which a legend falls on its good,
while its Patron held that legend's true forecast. Two clean ones, with no bribe and few quiet turns
between them, cross the line. Heat cools with every quiet turn, but not during an inquiry.
"""

from collections.abc import Sequence
from typing import Final

from engine.contracts import Gain
from engine.legends import Legend
from engine.rules import LawRules
from engine.vault import Evidence, Suspicion
from engine.world import Wood

ATTENTION: Final = ("has never heard of you", "has heard your name", "watches you", "holds a file on you")
"""What the magistrate does about a Patron, by how hot it is; it stands behind `The magistrate`."""


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
    rules = wood.world.rules.law
    proofs = {} if legend is None else _proofs(legend, wood.world.turn, knew, gains)
    suspicions = {
        mask: suspicion if mask in wood.world.cases or mask in proofs else _cooled(suspicion, rules)
        for mask, suspicion in wood.vault.suspicions.reveal().items()
    }
    for mask, proof in proofs.items():
        before = suspicions.get(mask, Suspicion())
        evidence = (*before.evidence, proof)[-rules.evidence_kept :]
        suspicions[mask] = before.model_copy(update={"heat": before.heat + rules.heat_of_a_win, "evidence": evidence})
    wood.vault.suspicions.replace(suspicions)


def in_words(wood: Wood, mask: str) -> str:
    """Return how closely the magistrate looks at a Patron, in the words that Patron may read of itself."""
    heat, line = of(wood, mask).heat, wood.world.rules.law.line
    return ATTENTION[(heat > 0) + (heat * 2 >= line) + (heat >= line)]


def _proofs(legend: Legend, turn: int, knew: frozenset[str], gains: Sequence[Gain]) -> dict[str, Evidence]:
    """Return the suspicious win of each Patron that knew the legend and gained on its good, all contracts together."""
    won: dict[str, int] = {}
    for gain in gains:
        if gain.mask in knew and gain.good is legend.good:
            won[gain.mask] = won.get(gain.mask, 0) + gain.pebbles
    return {
        mask: Evidence(turn=turn, legend=legend.key, good=legend.good, won=pebbles)
        for mask, pebbles in won.items()
        if pebbles > 0
    }


def _cooled(suspicion: Suspicion, rules: LawRules) -> Suspicion:
    return suspicion.model_copy(update={"heat": max(0, suspicion.heat - rules.cooling)})
