"""The keeper: one effect an input, nothing acknowledged that a kill can lose, no turn twice."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

import engine.turn_runner
from engine import ledger as books
from engine.actions import Action, BuyForecast, CloseContract, Join, PokeWood, Refusal, Spring, Whisper
from engine.cadence import QuietHours
from engine.cast import NAMES
from engine.journal import Batch
from engine.keeper import Keeper, Told
from engine.ledger import Posting
from engine.ports import Deliberation, Narration, NarrationRequest, TurnRequest
from engine.records import GIVEN_UP, PostKind
from engine.releases import narrator_view
from engine.replay import replay_wood
from engine.store import StoreUnavailableError
from engine.turn import Step, close_turn
from engine.vocabulary import PEBBLES, Direction, Good, Phase, Poke
from engine.world import Decisions, Wood
from tests.engine.conftest import KeeperOpener
from tests.engine.helpers import ALICE, BOB, FixedClock, Script, is_sentence, long, purse, scripted, short

WHISPER = Whisper(creature="Nettle", good=Good.HONEY, direction=Direction.FALL)


async def act(keeper: Keeper, *actions: Action, user: str = ALICE, prefix: str = "i") -> None:
    for number, action in enumerate(actions):
        await keeper.act("w", user, action, f"{prefix}-{user}-{number}")


async def journalled(keeper: Keeper) -> list[tuple[str, str]]:
    return [(row.kind, row.input_id) for row in await keeper.store.journal_since("w", 0)]


class Interrupting(Script):
    """A council during whose thinking something happens."""

    def __init__(self, happens) -> None:
        super().__init__()
        self.happens = happens

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        await self.happens()
        return await super().deliberate(request)


class TestActing:
    async def test_the_same_input_is_one_effect_and_one_receipt(self, keeper: Keeper):
        first = await keeper.act("w", ALICE, Join(), "i1")
        before = keeper.wood("w").state_hash()
        assert await keeper.act("w", ALICE, Join(), "i1") == first
        assert keeper.wood("w").state_hash() == before
        receipts = [await keeper.act("w", ALICE, short(Good.HONEY), "i2") for _ in range(3)]
        assert receipts == [receipts[0]] * 3
        assert len(keeper.contracts_of("w", ALICE)) == 1
        assert await journalled(keeper) == [("found", "found"), ("act", "act:i1"), ("act", "act:i2")]

    async def test_the_same_input_after_a_restart_is_one_effect(self, keeper: Keeper, open_keeper: KeeperOpener):
        first = await keeper.act("w", ALICE, Join(), "i1")
        again = await open_keeper()
        assert await again.act("w", ALICE, Join(), "i1") == first
        assert len(again.wood("w").world.patrons) == 1

    async def test_a_table_is_joined_by_those_alone_who_are_seated(self, keeper: Keeper):
        await keeper.found("t", 1, 3, council="script", seed="seed", invited=True)
        with pytest.raises(Refusal) as refused:
            await keeper.act("t", ALICE, Join(), "i")
        assert str(refused.value).startswith("The seats of this table are given by its tournament.")
        assert is_sentence(str(refused.value))
        seated = await keeper.seat("t", ALICE, "seat")
        assert await keeper.seat("t", ALICE, "seat") == seated, "the same input has no second effect"
        assert keeper.public("t").patrons == 1
        await keeper.seat("t", BOB, "another seat")
        assert keeper.public("t").patrons == 2
        assert (await keeper.act("t", ALICE, short(Good.HONEY), "j")).figures["number"] == 1

    async def test_inputs_are_numbered_without_a_gap(self, keeper: Keeper):
        await act(keeper, Join(), short(Good.HONEY))
        await keeper.advance("w")
        await act(keeper, Join(), user=BOB)
        assert [(row.seq, row.kind) for row in await keeper.store.journal_since("w", 0)] == [
            (1, "found"), (2, "act"), (3, "act"), (4, "open"), (5, "close"), (6, "act"),
        ]  # fmt: skip

    async def test_the_same_input_at_once_is_one_effect(self, keeper: Keeper):
        receipts = await asyncio.gather(*(keeper.act("w", ALICE, Join(), "i1") for _ in range(5)))
        assert receipts == [receipts[0]] * 5
        assert len(keeper.wood("w").world.patrons) == 1

    async def test_what_is_refused_is_not_journalled_and_changes_nothing(self, keeper: Keeper):
        await act(keeper, Join())
        before, journal = keeper.wood("w").state_hash(), await journalled(keeper)
        for number, action in enumerate((Join(), short(Good.HONEY, 0), CloseContract(number=1), short(Good.HONEY, 50))):
            with pytest.raises(Refusal) as refused:
                await keeper.act("w", ALICE, action, f"bad-{number}")
            assert is_sentence(str(refused.value))
        assert keeper.wood("w").state_hash() == before
        assert await journalled(keeper) == journal

    async def test_a_refused_input_may_come_again_with_its_id(self, keeper: Keeper):
        with pytest.raises(Refusal):
            await keeper.act("w", ALICE, short(Good.HONEY), "i1")
        await keeper.act("w", ALICE, Join(), "i2")
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "i1")).figures["number"] == 1

    async def test_many_at_once_are_applied_one_after_the_other(self, keeper: Keeper):
        await asyncio.gather(*(keeper.act("w", f"user-{n}", Join(), f"i{n}") for n in range(20)))
        assert len(set(keeper.wood("w").world.patrons)) == 20
        assert [row.seq for row in await keeper.store.journal_since("w", 0)] == list(range(1, 22))

    async def test_the_clients_of_many_woods_are_kept_apart_whatever_comes_twice(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        names = ["w", *(f"w{number}" for number in range(11))]
        for number, name in enumerate(names[1:]):
            await keeper.found(name, number, number, seed=name)
        await asyncio.gather(*(keeper.act(name, ALICE, Join(), "join") for name in names))

        async def client(name: str, twice: bool) -> list[str]:
            receipts: list[str] = []
            for number in range(6):
                action = CloseContract(number=1 + number // 2) if number % 2 else long(Good.ACORNS, 1)
                deliveries = [keeper.act(name, ALICE, action, f"i{number}") for _ in range(1 + twice)]
                receipts += {receipt.text for receipt in await asyncio.gather(*deliveries)}
            return receipts

        receipts = await asyncio.gather(*(client(name, number % 3 == 0) for number, name in enumerate(names)))
        assert [len(each) for each in receipts] == [6] * len(names)
        before = [keeper.wood(name).state_hash() for name in names]
        again = await open_keeper()
        assert [again.wood(name).state_hash() for name in names] == before
        assert [len(await again.store.journal_since(name, 1)) for name in names] == [7] * len(names)

    async def test_the_next_input_waits_until_a_cancelled_one_is_written(self, keeper: Keeper):
        await act(keeper, Join())
        async with keeper.store._writing:
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            await asyncio.sleep(0.01)
            task.cancel()
            following = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "next"))
            await asyncio.sleep(0.01)
        assert (await following).figures["number"] == 2
        assert task.cancelled()

    async def test_an_input_cancelled_twice_still_leaves_memory_and_store_of_one_mind(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        await act(keeper, Join())
        async with keeper.store._writing:
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            for _ in range(2):
                await asyncio.sleep(0.01)
                task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(10):  # what was begun is written though nobody waits for it
            while not keeper.contracts_of("w", ALICE):  # noqa: ASYNC110 - the keeper tells of nothing
                await asyncio.sleep(0.01)
        assert len(keeper.contracts_of("w", ALICE)) == 1
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "other")).figures["number"] == 2
        before = keeper.wood("w").state_hash()
        assert (await open_keeper()).wood("w").state_hash() == before

    async def test_a_failure_of_an_input_whose_sender_has_gone_is_told_in_the_log(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        await act(keeper, Join())

        async def fail(_: Batch) -> None:
            await asyncio.sleep(0.01)
            raise StoreUnavailableError

        with monkeypatch.context() as patch:
            patch.setattr(keeper.store, "commit", fail)
            task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
            await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert f"An input of w whose sender had gone was not written: {StoreUnavailableError()}" in caplog.messages
        assert (await keeper.act("w", ALICE, short(Good.HONEY), "cancelled")).figures["number"] == 1

    async def test_what_was_acknowledged_survives_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join(), short(Good.HONEY), BuyForecast(), WHISPER, PokeWood(poke=Poke.FROST))
        before = keeper.wood("w").state_hash()
        again = await open_keeper()
        assert again.wood("w").state_hash() == before

    @pytest.mark.parametrize("ticks", range(0, 40, 3))
    async def test_a_cancelled_input_leaves_memory_and_store_of_one_mind(
        self, keeper: Keeper, open_keeper: KeeperOpener, ticks: int
    ):
        await act(keeper, Join())
        task = asyncio.create_task(keeper.act("w", ALICE, short(Good.HONEY), "cancelled"))
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await keeper.act("w", ALICE, short(Good.HONEY), "cancelled")
        assert len(keeper.contracts_of("w", ALICE)) == 1
        before = keeper.wood("w").state_hash()
        assert (await open_keeper()).wood("w").state_hash() == before


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


class TestBooks:
    async def played(self, keeper: Keeper) -> Keeper:
        await act(keeper, Join(), short(Good.HONEY, 10), long(Good.BERRIES, 3), BuyForecast(), WHISPER, Spring())
        await act(keeper, Join(), long(Good.HONEY, 5), user=BOB)
        for _ in range(3):
            await keeper.advance("w")
        await act(keeper, CloseContract(number=1), prefix="late")
        return keeper

    async def balance(self, keeper: Keeper, account: str) -> dict[str, int]:
        held: dict[str, int] = {}
        for posting in await keeper.store.purse_postings("w", account, 100_000):
            sign = 1 if posting.target == account else -1
            held[posting.asset] = held.get(posting.asset, 0) + sign * posting.quantity
        return {asset: amount for asset, amount in held.items() if amount}

    async def test_the_lines_of_a_purse_sum_to_it(self, keeper: Keeper):
        await self.played(keeper)
        for user in (ALICE, BOB):
            mine = await keeper.books("w", user)
            assert sum(line.change for line in mine.lines) == mine.purse
            assert mine.purse == purse(keeper.wood("w"), mine.mask)
            assert mine.lines[-1].change == 100

    async def test_the_recorded_postings_explain_every_account(self, keeper: Keeper):
        """The store's postings are the books: every purse and store follows from them."""
        await self.played(keeper)
        wood = keeper.wood("w")
        accounts = [books.creature_account(name) for name in NAMES] + [books.COMMONS, books.EXCHANGE]
        accounts += [books.patron_account(mask) for mask in wood.world.patrons]
        unexplained: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
        for account in accounts:
            recorded = await self.balance(keeper, account)
            held = {asset: wood.ledger.balance(account, asset) for asset in (PEBBLES, *Good)}
            held = {asset: amount for asset, amount in held.items() if amount}
            if recorded != held:
                unexplained[account] = (recorded, held)
        assert unexplained == {}

    async def test_a_founding_is_recorded_with_its_postings(self, keeper: Keeper, open_keeper: KeeperOpener):
        again = await open_keeper()
        await again.advance("w")
        for account in (books.COMMONS, books.OPENING, books.creature_account("Oona")):
            held = {asset: again.wood("w").ledger.balance(account, asset) for asset in (PEBBLES, *Good)}
            assert await self.balance(again, account) == {asset: amount for asset, amount in held.items() if amount}

    async def test_no_posting_is_recorded_twice_over_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        await self.played(keeper)

        async def recorded(of: Keeper) -> list[Posting]:
            return await of.store.purse_postings("w", books.TREASURY, 100_000)

        before = await recorded(keeper)
        again = await open_keeper()
        await act(again, WHISPER, user=BOB, prefix="after")
        assert len(await recorded(again)) == len(before) + 1

    async def test_a_stranger_has_no_books(self, keeper: Keeper):
        with pytest.raises(Refusal):
            await keeper.books("w", ALICE)
        assert keeper.contracts_of("w", ALICE) == ()
        assert keeper.mask("w", ALICE) is None


