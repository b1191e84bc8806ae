"""What is kept of an ended wood: everybody's result, and the story told out of its journal."""

from collections import Counter

import pytest

from engine.actions import Join, Leave
from engine.contests.honours import SeasonStory
from engine.ending import end_wood
from engine.endings import before_last_turn, results_of, told_of
from engine.keeper import Keeper
from engine.vocabulary import Good
from engine.world import Wood
from tests.engine.helpers import ALICE, BOB, CAROL, after, joined, long, short, turns, wood


def ended(before: Wood) -> Wood:
    return end_wood(before).wood


class TestResults:
    def test_are_those_who_were_patrons_as_it_ended_with_their_deeds(self):
        grown = turns(after(joined(wood(), ALICE, BOB, CAROL), Leave(), user=BOB), 1)
        rows = results_of(ended(grown), Counter({ALICE: 3, BOB: 9}))
        assert {row["player"]: row["deeds"] for row in rows} == {ALICE: 3, CAROL: 0}

    def test_equals_share_the_better_place_and_the_next_place_is_left_out(self):
        grown = turns(joined(wood(), ALICE, BOB, CAROL), 1)
        rows = results_of(ended(after(grown, short(Good.HONEY, 5), user=CAROL)), Counter())
        worths = [row["net_worth"] for row in rows]
        assert worths == sorted(worths, reverse=True)
        places = [1 + sum(other > worth for other in worths) for worth in worths]
        assert [row["place"] for row in rows] == places
        assert len(set(places)) < len(places), "two of them are equal"

    def test_of_nobody_are_none(self):
        assert results_of(ended(turns(wood(), 1)), Counter()) == []


class TestStory:
    @pytest.fixture
    async def played(self, keeper: Keeper) -> Keeper:
        """A keeper of a wood with two Patrons, two turns and four deeds; Bob has left it."""
        for user in (ALICE, BOB):
            await keeper.act("w", user, Join(), f"join-{user}")
        await keeper.act("w", ALICE, short(Good.HONEY), "short")
        await keeper.advance("w")
        for number, user in enumerate((ALICE, ALICE, BOB)):
            await keeper.act("w", user, long(Good.ACORNS, 1), f"long-{number}")
        await keeper.act("w", BOB, Leave(), "leave")
        await keeper.advance("w")
        return keeper

    async def test_is_told_out_of_the_journal_alone(self, played: Keeper):
        rows = await played.store.journal_since("w", 0)
        story, deeds = told_of(rows, ended(played.wood("w")))
        told = SeasonStory.model_validate_json(story)
        assert [line.turn for line in told.turns] == [1, 2]
        assert [place.mask for place in told.ranking] == [played.mask("w", ALICE)]
        assert told_of(rows, ended(played.wood("w")))[0] == story, "told again it is the same"
        assert ALICE not in story
        assert +deeds == {"player-1": 3, "player-2": 1}, "joining and leaving are no deeds"

    async def test_before_the_last_turn_the_wood_rests_and_nobody_has_done_anything_for_it(self, played: Keeper):
        rows = await played.store.journal_since("w", 0)
        first = next(number for number, row in enumerate(rows, 1) if row.input_id == "close:1")
        before = before_last_turn(rows)
        assert (before.world.turn, before.state_hash()) == (1, (await played.store.turn_hashes("w"))[first])

    async def test_before_any_turn_there_is_nothing_to_go_back_to(self, keeper: Keeper):
        rows = await keeper.store.journal_since("w", 0)
        with pytest.raises(ValueError, match="without a closed turn"):
            before_last_turn(rows)
