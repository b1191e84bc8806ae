"""The headline of a turn: the narrator's while it still fits what happened, or the template's."""

import pytest

import engine.turn_runner
from engine.actions import Join, Spring
from engine.keeper import Keeper
from engine.ports import Narration, NarrationRequest
from engine.releases import narrator_view
from engine.replay import replay_wood
from engine.turn import Step, close_turn
from engine.vocabulary import Good
from engine.world import Decisions, Wood
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, Script, short


class TestNarrating:
    async def test_the_narrator_is_told_of_the_turn_as_it_closes_and_its_headline_is_kept_and_replays(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        council = Script()
        council.headline = "Honey is sold, and nobody weeps."
        current = await open_keeper(council)
        report = await current.advance("w")
        assert report.view.headline == council.headline
        assert council.narrations[0].view == narrator_view(current.wood("w").world)
        assert (await replay_wood(current.store, "w")).identical
        again = await open_keeper(council)
        assert again.public("w").headline == council.headline

    async def test_without_a_headline_the_template_stands(self, keeper: Keeper, open_keeper: KeeperOpener):
        report = await (await open_keeper(Script())).advance("w")
        assert "sold" in report.view.headline

    async def test_the_wood_is_open_to_patrons_while_the_narrator_writes_and_an_outdated_headline_is_dropped(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        class Slow(Script):
            async def narrate(self, request: NarrationRequest) -> Narration:
                self.headline = "A plain day of trade."
                for number, action in enumerate((Join(), short(Good.HONEY), Spring())):
                    await current.act("w", ALICE, action, f"meanwhile {number}")
                return await super().narrate(request)

        current = await open_keeper(Slow())
        report = await current.advance("w")
        assert "The Run on Oona" in report.view.headline, "a legend fell that the narrator had not been told of"
        assert current.contracts_of("w", ALICE)[0].result > 0
        assert (await replay_wood(current.store, "w")).identical

    async def test_an_act_that_leaves_the_news_alone_leaves_the_headline(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        class Slow(Script):
            async def narrate(self, request: NarrationRequest) -> Narration:
                await current.act("w", ALICE, Join(), "meanwhile")
                return Narration(headline="A plain day of trade.")

        current = await open_keeper(Slow())
        assert (await current.advance("w")).view.headline == "A plain day of trade."

    @pytest.mark.parametrize(("acts", "told", "closings"), [(False, False, 1), (False, True, 1), (True, True, 2)])
    async def test_a_turn_is_closed_twice_only_if_somebody_acted_meanwhile(
        self, keeper: Keeper, open_keeper: KeeperOpener, monkeypatch: pytest.MonkeyPatch,
        acts: bool, told: bool, closings: int,
    ):  # fmt: skip
        class Writer(Script):
            async def narrate(self, request: NarrationRequest) -> Narration:
                if acts:
                    await current.act("w", ALICE, Join(), "meanwhile")
                return Narration(headline="A plain day of trade." if told else "")

        closed: list[Wood] = []

        def counting(before: Wood, decisions: Decisions, told: str = "") -> Step:
            closed.append(before)
            return close_turn(before, decisions, told)

        monkeypatch.setattr(engine.turn_runner, "close_turn", counting)
        current = await open_keeper(Writer())
        report = await current.advance("w")
        assert len(closed) == closings
        assert (report.view.headline == "A plain day of trade.") == told
        assert (await replay_wood(current.store, "w")).identical
        assert len(current.wood("w").world.patrons) == acts