class TestClock:
    async def test_a_turn_is_due_a_cadence_after_the_founding(self, keeper: Keeper, clock: FixedClock):
        assert await keeper.due(clock.now()) == []
        assert await keeper.due(clock.now() + timedelta(seconds=599)) == []
        assert await keeper.due(clock.now() + timedelta(seconds=600)) == ["w"]

    async def test_and_a_cadence_after_the_last(self, keeper: Keeper, clock: FixedClock):
        clock.skip(605)
        await keeper.advance("w")
        assert await keeper.due(clock.now() + timedelta(seconds=594)) == []
        assert await keeper.due(clock.now() + timedelta(seconds=595)) == ["w"]

    async def test_a_report_says_by_how_much_its_turn_was_late(self, keeper: Keeper, clock: FixedClock):
        clock.skip(605)
        assert (await keeper.advance("w")).late == 5
        clock.skip(300)
        assert (await keeper.advance("w")).late == 0, "taken before its time"
        await keeper.found("still", 2, 2, council="script", seed="seed", on_clock=False)
        assert (await keeper.advance("still")).late is None

    async def test_after_downtime_one_turn_is_due_not_a_burst(
        self, keeper: Keeper, clock: FixedClock, open_keeper: KeeperOpener
    ):
        clock.skip(600 * 50 + 7)
        reborn = await open_keeper()
        assert await reborn.due(clock.now()) == ["w"]
        await reborn.advance("w")
        assert await reborn.due(clock.now()) == []
        assert await reborn.due(clock.now() + timedelta(seconds=592)) == []
        assert await reborn.due(clock.now() + timedelta(seconds=593)) == ["w"], "its beats keep their phase"
        assert await reborn.due(clock.now() + timedelta(seconds=600)) == ["w"]

    async def test_a_thinking_wood_is_not_due(self, keeper: Keeper, clock: FixedClock, open_keeper: KeeperOpener):
        seen: list[list[str]] = []

        async def look() -> None:
            seen.append(await current.due(clock.now()))

        current = await open_keeper(Interrupting(look))
        clock.skip(700)
        assert await current.due(clock.now()) == ["w"]
        await current.advance("w")
        assert seen == [[]]

    async def test_the_longest_overdue_comes_first(self, keeper: Keeper, clock: FixedClock):
        await keeper.found("b", 3, 4, cadence_seconds=60, seed="b")
        await keeper.found("c", 5, 6, cadence_seconds=60, seed="c", on_clock=False)
        clock.skip(3600)
        assert await keeper.due(clock.now()) == ["b", "w"]


