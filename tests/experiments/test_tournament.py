"""The tournament experiment on the stand-in; that its claims hold with real minds is measured, not tested here."""

from typing import Any

import pytest

from engine.contests import plan
from engine.staging import director
from engine.store import Store
from experiments import contest, tournament
from inference.council import MindCouncil, load_council


@pytest.fixture
def council() -> MindCouncil:
    return load_council("standin")


async def rows_of(council: MindCouncil) -> list[dict[str, Any]]:
    result = await tournament.run([("standin", council)], [1], players=6, table=3, rounds=2, turns=3)
    return result["rows"]


async def test_every_claim_holds_although_the_process_is_killed(council: MindCouncil) -> None:
    rows = await rows_of(council)
    assert [(row["claim"], row["held"], row["of"]) for row in rows] == [
        ("every table replays", 1, 1),
        ("tables dealt alike have identical first-turn prompts", 1, 1),
        ("identical scripts on recorded minds end with identical books", 1, 1),
        ("a podium is named", 1, 1),
    ]
    replays, alike, books, podium = (row["runs"][0] for row in rows)
    assert (replays["tables"], replays["turns"], replays["faults"], replays["unanswered"]) == (3, 9, [], 0)
    assert replays["killed"]
    assert (alike["rounds"], alike["prompts"]) == ([1], 10)
    assert books["postings"] > 50
    assert len(podium["podium"]) == 3


class TestWhatIsNotSo:
    """Each claim can fail; the tournament is played in this process, so that it can be spoilt."""

    @pytest.fixture(autouse=True)
    def in_this_process(self, monkeypatch: pytest.MonkeyPatch, council: MindCouncil) -> None:
        async def played(file, name, terms, recording) -> int:
            await contest.play(file, council, terms)
            return 0

        monkeypatch.setattr(tournament, "_killed_on_the_way", played)

    async def held(self, council: MindCouncil) -> list[int]:
        return [row["held"] for row in await rows_of(council)]

    async def test_as_it_is(self, council: MindCouncil) -> None:
        assert await self.held(council) == [1, 1, 1, 1]

    async def test_what_was_opened_is_closed_although_a_claim_could_not_be_tried(
        self, council: MindCouncil, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed: list[object] = []

        def noted(close: Any) -> Any:
            async def closing(self) -> None:
                closed.append(self)
                await close(self)

            return closing

        monkeypatch.setattr(Store, "close", noted(Store.close))
        monkeypatch.setattr(MindCouncil, "aclose", noted(MindCouncil.aclose))
        kept: list[Store | MindCouncil] = []

        async def failing(self, recorded, name, seated) -> None:
            kept.extend((self.store, recorded))
            raise RuntimeError("the rematch fails")

        monkeypatch.setattr(tournament._Played, "_replayed_with", failing)
        with pytest.raises(RuntimeError, match="the rematch fails"):
            await rows_of(council)
        assert len(kept) == 2
        assert all(any(each is one for one in closed) for each in kept)
        assert not any(one is council for one in closed), "a council that was given stays open"

    async def test_tables_from_different_seeds_are_not_dealt_alike(
        self, council: MindCouncil, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = director.Director._found

        async def otherwise(self, tournament, table, deal, seed) -> None:
            await found(self, tournament, table, deal, plan.round_seed(seed, deal.table))

        monkeypatch.setattr(director.Director, "_found", otherwise)
        replays, alike, books, podium = await self.held(council)
        assert (replays, alike, podium) == (0, 0, 1), "the audit finds it too"
        assert books == 0, "the rematch is dealt from the round's seed"

    async def test_books_differ_where_the_script_does(
        self, council: MindCouncil, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        act = contest.act

        async def idle_twin(keeper, world_id, user) -> None:
            if world_id != tournament.TWIN:
                await act(keeper, world_id, user)

        monkeypatch.setattr(tournament, "act", idle_twin)
        assert await self.held(council) == [1, 1, 0, 1]

    async def test_where_nobody_played_no_podium_is_named(
        self, council: MindCouncil, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def idle(keeper, world_id, user) -> None:
            return

        monkeypatch.setattr(contest, "act", idle)
        monkeypatch.setattr(tournament, "act", idle)
        assert await self.held(council) == [1, 1, 1, 0]
