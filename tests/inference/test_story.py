"""A turn as a story: what was told, thought, ordered and trimmed, out of the rows and the public view alone."""

from engine.releases import public_view
from engine.turn import found
from inference.story import tell
from inference.traces import trace_row
from tests.inference.test_traces import ORDER, _ask, _record

VIEW = public_view(found("w", "7").world)


def _told(**changes):
    messages = ({"role": "system", "content": "rules"}, {"role": "user", "content": "You are Oona.\nYour JSON:"})
    return _record(messages=messages, **changes).model_dump_json()


def test_a_scene_holds_what_was_told_thought_and_trimmed() -> None:
    (scene,) = tell([trace_row(_ask(record=_told()))], VIEW).scenes
    assert scene.creature == "Oona"
    assert scene.told == ("You are Oona.",)
    assert scene.thought == "t"
    assert scene.deeds == ("sell 2 honey at 9: trimmed to 1, it did not hold so much",)
    assert scene.gossip == "g"
    assert (scene.read, scene.failure) == ("", "")


def test_an_order_that_never_reached_the_auction_is_told_too() -> None:
    other = ORDER.model_copy(update={"price": 4})
    decision = _record().decision.model_copy(update={"orders": (ORDER, other)})
    (scene,) = tell([trace_row(_ask(record=_told(decision=decision)))], VIEW).scenes
    assert scene.deeds[1:] == ("sell 2 honey at 4: kept from the auction",)


def test_of_several_attempts_the_last_counts_and_the_narrator_has_no_scene() -> None:
    first = _told(attempt=0, decision=_record().decision.model_copy(update={"thought": "early"}))
    narrator = _told(creature="the narrator")
    rows = [trace_row(_ask(record=record)) for record in (_told(attempt=1), first, narrator)]
    assert [scene.thought for scene in tell(rows, VIEW).scenes] == ["t"]


def test_the_wood_closes_the_story() -> None:
    story = tell([], VIEW)
    assert len(story.prices) == 5
    assert story.prices[0].startswith("acorns ")
    assert story.scenes == ()
