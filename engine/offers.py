"""What Patrons offer creatures: pay for a favour, or a loan. An offer is secret until its creature listens.

A creature listens to one offer a turn, of the Patron it feels warmest towards; the others get their
pebbles back. It is told what it is offered, and may still do as it likes.
"""

from collections.abc import Mapping

from engine import credit
from engine import ledger as books
from engine.banishment import absent
from engine.effects import Effects
from engine.feelings import hostile, stir, warmest, wary
from engine.phrases import say, together
from engine.ports import Decision
from engine.streams import canary
from engine.vault import Offer
from engine.views import Favour, LoanTerms
from engine.vocabulary import PEBBLES, Nudge, pebbles
from engine.world import Release, Wood, World


def favour_price(world: World, name: str, mask: str) -> int:
    """Return the pebbles a creature asks of a Patron at least for a favour: more when it is wary of it."""
    rules = world.rules.patron
    return rules.favour_price_wary if wary(world, name, mask) else rules.favour_price


def of_patron(wood: Wood, mask: str) -> list[Offer]:
    """Return the offers of a Patron that wait for their creatures, oldest first."""
    return [offer for offer in wood.vault.offers.reveal() if offer.mask == mask]


def aside(wood: Wood) -> dict[str, int]:
    """Return the pebbles that each Patron has put aside for offers nobody has answered yet."""
    total: dict[str, int] = {}
    for offer in wood.vault.offers.reveal():
        total[offer.mask] = total.get(offer.mask, 0) + offer.pebbles
    for terms in wood.world.offered.values():
        if isinstance(terms, LoanTerms):
            total[terms.lender] = total.get(terms.lender, 0) + terms.principal
    return total


def considered(world: World, mask: str, name: str) -> bool:
    """Say whether a creature is thinking about a loan of a Patron now; its principal still lies aside."""
    terms = world.offered.get(name)
    return isinstance(terms, LoanTerms) and terms.lender == mask


def loans_of(wood: Wood, mask: str) -> list[tuple[str, LoanTerms]]:
    """Return the loans a Patron offers, with whom to: those a creature thinks about, then those that wait."""
    thought_about = [(name, terms) for name, terms in wood.world.offered.items() if considered(wood.world, mask, name)]
    waiting_still = [(offer.creature, offer.terms) for offer in of_patron(wood, mask)]
    return [(name, terms) for name, terms in thought_about + waiting_still if isinstance(terms, LoanTerms)]


def make(wood: Wood, mask: str, name: str, terms: Favour | LoanTerms) -> None:
    """Put a Patron's pebbles aside and let the offer wait for the creature's next turn."""
    world, vault = wood.world, wood.vault
    mark = canary(vault.seed.reveal(), "offer", mask, name, world.coming_turn)
    offer = Offer(mask=mask, creature=name, terms=terms, canary=mark)
    account, memo = books.offer_account(mask, name), say("offered to {name:creature}", name=name)
    wood.ledger.move(world.turn, PEBBLES, offer.pebbles, books.patron_account(mask), account, memo)
    vault.offers.replace([*vault.offers.reveal(), offer])


def withdraw(wood: Wood, mask: str) -> None:
    """Take back what a Patron offers and no creature has listened to; the pebbles return to its purse."""
    for offer in of_patron(wood, mask):
        account = books.offer_account(mask, offer.creature)
        memo = say("offer to {name:creature} withdrawn", name=offer.creature)
        wood.ledger.move(wood.world.turn, PEBBLES, offer.pebbles, account, books.patron_account(mask), memo)
    wood.vault.offers.replace([offer for offer in wood.vault.offers.reveal() if offer.mask != mask])


def wind_up(wood: Wood) -> None:
    """Send back all that waits for a creature, because the season ends, and write to whom it comes back."""
    for offer in sorted(wood.vault.offers.reveal(), key=lambda offer: (offer.mask, offer.creature)):
        why = say("The season ended before {name:creature} heard your offer.", name=offer.creature)
        _give_back(wood, offer.mask, offer.creature, why)
    wood.vault.offers.replace([])


