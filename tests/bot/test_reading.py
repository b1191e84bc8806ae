"""What is read out of a public view, held together with the engine that words it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.ui.reading import RUMOURS_SEEN, UNTOUCHED, Struck, deals_of, eventful, fallen_legend, most_moved, struck
from engine.actions import PokeWood, act
from engine.cast import NAMES
from engine.chronicle import trade_lines
from engine.commons import PEDDLED
from engine.hearth import COLD, HUNGRY
from engine.legends import DECK
from engine.market import Trade
from engine.phrases import say
from engine.releases import public_view
from engine.turn import found
from engine.views import PublicView
from engine.vocabulary import GOODS, Direction, Good, Poke
from engine.weather import THIN

names = st.sampled_from(NAMES)
trades = st.builds(
    Trade, good=st.sampled_from(GOODS), buyer=names, seller=names, quantity=st.integers(1, 20), price=st.integers(1, 60)
)


@given(st.lists(trades, max_size=30))
def test_every_trade_that_the_engine_words_is_read_again(made: list[Trade]) -> None:
    deals, others = deals_of(trade_lines(made))
    assert others == []
    assert sum(deal.units for deal in deals) == sum(trade.quantity for trade in made)
    for deal in deals:
        mine = [trade for trade in made if (trade.good, trade.price) == (deal.good, deal.price)]
        for name in NAMES:
            assert deal.buyers[name] == sum(trade.quantity for trade in mine if trade.buyer == name)
            assert deal.sellers[name] == sum(trade.quantity for trade in mine if trade.seller == name)
    assert [GOODS.index(deal.good) for deal in deals] == sorted(GOODS.index(deal.good) for deal in deals)


def test_a_line_that_is_no_trade_is_kept_as_it_is() -> None:
    assert deals_of(["Oona bought 2 pies of Sable at 3", "Something else"]) == (
        [],
        ["Oona bought 2 pies of Sable at 3", "Something else"],
    )


def test_the_legend_that_fell_is_known_by_its_fall() -> None:
    view = public_view(found("w", "7").world)
    assert fallen_legend(view) is None
    for legend in DECK:
        told = ("Oona went to bed hungry.", legend.fall, "Honey crashes from 8 to 4.")
        assert fallen_legend(view.model_copy(update={"news": told})) is legend
        assert fallen_legend(view.model_copy(update={"news": (f"{legend.title}! So they say.",)})) is None


def poked(*pokes: PokeWood) -> PublicView:
    """Return what everybody sees of a new wood that a keeper has poked."""
    wood = found("w", "7")
    for poke in pokes:
        wood = act(wood, "boss", poke).wood
    return public_view(wood.world)


def test_what_the_weather_god_did_is_read_of_every_poke() -> None:
    assert struck(poked()) == UNTOUCHED
    assert struck(poked(PokeWood(poke=Poke.DROUGHT))) == Struck(drought=True)
    assert struck(poked(PokeWood(poke=Poke.FROST))) == Struck(frost=True)
    for good in GOODS:
        assert struck(poked(PokeWood(poke=Poke.WINDFALL, good=good))) == Struck(windfalls=(good,))
        for direction in Direction:
            rumour = PokeWood(poke=Poke.RUMOUR, good=good, direction=direction)
            assert struck(poked(rumour)) == Struck(rumours=((good, direction),))


def test_pokes_of_one_kind_are_put_together_and_the_last_rumours_stay() -> None:
    windfalls = [PokeWood(poke=Poke.WINDFALL, good=good) for good in (Good.HONEY, Good.ACORNS, Good.HONEY)]
    rumours = [PokeWood(poke=Poke.RUMOUR, good=good, direction=Direction.RISE) for good in GOODS]
    read = struck(poked(*windfalls, *rumours, *rumours[-1:]))
    assert read.windfalls == tuple(good for good in GOODS if good in (Good.HONEY, Good.ACORNS))
    assert read.rumours == tuple((good, Direction.RISE) for good in GOODS[-RUMOURS_SEEN:])


def test_everyday_news_are_no_event_and_all_others_are() -> None:
    before = public_view(found("w", "7").world)
    everyday = (
        say(COLD, name="Oona"),
        say(HUNGRY, name="Sable"),
        say(THIN, good=Good.BERRIES),
        say(PEDDLED, goods="2 honey", name="Oona", price=5),
    )
    assert not eventful(before.model_copy(update={"news": everyday}), before)
    for line in ("Oona returns to the wood.", "Honey crashes from 8 to 4.", "The peddler takes a rest."):
        assert eventful(before.model_copy(update={"news": (*everyday, line)}), before)


def test_the_price_that_moved_most_is_found_whichever_way_it_went() -> None:
    view = public_view(found("w", "7").world)
    assert most_moved(view) is None
    moves = {Good.ACORNS: 2, Good.HONEY: -5}
    quotes = tuple(quote.model_copy(update={"change": moves.get(quote.good, 0)}) for quote in view.quotes)
    moved = most_moved(view.model_copy(update={"quotes": quotes}))
    assert moved is not None
    assert moved.good is Good.HONEY