class TestConfiguring:
    async def test_a_wood_can_be_paused_and_taken_up_again(self, keeper: Keeper, clock: FixedClock):
        clock.skip(700)
        assert (await keeper.configure("w", paused=True)).paused
        assert await keeper.due(clock.now()) == []
        assert not (await keeper.configure("w", paused=False)).paused
        assert await keeper.due(clock.now()) == ["w"]

    async def test_a_new_cadence_counts_from_now(self, keeper: Keeper, clock: FixedClock):
        clock.skip(100)
        record = await keeper.configure("w", cadence_seconds=30)
        assert (record.cadence_seconds, record.next_turn_at) == (30, clock.now() + timedelta(seconds=30))
        clock.skip(30)
        assert await keeper.due(clock.now()) == ["w"]
        await keeper.advance("w")
        assert keeper.woods()[0].next_turn_at == clock.now() + timedelta(seconds=30)

    async def test_quiet_hours_are_kept_and_can_be_given_up(self, keeper: Keeper, clock: FixedClock):
        hours = QuietHours(zone="UTC", start=clock.now().time(), end=(clock.now() + timedelta(hours=8)).time())
        record = await keeper.configure("w", quiet_hours=hours)
        assert record.next_turn_at == clock.now() + timedelta(hours=8)
        clock.skip(8 * 3600)
        await keeper.advance("w")
        assert await keeper.due(clock.now() + timedelta(seconds=600)) == ["w"]
        record = await keeper.configure("w", quiet_hours="none")
        assert record.quiet_hours is None

    async def test_settings_survive_a_restart(self, keeper: Keeper, open_keeper: KeeperOpener):
        hours = QuietHours(zone="Europe/Berlin", start=time(22), end=time(7))
        record = await keeper.configure(
            "w", channel_id=77, council="other", cadence_seconds=90, paused=True, quiet_hours=hours, language="zh_TW",
            theme="light",
        )  # fmt: skip
        assert (record.quiet_hours, record.language, record.theme) == (hours, "zh_TW", "light")
        assert (record.channel_id, record.council, record.cadence_seconds, record.paused) == (77, "other", 90, True)
        reborn = await open_keeper()
        assert reborn.woods() == [record]
        assert reborn.of_guild(1) == [record]
        assert reborn.of_guild(2) == []

    async def test_nothing_asked_changes_nothing(self, keeper: Keeper):
        before = keeper.woods()
        assert [await keeper.configure("w")] == before

    @pytest.mark.parametrize("seconds", [0, -1, 9, 7 * 24 * 3600 + 1])
    async def test_a_cadence_out_of_bounds_is_refused(self, keeper: Keeper, seconds: int):
        before = keeper.woods()
        for attempt in (
            keeper.configure("w", cadence_seconds=seconds),
            keeper.found("x", 8, 9, cadence_seconds=seconds),
        ):
            with pytest.raises(Refusal) as refused:
                await attempt
            assert is_sentence(str(refused.value))
        assert keeper.woods() == before

    async def test_a_second_wood_of_one_name_is_refused(self, keeper: Keeper):
        before = keeper.wood("w").state_hash()
        with pytest.raises(Refusal) as refused:
            await keeper.found("w", 1, 2, cadence_seconds=60)
        assert is_sentence(str(refused.value))
        assert keeper.wood("w").state_hash() == before

    async def test_woods_are_apart(self, keeper: Keeper):
        await keeper.found("b", 3, 4, seed="b")
        before = keeper.wood("b").state_hash()
        await act(keeper, Join())
        await keeper.advance("w")
        assert keeper.wood("b").state_hash() == before
        assert (await keeper.act("b", ALICE, Join(), "i-user-alice-0")).figures["purse"] == 100


