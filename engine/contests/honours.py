"""What a season was: its prices, its standings and its honours, folded out of the replay of its journal.

A `Chronicler` looks at the wood after every input and notes what the end makes public, so the wood itself keeps no
memory of it. A story is told of an ended season alone. In it is no whisper, no forecast, no figure of heat, and nothing
of a Patron who left.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from engine import contracts, heat, standings
from engine.legends import DECK
from engine.vocabulary import Good, Phase, Stance
from engine.world import Wood

_TITLES: Final = {legend.fall: legend.title for legend in DECK}
"""The titles of the legends, by how their fall is told."""


class Honour(StrEnum):
    """What a Patron is remembered for.

    `SHREWDEST_SHORT` is the largest profit of a single short, once it was closed, liquidated or ended with the season.
    `KINDEST_LENDER` lent creatures the most pebbles, all loans together but those whose borrower was banished as they
    ended. `MOST_HUNTED` had the most inquiries and verdicts of guilt, and of those who had as many the most heat.
    """

    SHREWDEST_SHORT = "the shrewdest short"
    KINDEST_LENDER = "the kindest lender"
    MOST_HUNTED = "the most hunted"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class Distinction(_Told):
    """An honour and who earned it.

    `pebbles` are what the short won or the lender lent, `good` what was shorted; `inquiries` and `verdicts` count those
    of the most hunted.
    """

    honour: Honour
    mask: str
    pebbles: int = 0
    good: Good | None = None
    inquiries: int = 0
    verdicts: int = 0


class TurnLine(_Told):
    """How one turn settled: the price of every good, and the net worth of every Patron then ranked, in pebbles."""

    turn: int
    prices: Mapping[Good, int]
    worths: Mapping[str, int]


class FallenLegend(_Told):
    """A legend, by its title, and the turn in which it fell."""

    turn: int
    title: str


class Place(_Told):
    """A Patron's place in the final ranking, with its net worth in pebbles."""

    mask: str
    net_worth: int


class SeasonStory(_Told):
    """All that is told of an ended season; no voided turn is among `turns`, and `ranking` begins with the richest."""

    turns: tuple[TurnLine, ...]
    trades: int
    legends: tuple[FallenLegend, ...]
    ranking: tuple[Place, ...]
    honours: tuple[Distinction, ...]


class _Short(NamedTuple):
    """The most that a Patron won with one short, in pebbles, and on which good."""

    won: int
    good: Good


@dataclass(frozen=True)
class _Notes:
    """What was noted up to some input; each input makes new ones, so that a voided turn's can be dropped."""

    turns: tuple[TurnLine, ...] = ()
    trades: int = 0
    legends: tuple[FallenLegend, ...] = ()
    shorts: Mapping[str, _Short] = field(default_factory=dict[str, _Short])
    lent: Mapping[str, int] = field(default_factory=dict[str, int])
    inquiries: Mapping[str, int] = field(default_factory=dict[str, int])


class Chronicler:
    """Folds a replay into the story of the season: `see` every input in order, then `story`."""

    def __init__(self) -> None:
        self._wood: Wood | None = None
        self._notes = _Notes()
        self._rests: deque[_Notes] = deque(maxlen=2)

    def see(self, kind: str, after: Wood) -> None:
        """Note what an input did.

        Args:
            kind: The kind of the input, as journalled.
            after: The wood after it.
        """
        if kind == "void":
            self._notes = self._rests[0]
        elif self._wood is not None:
            self._notes = _noted(self._notes, kind, self._wood, after)
        if kind in ("found", "close", "void"):
            self._rests.append(self._notes)
        self._wood = after

    def story(self) -> SeasonStory:
        """Return the story of the season.

        Raises:
            ValueError: If it has not ended: until then nobody may know most of it.
        """
        if self._wood is None or self._wood.world.phase is not Phase.ENDED:
            raise ValueError("a season's story is told when it has ended")
        notes, stayed = self._notes, frozenset(self._wood.world.patrons)
        return SeasonStory(
            turns=tuple(
                line.model_copy(update={"worths": {m: n for m, n in line.worths.items() if m in stayed}})
                for line in notes.turns
            ),
            trades=notes.trades,
            legends=notes.legends,
            ranking=tuple(Place(mask=each.mask, net_worth=each.net_worth) for each in standings.latest(self._wood)),
            honours=_honours(notes, self._wood),
        )


