"""A Patron's own books: what one player, and nobody else, may see."""

from pydantic import BaseModel, ConfigDict

from engine import contracts, credit, deck, heat, offers, standings, tips
from engine import ledger as books
from engine.actions.base import mask_of
from engine.ledger import Posting
from engine.vault import Position
from engine.vocabulary import PEBBLES, Direction, Good, Stance
from engine.world import Wood


class ContractLine(BaseModel):
    """One open contract; all amounts in pebbles. `result` is what closing it now would win or lose."""

    model_config = ConfigDict(frozen=True)

    number: int
    stance: Stance
    good: Good
    quantity: int
    entry: int
    price: int
    margin: int
    paid_in: int
    result: int


class LoanLine(BaseModel):
    """One loan out, or one offered whose answer is awaited.

    Pebbles: `principal`, `owed` and `worth`, what the pledge would fetch now; `pledge` is in units of `good`.
    `due` is the turn as whose settlement it is paid, or the term in turns while it is only `offered`; `called` is the
    units its borrower must add by the next settlement, or 0.
    """

    model_config = ConfigDict(frozen=True)

    borrower: str
    principal: int
    owed: int
    due: int
    good: Good
    pledge: int
    worth: int
    called: int = 0
    offered: bool = False


class Foreseen(BaseModel):
    """What a Patron knows of the next legend; `now` says that it falls as the coming turn settles."""

    model_config = ConfigDict(frozen=True)

    good: Good
    direction: Direction
    turn: int
    now: bool


class RankLine(BaseModel):
    """One line of the scoreboard: a mask, and its net worth in pebbles as the last turn settled."""

    model_config = ConfigDict(frozen=True)

    mask: str
    net_worth: int


class LedgerLine(BaseModel):
    """One change of a Patron's purse: signed pebbles, with the turn and what it was for."""

    model_config = ConfigDict(frozen=True)

    turn: int
    change: int
    memo: str


class PatronBooks(BaseModel):
    """Everything a Patron may know about itself. `net_worth` is the purse, all margins and loans out, marked.

    `objective` is the net worth it is asked to reach, in pebbles; `rank` its place among `patrons` as the
    last turn settled, or 0 before that; `whispering` whether a whisper of its waits; `magistrate` how
    closely the magistrate looks at it.
    """

    model_config = ConfigDict(frozen=True)

    mask: str
    stake: int
    purse: int
    net_worth: int
    objective: int
    rank: int
    patrons: int
    contracts: tuple[ContractLine, ...]
    loans: tuple[LoanLine, ...] = ()
    forecast: str
    foreseen: Foreseen | None = None
    whispering: bool = False
    magistrate: str
    letters: tuple[tuple[int, str], ...]
    lines: tuple[LedgerLine, ...] = ()


def contract_lines(wood: Wood, mask: str) -> tuple[ContractLine, ...]:
    """Return a Patron's open contracts, oldest first."""
    return tuple(_line(wood, position) for position in contracts.of_patron(wood, mask))


def loan_lines(wood: Wood, mask: str) -> tuple[LoanLine, ...]:
    """Return what a Patron has lent, oldest first, and then what it offers to lend."""
    world = wood.world
    out = [
        LoanLine(
            borrower=loan.borrower,
            principal=loan.principal,
            owed=loan.owed,
            due=loan.due,
            good=loan.good,
            pledge=credit.pledged(wood, loan),
            worth=credit.worth(wood, loan),
            called=loan.called,
        )
        for loan in credit.of_patron(world, mask)
    ]
    offered = [
        LoanLine(
            borrower=name,
            principal=terms.principal,
            owed=terms.owed,
            due=terms.turns,
            good=terms.pledge.good,
            pledge=terms.pledge.amount,
            worth=terms.pledge.amount * world.quotes[terms.pledge.good].settlement,
            offered=True,
        )
        for name, terms in offers.loans_of(wood, mask)
    ]
    return (*out, *offered)


def ranking(wood: Wood) -> list[RankLine]:
    """Return the scoreboard, the richest first; it is for players, never for a prompt."""
    return [RankLine(mask=each.mask, net_worth=each.net_worth) for each in standings.latest(wood)]


def patron_books(wood: Wood, user: str) -> PatronBooks:
    """Return a player's private books, without the lines of the purse, which the store holds.

    Raises:
        NotAPatron: If the player has not joined.
    """
    mask = mask_of(wood, user)
    purse = wood.ledger.balance(books.patron_account(mask))
    lines = contract_lines(wood, mask)
    forecast = wood.vault.forecasts.reveal().get(mask)
    told, foreseen = "", None
    if forecast is not None:
        due, now = deck.due_turn(wood), deck.knows_it_falls_now(wood, mask)
        told = deck.foretold(forecast, due)
        foreseen = Foreseen(good=forecast.good, direction=forecast.direction, turn=due, now=now)
    rules, masks = wood.world.rules.patron, [line.mask for line in ranking(wood)]
    letters = [letter for letter in wood.vault.letters.reveal() if letter.mask == mask]
    return PatronBooks(
        mask=mask,
        stake=rules.stake,
        purse=purse,
        net_worth=standings.net_worth(wood, mask),
        objective=rules.stake * rules.objective_percent // 100,
        rank=masks.index(mask) + 1 if mask in masks else 0,
        patrons=len(masks),
        contracts=lines,
        loans=loan_lines(wood, mask),
        forecast=told,
        foreseen=foreseen,
        whispering=tips.spoken_by(wood, mask) > 0,
        magistrate=heat.in_words(wood, mask),
        letters=tuple((letter.turn, letter.text) for letter in reversed(letters)),
    )


def purse_lines(postings: list[Posting], mask: str) -> tuple[LedgerLine, ...]:
    """Return the changes that `postings` made to a Patron's purse, in their order."""
    account = books.patron_account(mask)
    return tuple(
        LedgerLine(turn=p.turn, change=p.quantity if p.target == account else -p.quantity, memo=p.memo)
        for p in postings
        if p.asset == PEBBLES and account in (p.source, p.target)
    )


def _line(wood: Wood, position: Position) -> ContractLine:
    margin = contracts.equity(wood, position)
    return ContractLine(
        number=position.number,
        stance=position.stance,
        good=position.good,
        quantity=position.quantity,
        entry=position.entry,
        price=position.marked,
        margin=margin,
        paid_in=position.paid_in,
        result=margin - position.paid_in,
    )
