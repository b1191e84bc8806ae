"""The keeper's turns: each happens once, whatever happens while the council thinks."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.actions import Join, Refusal, Spring
from engine.cast import NAMES
from engine.keeper import Keeper
from engine.ports import Deliberation, TurnRequest
from engine.replay import replay_wood
from engine.vocabulary import Good
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, FixedClock, Script, is_sentence, scripted, short
from tests.engine.keeper.acting import WHISPER, Interrupting, act, journalled


class TestAdvancing:
    async def test_runs_one_turn(self, keeper: Keeper, council: Script):
        report = await keeper.advance("w")
        assert (report.turn, report.world_id) == (1, "w")
        assert report.state_hash == keeper.wood("w").state_hash()
        assert len(council.requests) == 1
        assert [view.name for view in council.requests[0].views] == list(NAMES)
        assert not keeper.thinking("w")
        assert report.view == keeper.public("w") == await keeper.turn_view("w", 1)
        assert await keeper.turn_view("w", 2) is None

    async def test_while_thinking_is_refused(self, keeper: Keeper, open_keeper: KeeperOpener):
        sentences: list[str] = []

        async def again() -> None:
            assert current.thinking("w")
            assert current.unfinished() == []
            with pytest.raises(Refusal) as refused:
                await current.advance("w")
            sentences.append(str(refused.value))

        current = await open_keeper(Interrupting(again))
        assert (await current.advance("w")).turn == 1
        assert len(sentences) == 1
        assert is_sentence(sentences[0])
        assert (await current.advance("w")).turn == 2

    async def test_at_once_gives_one_turn(self, keeper: Keeper):
        results = await asyncio.gather(*(keeper.advance("w") for _ in range(4)), return_exceptions=True)
        assert [type(result).__name__ for result in results] == ["TurnReport", *["Refusal"] * 3]
        assert keeper.wood("w").world.turn == 1

    async def test_patrons_act_while_the_creatures_think(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join())

        async def gambit() -> None:
            await act(current, short(Good.HONEY, 5), WHISPER, Spring(), prefix="thinking")

        council = Interrupting(gambit)
        current = await open_keeper(council)
        await current.advance("w")
        assert [line.result for line in current.contracts_of("w", ALICE)] == [25]
        assert not any(view.heard for view in council.requests[0].views)
        council.happens = lambda: asyncio.sleep(0)
        await current.advance("w")
        assert [view.name for view in council.requests[1].views if view.heard] == ["Nettle"]

    async def test_a_missing_answer_costs_its_creature_the_turn_alone(self, keeper: Keeper, open_keeper: KeeperOpener):
        class Forgetful(Script):
            async def deliberate(self, request: TurnRequest) -> Deliberation:
                answers = scripted(request)
                del answers["Oona"]
                return Deliberation(decisions=answers)

        report = await (await open_keeper(Forgetful())).advance("w")
        silent = {face.name: bool(face.silent) for face in report.view.creatures}
        assert silent == {name: name == "Oona" for name in NAMES}

    async def test_a_council_that_breaks_its_promise_leaves_the_wood_able_to_go_on(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        async def fail() -> None:
            raise RuntimeError("a mind on fire")

        council = Interrupting(fail)
        current = await open_keeper(council)
        with pytest.raises(RuntimeError):
            await current.advance("w")
        assert not current.thinking("w")
        assert current.unfinished() == ["w"]
        asked = current.wood("w").world.asked
        council.happens = lambda: asyncio.sleep(0)
        report = await current.advance("w")
        assert report.turn == 1
        assert list(council.requests[0].views) == asked

    async def test_a_cancelled_turn_is_gone_on_with(self, keeper: Keeper, open_keeper: KeeperOpener):
        started = asyncio.Event()

        async def hang() -> None:
            started.set()
            await asyncio.Event().wait()

        council = Interrupting(hang)
        current = await open_keeper(council)
        task = asyncio.create_task(current.advance("w"))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        council.happens = lambda: asyncio.sleep(0)
        assert (await current.advance("w")).turn == 1
        assert [kind for kind, _ in await journalled(current)] == ["found", "open", "close"]


DIES_THINKING = """
import asyncio, sys
from engine.actions import Join, Spring
from engine.keeper import Keeper, Told
from engine.vocabulary import Good
from tests.engine.helpers import *