def _noted(notes: _Notes, kind: str, before: Wood, after: Wood) -> _Notes:
    """Return the notes with what one input added to them."""
    turns, trades, legends = notes.turns, notes.trades, notes.legends
    if kind == "close":
        world = after.world
        prices = {good: quote.settlement for good, quote in world.quotes.items()}
        worths = {standing.mask: standing.net_worth for standing in standings.latest(after)}
        turns = (*turns, TurnLine(turn=world.turn, prices=prices, worths=worths))
        trades += len(world.trades)
        fallen = [event.text for event in world.news if event.kind == "legend"]
        legends = (*legends, *(FallenLegend(turn=world.turn, title=_TITLES[text]) for text in fallen))
    shorts = {**notes.shorts}
    for mask, short in _shorts_ended(before, after):
        shorts[mask] = max(short, shorts.get(mask, short), key=lambda each: each.won)
    lent = Counter(notes.lent)
    lent.update(_lent(before, after))
    inquiries = Counter(notes.inquiries)
    inquiries.update(_inquiries(before, after))
    return _Notes(turns, trades, legends, shorts, lent, inquiries)


def _shorts_ended(before: Wood, after: Wood) -> list[tuple[str, _Short]]:
    """Return what the shorts won that an input closed, each marked to the last price before it was paid out."""
    still = {(position.mask, position.number) for position in contracts.open_contracts(after)}
    ended: list[tuple[str, _Short]] = []
    for short in contracts.open_contracts(before):
        if short.stance is Stance.SHORT and (short.mask, short.number) not in still:
            price = after.world.quotes[short.good].settlement
            marked = contracts.gain(short.stance, short.quantity, short.marked, price)
            won = max(0, contracts.equity(before, short) + marked) - short.paid_in
            ended.append((short.mask, _Short(won, short.good)))
    return ended


def _lent(before: Wood, after: Wood) -> Counter[str]:
    """Return the principal of the loans that an input ended, by lender, without those that ruined their borrower."""
    still = {(loan.lender, loan.borrower) for loan in after.world.loans}
    ruined = after.world.banished.keys() - before.world.banished.keys()
    lent = Counter[str]()
    for loan in before.world.loans:
        if (loan.lender, loan.borrower) not in still and loan.borrower not in ruined:
            lent[loan.lender] += loan.principal
    return lent


def _inquiries(before: Wood, after: Wood) -> list[str]:
    """Return the masks into which an input opened an inquiry."""
    return [
        mask
        for mask, case in after.world.cases.items()
        if case.sentence is None and before.world.cases.get(mask) != case
    ]


def _honours(notes: _Notes, ended: Wood) -> tuple[Distinction, ...]:
    """Return the honours that were earned, in their order; equals stand in the order of their masks."""
    masks = sorted(ended.world.patrons)
    honours: list[Distinction] = []
    winners = [mask for mask in masks if mask in notes.shorts and notes.shorts[mask].won > 0]
    if winners:
        mask = max(winners, key=lambda mask: notes.shorts[mask].won)
        won, good = notes.shorts[mask]
        honours.append(Distinction(honour=Honour.SHREWDEST_SHORT, mask=mask, pebbles=won, good=good))
    lenders = [mask for mask in masks if notes.lent.get(mask, 0) > 0]
    if lenders:
        mask = max(lenders, key=lambda mask: notes.lent[mask])
        honours.append(Distinction(honour=Honour.KINDEST_LENDER, mask=mask, pebbles=notes.lent[mask]))
    hunted = [mask for mask in masks if notes.inquiries.get(mask, 0) > 0]
    if hunted:
        mask = max(hunted, key=lambda mask: _hunted(notes, ended, mask))
        verdicts = heat.of(ended, mask).verdicts
        honours.append(
            Distinction(honour=Honour.MOST_HUNTED, mask=mask, inquiries=notes.inquiries[mask], verdicts=verdicts)
        )
    return tuple(honours)


def _hunted(notes: _Notes, ended: Wood, mask: str) -> tuple[int, int]:
    suspicion = heat.of(ended, mask)
    return notes.inquiries[mask] + suspicion.verdicts, suspicion.heat