class TestPosts:
    async def test_a_turns_card_waits_until_it_is_marked(self, keeper: Keeper, open_keeper: KeeperOpener):
        assert await keeper.outbox.pending() == []
        await keeper.advance("w")
        await keeper.advance("w")
        posts = await keeper.outbox.pending()
        assert [(post.world_id, post.turn, post.guild_id, post.channel_id) for post in posts] == [
            ("w", 1, 1, 2), ("w", 2, 1, 2),
        ]  # fmt: skip
        assert posts[1].view == keeper.public("w")
        assert len({post.nonce for post in posts}) == 2
        assert all(0 < len(post.nonce) <= 25 for post in posts)
        await keeper.outbox.mark(posts[0].post_id, 555)
        reborn = await open_keeper()
        assert await reborn.outbox.pending() == posts[1:]

    async def test_those_of_one_wood_are_apart(self, keeper: Keeper):
        await keeper.found("b", 3, 4, seed="b")
        for world_id in ("b", "w", "b"):
            await keeper.advance(world_id)
        assert await keeper.outbox.woods_with_pending() == ["b", "w"]
        assert [(post.world_id, post.turn) for post in await keeper.outbox.pending("b")] == [("b", 1), ("b", 2)]
        for post in await keeper.outbox.pending("b"):
            await keeper.outbox.mark(post.post_id, GIVEN_UP)
        assert await keeper.outbox.woods_with_pending() == ["w"]

    async def test_the_last_one_is_kept_with_its_message_and_can_be_sent_again(self, keeper: Keeper):
        assert await keeper.outbox.card("w") is None
        await keeper.advance("w")
        await keeper.advance("w")
        waiting = await keeper.outbox.pending()
        await keeper.outbox.mark(waiting[1].post_id, 556)
        last = await keeper.outbox.card("w")
        assert last == waiting[1].model_copy(update={"message_id": 556})
        assert last.at == keeper._clock.now()
        await keeper.outbox.mark(last.post_id, None)
        assert await keeper.outbox.pending() == waiting

    async def test_follow_the_channel(self, keeper: Keeper):
        await keeper.advance("w")
        await keeper.configure("w", channel_id=99)
        assert [post.channel_id for post in await keeper.outbox.pending()] == [99]


