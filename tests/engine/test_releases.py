"""The declared releases: what a creature, the narrator and everybody may know, and nothing else."""

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.actions import Ally, BuyForecast, OpenContract, Spring, Whisper, act
from engine.cast import CAST, NAMES
from engine.legends import DECK
from engine.ports import CANARY, Decision
from engine.releases import RELEASES, creature_view, narrator_view, public_view
from engine.turn import close_turn, open_turn
from engine.vocabulary import GOODS, Direction, Good, Stance
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, after, decisions, joined, long, short, turn, turns, wood


def busy(seed: str = "seed") -> Wood:
    """Return a wood with every kind of secret in it."""
    one = joined(wood(seed, first=None), ALICE, BOB)
    one = after(one, BuyForecast(), long(Good.BERRIES, 3))
    return act(one, BOB, Whisper(creature="Oona", good=Good.HONEY, direction=Direction.RISE)).wood


def test_a_view_tells_a_creature_its_own_affairs():
    one = wood()
    view = creature_view(one, "Oona")
    assert (view.name, view.species, view.grows, view.pebbles) == ("Oona", "owl", Good.HONEY, 40)
    assert [line.good for line in view.store] == [line.good for line in view.prices] == list(GOODS)
    assert {line.good: line.amount for line in view.prices} == {
        good: quote.reference for good, quote in one.world.quotes.items()
    }


def test_a_grower_learns_that_it_was_shorted_never_how_much():
    few, many = (after(joined(wood()), short(Good.HONEY, units)) for units in (1, 18))
    views = [{view.name: view for view in open_turn(one).wood.world.asked} for one in (few, many)]
    assert views[0] == views[1]
    mask = few.world.patrons[0]
    assert [name for name in NAMES if any(mask in felt for felt in views[0][name].feelings)] == ["Oona"]
    released = act(joined(wood()), ALICE, short(Good.HONEY, 18)).effects.releases
    assert [(release.kind, release.to) for release in released] == [("shorted_crop", "Oona")]
    assert "18" not in released[0].fact


def test_a_long_a_forecast_and_a_spring_are_nobodys_business():
    one = joined(wood())
    for action in (long(Good.HONEY), BuyForecast(), Spring()):
        acted = act(one, ALICE, action)
        assert (acted.effects.events, acted.effects.releases) == ([], [])
        assert open_turn(acted.wood).wood.world.asked == open_turn(one).wood.world.asked
        assert acted.wood.public_hash() == one.public_hash()


@given(st.text(max_size=8), st.lists(decisions, min_size=1, max_size=3))
def test_no_view_and_no_event_holds_a_canary_a_real_name_or_a_card_to_come(
    seed: str, decided: list[dict[str, Decision]]
):
    # Hypothesis also draws from the literals of the code; a creature that happens to say a key leaks nothing.
    assume(not any(legend.key in said.gossip for answers in decided for said in answers.values() for legend in DECK))
    one = busy(seed)
    fallen: set[str] = set()
    for answers in decided:
        opened = open_turn(one).wood
        step = close_turn(opened, answers)
        one = step.wood
        assert {release.kind for release in step.effects.releases} <= RELEASES
        fallen |= {release.fact for release in step.effects.releases if release.kind == "legend_fallen"}
        texts = [view.model_dump_json() for view in opened.world.asked]
        texts += [public_view(one.world).model_dump_json(), narrator_view(one.world).model_dump_json()]
        texts += [one.world.model_dump_json()]
        for text in texts:
            assert not CANARY.search(text)
            assert ALICE not in text
            assert BOB not in text
            for legend in DECK:
                assert legend.key in fallen or (legend.key not in text and legend.title not in text)


def test_views_do_not_grow_with_history():
    early, late = (
        [
            len(view.news) + len(view.feelings) + len(view.heard)
            for view in open_turn(turns(busy(), count)).wood.world.asked
        ]
        for count in (2, 60)
    )
    assert max(late) <= 3 + 2 + 3
    assert max(early) <= 3 + 2 + 3


def test_the_public_view_says_what_is_going_on():
    one = joined(wood(), ALICE, BOB)
    view = public_view(one.world)
    assert (view.turn, view.chapter, view.season_number, view.patrons, view.thinking) == (0, 1, 1, 2, False)
    assert [face.name for face in view.creatures] == [member.name for member in CAST]
    opened = open_turn(one).wood
    assert public_view(opened.world).thinking
    closed = public_view(turn(after(one, Spring())).wood.world)
    changed = {quote.good: quote.change for quote in closed.quotes}
    assert changed[Good.HONEY] == -5
    assert closed.history[Good.HONEY] == (9, 4)


def test_the_narrator_knows_the_public_events_of_the_turn():
    ally = Ally(one="Sable", other="Bracken")
    one = turn(after(joined(wood()), OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=3), ally)).wood
    lines = narrator_view(one.world).lines
    assert len(lines) == 1
    assert "Bracken and Sable shake paws" in lines[0]
    assert one.world.patrons[0] not in lines[0]


def test_a_legend_is_told_in_its_own_words():
    assert narrator_view(turn(after(joined(wood()), Spring())).wood.world).lines == ()
