"""Credit: what Patrons lend to creatures, secured on goods, from the answer to repayment or ruin.

The goods pledged lie on an account of their own, in the lender's cool cellar: the creature can neither eat nor sell
them, and they do not rot. At every settlement their worth is marked: below maintenance the loan is called. The creature
meets the call with as many units as it was told of, unless the price has recovered; pebbles do not meet it. A call that
is not met by the next settlement, and a loan that is not paid when due, is a default. Then the exchange buys as much of
the pledge as covers what is owed, at the settlement price, and the lender gets the pebbles; what is over goes back. All
other loans of the creature default with it, and it is banished.

When a season ends, every loan falls due at once. What a creature cannot pay then is covered out of its pledge in the
same way, but nobody is banished for it and nobody minds.
"""

from typing import Final, NamedTuple

from engine import ledger as books
from engine.banishment import absent, banish
from engine.cast import NAMES
from engine.effects import Effects
from engine.feelings import hostile, stir, warmest, wary
from engine.phrases import say, words
from engine.rules import CreditRules
from engine.views import Debt, LoanTerms, Stock
from engine.vocabulary import PEBBLES, Good, Nudge, counted, pebbles
from engine.world import Loan, Release, Wood, World

CALLED: Final = words(
    "Margin call: the pledge of {name:creature} fell to {worth:pebbles} for {owed:int} owed. "
    "It must add {goods:goods} before turn {turn:int} settles."
)
"""The letter that tells a lender of it."""


def most_interest(world: World, name: str, mask: str, principal: int, turns: int) -> int:
    """Return the most pebbles of interest a creature pays a Patron on `principal` over a term of `turns`.

    It pays for each turn, and less to a Patron that it is wary of.
    """
    rules = world.rules.credit
    percent = rules.interest_wary_percent if wary(world, name, mask) else rules.interest_percent
    return principal * percent * turns // 100