class TestSecrecy:
    async def test_a_reports_view_holds_no_players_id(self, keeper: Keeper):
        await act(keeper, Join(), short(Good.HONEY))
        report = await keeper.advance("w")
        assert ALICE not in report.model_dump_json()

    async def test_the_phase_is_public(self, keeper: Keeper, open_keeper: KeeperOpener):
        seen: list[bool] = []

        async def look() -> None:
            seen.append(current.public("w").thinking)

        current = await open_keeper(Interrupting(look))
        await current.advance("w")
        assert seen == [True]
        assert current.wood("w").world.phase is Phase.RESTING


class TestManyWoods:
    async def test_a_channel_and_a_server_know_theirs(self, keeper: Keeper, open_keeper: KeeperOpener):
        await keeper.found("b", 1, 22, seed="b")
        await keeper.found("c", 9, 33, seed="c")
        for each in (keeper, await open_keeper()):
            assert {record.world_id for record in each.of_guild(1)} == {"w", "b"}
            found = [each.of_channel(channel) for channel in (2, 22, 33, 44)]
            assert [record and record.world_id for record in found] == ["w", "b", "c", None]

    async def test_one_that_moves_is_found_in_its_new_channel_alone(self, keeper: Keeper):
        await keeper.configure("w", channel_id=77)
        moved = keeper.of_channel(77)
        assert moved is not None
        assert (moved.world_id, keeper.of_channel(2)) == ("w", None)

    async def test_an_id_is_free_until_a_wood_had_it_and_never_again(self, keeper: Keeper):
        def name(number: int) -> str:
            return f"wood-{number}"

        assert await keeper.free_id(name) == "wood-1"
        await keeper.found("wood-1", 1, 5, seed="s")
        assert await keeper.free_id(name) == "wood-2"
        await keeper.end("wood-1")
        assert await keeper.free_id(name) == "wood-2"
        with pytest.raises(Refusal, match="grows here already"):
            await keeper.found("wood-1", 1, 5, seed="s")