class Hanging(Script):
    async def deliberate(self, request):
        if request.turn == 1:
            return await super().deliberate(request)
        await keeper.act("w", ALICE, Join(), "a")
        await keeper.act("w", ALICE, short(Good.HONEY, 5), "b")
        await keeper.act("w", ALICE, Spring(), "c")
        print(keeper.wood("w").state_hash(), flush=True)
        await asyncio.Event().wait()

async def main():
    global keeper
    hanging = Hanging()
    keeper = await Keeper.open(sys.argv[1], lambda _: hanging, FixedClock())
    await keeper.found("w", 1, 2, seed="seed", legends=("run-on-oonas-hoard",))
    await keeper.advance("w")
    await keeper.advance("w")

asyncio.run(main())
"""


class TestInTheMiddleOfATurn:
    async def test_a_new_keeper_goes_on_with_the_same_views(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join(), WHISPER)

        async def die() -> None:
            await act(dying, short(Good.HONEY, 5), Spring(), prefix="late")
            raise RuntimeError("the process dies here")

        dying = await open_keeper(Interrupting(die))
        with pytest.raises(RuntimeError):
            await dying.advance("w")
        asked, before = dying.wood("w").world.asked, dying.wood("w").state_hash()

        council = Script()
        reborn = await open_keeper(council)
        assert reborn.wood("w").state_hash() == before
        assert reborn.unfinished() == ["w"]
        report = await reborn.advance("w")
        assert report.turn == 1
        assert list(council.requests[0].views) == asked
        assert reborn.unfinished() == []
        assert [line.result for line in reborn.contracts_of("w", ALICE)] == [25]
        kinds = [kind for kind, _ in await journalled(reborn)]
        assert (kinds.count("open"), kinds.count("close")) == (1, 1)
        assert (await reborn.advance("w")).turn == 2
        assert (await replay_wood(reborn.store, "w")).identical

    async def test_the_request_asked_again_is_the_same(self, keeper: Keeper, open_keeper: KeeperOpener):
        requests: list[TurnRequest] = []
        for breaks in (True, False):

            class Once(Script):
                fails = breaks

                async def deliberate(self, request: TurnRequest) -> Deliberation:
                    requests.append(request)
                    if self.fails:
                        raise RuntimeError("gone")
                    return await super().deliberate(request)

            current = await open_keeper(Once())
            try:
                await current.advance("w")
            except RuntimeError:
                assert breaks
        assert requests[0] == requests[1]

    async def test_a_real_process_killed_while_thinking_loses_nothing(
        self, url: str, tmp_path: Path, clock: FixedClock
    ):
        with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs here
            [sys.executable, "-c", DIES_THINKING, url], stdout=subprocess.PIPE, text=True, env=os.environ
        ) as child:
            assert child.stdout is not None
            before = child.stdout.readline().strip()
            child.send_signal(signal.SIGKILL)
        assert before
        council = Script()
        keeper = await Keeper.open(url, lambda _: council, clock)
        try:
            assert keeper.wood("w").state_hash() == before
            assert keeper.unfinished() == ["w"]
            asked = keeper.wood("w").world.asked
            assert (await keeper.advance("w")).turn == 2
            assert list(council.requests[0].views) == asked
            (line,) = keeper.contracts_of("w", ALICE)
            assert line.result == 5 * (line.entry - line.entry // 2) > 0
            report = await replay_wood(keeper.store, "w")
            assert (report.turns, report.identical) == (2, True)
        finally:
            await keeper.close()