def pledge_for(rules: CreditRules, owed: int, price: int) -> int:
    """Return the units of a good at `price` that a loan must be secured on, rounded up."""
    return -(-owed * rules.pledge_percent // (100 * price))


def terms(world: World, lender: str, principal: int, interest: int, turns: int, good: Good) -> LoanTerms:
    """Return the terms of a loan, its pledge measured at the last settlement price of `good`."""
    owed = principal + interest
    units = pledge_for(world.rules.credit, owed, world.quotes[good].settlement)
    return LoanTerms(lender=lender, principal=principal, owed=owed, turns=turns, pledge=Stock(good=good, amount=units))


def of_patron(world: World, mask: str) -> list[Loan]:
    """Return the loans that a Patron has out, oldest first."""
    return [loan for loan in world.loans if loan.lender == mask]


def of_creature(world: World, name: str) -> list[Loan]:
    """Return what a creature owes, oldest first."""
    return [loan for loan in world.loans if loan.borrower == name]


def pledged(wood: Wood, loan: Loan) -> int:
    """Return the units that are pledged for a loan."""
    return wood.ledger.balance(books.pledge_account(loan.lender, loan.borrower), loan.good)


def worth(wood: Wood, loan: Loan) -> int:
    """Return the pebbles that the pledge of a loan would fetch at the last settlement price."""
    return pledged(wood, loan) * wood.world.quotes[loan.good].settlement


def claims(wood: Wood) -> dict[str, int]:
    """Return what each lender's loans are worth in pebbles: their principal, or their pledge where that is less."""
    total: dict[str, int] = {}
    for loan in wood.world.loans:
        total[loan.lender] = total.get(loan.lender, 0) + min(loan.principal, worth(wood, loan))
    return total


def debts(wood: Wood, name: str) -> tuple[Debt, ...]:
    """Return what a creature owes, as it knows it."""
    return tuple(
        Debt(
            lender=loan.lender,
            owed=loan.owed,
            turns=loan.due - wood.world.turn,
            pledge=Stock(good=loan.good, amount=pledged(wood, loan)),
            called=loan.called,
        )
        for loan in of_creature(wood.world, name)
    )


def hindrance(wood: Wood, name: str, offered: LoanTerms) -> str:
    """Return in a sentence why a creature takes no such loan, whatever its mind says, or an empty string."""
    world, pledge = wood.world, offered.pledge
    if hostile(world, name, offered.lender):
        return bitter(name)
    if len(of_creature(world, name)) >= world.rules.credit.loans_a_creature:
        return say("{name:creature} takes no more loans now.", name=name)
    if wood.ledger.balance(books.creature_account(name), pledge.good) < pledge.amount:
        goods = counted(pledge.amount, pledge.good)
        return say("{name:creature} has not {goods:goods} to pledge.", name=name, goods=goods)
    return ""


def bitter(name: str) -> str:
    """Return the sentence that a creature borrows nothing of somebody it is hostile to."""
    return say("{name:creature} is bitter at you and borrows nothing of yours.", name=name)


def settle(wood: Wood, effects: Effects) -> None:
    """Settle what is due, then let calls be met or fail, and call the loans whose pledge is below maintenance.

    A creature pays first whom it feels warmest towards, so nothing depends on who lent first.
    """
    world = wood.world
    if not world.loans:
        return
    for judge in (_pays_when_due, _meets_call):
        for name in NAMES:
            for loan in warmest(world, name, of_creature(world, name), lambda loan: loan.lender):
                if not absent(world, name) and not judge(wood, loan):
                    _default(wood, name, effects)
    for loan in world.loans:
        missing = _missing(wood, loan)
        if missing:
            _call(wood, loan, missing, effects)


def wind_up(wood: Wood) -> None:
    """Let every loan fall due, because the season ends: paid in full where the purse reaches, else out of its pledge.

    As in any settlement a creature pays first whom it feels warmest towards.
    """
    world = wood.world
    for name in NAMES:
        for loan in warmest(world, name, of_creature(world, name), lambda loan: loan.lender):
            if not _pays(wood, loan):
                sold = _seize(wood, loan, say("{name:creature} could not pay", name=name))
                text = say(
                    "{name:creature} could not pay {owed:pebbles} as the season ended: "
                    "{goods:goods} of its pledge fetched {paid:int}.",
                    name=name,
                    owed=pebbles(loan.owed),
                    goods=sold.goods,
                    paid=sold.paid,
                )
                wood.vault.post_letter(loan.lender, world.turn, text)
    world.loans = []


def grant(wood: Wood, name: str, offered: LoanTerms) -> None:
    """Pay a loan out of what was put aside for it, and take its pledge."""
    world, turn, lender, pledge = wood.world, wood.world.turn, offered.lender, offered.pledge
    creature = books.creature_account(name)
    wood.ledger.move(turn, PEBBLES, offered.principal, books.offer_account(lender, name), creature, "loan")
    wood.ledger.move(turn, pledge.good, pledge.amount, creature, books.pledge_account(lender, name), "pledge")
    loan = Loan(
        lender=lender,
        borrower=name,
        principal=offered.principal,
        owed=offered.owed,
        due=turn + offered.turns,
        good=pledge.good,
    )
    world.loans.append(loan)
    stir(world, name, lender, Nudge.LENT)
    text = say(
        "{name:creature} takes your {sum:pebbles} and pledges {goods:goods}. "
        "It owes {owed:int} when turn {turn:int} settles.",
        name=name,
        sum=pebbles(loan.principal),
        goods=counted(pledge.amount, pledge.good),
        owed=loan.owed,
        turn=loan.due,
    )
    wood.vault.post_letter(lender, turn, text)


def _pays_when_due(wood: Wood, loan: Loan) -> bool:
    """Let a creature pay a loan that is due in full and take its pledge home; say whether it could, or need not yet."""
    if loan.due > wood.world.turn:
        return True
    if not _pays(wood, loan):
        return False
    wood.world.loans.remove(loan)
    stir(wood.world, loan.borrower, loan.lender, Nudge.REPAID)
    return True


def _pays(wood: Wood, loan: Loan) -> bool:
    """Let a creature pay all that it owes for a loan and take its pledge home; say whether its purse reached."""
    turn, name = wood.world.turn, loan.borrower
    creature = books.creature_account(name)
    if wood.ledger.balance(creature) < loan.owed:
        return False
    memo = say("{name:creature} paid its loan", name=name)
    wood.ledger.move(turn, PEBBLES, loan.owed, creature, books.patron_account(loan.lender), memo)
    _send_home(wood, loan)
    text = say(
        "{name:creature} paid its loan of {principal:int} back: {owed:pebbles}.",
        name=name,
        principal=loan.principal,
        owed=pebbles(loan.owed),
    )
    wood.vault.post_letter(loan.lender, turn, text)
    return True


def _meets_call(wood: Wood, loan: Loan) -> bool:
    """Let a creature add what was called for, or less if less is missing; say whether it could, or need not."""
    if not loan.called:
        return True
    added, name, turn = min(loan.called, _missing(wood, loan)), loan.borrower, wood.world.turn
    creature, pledge = books.creature_account(name), books.pledge_account(loan.lender, name)
    if wood.ledger.balance(creature, loan.good) < added:
        return False
    wood.ledger.move(turn, loan.good, added, creature, pledge, "pledge topped up")
    loan.called = 0
    if added:
        goods = counted(added, loan.good)
        met = say("The call on {name:creature} is met: it pledges {goods:goods} more.", name=name, goods=goods)
    else:
        met = say("The call on {name:creature} is met: the price has lifted it.", name=name)
    wood.vault.post_letter(loan.lender, turn, met)
    return True


def _default(wood: Wood, name: str, effects: Effects) -> None:
    """Seize the pledges of all that a creature owes, and banish it."""
    world = wood.world
    for loan in warmest(world, name, of_creature(world, name), lambda loan: loan.lender):
        sold = _seize(wood, loan, say("{name:creature} defaulted", name=name))
        letter = say(
            "{name:creature} defaults on {owed:pebbles}: {goods:goods} of its pledge fetched {paid:int}.",
            name=name,
            owed=pebbles(loan.owed),
            goods=sold.goods,
            paid=sold.paid,
        )
        wood.vault.post_letter(loan.lender, world.turn, letter)
        stir(world, name, loan.lender, Nudge.RUINED)
    world.loans = [loan for loan in world.loans if loan.borrower != name]
    text = say("{name:creature} defaults on what it owes, and its pledge is seized.", name=name)
    effects.releases.append(Release(kind="defaulted", turn=world.turn, to="all", fact=text))
    effects.tell("default", world.turn, text)
    banish(wood, name, effects)


class _Sold(NamedTuple):
    """What of a pledge was sold, in words, and the pebbles that it fetched."""

    goods: str
    paid: int


def _seize(wood: Wood, loan: Loan, why: str) -> _Sold:
    """Sell as much of a pledge to the exchange as covers what is owed, and give back what is over.

    `why` is noted with the payment.
    """
    turn, price = wood.world.turn, wood.world.quotes[loan.good].settlement
    due = min(loan.owed, worth(wood, loan))
    units = -(-due // price)
    pledge = books.pledge_account(loan.lender, loan.borrower)
    wood.ledger.move(turn, loan.good, units, pledge, books.PEDDLER_STALL, "pledge seized")
    _send_home(wood, loan)
    lender = books.patron_account(loan.lender)
    paid = wood.ledger.move_up_to(turn, PEBBLES, due, books.EXCHANGE, lender, why)
    return _Sold(counted(units, loan.good), paid)


def _send_home(wood: Wood, loan: Loan) -> None:
    """Give all that is pledged for a loan back to its borrower."""
    pledge, creature = books.pledge_account(loan.lender, loan.borrower), books.creature_account(loan.borrower)
    wood.ledger.move(wood.world.turn, loan.good, pledged(wood, loan), pledge, creature, "pledge returned")


def _missing(wood: Wood, loan: Loan) -> int:
    """Return the units that a pledge below maintenance lacks to secure its loan as at first, 0 for one above it.

    So futures exchanges ask for it: what falls below maintenance is restored to the initial margin.
    """
    rules, price = wood.world.rules.credit, wood.world.quotes[loan.good].settlement
    if worth(wood, loan) * 100 >= loan.owed * rules.maintenance_percent:
        return 0
    return pledge_for(rules, loan.owed, price) - pledged(wood, loan)


def _call(wood: Wood, loan: Loan, missing: int, effects: Effects) -> None:
    """Call a loan: the creature is told what is missing, and has until the next settlement."""
    turn, name = wood.world.turn, loan.borrower
    loan.called = missing
    stir(wood.world, name, loan.lender, Nudge.MARGIN_CALLED)
    fact = f"{loan.lender} calls for {counted(missing, loan.good)}"
    effects.releases.append(Release(kind="loan_called", turn=turn, to=name, fact=fact))
    letter = say(
        CALLED,
        name=name,
        worth=pebbles(worth(wood, loan)),
        owed=loan.owed,
        goods=counted(missing, loan.good),
        turn=turn + 1,
    )
    wood.vault.post_letter(loan.lender, turn, letter)