def listen(wood: Wood, name: str, effects: Effects) -> None:
    """Let a creature listen to one of the offers that wait for it, and send the others back.

    A favour is paid at once. A loan waits for the creature's answer, which is part of its decision.
    """
    world, vault = wood.world, wood.vault
    mine = [offer for offer in vault.offers.reveal() if offer.creature == name]
    vault.offers.replace([offer for offer in vault.offers.reveal() if offer.creature != name])
    heeded: Offer | None = None
    for offer in warmest(world, name, mine, lambda offer: offer.mask):
        hindrance = _hindrance(wood, offer)
        if not hindrance and heeded is None:
            heeded = offer
        else:
            unheard = say("{name:creature} did not listen to your offer.", name=name)
            _give_back(wood, offer.mask, name, hindrance or unheard)
    if heeded is None:
        return
    world.offered[name] = heeded.terms
    if isinstance(heeded.terms, Favour):
        _pay(wood, name, heeded.terms, effects)
    else:
        terms = heeded.terms
        fact = f"{terms.lender}: {terms.principal} for {terms.owed} on {terms.pledge.amount} {terms.pledge.good}"
        effects.releases.append(Release(kind="loan_offered", turn=world.turn, to=name, fact=fact))


def answer(wood: Wood, decisions: Mapping[str, Decision]) -> None:
    """Grant or give back the loans that were offered this turn, as the creatures decided.

    A mind that gave no answer said no. A creature that cannot or would never take the loan does not, whatever
    its mind says.
    """
    for name, terms in wood.world.offered.items():
        if not isinstance(terms, LoanTerms):
            continue
        refusal, decision = credit.hindrance(wood, name, terms), decisions.get(name)
        if refusal or decision is None or not decision.loan:
            no = say("{name:creature} says no to your loan.", name=name)
            _give_back(wood, terms.lender, name, refusal or no)
        else:
            credit.grant(wood, name, terms)
    wood.world.offered = {}


def _give_back(wood: Wood, mask: str, name: str, why: str) -> None:
    """Move what was put aside for an offer back to its Patron's purse, and write why; `why` is a whole sentence."""
    account = books.offer_account(mask, name)
    sum_ = wood.ledger.balance(account)
    memo = say("offer to {name:creature} returned", name=name)
    wood.ledger.move(wood.world.turn, PEBBLES, sum_, account, books.patron_account(mask), memo)
    back = say("You have {sum:pebbles} back.", sum=pebbles(sum_))
    wood.vault.post_letter(mask, wood.world.turn, together(why, back))


def _pay(wood: Wood, name: str, favour: Favour, effects: Effects) -> None:
    turn, account = wood.world.turn, books.offer_account(favour.payer, name)
    wood.ledger.move(turn, PEBBLES, favour.pebbles, account, books.creature_account(name), "favour paid")
    stir(wood.world, name, favour.payer, Nudge.FAVOUR_PAID)
    fact = f"{favour.payer}: {favour.task} {favour.whom} for {favour.pebbles}"
    effects.releases.append(Release(kind="favour_paid", turn=turn, to=name, fact=fact))


def _hindrance(wood: Wood, offer: Offer) -> str:
    """Return in a sentence why a creature cannot listen to an offer, or an empty string."""
    world, name = wood.world, offer.creature
    if absent(world, name):
        return say("{name:creature} is banished and heard nothing of your offer.", name=name)
    if world.restrained(offer.mask) is not None:
        return say("{name:creature} deals with nobody whom the magistrate has sentenced.", name=name)
    if hostile(world, name, offer.mask):
        return say("{name:creature} is bitter at you and would not listen.", name=name)
    if isinstance(offer.terms, LoanTerms):
        return credit.hindrance(wood, name, offer.terms)
    return ""
