"""A release is declared for what has fallen and been heard, and for nothing else; and plain gossip is no leak."""

import pytest

from engine import deck
from engine.actions import BuyForecast, Join, Whisper, act
from engine.ports import Decision
from engine.turn import close_turn, found, open_turn
from engine.vocabulary import Direction, Good
from engine.world import Wood
from inference.scan import leaks
from prompts.render import creature_messages

LAST_TURN = 48


def to_turn(turn: int) -> Wood:
    """Return a wood with one Patron, at rest after `turn`."""
    wood = act(found("w", "seed"), "Ada", Join()).wood
    while wood.world.turn < turn:
        wood = close_turn(open_turn(wood).wood, {}).wood
    return wood


def speak(wood: Wood, good: Good, direction: Direction) -> Wood:
    return act(wood, "Ada", Whisper(creature="Oona", good=good, direction=direction)).wood


def test_a_tip_is_true_of_the_legend_that_will_judge_it() -> None:
    wood = to_turn(LAST_TURN)
    legend = deck.upcoming(wood)
    opened = open_turn(speak(wood, legend.good, legend.direction)).wood
    coming = deck.upcoming(opened)
    still_right = (coming.good, coming.direction) == (legend.good, legend.direction)
    assert opened.world.season == 2
    assert [tip.true for tip in opened.vault.tips.reveal()] == [still_right]


def test_a_forecast_is_of_the_legend_that_comes() -> None:
    wood = to_turn(LAST_TURN)
    opened = open_turn(act(wood, "Ada", BuyForecast()).wood).wood
    held = [forecast.legend for forecast in opened.vault.forecasts.reveal().values()]
    assert held == [deck.upcoming(opened).key]


def test_no_creature_learns_the_truth_of_a_whisper_it_has_not_heard() -> None:
    wood = act(found("w", "seed"), "Ada", Join()).wood
    while wood.vault.due.reveal() > wood.world.turn + 1:
        wood = close_turn(open_turn(wood).wood, {}).wood
    legend = deck.upcoming(wood)
    closed = close_turn(speak(open_turn(wood).wood, legend.good, legend.direction), {})
    assert any(release.kind == "legend_fallen" for release in closed.effects.releases)
    unheard = [claim.good for claim in closed.wood.world.ears.get("Oona", [])]
    proved = [release.to for release in closed.effects.releases if release.kind == "tip_proved"]
    assert unheard
    assert proved == []


@pytest.mark.parametrize("said", ["Honey will rise before winter.", "The owl counts at midnight, they say!"])
def test_plain_gossip_is_not_taken_for_a_leak(said: str) -> None:
    assert gossip_leaks(said) == []


@pytest.mark.parametrize("said", ["My forecast: honey will fall.", "Call 123456789012345678 for acorns"])
def test_no_gossip_can_silence_a_neighbour(said: str) -> None:
    assert gossip_leaks(said) == []


def gossip_leaks(said: str) -> list[str]:
    """Return what the scan finds in the prompts of the turn after every creature said `said`."""
    wood = open_turn(found("w", "seed")).wood
    wood = close_turn(wood, {name: Decision(gossip=said) for name in wood.world.creatures}).wood
    views = open_turn(wood).wood.world.asked
    assert all(said.split(maxsplit=1)[0] in view.gossip for view in views)
    return [kind for view in views for message in creature_messages(view) for kind in leaks(message["content"])]