class TestSeats:
    @pytest.fixture
    async def table(self, keeper: Keeper) -> Keeper:
        await keeper.found("table", 1, 5, seed="s", on_clock=False, last_turn=2, invited=True)
        return keeper

    async def test_are_given_and_not_taken(self, table: Keeper):
        with pytest.raises(Refusal, match="given by its tournament") as refused:
            await table.act("table", ALICE, Join(), "join")
        assert is_sentence(str(refused.value).split(". ")[0] + ".")
        assert (await table.seat("table", ALICE, "seat")).figures["purse"] == 100
        assert table.mask("table", ALICE) is not None
        await table.act("table", ALICE, long(Good.ACORNS, 1), "deed")

    async def test_are_given_once_whatever_comes_again(self, table: Keeper, open_keeper: KeeperOpener):
        receipt = await table.seat("table", ALICE, "seat")
        assert await table.seat("table", ALICE, "seat") == receipt
        assert await (await open_keeper()).seat("table", ALICE, "seat") == receipt

    async def test_a_second_one_is_refused(self, table: Keeper):
        await table.seat("table", ALICE, "seat")
        with pytest.raises(Refusal):
            await table.seat("table", ALICE, "another seat")
        assert len(table.wood("table").world.patrons) == 1


class TestPowers:
    """What a keeper of the server may do to a wood, each told to everybody, once."""

    TOLD = Told("interaction 5", "The keeper pauses the wood.")

    async def notices(self, keeper: Keeper) -> list[object]:
        return [post.content for post in await keeper.outbox.pending("w") if post.kind is PostKind.NOTICE]

    async def test_what_is_told_is_posted_once_however_often_it_comes(self, keeper: Keeper, open_keeper: KeeperOpener):
        for _ in range(2):
            await keeper.configure("w", paused=True, told=self.TOLD)
        again = await open_keeper()
        await again.configure("w", paused=True, told=self.TOLD)
        assert await self.notices(again) == [self.TOLD.text]
        (post,) = await again.outbox.pending("w")
        assert (post.channel_id, post.turn, post.view) == (2, 0, None), "before the first turn there is nothing to see"

    async def test_other_deeds_are_other_posts(self, keeper: Keeper):
        await keeper.configure("w", paused=True, told=self.TOLD)
        await keeper.configure("w", paused=False, told=Told("interaction 6", "The keeper lets it go on."))
        assert await self.notices(keeper) == ["The keeper pauses the wood.", "The keeper lets it go on."]

    async def test_a_postponed_turn_comes_so_much_later_once(self, keeper: Keeper, clock: FixedClock):
        due = keeper.record("w").next_turn_at
        told = Told("i", "The next turn comes ten minutes later.")
        for _ in range(2):
            record = await keeper.postpone("w", 600, told)
        assert due is not None
        assert record.next_turn_at == due + timedelta(seconds=600)
        clock.skip(700)
        assert await keeper.due(clock.now()) == []
        assert await self.notices(keeper) == [told.text]

    async def test_a_wood_that_no_clock_moves_cannot_be_postponed(self, keeper: Keeper):
        await keeper.configure("w", paused=True)
        with pytest.raises(Refusal, match="No clock moves"):
            await keeper.postpone("w", 600, Told("i", "Later."))
        assert await self.notices(keeper) == []

    async def test_a_season_is_extended_once_also_when_its_last_turn_has_closed(
        self, keeper: Keeper, clock: FixedClock
    ):
        await keeper.found("s", 1, 5, cadence_seconds=600, seed="s", last_turn=1)
        await keeper.advance("s")
        assert (keeper.over(), keeper.record("s").next_turn_at) == (["s"], None)
        for _ in range(2):
            record = await keeper.extend("s", 8, Told("i", "A chapter longer."))
        assert (record.last_turn, record.next_turn_at) == (9, clock.now() + timedelta(seconds=600))
        assert keeper.over() == []
        assert (await keeper.advance("s")).turn == 2

    async def test_a_wood_without_an_end_cannot_be_extended(self, keeper: Keeper):
        with pytest.raises(Refusal, match="no last turn") as refused:
            await keeper.extend("w", 8, Told("i", "Longer."))
        assert is_sentence(str(refused.value))

    async def test_a_voided_turn_is_told_and_voided_once(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join())
        await keeper.advance("w")
        before = keeper.wood("w").ledger.dump()
        await act(keeper, short(Good.HONEY), prefix="void me")
        await keeper.advance("w")
        told = await keeper.void("w")
        assert told.startswith("The keeper voids turn 2")
        assert keeper.contracts_of("w", ALICE) == ()
        purse_then = purse(keeper.wood("w"), str(keeper.mask("w", ALICE)))
        assert purse_then == before["balances"][f"patron:{keeper.mask('w', ALICE)}"]["pebbles"]
        again = await open_keeper()
        assert again.wood("w").state_hash() == keeper.wood("w").state_hash()
        with pytest.raises(Refusal, match="void already"):
            await again.void("w")
        assert await self.notices(again) == [told]
        assert (await again.advance("w")).turn == 3
        assert (await replay_wood(again.store, "w")).identical


