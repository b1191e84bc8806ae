"""What moves which creature, and how often: the tempers that our own mind is to learn.

A share is never 1 where the news is somebody's word: a creature may always let it pass. `draw_stance` draws for one
view what the creature acts on this turn, from the view alone, so that whoever reads the prompt could know it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from engine.cast import BY_NAME, GROWER
from engine.views import CreatureView, Favour, LoanTerms
from engine.vocabulary import Direction, Good, Strength, Task


@dataclass(frozen=True)
class Temper:
    """How one species takes news, and how it trades.

    `whisper` and `gossip` are the shares of claims it acts on, `crash` and `soar` those of a legend's prices; a
    legend that it acts on it reads as `after_crash` or `after_soar`, where its price goes next. `grudge` is how
    often a feeling for another creature moves what it buys. `hoard`, `dump` and `snub` are the shares of favours it
    keeps to, `borrow` that of loans it takes, which the purse raises or lowers (`_NEED`). Of its crop it keeps back
    `reserve` units beyond what it needs, and offers at most `lot` of the rest in one order, at `premium` pebbles above
    the price.

    How each trades (the last three) was found by a search: the settings that ended with the highest wealth against
    the answers that untuned minds gave, among those under which all goods still trade every turn
    (`docs/own-mind.md`).
    """

    whisper: float
    gossip: float
    crash: float
    after_crash: Direction
    soar: float
    after_soar: Direction
    grudge: float
    hoard: float
    dump: float
    snub: float
    borrow: float
    reserve: int
    lot: int
    premium: int


_UP: Final = Direction.RISE
_DOWN: Final = Direction.FALL

# fmt: off
TEMPERS: Final[dict[str, Temper]] = {
    # Slow and steady: shrugs at hype, keeps its word, owes nobody.
    "tortoise": Temper(whisper=0.08, gossip=0.0, crash=0.1, after_crash=_UP, soar=0.1, after_soar=_DOWN, grudge=0.15,
                       hoard=0.85, dump=0.6, snub=0.5, borrow=0.25, reserve=6, lot=1, premium=0),
    # Keeps the vault: sells one pot at a time of a full one, locks it up after a crash, and dumps for nobody.
    "owl": Temper(whisper=0.3, gossip=0.05, crash=0.7, after_crash=_UP, soar=0.3, after_soar=_DOWN, grudge=0.6,
                  hoard=0.9, dump=0.25, snub=0.6, borrow=0.2, reserve=6, lot=1, premium=0),
    # Knows that all need wood: one log at a time, above the price.
    "beaver": Temper(whisper=0.45, gossip=0.05, crash=0.4, after_crash=_UP, soar=0.5, after_soar=_UP, grudge=0.35,
                     hoard=0.7, dump=0.45, snub=0.5, borrow=0.5, reserve=2, lot=1, premium=1),
    # Buys fear and sells hope: buys after a crash, sells after a mania, and keeps half its promises.
    "fox": Temper(whisper=0.7, gossip=0.1, crash=0.8, after_crash=_UP, soar=0.8, after_soar=_DOWN, grudge=0.25,
                  hoard=0.5, dump=0.6, snub=0.45, borrow=0.7, reserve=0, lot=2, premium=0),
    # Believes the last thing heard, runs with the herd, and undercuts to be rid of what it has.
    "hedgehog": Temper(whisper=0.8, gossip=0.5, crash=0.7, after_crash=_DOWN, soar=0.7, after_soar=_UP, grudge=0.6,
                       hoard=0.75, dump=0.75, snub=0.75, borrow=0.6, reserve=0, lot=3, premium=-1),
}
# fmt: on

_TRUST: Final = {"bitter at": 0.0, "wary of": 0.3, "warm to": 1.2, "fond of": 1.35}
"""By what a feeling for the speaker multiplies a share."""

SOUR: Final = ("wary of", "bitter at")
"""The feelings for which a creature would rather not buy of another."""

_MOST: Final = 0.95
_HUSHED: Final = 0.75
"""By what the share of a claim is multiplied that says `a little`."""

_PURSES: Final = ((40, "full"), (16, "fair"), (6, "thin"))
_NEED: Final = {"empty": 3.0, "thin": 2.2, "fair": 1.2, "full": 0.7}
"""By what a purse multiplies the share of loans that are taken."""

_LEGEND: Final = re.compile(r"\b(Acorns|Berries|Mushrooms|Honey|Firewood) (crashes|soars) from")
_HEARSAY: Final = re.compile(r"\b(acorns|berries|mushrooms|honey|firewood) will (rise|fall)\b")


@dataclass(frozen=True)
class Stance:
    """What a creature acts on this turn: at most one claim, and whether it keeps to a favour and takes a loan.

    `source` says where the claim came from: `whisper`, `gossip` or `legend`. `passed` is a good of which it was
    told in a whisper that it let pass. `shunned` and `sought` are crops of creatures that it would rather not, or
    rather, buy from.
    """

    good: Good | None = None
    direction: Direction | None = None
    source: str = ""
    passed: Good | None = None
    task: Task | None = None
    loan: bool | None = None
    shunned: frozenset[Good] = frozenset()
    sought: frozenset[Good] = frozenset()

    def expects(self, good: Good, direction: Direction) -> bool:
        """Say whether the creature acts on the claim that the price of `good` goes in this direction."""
        return self.good is good and self.direction is direction


def purse_word(pebbles: int) -> str:
    """Return the word for a purse. Saying it first makes a small mind look before it spends."""
    return next((word for floor, word in _PURSES if pebbles >= floor), "empty")


def draw_stance(view: CreatureView, luck: Random) -> Stance:
    """Draw what the creature of `view` acts on this turn."""
    temper = TEMPERS[view.species]
    claims = list(_claims(view, temper))
    heeded = next((claim for claim in claims if luck.random() < claim[3]), None)
    good, direction, source, _ = heeded or (None, None, "", 0.0)
    shunned, sought = _liked(view, temper, luck)
    kept = view.favour is not None and luck.random() < _share(
        _favour_share(temper, view.favour), view, view.favour.payer
    )
    task = view.favour.task if view.favour is not None and kept else None
    if view.favour is not None and task is Task.SNUB:
        shunned |= {BY_NAME[view.favour.whom].grows}
    return Stance(
        good=good,
        direction=direction,
        source=source,
        passed=next((claim[0] for claim in claims if claim[2] == "whisper"), None) if heeded is None else None,
        task=task,
        loan=None if view.loan is None else luck.random() < _loan_share(view, temper, view.loan),
        shunned=shunned,
        sought=sought - shunned,
    )


def feelings_for(view: CreatureView) -> dict[str, str]:
    """Return whom the creature feels something about, with the words for it, as `wary of`."""
    parts = [feeling.split(" ", 2) for feeling in view.feelings]
    return {whom: f"{first} {second}" for first, second, whom in parts}


def legends_told(view: CreatureView) -> list[tuple[Good, bool]]:
    """Return the goods whose price a legend has just moved, as the news tell it, and whether each has crashed."""
    return [(Good(good.lower()), verb == "crashes") for good, verb in _LEGEND.findall(" ".join(view.news))]


def _claims(view: CreatureView, temper: Temper) -> Iterator[tuple[Good, Direction, str, float]]:
    """Yield what a creature has heard with the share in which it acts on it, what weighs most with it first."""
    for hearsay in reversed(view.heard):
        share = temper.whisper * (_HUSHED if hearsay.strength is Strength.LITTLE else 1.0)
        yield hearsay.good, hearsay.direction, "whisper", _share(share, view, hearsay.speaker)
    for good, crashed in legends_told(view):
        direction = temper.after_crash if crashed else temper.after_soar
        yield good, direction, "legend", temper.crash if crashed else temper.soar
    speaker = view.gossip.partition(" says ")[0]
    for good, direction in _HEARSAY.findall(view.gossip):
        yield Good(good), Direction(direction), "gossip", _share(temper.gossip, view, speaker)


def _share(share: float, view: CreatureView, speaker: str) -> float:
    return min(_MOST, share * _TRUST.get(feelings_for(view).get(speaker, ""), 1.0))


def _favour_share(temper: Temper, favour: Favour) -> float:
    return {Task.HOARD: temper.hoard, Task.DUMP: temper.dump, Task.SNUB: temper.snub}[favour.task]


def _loan_share(view: CreatureView, temper: Temper, terms: LoanTerms) -> float:
    """Return the share of such loans that are taken: the emptier the purse the more, fewer on top of a debt."""
    share = temper.borrow * _NEED[purse_word(view.pebbles)] * (0.6 if view.debts else 1.0)
    return _share(share, view, terms.lender)


def _liked(view: CreatureView, temper: Temper, luck: Random) -> tuple[frozenset[Good], frozenset[Good]]:
    """Draw the crops of creatures that this one shuns and seeks, for what it feels about them."""
    shunned: set[Good] = set()
    sought: set[Good] = set()
    for good, grower in GROWER.items():
        manner = feelings_for(view).get(grower)
        if manner is not None and luck.random() < temper.grudge:
            (shunned if manner in SOUR else sought).add(good)
    return frozenset(shunned), frozenset(sought)
