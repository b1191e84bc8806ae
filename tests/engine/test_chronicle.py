"""The chronicle: one headline a turn, the weightiest public event first."""

from engine.chronicle import headline, trade_lines
from engine.market import Trade
from engine.vocabulary import Good
from engine.world import Event


def event(kind: str, text: str) -> Event:
    return Event(kind=kind, turn=1, text=text)


TRADES = [Trade(Good.HONEY, "Sable", "Oona", 2, 9), Trade(Good.ACORNS, "Sable", "Mossback", 3, 4)]


def test_a_legend_comes_before_a_poke_before_the_cold_before_trade():
    events = [event("cold", "c1"), event("cold", "c2"), event("poke", "a frost"), event("legend", "a run")]
    assert headline(events, TRADES, 1) == "a run"
    assert headline(events[:3], TRADES, 1) == "a frost"
    assert "2 hearths" in headline(events[:2], TRADES, 1)
    assert "Oona sold Sable 2 honey at 9" in headline(events[:1], TRADES, 1)


def test_a_silent_market_says_so():
    assert "silent" in headline([], [], 1)


def test_the_same_turn_has_the_same_headline():
    assert headline([], TRADES, 5) == headline([], TRADES, 5)
    assert trade_lines(TRADES)[0] == "Sable bought 2 honey of Oona at 9"
