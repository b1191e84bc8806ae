"""Views for the tests of training: a well-kept creature, and what may be changed about it."""

from engine.cast import CAST
from engine.views import CreatureView, Hearsay, LoanTerms, Stock
from engine.vocabulary import GOODS, Direction, Flavour, Good, Strength

BIRCH = "the Patron of the Birch"
TERMS = LoanTerms(lender=BIRCH, principal=10, owed=11, turns=3, pledge=Stock(good=Good.HONEY, amount=3))


def view_of(species: str = "hedgehog", **changed: object) -> CreatureView:
    """Return the view of a creature with enough of everything and eight of its crop, at prices of 5."""
    member = next(member for member in CAST if member.species == species)
    amounts = {good: 8 if good is member.grows else 4 for good in GOODS}
    view = CreatureView(
        name=member.name,
        species=species,
        temper=member.temper,
        grows=member.grows,
        season="early winter",
        mood="content",
        pebbles=45,
        store=stocks(**amounts),
        prices=stocks(**dict.fromkeys(GOODS, 5)),
        short_of=(),
        spare=(Stock(good=member.grows, amount=8),),
        feelings=(),
        heard=(),
        news=(),
        gossip="",
    )
    return view.model_copy(update=changed)


def stocks(**amounts: int) -> tuple[Stock, ...]:
    """Return amounts by the name of their good as a view holds them."""
    return tuple(Stock(good=Good(good), amount=amount) for good, amount in amounts.items())


def claim(good: Good, direction: Direction, speaker: str = BIRCH, strength: Strength = Strength.SHARPLY) -> Hearsay:
    """Return a whispered claim."""
    return Hearsay(speaker=speaker, good=good, direction=direction, strength=strength, flavour=Flavour.RAVENS)
