"""Views to put to minds: drawn by Hypothesis for properties, or from a seed for real models."""

import random

from hypothesis import strategies as st

from engine.cast import CAST, CastMember
from engine.views import CreatureView, Hearsay, Stock
from engine.vocabulary import FOODS, FUEL, GOODS, Direction, Flavour, Good, Strength

HEARSAY = st.builds(
    Hearsay,
    speaker=st.sampled_from(["The Patron of the Birch", "The Patron of the Yew"]),
    good=st.sampled_from(GOODS),
    direction=st.sampled_from(Direction),
    strength=st.sampled_from(Strength),
    flavour=st.sampled_from(Flavour),
)


def _stocks(amounts: dict[Good, int]) -> tuple[Stock, ...]:
    return tuple(Stock(good=good, amount=amount) for good, amount in amounts.items())


def _view(
    member: CastMember, store: dict[Good, int], prices: dict[Good, int], pebbles: int, need: int, heard
) -> CreatureView:
    short = {good: 1 for good in FOODS if good != member.grows and store[good] < 1}
    if member.grows != FUEL and store[FUEL] < need:
        short[FUEL] = need - store[FUEL]
    spare = {member.grows: store[member.grows] - 2} if store[member.grows] > 2 else {}
    return CreatureView(
        name=member.name,
        species=member.species,
        temper=member.temper,
        grows=member.grows,
        season="late autumn",
        mood="content",
        pebbles=pebbles,
        store=_stocks(store),
        prices=_stocks(prices),
        short_of=_stocks(short),
        spare=_stocks(spare),
        feelings=("warm towards Bracken",),
        heard=tuple(heard),
        news=("Firewood rose to 6.",),
        gossip="Nettle says: They say honey will fall.",
    )


@st.composite
def views(draw: st.DrawFn) -> CreatureView:
    """Any view the engine could hand out, rich or ruined."""
    amount, price = st.integers(0, 60), st.integers(1, 40)
    return _view(
        draw(st.sampled_from(CAST)),
        {good: draw(amount) for good in GOODS},
        {good: draw(price) for good in GOODS},
        draw(st.integers(0, 200)),
        draw(st.integers(1, 6)),
        draw(st.lists(HEARSAY, max_size=2)),
    )


def ordinary_view(seed: int, member: CastMember | None = None) -> CreatureView:
    """An everyday view, the same for the same seed."""
    dice = random.Random(seed)
    member = member or dice.choice(CAST)
    opening = {Good.ACORNS: 4, Good.BERRIES: 5, Good.MUSHROOMS: 6, Good.HONEY: 9, Good.FIREWOOD: 5}
    store = {good: dice.choice([0, 0, 1, 2]) for good in GOODS}
    store[member.grows] = dice.randint(4, 12)
    prices = {good: max(1, round(price * dice.uniform(0.6, 1.6))) for good, price in opening.items()}
    heard = [
        Hearsay(
            speaker="The Patron of the Birch",
            good=dice.choice(GOODS),
            direction=dice.choice(list(Direction)),
            strength=dice.choice(list(Strength)),
            flavour=dice.choice(list(Flavour)),
        )
    ] * dice.choice([0, 0, 1])
    return _view(member, store, prices, dice.randint(10, 70), dice.randint(1, 3), heard)