class TestEnding:
    async def test_an_ended_wood_is_kept_no_more_and_stays_in_the_store(
        self, keeper: Keeper, open_keeper: KeeperOpener
    ):
        await act(keeper, Join())
        await keeper.advance("w")
        await keeper.end("w")
        for each in (keeper, await open_keeper()):
            assert (each.keeps("w"), each.woods(), each.of_channel(2), each.of_guild(1)) == (False, [], None, [])
            assert await each.due(datetime(2030, 1, 1, tzinfo=UTC)) == []
            assert each.known_in(ALICE) == []
            for attempt in (each.end("w"), each.advance("w"), each.act("w", ALICE, short(Good.HONEY), "late")):
                with pytest.raises(Refusal, match="come to its end"):
                    await attempt
            assert (await replay_wood(each.store, "w")).identical
            assert [post.kind for post in await each.outbox.pending("w")] == [PostKind.TURN, PostKind.ENDED]

    async def test_waits_for_the_turn_under_way(self, keeper: Keeper, open_keeper: KeeperOpener):
        refused: list[str] = []

        async def end() -> None:
            with pytest.raises(Refusal) as refusal:
                await current.end("w")
            refused.append(str(refusal.value))

        current = await open_keeper(Interrupting(end))
        await current.advance("w")
        assert [text.split(".")[0] for text in refused] == ["The creatures are thinking"]
        assert current.keeps("w")

    async def test_is_due_after_the_last_turn_and_no_turn_is(self, keeper: Keeper, clock: FixedClock):
        await keeper.found("s", 1, 5, cadence_seconds=60, seed="s", last_turn=2)
        for _ in range(2):
            assert keeper.over() == []
            clock.skip(60)
            await keeper.advance("s")
        clock.skip(60)
        assert (keeper.over(), await keeper.due(clock.now())) == (["s"], [])
        with pytest.raises(Refusal, match="last turn"):
            await keeper.advance("s")

    async def test_standings_are_posted_at_the_end_of_every_chapter_but_the_last(self, keeper: Keeper):
        await keeper.found("s", 1, 5, seed="s", last_turn=16)
        await keeper.act("s", ALICE, Join(), "join")
        for _ in range(16):
            await keeper.advance("s")
        posts = [post for post in await keeper.outbox.pending("s") if post.kind is PostKind.STANDINGS]
        assert [(post.turn, post.content) for post in posts] == [(8, [[keeper.mask("s", ALICE), 100]])]

    async def test_a_player_of_ended_woods_alone_is_forgotten(self, keeper: Keeper, open_keeper: KeeperOpener):
        await act(keeper, Join())
        await keeper.end("w")
        assert await keeper.forget(ALICE, "forget") == 1
        assert await keeper.forget(ALICE, "forget") == 0
        assert (await (await open_keeper()).forget(ALICE, "forget")) == 0
